//! `$filter` of the audit log: some clauses with `and` between them.

use crate::call::{Call, parse_guid};
use crate::error::ApiError;
use crate::options::unsupported_filter;
use crate::wire::directory_audit::{DYNAMIC_MEMBERSHIP, FAILURE, GROUP_LICENSING, OPERATOR, SERVICE, SUCCESS};
use crate::wire::time;
use engine::audit_log::{AuditQuery, activities_beginning};
use engine::store::audit::{AuditOrder, AuditSet};
use licensing::audit::{Activity, Actor};
use licensing::facts::UserRef;
use licensing::ids::{ApplicationId, UserId};
use licensing::time::Timestamp;
use odata::Filter;
use odata::filter::{Comparison, Literal, Operand, Quantifier};

/// What the filter of a request asks for; `None` when nothing can be as it says.
pub(super) async fn read(call: &Call, order: AuditOrder) -> Result<Option<AuditQuery>, ApiError> {
    let set = AuditSet { order, ..AuditSet::default() };
    let mut wanted = Wanted { query: AuditQuery { set, failed: None }, is_nothing: false };
    for clause in call.options.filter.iter().flat_map(clauses) {
        wanted.add(call, clause).await?;
    }
    let AuditSet { activities, actors, .. } = &wanted.query.set;
    let is_nothing = wanted.is_nothing || activities.as_ref().is_some_and(Vec::is_empty);
    Ok(Some(wanted.query.clone()).filter(|_| !is_nothing && !actors.as_ref().is_some_and(Vec::is_empty)))
}

/// The clauses between which there is an `and`.
fn clauses(filter: &Filter) -> Vec<&Filter> {
    match filter {
        Filter::And(all) => all.iter().flat_map(clauses).collect(),
        clause => vec![clause],
    }
}

struct Wanted {
    query: AuditQuery,
    is_nothing: bool,
}

impl Wanted {
    async fn add(&mut self, call: &Call, clause: &Filter) -> Result<(), ApiError> {
        let unsupported = || unsupported_filter(clause.first_property().unwrap_or_default(), "DirectoryAudit");
        match clause {
            Filter::Compare(Operand::Property(name), comparison, Literal::Time(text)) if name == "activityDateTime" => {
                let (time, is_exact) =
                    time::parse(text).ok_or_else(|| ApiError::invalid_filter(format!("'{text}' is no time.")))?;
                self.at(*comparison, time, is_exact).ok_or_else(unsupported)
            }
            Filter::Compare(Operand::Property(name), Comparison::Eq, Literal::Text(text) | Literal::Guid(text)) => {
                self.equal(call, name, text).await?.ok_or_else(unsupported)
            }
            Filter::Call(function, arguments) if function.eq_ignore_ascii_case("startswith") => match &arguments[..] {
                [Operand::Property(name), Operand::Literal(Literal::Text(text))] if name == "activityDisplayName" => {
                    self.one_of_activities(activities_beginning(text).collect());
                    Ok(())
                }
                _ => Err(unsupported()),
            },
            Filter::Lambda { path, quantifier: Quantifier::Any, body: Some(body) } if path == "targetResources" => {
                match body.filter.as_equality() {
                    Some((property, Literal::Text(id) | Literal::Guid(id))) if property.ends_with("/id") => {
                        self.targets(call, id).await
                    }
                    _ => Err(unsupported()),
                }
            }
            _ => Err(unsupported()),
        }
    }

    /// Times are kept to the millisecond, so one in between is not equal to any.
    fn at(&mut self, comparison: Comparison, time: Timestamp, is_exact: bool) -> Option<()> {
        let next = Timestamp::from_unix_millis(time.unix_millis.saturating_add(1));
        let not_before = if is_exact { time } else { next };
        let set = &mut self.query.set;
        let mut since = |time| set.since = set.since.max(Some(time));
        match comparison {
            Comparison::Ge => since(not_before),
            Comparison::Gt => since(next),
            Comparison::Lt => self.before(not_before),
            Comparison::Le => self.before(next),
            Comparison::Eq => {
                since(not_before);
                self.before(next);
            }
            Comparison::Ne => return None,
        }
        Some(())
    }

