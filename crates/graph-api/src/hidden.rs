//! Groups that hide their members (`visibility` is `HiddenMembership`; decision 0019): whoever may not see them is told
//! of no member, and of nobody that it is one.

use crate::call::Call;
use crate::error::ApiError;
use crate::options::PAGE_SIZE_MAX;
use engine::Operation;
use engine::store::{GroupSet, Store};
use licensing::directory::Member;
use licensing::facts::{GroupFacts, UserRef};
use licensing::ids::{GroupKey, TenantKey};
use std::collections::BTreeSet;

/// Whose members the caller is told of, among groups that hide them.
pub(crate) enum Seen {
    /// Those of all.
    All,
    /// Those of these.
    Of(BTreeSet<GroupKey>),
}

impl Seen {
    /// What the caller may see: nothing without the permission; an application and an administrator everything; any
    /// other signed-in user what it belongs to, as a member or an owner.
    pub(crate) async fn by(call: &Call) -> Result<Self, ApiError> {
        if call.caller.permit(Operation::ReadAllHiddenMembers).is_ok() {
            return Ok(Self::All);
        }
        let mut own = BTreeSet::new();
        let may = call.caller.permit(Operation::ReadHiddenMembers).is_ok();
        if let (true, Some(id)) = (may, call.signed_in)
            && let Some(user) = call.store().user(call.tenant(), &UserRef::Id(id)).await?.value
        {
            for set in [GroupSet::WithMember(Member::User(user.key)), GroupSet::OwnedBy(user.key)] {
                add_hidden(call.store(), call.tenant(), set, &mut own).await?;
            }
        }
        Ok(Self::Of(own))
    }

    /// Whether the caller is told who is in the group.
    pub(crate) fn shows(&self, group: &GroupFacts) -> bool {
        match self {
            Self::All => true,
            Self::Of(own) => !group.profile.hides_members() || own.contains(&group.key),
        }
    }
}

/// Adds the groups of a set that hide their members.
async fn add_hidden(
    store: &dyn Store,
    tenant: TenantKey,
    set: GroupSet,
    own: &mut BTreeSet<GroupKey>,
) -> Result<(), ApiError> {
    let mut after = None;
    loop {
        let page = store.groups(tenant, set, after, PAGE_SIZE_MAX).await?.value;
        own.extend(page.iter().filter(|group| group.profile.hides_members()).map(|group| group.key));
        if page.len() < PAGE_SIZE_MAX as usize {
            return Ok(());
        }
        after = page.last().map(|group| group.key);
    }
}
