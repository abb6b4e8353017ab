//! `GET /tenants/{tenant}/users/{user}/explain`

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::Serves;
use crate::wire::explanation::explanation_json;
use engine::explain::explain;
use serde_json::Value;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let user = call.user();
    let found = explain(call.store(), call.tenant(), &user, call.api.engine.now()).await?;
    let explanation = found.ok_or_else(|| ApiError::not_found(user.to_string()))?;
    let mut answer = explanation_json(&explanation);
    if let (Value::Object(members), Some(context)) = (&mut answer, call.context(|| "explanation".to_owned())) {
        members.shift_insert(0, "@odata.context".to_owned(), context.into());
    }
    Answer::json(&call, &answer)
}
