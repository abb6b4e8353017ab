//! Endpoints of groups.

pub(crate) mod add_member;
pub(crate) mod add_owner;
pub(crate) mod assign_license;
pub(crate) mod count;
pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod evaluate_dynamic_membership;
mod find;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod list_member_of;
pub(crate) mod list_members;
pub(crate) mod list_members_with_license_errors;
pub(crate) mod list_owners;
pub(crate) mod remove_member;
pub(crate) mod remove_owner;
pub(crate) mod update;

use crate::answer::Resource as _;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::Projection;
use crate::version::Version;
use crate::wire::group::{Group, RULE_STATUS};
use engine::store::GroupSet;
use engine::writer::Shown;
use licensing::facts::GroupFacts;
use licensing::tenant::Tenant;
use std::sync::Arc;
use uuid::Uuid;

/// How many groups a set has, if the client asks for it.
pub(crate) async fn count_groups(call: &Call, of: GroupSet) -> Result<Option<u64>, ApiError> {
    if !call.wants_count() {
        return Ok(None);
    }
    Ok(Some(call.store().count_groups(call.tenant(), of).await?))
}

/// What `$select` asks for of groups, of which beta knows one property more.
fn projection(call: &Call) -> Result<Projection, ApiError> {
    let is_served = |name: &&str| call.version == Version::Beta || *name != RULE_STATUS;
    let find = |name: &str| Group::find(name).filter(is_served);
    Projection::by(&call.options, Group::DEFAULT, find, Group::TYPE)
}

/// The group that a command shows. What the command did not load is read.
pub(crate) async fn shown_group(call: &Call, id: Uuid, shown: Shown) -> Result<(Arc<Tenant>, GroupFacts), ApiError> {
    if let Shown::Group(tenant, facts) = shown {
        return Ok((tenant, *facts));
    }
    let seen = call.store().group(call.tenant(), id).await?;
    let facts = seen.value.ok_or_else(|| ApiError::not_found(id.to_string()))?;
    Ok((seen.tenant, facts))
}
