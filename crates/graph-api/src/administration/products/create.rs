//! `POST /tenants/{tenant}/products`

use super::{answer, read, without_annotations};
use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::product::OwnProduct;
use engine::world::ProductWorld;
use http::StatusCode;
use licensing::Command;
use licensing::catalog::Product;
use licensing::decide::create_product::CreateProduct;
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<OwnProduct<'_>>(&call.options)?;
    let mut body = without_annotations(call.json()?);
    // In a world file the id cannot be left out.
    body.entry("skuId").or_insert_with(|| Uuid::new_v4().to_string().into());
    let product = Product::from(read::<ProductWorld>(Value::Object(body))?);
    let id = product.id.0;
    let command = CreateProduct { product: Arc::new(product) };
    let tenant = call.run_on_tenant(Command::CreateProduct(command)).await?;
    Ok(answer(&call, &tenant, id, &projection)?.with_status(StatusCode::CREATED))
}
