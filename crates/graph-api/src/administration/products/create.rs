//! `POST /tenants/{tenant}/products`

use super::{answer, body};
use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::product::OwnProduct;
use http::StatusCode;
use licensing::Command;
use licensing::decide::create_product::CreateProduct;
use std::sync::Arc;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<OwnProduct<'_>>(&call.options)?;
    let product = body::product(&call.json()?)?;
    let id = product.id.0;
    let command = CreateProduct { product: Arc::new(product) };
    let tenant = call.run_on_tenant(Command::CreateProduct(command)).await?;
    Ok(answer(&call, &tenant, id, &projection)?.with_status(StatusCode::CREATED))
}
