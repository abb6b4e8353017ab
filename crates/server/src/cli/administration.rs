//! The command line of what is administered while a server runs.

use crate::duration;
use crate::store_location::StoreLocation;
use clap::builder::RangedI64ValueParser;
use clap::{Args, Subcommand, value_parser};
use licensing::subscription::UNITS_MAX;
use std::time::Duration;
use uuid::Uuid;

/// Which server is told, and for which tenant. A store has one writer, so these commands ask its server.
#[derive(Debug, Args)]
pub(crate) struct ServerArgs {
    /// Where the running server is
    #[arg(long, global = true, value_name = "URL", default_value = "http://127.0.0.1:8080", value_parser = parse_url)]
    pub(crate) url: String,
    /// The store of that server, which has the key that tokens are made with
    #[arg(long, global = true, value_name = "STORE", default_value = "sqlite:seatwright.db")]
    pub(crate) store: StoreLocation,
    /// Tenant, by id or by one of its verified domains; may be left out when the store has one tenant
    #[arg(long, global = true, value_name = "TENANT")]
    pub(crate) tenant: Option<String>,
    /// Print JSON, for programs
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SubscriptionArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    #[command(subcommand)]
    pub(crate) command: SubscriptionCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SubscriptionCommand {
    /// Show what was bought, and when its state changes next
    List,
    /// Buy units; several purchases of one SKU add up
    Buy {
        /// SKU, by part number (such as ENTERPRISEPACK) or id
        sku: String,
        /// How many units; all purchases of a SKU have at most 2147483647 together
        #[arg(value_parser = units())]
        quantity: u32,
        /// Paid until then (such as 2027-01-31 or 2027-01-31T12:00:00Z); without it, for ever
        #[arg(long, value_name = "TIME", value_parser = parse_time)]
        until: Option<jiff::Timestamp>,
        /// It is a trial
        #[arg(long)]
        trial: bool,
        /// Its id, a GUID; a new one without it. What is bought already is not bought again
        #[arg(long, value_name = "ID", value_parser = guid)]
        id: Option<Uuid>,
    },
    /// Set how many units a purchase has; fewer than are in use take no licence away
    Set {
        /// Id of the purchase, a GUID that `subscription list` shows
        #[arg(value_parser = guid)]
        id: Uuid,
        /// How many units; all purchases of a SKU have at most 2147483647 together
        #[arg(value_parser = units())]
        quantity: u32,
    },
    /// Cancel: suspended at once, without days of grace; licences stay
    Cancel {
        /// Id of the purchase, a GUID that `subscription list` shows
        #[arg(value_parser = guid)]
        id: Uuid,
    },
    /// Renew, whether it has lapsed or not
    Renew {
        /// Id of the purchase, a GUID that `subscription list` shows
        #[arg(value_parser = guid)]
        id: Uuid,
        /// Paid until then; without it, a year more
        #[arg(long, value_name = "TIME", value_parser = parse_time)]
        until: Option<jiff::Timestamp>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct ProductArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    #[command(subcommand)]
    pub(crate) command: ProductCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProductCommand {
    /// Show the tenant's own products with their service plans
    List,
    /// Add a product, which can then be bought
    Add {
        /// Its part number, such as CANTEEN
        part_number: String,
        /// A service plan by its name, or NAME=ID for a plan that has an id already, a GUID (repeatable)
        ///
        /// By its id a plan of a built-in SKU can be in a product of yours, and its dependencies and exclusions come with it.
        #[arg(long = "plan", value_name = "NAME[=ID]", value_parser = parse_plan)]
        plans: Vec<Plan>,
        /// Its SKU id, a GUID; a new one without it
        #[arg(long, value_name = "ID", value_parser = guid)]
        id: Option<Uuid>,
    },
}

/// A service plan of a new product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) name: String,
    pub(crate) id: Option<Uuid>,
}

fn parse_plan(text: &str) -> Result<Plan, String> {
    let (name, id) = text.split_once('=').map_or((text, None), |(name, id)| (name, Some(id)));
    let id = id.map(guid).transpose()?;
    Ok(Plan { name: name.to_owned(), id })
}

#[derive(Debug, Args)]
pub(crate) struct ClockArgs {
    #[command(flatten)]
    pub(crate) server: ServerArgs,
    #[command(subcommand)]
    pub(crate) command: ClockCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ClockCommand {
    /// Show the tenant's time
    Show,
    /// Set it; never back
    Set {
        /// The new time, such as 2027-01-31 or 2027-01-31T12:00:00Z, and 9999-01-01 at the latest
        #[arg(value_parser = parse_time)]
        time: jiff::Timestamp,
    },
    /// Set it forward
    Advance {
        /// By how much: a whole number with its unit, such as 90s, 5m, 12h or 30d (ms, s, m, h, d)
        ///
        /// The clock can be set to 9999-01-01T00:00:00Z at the latest.
        #[arg(value_parser = duration::parse)]
        by: Duration,
    },
}

fn parse_url(text: &str) -> Result<String, String> {
    match text.strip_prefix("http://") {
        Some(host) if !host.is_empty() => Ok(text.trim_end_matches('/').to_owned()),
        _ => Err("write http://HOST:PORT, the server's listener that is not https".to_owned()),
    }
}

/// A number of units.
fn units() -> RangedI64ValueParser<u32> {
    value_parser!(u32).range(0..=i64::from(UNITS_MAX))
}

/// A GUID, as everything that has an id has one.
pub(super) fn guid(text: &str) -> Result<Uuid, String> {
    text.parse().map_err(|_| format!("`{text}` is no GUID such as 5f3ad1c2-0c1e-4d5b-9a57-6c2f3b8e4d10"))
}

/// A time in UTC, or a day, which begins at midnight there.
fn parse_time(text: &str) -> Result<jiff::Timestamp, String> {
    let day = || format!("{text}T00:00:00Z").parse();
    let form = "write a time such as 2027-01-31 or 2027-01-31T12:00:00Z, and no later than 9999-01-01T00:00:00Z";
    text.parse().or_else(|_| day()).map_err(|_| form.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_may_be_a_day() {
        assert_eq!(parse_time("2027-01-31").unwrap().to_string(), "2027-01-31T00:00:00Z");
        assert_eq!(parse_time("2027-01-31T12:00:00+02:00").unwrap().to_string(), "2027-01-31T10:00:00Z");
        for wrong in ["", "soon", "2027-02-30", "2027-01-31T12:00:00"] {
            assert!(parse_time(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_plan_may_bring_its_id() {
        let plan = |id| Ok(Plan { name: "LUNCH".to_owned(), id });
        assert_eq!(parse_plan("LUNCH"), plan(None));
        assert_eq!(parse_plan("LUNCH=00000000-0000-0000-0000-000000000007"), plan(Some(Uuid::from_u128(7))));
        assert!(parse_plan("LUNCH=7").is_err());
    }

    #[test]
    fn a_server_is_named_by_its_plain_address() {
        assert_eq!(parse_url("http://127.0.0.1:8080/").as_deref(), Ok("http://127.0.0.1:8080"));
        for wrong in ["https://127.0.0.1:8443", "127.0.0.1:8080", "http://", ""] {
            assert!(parse_url(wrong).is_err(), "{wrong}");
        }
    }
}
