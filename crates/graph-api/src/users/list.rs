//! `GET /users`

use super::find::Wanted;
use crate::answer::{Answer, Extent};
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Serves, page_size};
use crate::paging::{self, Position};
use crate::users::collection_projection;
use crate::wire::visible::VisibleUser;
use licensing::ids::UserKey;

const SET: &str = "users";

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::FilteredPages)?;
    let projection = collection_projection(&call)?;
    let size = page_size(&call.options)?;
    let wanted = Wanted::of(&call, false).await?;
    let collection = paging::filtered(&call, SET);
    let after = paging::position(&call, &collection)?.after.map(UserKey);
    let page = wanted.page(&call, after, size).await?;
    let next = page.next.map(|key| Position { after: Some(key.0), ..Position::default() });
    let next_link = next.map(|position| paging::next_link(&call, &collection, position));
    let count = if call.wants_count() { Some(wanted.count(&call).await?) } else { None };
    let users: Vec<_> = page.objects.iter().map(|facts| VisibleUser::to(&call, &page.tenant, facts)).collect();
    Answer::collection(&call, SET, &users, &projection, Extent { next_link, count })
}
