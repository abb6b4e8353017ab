//! `POST /directory/deletedItems/{user}/restore`

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::users::shown_user;
use crate::wire::user::User;
use licensing::Command;
use licensing::decide::restore_user::RestoreUser;
use licensing::facts::UserRef;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<User<'_>>(&call.options)?;
    call.no_parameters("restore")?;
    let user = call.id_at("user")?;
    let shown = call.run(Command::RestoreUser(RestoreUser { user })).await?;
    let (tenant, facts) = shown_user(&call, &UserRef::Id(user), shown).await?;
    let user = User { tenant: &tenant, facts: &facts };
    Answer::typed_object(&call, "directoryObjects", "#microsoft.graph.user", &user, &projection)
}
