//! `seatwright subscription`.

use super::administration::{Administration, Unclear};
use crate::cli::administration::{SubscriptionArgs, SubscriptionCommand};
use anyhow::{anyhow, bail};
use hyper::Method;
use serde_json::{Value, json};
use std::process::ExitCode;
use uuid::Uuid;

/// The columns of the table: heading, property, width.
const COLUMNS: [(&str, &str, usize); 5] = [
    ("ID", "id", 36),
    ("SKU", "skuPartNumber", 28),
    ("STATUS", "status", 9),
    ("UNITS", "totalLicenses", 8),
    ("NEXT STATE", "nextLifecycleDateTime", 0),
];

pub(crate) async fn run(args: SubscriptionArgs) -> anyhow::Result<ExitCode> {
    let server = Administration::open(&args.server).await?;
    let answer = ask(&server, args.command).await?;
    server.print(&answer, |answer| match answer {
        Value::Array(rows) => table(rows),
        row => table(std::slice::from_ref(row)),
    })?;
    Ok(ExitCode::SUCCESS)
}

async fn ask(server: &Administration<'_>, command: SubscriptionCommand) -> anyhow::Result<Value> {
    match command {
        SubscriptionCommand::List => {
            let mut answer = server.ask(Method::GET, "/subscriptions", None).await?;
            Ok(answer["value"].take())
        }
        SubscriptionCommand::Buy { sku, quantity, until, trial, id } => {
            let id = id.unwrap_or_else(Uuid::new_v4);
            let name = if Uuid::try_parse(&sku).is_ok() { "skuId" } else { "skuPartNumber" };
            if name == "skuPartNumber" && !server.has_part_number(&sku) {
                bail!(
                    "there is no SKU `{sku}`; data/skus.csv lists the part numbers of the built-in ones, `seatwright \
                     product list` those of your own"
                );
            }
            let until = until.map(|time| time.to_string());
            let body = json!({ "id": id, name: sku, "totalLicenses": quantity, "isTrial": trial,
                "nextLifecycleDateTime": until });
            server.ask(Method::POST, "/subscriptions", Some(&body)).await.map_err(|error| {
                if error.is::<Unclear>() { anyhow!("{error:#} (with --id {id} it is not bought twice)") } else { error }
            })
        }
        SubscriptionCommand::Set { id, quantity } => {
            server.ask(Method::PATCH, &path(id), Some(&json!({ "totalLicenses": quantity }))).await
        }
        SubscriptionCommand::Cancel { id } => {
            server.ask(Method::DELETE, &path(id), None).await?;
            server.ask(Method::GET, &path(id), None).await
        }
        SubscriptionCommand::Renew { id, until } => {
            let body = json!({ "nextLifecycleDateTime": until.map(|time| time.to_string()) });
            server.ask(Method::POST, &format!("{}/renew", path(id)), Some(&body)).await
        }
    }
}

fn path(id: Uuid) -> String {
    format!("/subscriptions/{id}")
}

fn table(rows: &[Value]) -> String {
    let headings = line(|(heading, _, _)| (*heading).to_owned());
    let rows = rows.iter().map(|row| {
        line(|(_, property, _)| match &row[property] {
            Value::Null => "never".to_owned(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
    });
    std::iter::once(headings).chain(rows).collect()
}

fn line(cell: impl Fn(&(&'static str, &'static str, usize)) -> String) -> String {
    let cells = COLUMNS.iter().map(|column| format!("{:<width$}", cell(column), width = column.2));
    format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
}
