//! Writing groups with their licences, rules, members and owners.

use crate::postgres::rows::{self, Number, Text};
use crate::postgres::transaction::Parameter;
use crate::postgres::writes::{Writes, columns, last_of, runs};
use licensing::ChangeSet;
use licensing::change_set::RuleUpdate;
use licensing::directory::Member;
use licensing::facts::GroupFacts;
use licensing::ids::{GroupKey, UserKey};
use licensing::rules::group_properties::unique_name;

pub(super) fn groups(writes: &mut Writes, changed: &[GroupFacts]) {
    for run in runs(changed.iter().map(|group| (group.key, group))) {
        writes.add_rows(
            &run,
            "INSERT INTO groups SELECT $1::int4, g.key, g.id, g.created_at, g.deleted_at, g.processing, g.properties,
            g.rule_status, g.members_updated_at, FALSE, g.folded_unique_name
         FROM unnest($2::int4[], $3::uuid[], $4::int8[], $5::int8[], $6::int4[], $7::text[], $8::int4[], $9::int8[],
            $10::text[])
            AS g (key, id, created_at, deleted_at, processing, properties, rule_status, members_updated_at,
                folded_unique_name)
         ON CONFLICT (tenant_id, group_key) DO UPDATE SET deleted_at = excluded.deleted_at,
            processing = excluded.processing, properties = excluded.properties,
            rule_status = excluded.rule_status, members_updated_at = excluded.members_updated_at,
            folded_unique_name = excluded.folded_unique_name",
            |run| {
                columns!(run => (group) =>
                    Number(group.key.0),
                    group.profile.id.0,
                    group.profile.created_at.unix_millis,
                    group.deleted_at.map(|time| time.unix_millis),
                    group.processing.map(|state| rows::small(rows::processing_number(state))),
                    rows::properties_text(&group.profile.properties),
                    group.rule_status.map(|status| rows::small(rows::rule_status_number(status))),
                    group.members_updated_at.map(|time| time.unix_millis),
                    unique_name(&group.profile.properties).map(|name| Text::new(&name)),
                )
            },
        );
    }
}

pub(super) fn licenses(writes: &mut Writes, changes: &ChangeSet) {
    let licensed = last_of(changes.licensed_groups.iter().map(|(key, group)| (*key, group)));
    writes.add_rows(
        &licensed,
        "INSERT INTO licensed_groups SELECT $1::int4, * FROM unnest($2::int4[], $3::int8[])
         ON CONFLICT (tenant_id, group_key) DO UPDATE SET rank = excluded.rank",
        |licensed| columns!(licensed => (key, group) => Number(key.0), Number(group.order)),
    );
    writes.add_rows(
        &licensed,
        "DELETE FROM group_licenses WHERE tenant_id = $1 AND group_key = ANY ($2)",
        |licensed| columns!(licensed => (key, _group) => Number(key.0)),
    );
    let licenses: Vec<_> = licensed
        .iter()
        .flat_map(|(key, group)| group.licenses.iter().map(move |(sku, disabled)| (*key, *sku, disabled)))
        .collect();
    writes.add_rows(
        &licenses,
        "INSERT INTO group_licenses SELECT $1::int4, * FROM unnest($2::int4[], $3::int4[], $4::bytea[])",
        |licenses| {
            columns!(licenses => (key, sku, disabled) =>
                Number(key.0), Number(sku.0), rows::disabled_blob(disabled))
        },
    );
}

