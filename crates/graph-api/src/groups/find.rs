//! Groups by what a filter asks of them.

use crate::call::Call;
use crate::error::ApiError;
use crate::filter::condition::{Operand, Test};
use crate::filter::{self, Condition, Source};
use crate::options::PAGE_SIZE_MAX;
use crate::wire::group::Group;
use engine::browse::Page;
use engine::store::{DirectoryObject, GroupSet, Seen};
use licensing::facts::GroupFacts;
use licensing::ids::GroupKey;
use licensing::tenant::Tenant;
use std::collections::BTreeSet;
use uuid::Uuid;

const HAS_ERRORS: &str = "hasMembersWithLicenseErrors";

/// What the filter of a request asks for.
pub(super) struct Wanted {
    condition: Option<Condition>,
    source: Source<GroupFacts>,
    /// The groups that have members with errors, if the condition asks for that among other things.
    faulty: BTreeSet<GroupKey>,
}

impl Wanted {
    /// What a request for a page, or else for the number of groups, asks for.
    ///
    /// # Errors
    /// 400 for a filter that is not served.
    pub(super) async fn of(call: &Call, is_counting: bool) -> Result<Self, ApiError> {
        let condition = filter::of::<Group<'_>>(call, is_counting)?;
        let source = match &condition {
            Some(condition) => source(call, condition).await?,
            None => Source::Set { of: GroupSet::All, is_whole: true },
        };
        let is_known = matches!(source, Source::Set { is_whole: true, .. });
        let asks = condition.as_ref().is_some_and(|condition| condition.mentions(HAS_ERRORS));
        let faulty = if asks && !is_known { faulty(call).await? } else { BTreeSet::new() };
        Ok(Self { condition, source, faulty })
    }

    fn admits(&self, tenant: &Tenant, facts: &GroupFacts) -> bool {
        let has_errors = Some(self.faulty.contains(&facts.key));
        let group = Group { has_members_with_license_errors: has_errors, ..Group::new(tenant, facts) };
        self.condition.as_ref().is_none_or(|condition| condition.holds(&group))
    }

    pub(super) async fn page(
        &self,
        call: &Call,
        after: Option<GroupKey>,
        size: u32,
    ) -> Result<Page<GroupFacts>, ApiError> {
        Ok(self.source.page(call, &|tenant, group| self.admits(tenant, group), after, size).await?)
    }

    pub(super) async fn count(&self, call: &Call) -> Result<u64, ApiError> {
        Ok(self.source.count(call, &|tenant, group| self.admits(tenant, group)).await?)
    }
}

/// The few that are named by id, else those with or without members with errors, else all.
async fn source(call: &Call, condition: &Condition) -> Result<Source<GroupFacts>, ApiError> {
    if let Some(ids) = condition.ids() {
        return Ok(Source::These(by_id(call, &ids).await?));
    }
    let clauses = condition.clauses();
    let has_errors = clauses.iter().find_map(|clause| match clause {
        Condition::Is(HAS_ERRORS, Test::OneOf(operands)) => match operands[..] {
            [Operand::Flag(has)] => Some(has),
            _ => None,
        },
        _ => None,
    });
    Ok(match has_errors {
        Some(has) => Source::Set { of: GroupSet::WithMemberErrors(has), is_whole: clauses.len() == 1 },
        None => Source::Set { of: GroupSet::All, is_whole: false },
    })
}

async fn by_id(call: &Call, ids: &[Uuid]) -> Result<Seen<Vec<GroupFacts>>, ApiError> {
    let Seen { tenant, value } = call.store().objects(call.tenant(), ids).await?;
    let live_group = |object| match object {
        DirectoryObject::Group(group) if group.deleted_at.is_none() => Some(group),
        _ => None,
    };
    Ok(Seen { tenant, value: value.into_iter().filter_map(live_group).collect() })
}

async fn faulty(call: &Call) -> Result<BTreeSet<GroupKey>, ApiError> {
    let mut faulty = BTreeSet::new();
    loop {
        let (of, after) = (GroupSet::WithMemberErrors(true), faulty.last().copied());
        let groups = call.store().groups(call.tenant(), of, after, PAGE_SIZE_MAX).await?.value;
        faulty.extend(groups.iter().map(|group| group.key));
        if groups.len() < PAGE_SIZE_MAX as usize {
            return Ok(faulty);
        }
        tokio::task::yield_now().await;
    }
}
