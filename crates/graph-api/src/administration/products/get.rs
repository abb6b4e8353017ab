//! `GET /tenants/{tenant}/products/{product}`

use super::answer;
use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::product::OwnProduct;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<OwnProduct<'_>>(&call.options)?;
    let id = call.id_at("product")?;
    answer(&call, &*call.find_tenant().await?, id, &projection)
}