/// Rules of groups, and what became of them.
pub(super) fn rules(writes: &mut Writes, changes: &ChangeSet) {
    let ruled = last_of(changes.dynamic_groups.iter().map(|(key, group)| (*key, group)));
    let put: Vec<_> = ruled.iter().filter_map(|(key, group)| Some((*key, group.as_ref()?))).collect();
    let gone: Vec<GroupKey> = ruled.iter().filter(|(_, group)| group.is_none()).map(|(key, _)| *key).collect();
    writes.add_rows(
        &put,
        "INSERT INTO dynamic_groups SELECT $1::int4, * FROM
            unnest($2::int4[], $3::text[], $4::bool[], $5::text[], $6::int4[], $7::int8[])
         ON CONFLICT (tenant_id, group_key) DO UPDATE SET rule = excluded.rule, is_on = excluded.is_on,
            sources = excluded.sources, manager_key = excluded.manager_key, run_at = excluded.run_at",
        |put| {
            columns!(put => (key, group) =>
                Number(key.0),
                Text::new(group.text()),
                group.is_on(),
                rows::sources_text(&group.named().groups),
                group.named().manager.map(|manager| Number(manager.0)),
                group.run_at().map(|time| time.unix_millis),
            )
        },
    );
    writes.add_rows(&gone, "DELETE FROM dynamic_groups WHERE tenant_id = $1 AND group_key = ANY ($2)", group_keys);
    let statuses = changes.rule_updates.iter().filter_map(|(group, update)| match update {
        RuleUpdate::Status(status) => Some((*group, rows::small(rows::rule_status_number(*status)))),
        RuleUpdate::Members(_) => None,
    });
    writes.add_rows(
        &last_of(statuses),
        "UPDATE groups g SET rule_status = c.status FROM unnest($2::int4[], $3::int4[]) AS c (key, status)
         WHERE g.tenant_id = $1 AND g.group_key = c.key",
        |statuses| columns!(statuses => (group, status) => Number(group.0), *status),
    );
    let times = changes.rule_updates.iter().filter_map(|(group, update)| match update {
        RuleUpdate::Status(_) => None,
        RuleUpdate::Members(at) => Some((*group, at.unix_millis)),
    });
    writes.add_rows(
        &last_of(times),
        "UPDATE groups g SET members_updated_at = c.at FROM unnest($2::int4[], $3::int8[]) AS c (key, at)
         WHERE g.tenant_id = $1 AND g.group_key = c.key",
        |times| columns!(times => (group, at) => Number(group.0), *at),
    );
    writes.add_rows(
        &changes.without_nested,
        "DELETE FROM nested_memberships WHERE tenant_id = $1 AND group_key = ANY ($2)",
        group_keys,
    );
}

fn group_keys(groups: &[GroupKey]) -> Vec<Parameter> {
    columns!(groups => (group) => Number(group.0))
}

pub(super) fn memberships(writes: &mut Writes, changes: &ChangeSet) {
    let (mut joined, mut left) = (Vec::new(), Vec::new());
    let (mut joined_groups, mut left_groups) = (Vec::new(), Vec::new());
    let all = changes.memberships.iter().map(|(group, member, present)| ((*group, *member), *present));
    for ((group, member), present) in last_of(all) {
        let (list, member) = match (member, present) {
            (Member::User(key), true) => (&mut joined, key.0),
            (Member::User(key), false) => (&mut left, key.0),
            (Member::Group(key), true) => (&mut joined_groups, key.0),
            (Member::Group(key), false) => (&mut left_groups, key.0),
        };
        list.push((Number(group.0), Number(member)));
    }
    let pairs = |pairs: &[(Number, Number)]| columns!(pairs => (group, member) => *group, *member);
    writes.add_rows(
        &left,
        "DELETE FROM memberships m USING unnest($2::int4[], $3::int4[]) AS d (group_key, user_key)
         WHERE m.tenant_id = $1 AND m.group_key = d.group_key AND m.user_key = d.user_key",
        pairs,
    );
    writes.add_rows(
        &joined,
        "INSERT INTO memberships SELECT $1::int4, * FROM unnest($2::int4[], $3::int4[]) ON CONFLICT DO NOTHING",
        pairs,
    );
    writes.add_rows(
        &left_groups,
        "DELETE FROM nested_memberships m USING unnest($2::int4[], $3::int4[]) AS d (group_key, member_key)
         WHERE m.tenant_id = $1 AND m.group_key = d.group_key AND m.member_key = d.member_key",
        pairs,
    );
    writes.add_rows(
        &joined_groups,
        "INSERT INTO nested_memberships SELECT $1::int4, * FROM unnest($2::int4[], $3::int4[]) ON CONFLICT DO NOTHING",
        pairs,
    );
}

pub(super) fn owners(writes: &mut Writes, changes: &ChangeSet) {
    let owners = last_of(changes.owners.iter().map(|(group, owner, present)| ((*group, *owner), *present)));
    let (come, gone): (Vec<_>, Vec<_>) = owners.into_iter().partition(|(_, present)| *present);
    let pairs = |owners: &[((GroupKey, UserKey), bool)]| columns!(owners => (owner, _present) => Number(owner.0.0), Number(owner.1.0));
    writes.add_rows(
        &gone,
        "DELETE FROM owners o USING unnest($2::int4[], $3::int4[]) AS d (group_key, user_key)
         WHERE o.tenant_id = $1 AND o.group_key = d.group_key AND o.user_key = d.user_key",
        pairs,
    );
    writes.add_rows(
        &come,
        "INSERT INTO owners SELECT $1::int4, * FROM unnest($2::int4[], $3::int4[]) ON CONFLICT DO NOTHING",
        pairs,
    );
}