    fn before(&mut self, time: Timestamp) {
        let until = &mut self.query.set.until;
        *until = Some(until.map_or(time, |until| until.min(time)));
    }

    /// `None` for a property that is not compared.
    async fn equal(&mut self, call: &Call, property: &str, text: &str) -> Result<Option<()>, ApiError> {
        let is = |name: &str| name.eq_ignore_ascii_case(text);
        let activities = |is_one: &dyn Fn(Activity) -> bool| {
            Activity::ALL.into_iter().map(|(activity, _)| activity).filter(|activity| is_one(*activity)).collect()
        };
        match property {
            "activityDisplayName" => self.one_of_activities(activities(&|activity| is(activity.as_str()))),
            "category" => self.one_of_activities(activities(&|activity| is(activity.category().as_str()))),
            "loggedByService" => self.is_nothing |= !is(SERVICE),
            "result" => {
                self.is_nothing |= !is(SUCCESS) && !is(FAILURE);
                only(&mut self.query.failed, is(FAILURE), &mut self.is_nothing);
            }
            "correlationId" => match parse_guid(text) {
                Some(id) => only(&mut self.query.set.correlation, id, &mut self.is_nothing),
                None => self.is_nothing = true,
            },
            _ => {
                let Some(actors) = actors(call, property, text).await? else { return Ok(None) };
                one_of(&mut self.query.set.actors, actors);
            }
        }
        Ok(Some(()))
    }

    fn one_of_activities(&mut self, activities: Vec<Activity>) {
        one_of(&mut self.query.set.activities, activities);
    }

    async fn targets(&mut self, call: &Call, id: &str) -> Result<(), ApiError> {
        let object = match parse_guid(id) {
            Some(id) => call.store().object(call.tenant(), id).await?,
            None => None,
        };
        match object {
            Some(object) => self.query.set.targets.push(object),
            None => self.is_nothing = true,
        }
        Ok(())
    }
}

/// Those who a property of `initiatedBy` means; `None` for other properties.
async fn actors(call: &Call, property: &str, text: &str) -> Result<Option<Vec<Actor>>, ApiError> {
    let guid = parse_guid(text);
    Ok(Some(match property {
        "initiatedBy/user/id" => guid.map(|id| Actor::User(UserId(id))).into_iter().collect(),
        "initiatedBy/user/userPrincipalName" => {
            let found = call.store().user(call.tenant(), &UserRef::Name(text.to_owned())).await?.value;
            found.and_then(|user| user.profile.clone()).map(|profile| Actor::User(profile.id)).into_iter().collect()
        }
        "initiatedBy/app/appId" => guid.map(|id| Actor::Application(ApplicationId(id))).into_iter().collect(),
        "initiatedBy/app/displayName" => {
            let applications = call.store().applications(call.tenant(), None).await?.into_iter();
            let of_name = applications.filter(|application| application.display_name.eq_ignore_ascii_case(text));
            let own = [
                (GROUP_LICENSING, Actor::GroupLicensing),
                (DYNAMIC_MEMBERSHIP, Actor::DynamicMembership),
                (OPERATOR, Actor::Operator),
            ];
            let own = own.into_iter().filter(|(name, _)| name.eq_ignore_ascii_case(text)).map(|(_, actor)| actor);
            of_name.map(|application| Actor::Application(application.id)).chain(own).collect()
        }
        _ => return Ok(None),
    }))
}

/// Keeps of what was allowed so far what is allowed by another clause too.
fn one_of<T: PartialEq>(known: &mut Option<Vec<T>>, these: Vec<T>) {
    match known {
        Some(known) => known.retain(|one| these.contains(one)),
        None => *known = Some(these),
    }
}

/// Asks for one value; nothing has two.
fn only<T: PartialEq + Copy>(known: &mut Option<T>, value: T, is_nothing: &mut bool) {
    *is_nothing |= *known.get_or_insert(value) != value;
}
