//! `GET /tenants/{tenant}/products`

use super::SET;
use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::product::OwnProduct;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<OwnProduct<'_>>(&call.options)?;
    let tenant = call.find_tenant().await?;
    let products: Vec<_> = tenant.catalog.own_products().map(|product| OwnProduct(product)).collect();
    Answer::whole(&call, SET, &products, &projection)
}
