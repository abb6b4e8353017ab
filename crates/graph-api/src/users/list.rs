//! `GET /users`

use crate::answer::{Answer, Extent};
use crate::call::{Call, parse_guid};
use crate::error::ApiError;
use crate::options::{Serves, page_size, unsupported_filter};
use crate::paging::{self, Position};
use crate::users::{collection_projection, count_users};
use crate::wire::visible_user::VisibleUser;
use engine::store::UserSet;
use licensing::facts::UserRef;
use licensing::ids::UserKey;
use odata::Filter;
use odata::filter::Literal;

const COLLECTION: &str = "users";

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::FilteredPages)?;
    let projection = collection_projection(&call)?;
    let size = page_size(&call.options)?;
    if let Some(filter) = &call.options.filter {
        let wanted = wanted(filter)?;
        paging::position(&call, "one user")?;
        let seen = match wanted {
            Some(wanted) => Some(call.store().user(call.tenant(), &wanted).await?),
            None => None,
        };
        let users: Vec<_> = seen
            .iter()
            .filter_map(|seen| seen.value.as_ref().map(|facts| VisibleUser::to(&call, &seen.tenant, facts)))
            .collect();
        return Answer::whole(&call, COLLECTION, &users, &projection);
    }
    let position = paging::position(&call, COLLECTION)?;
    let after = position.after.map(UserKey);
    let mut seen = call.store().users(call.tenant(), UserSet::All, after, size + 1).await?;
    let next =
        paging::cut(&mut seen.value, size).map(|last| Position { after: Some(last.key.0), ..Position::default() });
    let next_link = next.map(|position| paging::next_link(&call, COLLECTION, position));
    let users: Vec<_> = seen.value.iter().map(|facts| VisibleUser::to(&call, &seen.tenant, facts)).collect();
    let count = count_users(&call, UserSet::All).await?;
    Answer::collection(&call, COLLECTION, &users, &projection, Extent { next_link, count })
}

/// The one user that a filter may mean; `None` when nobody can have such an id.
fn wanted(filter: &Filter) -> Result<Option<UserRef>, ApiError> {
    match filter.as_equality() {
        Some(("userPrincipalName", Literal::Text(name))) => Ok(Some(UserRef::Name(name.clone()))),
        Some(("id", Literal::Text(id) | Literal::Guid(id))) => Ok(parse_guid(id).map(UserRef::Id)),
        _ => Err(unsupported_filter(filter, "User")),
    }
}
