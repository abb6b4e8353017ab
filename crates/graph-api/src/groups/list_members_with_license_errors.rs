//! `GET /groups/{group}/membersWithLicenseErrors`

use crate::answer::{Answer, Extent, Metadata, Object};
use crate::call::Call;
use crate::directory_objects::SET;
use crate::error::ApiError;
use crate::hidden::Seen;
use crate::options::{Serves, page_size};
use crate::paging::{self, Position};
use crate::users::{collection_projection, count_users};
use crate::wire::visible::VisibleUser;
use engine::store::UserSet;
use licensing::ids::UserKey;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::Pages)?;
    let projection = collection_projection(&call)?;
    let size = page_size(&call.options)?;
    let (_, group) = call.find_group("group").await?;
    if !Seen::by(&call).await?.shows(&group) {
        let count = call.wants_count().then_some(0);
        return Answer::page(&call, SET, &projection, &[(); 0], Extent { next_link: None, count });
    }
    let collection = format!("faulty members of {}", group.profile.id);
    let after = paging::position(&call, &collection)?.after.map(UserKey);
    let mut seen = call.store().users(call.tenant(), UserSet::WithErrorsFrom(group.key), after, size + 1).await?;
    let next =
        paging::cut(&mut seen.value, size).map(|last| Position { after: Some(last.key.0), ..Position::default() });
    let next_link = next.map(|position| paging::next_link(&call, &collection, position));

    let users: Vec<_> = seen.value.iter().map(|facts| VisibleUser::to(&call, &seen.tenant, facts)).collect();
    let odata_type = Some("#microsoft.graph.user").filter(|_| call.metadata == Metadata::Minimal);
    let object = |resource| Object { context: None, odata_type, resource, projection: &projection };
    let members: Vec<_> = users.iter().map(object).collect();
    let count = count_users(&call, UserSet::WithErrorsFrom(group.key)).await?;
    Answer::page(&call, SET, &projection, &members, Extent { next_link, count })
}
