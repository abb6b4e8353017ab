//! `seatwright product`.

use super::administration::Administration;
use crate::cli::administration::{Plan, ProductArgs, ProductCommand};
use anyhow::bail;
use hyper::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::ExitCode;
use uuid::Uuid;

const PATH: &str = "/products";

pub(crate) async fn run(args: ProductArgs) -> anyhow::Result<ExitCode> {
    let server = Administration::open(&args.server).await?;
    let answer = match args.command {
        ProductCommand::List => server.ask(Method::GET, PATH, None).await?["value"].take(),
        ProductCommand::Add { part_number, plans, id } => {
            let mut names = BTreeSet::new();
            if let Some(twice) = plans.iter().find(|plan| !names.insert(plan.name.to_uppercase())) {
                bail!("the plan {} is given twice", twice.name);
            }
            let plans: Vec<Value> = plans.into_iter().map(plan).collect();
            let id = id.unwrap_or_else(Uuid::new_v4);
            let body = json!({ "skuId": id, "skuPartNumber": part_number, "servicePlans": plans });
            server.ask(Method::POST, PATH, Some(&body)).await?
        }
    };
    server.print(&answer, |answer| match answer {
        Value::Array(products) if products.is_empty() => "The tenant has no products of its own.\n".to_owned(),
        Value::Array(products) => products.iter().map(shown).collect(),
        product => shown(product),
    })?;
    Ok(ExitCode::SUCCESS)
}

fn plan(Plan { name, id }: Plan) -> Value {
    json!({ "servicePlanId": id.unwrap_or_else(Uuid::new_v4), "servicePlanName": name })
}

/// A line for the product, and one for each of its plans.
fn shown(product: &Value) -> String {
    let line = |indent: &str, of: &Value, id: &str, name: &str| {
        let text = |name: &str| of[name].as_str().unwrap_or_default().to_owned();
        format!("{indent}{}  {}\n", text(id), text(name))
    };
    let plans = product["servicePlans"].as_array().into_iter().flatten();
    let plans = plans.map(|plan| line("  ", plan, "servicePlanId", "servicePlanName"));
    std::iter::once(line("", product, "skuId", "skuPartNumber")).chain(plans).collect()
}
