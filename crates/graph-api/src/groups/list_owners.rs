//! `GET /groups/{group}/owners`

use crate::answer::Answer;
use crate::call::Call;
use crate::directory_objects::page::{self, Mixed};
use crate::error::ApiError;
use engine::store::UserSet;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_page()?;
    let (_, group) = call.find_group("group").await?;
    let name = format!("owners of {}", group.profile.id);
    page::answer(&call, Mixed::of(name, Some(UserSet::OwnersOf(group.key)), None)).await
}
