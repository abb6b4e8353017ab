//! `seatwright verify`.

use crate::cli::VerifyArgs;
use std::process::ExitCode;

pub(crate) async fn run(args: VerifyArgs) -> anyhow::Result<ExitCode> {
    let store = args.store.open_snapshot()?;
    let (checked, breaches) = engine::verify::verify(store.as_ref()).await?;
    for breach in &breaches {
        println!("{breach}");
    }
    println!(
        "{} tenants, {} users, {} licence paths checked: {} problems",
        checked.tenants,
        checked.users,
        checked.paths,
        breaches.len()
    );
    Ok(if breaches.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
