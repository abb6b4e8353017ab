//! `POST /groups`, and groups of a world.

use super::add_member::members_added;
use super::add_owner::{OWNERS_MAX, owners_added};
use super::{check_group, rule_of_group};
use crate::audit::Activity;
use crate::change_set::ChangeSet;
use crate::command::{Answer, Context, Decision};
use crate::directory::{GroupProfile, Properties, is_unified};
use crate::dynamic_group::RuleStatus;
use crate::facts::{Facts, GroupFacts, Scope};
use crate::ids::GroupId;
use crate::refusal::Refusal;
use crate::rules::group_properties::{self, unique_name};
use crate::time::Timestamp;
use std::sync::Arc;
use uuid::Uuid;

/// Creates a group without licences.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateGroup {
    /// Its new id.
    pub id: GroupId,
    /// All other properties.
    pub properties: Properties,
    /// The ids of its first members.
    pub members: Vec<Uuid>,
    /// The ids of its first owners.
    pub owners: Vec<Uuid>,
    /// Where it comes from.
    pub origin: Origin,
}

/// Where a new group comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A client asks for it: it must have what Graph requires of a new group, and begins now. Who is signed in, if
    /// anybody, owns a Microsoft 365 group for which no other owner is named.
    Asked(Option<Uuid>),
    /// A world tells of it, as it was created at this time. Worlds may leave properties out.
    Told(Timestamp),
}

impl CreateGroup {
    /// A group of a world that begins with nobody in it.
    #[must_use]
    pub fn told(profile: GroupProfile) -> Self {
        let GroupProfile { id, created_at, properties } = profile;
        Self { id, properties, members: Vec::new(), owners: Vec::new(), origin: Origin::Told(created_at) }
    }

    /// Its first owners: whoever makes a Microsoft 365 group owns it, unless the request says who else does.
    fn first_owners(&self) -> Vec<Uuid> {
        match self.origin {
            Origin::Asked(Some(maker)) if self.owners.is_empty() && is_unified(&self.properties) => vec![maker],
            Origin::Asked(_) | Origin::Told(_) => self.owners.clone(),
        }
    }

    pub(crate) fn add_to(&self, scope: &mut Scope) {
        scope.objects.insert(self.id.0);
        scope.objects.extend(&self.members);
        scope.objects.extend(self.first_owners());
        scope.unique_names.extend(unique_name(&self.properties));
        rule_of_group::add_to(&self.properties, scope);
    }

    /// Creates the group with its members and owners, unless its id belongs to an object. A dynamic one has its members
    /// looked for.
    ///
    /// # Errors
    /// [`Refusal::NameTaken`], what [`group_properties`] refuses; for members and owners what adding them is refused with;
    /// for a membership rule also [`Refusal::InvalidRule`] and [`Refusal::PropertyRequired`].
    pub fn decide(&self, facts: &Facts, context: &Context) -> Result<Decision, Refusal> {
        let given = &self.properties;
        let created_at = match self.origin {
            Origin::Told(at) => at,
            Origin::Asked(_) => {
                group_properties::references(self.members.len() + self.owners.len())?;
                group_properties::check_values(given)?;
                group_properties::required(given)?;
                context.now
            }
        };
        if facts.objects.contains_key(&self.id.0) {
            return Err(Refusal::NameTaken("id"));
        }
        let key = facts.next_keys.group;
        check_group(facts, key, None, given)?;
        let is_dynamic = rule_of_group::is_dynamic(given);
        if is_dynamic && !self.members.is_empty() {
            return Err(Refusal::DynamicMembership);
        }
        let mut entry = context.audit(Activity::AddGroup);
        entry.group = Some(key);
        let mut profile = GroupProfile { id: self.id, created_at, properties: given.clone() };
        let rule = rule_of_group::follow(facts, context, key, given, &mut profile.properties)?;
        let group = GroupFacts {
            key,
            profile: Arc::new(profile),
            deleted_at: None,
            processing: None,
            rule_status: is_dynamic.then_some(RuleStatus::NotStarted),
            members_updated_at: None,
        };
        let mut changes = ChangeSet { groups: vec![group], audit: vec![entry], ..rule };
        changes.then(owners_added(facts, context, key, &self.first_owners(), OWNERS_MAX)?);
        changes.then(members_added(facts, context, key, &self.members)?);
        Ok(Decision::accepted(changes, Answer::Group(key)))
    }
}
