//! One verb a file: facts and a command in, a [`Decision`](crate::Decision) out.

pub mod add_member;
pub mod assign_to_group;
pub mod assign_to_user;
pub mod continue_work;
pub mod create_group;
pub mod create_user;
pub mod delete_group;
pub mod delete_user;
pub mod remove_member;
pub mod reprocess_user;
pub mod restore_user;
mod rule_of_group;
pub mod set_up;
pub mod take_over;
pub mod update_group;
pub mod update_user;

use crate::Refusal;
use crate::facts::{Facts, GroupFacts, UserFacts, UserRef};
use uuid::Uuid;

fn find_user<'a>(facts: &'a Facts, user: &UserRef) -> Result<&'a UserFacts, Refusal> {
    facts.live_user(user).ok_or_else(|| Refusal::ObjectNotFound(user.to_string()))
}

fn find_group(facts: &Facts, group: Uuid) -> Result<&GroupFacts, Refusal> {
    facts.live_group(group).ok_or_else(|| Refusal::ObjectNotFound(group.to_string()))
}
