//! `GET /users/{user}/directReports`, `/me/directReports`

use crate::answer::Answer;
use crate::call::Call;
use crate::directory_objects::page::{self, Mixed};
use crate::error::ApiError;
use engine::store::UserSet;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_page()?;
    let (_, user) = call.find_user(&call.user()).await?;
    let name = format!("reports of user {}", user.key.0);
    page::answer(&call, Mixed::of(name, Some(UserSet::ReportsTo(user.key)), None)).await
}
