//! `GET /groups/$count`

use super::find::Wanted;
use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_counting()?;
    Ok(Answer::number(Wanted::of(&call, true).await?.count(&call).await?))
}
