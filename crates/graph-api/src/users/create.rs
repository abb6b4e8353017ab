//! `POST /users`

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::users::shown_user;
use crate::wire::user::User;
use crate::wire::user_body::UserBody;
use http::StatusCode;
use licensing::Command;
use licensing::decide::create_user::{CreateUser, Origin};
use licensing::facts::UserRef;
use licensing::ids::UserId;
use uuid::Uuid;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<User<'_>>(&call.options)?;
    let body = UserBody::of_new(&call.json()?)?;
    let id = Uuid::new_v4();
    let command = CreateUser {
        id: UserId(id),
        principal_name: body.principal_name,
        properties: body.properties,
        usage_location: body.usage_location.flatten(),
        manager: body.manager,
        origin: Origin::Asked(body.password),
    };
    let shown = call.run(Command::CreateUser(command)).await?;
    let (tenant, facts) = shown_user(&call, &UserRef::Id(id), shown).await?;
    let answer = Answer::object(&call, "users", &User { tenant: &tenant, facts: &facts }, &projection)?;
    Ok(answer.with_status(StatusCode::CREATED).with_location(&call, id, "User"))
}
