//! Users by what a filter asks of them.

use crate::call::Call;
use crate::error::ApiError;
use crate::filter::condition::{Operand, Test};
use crate::filter::{self, Condition, Source};
use crate::wire::user::User;
use crate::wire::visible::VisibleUser;
use engine::browse::Page;
use engine::store::{DirectoryObject, Seen, UserSet};
use licensing::facts::{UserFacts, UserRef};
use licensing::ids::UserKey;
use licensing::tenant::Tenant;
use uuid::Uuid;

/// What the filter of a request asks for.
pub(super) struct Wanted {
    condition: Option<Condition>,
    source: Source<UserFacts>,
}

impl Wanted {
    /// What a request for a page, or else for the number of users, asks for.
    ///
    /// # Errors
    /// 400 for a filter that is not served.
    pub(super) async fn of(call: &Call, is_counting: bool) -> Result<Self, ApiError> {
        let condition = filter::of::<User<'_>>(call, is_counting)?;
        if let Some(condition) = &condition {
            VisibleUser::check_filter(call, condition)?;
        }
        let source = match &condition {
            Some(condition) => source(call, condition).await?,
            None => Source::Set { of: UserSet::All, is_whole: true },
        };
        Ok(Self { condition, source })
    }

    fn admits(&self, tenant: &Tenant, facts: &UserFacts) -> bool {
        self.condition.as_ref().is_none_or(|condition| condition.holds(&User { tenant, facts }))
    }

    pub(super) async fn page(
        &self,
        call: &Call,
        after: Option<UserKey>,
        size: u32,
    ) -> Result<Page<UserFacts>, ApiError> {
        Ok(self.source.page(call, &|tenant, user| self.admits(tenant, user), after, size).await?)
    }

    pub(super) async fn count(&self, call: &Call) -> Result<u64, ApiError> {
        Ok(self.source.count(call, &|tenant, user| self.admits(tenant, user)).await?)
    }
}

/// The few that are named by id or principal name, else the set of those with a licence, else all.
async fn source(call: &Call, condition: &Condition) -> Result<Source<UserFacts>, ApiError> {
    if let Some(ids) = condition.ids() {
        return Ok(Source::These(by_id(call, &ids).await?));
    }
    let clauses = condition.clauses();
    if let Some(names) = clauses.iter().find_map(|clause| clause.texts("userPrincipalName")) {
        return Ok(Source::These(by_name(call, &names).await?));
    }
    let is_whole = clauses.len() == 1;
    for clause in clauses {
        if let Some(is_licensed) = asks_for_any_license(clause) {
            return Ok(Source::Set { of: UserSet::Licensed(is_licensed), is_whole });
        }
        if let Some(sku) = sku_asked_for(clause) {
            let tenant = call.find_tenant().await?;
            let known = tenant.skus.iter().find(|(_, known)| known.product.id.0 == sku).map(|(key, _)| *key);
            return Ok(match known {
                Some(key) => Source::Set { of: UserSet::WithLicense(key), is_whole },
                None => Source::These(Seen { tenant, value: Vec::new() }),
            });
        }
    }
    Ok(Source::Set { of: UserSet::All, is_whole: false })
}

async fn by_id(call: &Call, ids: &[Uuid]) -> Result<Seen<Vec<UserFacts>>, ApiError> {
    let Seen { tenant, value } = call.store().objects(call.tenant(), ids).await?;
    let live_user = |object| match object {
        DirectoryObject::User(user) if user.deleted_at.is_none() => Some(user),
        _ => None,
    };
    Ok(Seen { tenant, value: value.into_iter().filter_map(live_user).collect() })
}

async fn by_name(call: &Call, names: &[&str]) -> Result<Seen<Vec<UserFacts>>, ApiError> {
    let mut found = Seen { tenant: call.find_tenant().await?, value: Vec::new() };
    for name in names {
        let seen = call.store().user(call.tenant(), &UserRef::Name((*name).to_owned())).await?;
        found.value.extend(seen.value);
        found.tenant = seen.tenant;
    }
    Ok(found)
}

const LICENSES: &str = "assignedLicenses";

/// Whether users with a licence, or those without any, are asked for.
fn asks_for_any_license(clause: &Condition) -> Option<bool> {
    match clause {
        Condition::Has(LICENSES, None) => Some(true),
        Condition::Not(inner) if **inner == Condition::Has(LICENSES, None) => Some(false),
        _ => None,
    }
}

/// The one SKU whose users are asked for.
fn sku_asked_for(clause: &Condition) -> Option<Uuid> {
    let Condition::Has(LICENSES, Some(license)) = clause else { return None };
    match &**license {
        Condition::Is("skuId", Test::OneOf(operands)) => match operands[..] {
            [Operand::Guid(sku)] => Some(sku),
            _ => None,
        },
        _ => None,
    }
}
