//! Groups with rules in the test world.

use crate::names::{id, user_ref};
use crate::world::{Answered, World};
use licensing::Command;
use licensing::decide::{
    create_group::CreateGroup, set_manager::SetManager, update_group::UpdateGroup, update_user::UpdateUser,
};
use licensing::directory::{GroupProfile, Member, Properties, Value};
use licensing::ids::{GroupId, GroupKey};

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn properties<const N: usize>(of: [(&str, Value); N]) -> Properties {
    Properties(of.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn dynamic() -> Value {
    Value::List(vec![text("DynamicMembership")])
}

impl World {
    /// A security group with a rule.
    pub(crate) fn dynamic_group(&mut self, name: &str, rule: &str) -> Answered {
        let properties = properties([
            ("securityEnabled", Value::Bool(true)),
            ("groupTypes", dynamic()),
            ("membershipRule", text(rule)),
            ("membershipRuleProcessingState", text("On")),
        ]);
        let profile = GroupProfile { id: GroupId(id(name)), created_at: self.now(), properties };
        self.run(&Command::CreateGroup(CreateGroup::told(profile)))
    }

    pub(crate) fn set_group<const N: usize>(&mut self, group: &str, of: [(&str, Value); N]) -> Answered {
        self.run(&Command::UpdateGroup(UpdateGroup {
            group: id(group),
            properties: properties(of),
            members: Vec::new(),
        }))
    }

    /// Gives a group a rule, whatever it was.
    pub(crate) fn rule(&mut self, group: &str, rule: &str) -> Answered {
        let state = ("membershipRuleProcessingState", text("On"));
        self.set_group(group, [("groupTypes", dynamic()), ("membershipRule", text(rule)), state])
    }

    pub(crate) fn turn(&mut self, group: &str, state: &str) -> Answered {
        self.set_group(group, [("membershipRuleProcessingState", text(state))])
    }

    pub(crate) fn department(&mut self, user: &str, department: &str) -> Answered {
        self.run(&Command::UpdateUser(UpdateUser {
            user: user_ref(user),
            principal_name: None,
            usage_location: None,
            properties: properties([("department", text(department))]),
        }))
    }

    /// Says who the user's manager is; nobody for `None`.
    pub(crate) fn reports_to(&mut self, user: &str, manager: Option<&str>) -> Answered {
        self.run(&Command::SetManager(SetManager { user: user_ref(user), manager: manager.map(id) }))
    }

    /// The users in a group, deleted ones too.
    pub(crate) fn members(&self, group: &str) -> Vec<String> {
        let key = self.group_facts(group).key;
        let users =
            self.facts.users.values().filter(|user| self.facts.memberships.contains(&(key, Member::User(user.key))));
        users.map(|user| crate::names::name(user.profile.as_ref().unwrap().id.0)).collect()
    }

    /// The groups that are on and have other members than their rules select.
    pub(crate) fn misled(&self) -> Vec<GroupKey> {
        let tenant = &self.facts.tenant;
        let wrong = |(key, group): &(GroupKey, &licensing::dynamic_group::DynamicGroup)| {
            crate::invariants::live_users(&self.facts).any(|user| {
                let is_member = self.facts.memberships.contains(&(*key, Member::User(user.key)));
                assert_eq!(is_member, user.ruled_groups.contains(key));
                is_member != group.selects(tenant, user, self.now())
            })
        };
        tenant.dynamic_groups.iter().filter(|(_, group)| group.is_on()).filter(wrong).map(|(key, _)| key).collect()
    }
}
