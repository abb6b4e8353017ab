//! `PATCH /groups/{id}`.

use super::find_group;
use crate::audit::{Activity, Detail, changed_properties};
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::directory::{GroupProfile, Properties};
use crate::facts::{Facts, GroupFacts};
use crate::refusal::Refusal;
use std::sync::Arc;
use uuid::Uuid;

/// Changes properties of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateGroup {
    /// The group's id.
    pub group: Uuid,
    /// Properties to set, or to clear with null.
    pub properties: Properties,
}

impl UpdateGroup {
    /// Changes the group. One that has licences must stay security-enabled.
    ///
    /// # Errors
    /// [`Refusal::ObjectNotFound`], [`Refusal::GroupNotEligible`].
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let group = find_group(facts, self.group)?;
        let mut profile = GroupProfile::clone(&group.profile);
        profile.properties.update(&self.properties);
        let licensed = facts.tenant.licensed_groups.get(&group.key).is_some_and(|group| !group.licenses.is_empty());
        if licensed && !profile.security_enabled() {
            return Err(Refusal::GroupNotEligible);
        }
        let mut entry = context.audit(Activity::UpdateGroup);
        entry.group = Some(group.key);
        entry.detail = Detail::Properties(changed_properties(&group.profile.properties, &self.properties));
        let after = GroupFacts { profile: Arc::new(profile), ..group.clone() };
        let changes = ChangeSet { groups: vec![after], audit: vec![entry], ..ChangeSet::default() };
        Ok(Decision::accepted(changes, Answer::Group(group.key)))
    }
}
