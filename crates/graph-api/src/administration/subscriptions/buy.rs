//! `POST /tenants/{tenant}/subscriptions`

use super::{TYPE, answer};
use crate::administration::members::{SUBSCRIPTION, flag, guid, invalid, missing, text, time_or_null, units};
use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::faults;
use crate::wire::subscription::CompanySubscription;
use http::StatusCode;
use licensing::Command;
use licensing::catalog::Catalog;
use licensing::decide::buy_subscription::BuySubscription;
use licensing::ids::{SkuId, SubscriptionId};
use licensing::time::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<CompanySubscription<'_>>(&call.options)?;
    let purchase = Purchase::parse(&call.json()?)?;
    let sku = purchase.sku(&call.find_tenant().await?.catalog)?;
    let id = purchase.id.unwrap_or_else(Uuid::new_v4);
    let command = BuySubscription {
        id: SubscriptionId(id),
        sku,
        total_licenses: purchase.total_licenses.ok_or_else(|| missing("totalLicenses", SUBSCRIPTION))?,
        is_trial: purchase.is_trial,
        until: purchase.until,
    };
    let tenant = call.run_on_tenant(Command::BuySubscription(command)).await?;
    Ok(answer(&call, &tenant, id, &projection)?.with_status(StatusCode::CREATED))
}

/// What a body asks for. The SKU is named by id or by part number; who brings an id can ask for the same again.
#[derive(Default)]
struct Purchase {
    id: Option<Uuid>,
    sku_id: Option<Uuid>,
    sku_part_number: Option<String>,
    total_licenses: Option<u32>,
    is_trial: bool,
    until: Option<Timestamp>,
}

impl Purchase {
    fn parse(body: &Map<String, Value>) -> Result<Self, ApiError> {
        let mut purchase = Self::default();
        for (name, value) in body {
            match name.as_str() {
                "id" => purchase.id = Some(guid(value)?),
                "skuId" => purchase.sku_id = Some(guid(value)?),
                "skuPartNumber" => purchase.sku_part_number = Some(text(value)?.to_owned()),
                "totalLicenses" => purchase.total_licenses = Some(units(value)?),
                "isTrial" => purchase.is_trial = flag(value)?,
                "nextLifecycleDateTime" => purchase.until = time_or_null(value)?,
                name if faults::is_type_annotation(name) => {}
                name => return Err(faults::unknown_property(name, TYPE)),
            }
        }
        Ok(purchase)
    }

    fn sku(&self, catalog: &Catalog) -> Result<SkuId, ApiError> {
        let named = self.sku_part_number.as_ref().map(|name| {
            let product = catalog.product_by_part_number(name).ok_or_else(|| invalid("skuPartNumber"));
            product.map(|product| product.id)
        });
        match (self.sku_id.map(SkuId), named.transpose()?) {
            (Some(id), Some(named)) if id != named => Err(invalid("skuPartNumber")),
            (Some(sku), _) | (None, Some(sku)) => Ok(sku),
            (None, None) => Err(missing("skuId", SUBSCRIPTION)),
        }
    }
}
