//! `DELETE /groups/{id}` (specification 4.8).

use super::{find_group, rule_of_group};
use crate::audit::Activity;
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::directory::Member;
use crate::facts::{Facts, GroupFacts};
use crate::refusal::Refusal;
use uuid::Uuid;

/// Deletes a group that has no licences: a Microsoft 365 group so that it can be restored, any other for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteGroup {
    /// The group's id.
    pub group: Uuid,
}

impl DeleteGroup {
    /// Deletes the group. Faulty paths that it left on users stay there and still name it.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`], [`Refusal::GroupHasLicenses`] (E18).
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let group = find_group(facts, self.group)?;
        if facts.tenant.licensed_groups.get(&group.key).is_some_and(|group| !group.licenses.is_empty()) {
            return Err(Refusal::GroupHasLicenses);
        }
        let mut entry = context.audit(Activity::DeleteGroup);
        entry.group = Some(group.key);
        let after = GroupFacts { deleted_at: Some(context.now), ..group.clone() };
        let purged = if group.profile.is_unified() { Vec::new() } else { vec![Member::Group(group.key)] };
        let rule = facts.tenant.dynamic_groups.get(group.key).map(|_| rule_of_group::ended(group.key));
        let changes = ChangeSet { groups: vec![after], purged, audit: vec![entry], ..rule.unwrap_or_default() };
        Ok(Decision::accepted(changes, Answer::Done))
    }
}
