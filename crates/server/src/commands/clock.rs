//! `seatwright clock`.

use super::administration::Administration;
use crate::cli::administration::{ClockArgs, ClockCommand};
use hyper::Method;
use serde_json::{Value, json};
use std::process::ExitCode;

pub(crate) async fn run(args: ClockArgs) -> anyhow::Result<ExitCode> {
    let server = Administration::open(&args.server).await?;
    let clock = match args.command {
        ClockCommand::Show => server.ask(Method::GET, "/clock", None).await?,
        ClockCommand::Set { time } => {
            let body = json!({ "currentDateTime": time.to_string() });
            server.ask(Method::PUT, "/clock", Some(&body)).await?
        }
        ClockCommand::Advance { by } => {
            let by = engine::span::show(i64::try_from(by.as_millis()).unwrap_or(i64::MAX));
            server.ask(Method::POST, "/clock/advance", Some(&json!({ "by": by }))).await?
        }
    };
    server.print(&clock, shown)?;
    Ok(ExitCode::SUCCESS)
}

fn shown(clock: &Value) -> String {
    let text = |name: &str| clock[name].as_str().unwrap_or_default();
    match text("ahead") {
        "PT0S" => format!("{} (the system's time)\n", text("currentDateTime")),
        ahead => format!("{} ({ahead} ahead of the system)\n", text("currentDateTime")),
    }
}
