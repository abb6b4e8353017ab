//! The command line. Its help is meant to be learnt from.

pub(crate) mod administration;

use crate::duration::{self, SignedDuration};
use crate::store_location::{StoreLocation, without_password};
use crate::telemetry::LogFormat;
use administration::{ClockArgs, ProductArgs, SubscriptionArgs};
use clap::error::{ContextKind, ContextValue};
use clap::{ArgGroup, Args, Parser, Subcommand};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;
use uuid::Uuid;

const EXAMPLES: &str = "\
Examples:
  See it work on a throw-away store, then try it yourself:
    seatwright demo
  Serve a world of your own, kept in a file:
    seatwright serve --store sqlite:seatwright.db --seed world.json
  Serve Microsoft's own clients too, which refuse http:
    seatwright serve --https-listen 127.0.0.1:8443
  Get a token for the signed-in user Adele, who may assign licences:
    seatwright token --store sqlite:seatwright.db --tenant TENANT_ID \\
        --user adele.vance@contoso.example --scope LicenseAssignment.ReadWrite.All
  Buy seats of the running server (of the store seatwright.db; --store names another), and see them expire:
    seatwright subscription buy ENTERPRISEPACK 25 --until 2030-01-31
    seatwright clock set 2030-02-01

Exit codes:
  0  done, or stopped as asked
  1  verify found something broken
  2  a mistake that you can put right, told in one line";

/// A licensing service that speaks the Microsoft Graph contract: assignLicense for users and groups, with
/// true seat counts, Graph's rules and Graph's errors.
#[derive(Debug, Parser)]
#[command(name = "seatwright", version, after_help = EXAMPLES, after_long_help = EXAMPLES)]
pub(crate) struct Cli {
    /// How log lines look; RUST_LOG chooses which there are (such as RUST_LOG=info)
    #[arg(long, global = true, value_enum, default_value_t)]
    pub(crate) log_format: LogFormat,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What is wrong with a command line: clap's message without its layout.
pub(crate) fn in_one_line(mistake: &clap::Error) -> String {
    let text = mistake.render().to_string();
    let paragraphs = text
        .split("\n\n")
        .filter(|paragraph| !paragraph.starts_with("Usage:") && !paragraph.starts_with("For more information"));
    let in_lines = |paragraph: &str| paragraph.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let mut line = paragraphs.map(in_lines).collect::<Vec<_>>().join("; ");
    // What was to be a store's URL may have a password in it, wherever it was written.
    for kind in [ContextKind::InvalidValue, ContextKind::InvalidArg] {
        if let Some(ContextValue::String(value)) = mistake.get(kind) {
            line = line.replace(value.as_str(), &without_password(value));
        }
    }
    format!("{}; try --help", line.trim_start_matches("error: "))
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serve the Graph API and the token authority until stopped
    Serve(ServeArgs),
    /// Run the main job on a throw-away store over HTTP, explain each step, then keep serving
    Demo(DemoArgs),
    /// Print an access token that the server of this store accepts
    Token(TokenArgs),
    /// Tell why a user has a service or lacks it, and what would change that
    Explain(ExplainArgs),
    /// Show, buy, change, cancel and renew subscriptions on a running server
    Subscription(SubscriptionArgs),
    /// Show a tenant's own products or add one on a running server, to buy it as any other
    Product(ProductArgs),
    /// Show a tenant's clock or set it forward on a running server, to see subscriptions expire
    Clock(ClockArgs),
    /// Print the world file of a store
    ///
    /// `serve --seed` makes the same store of it again: the same ids, licences and logins. Client secrets are in it as
    /// hashes, so keep it as safe as the store.
    ///
    /// Not in it: the key that signs tokens (those of the old store are not accepted by the new one), deleted users and
    /// groups, and the audit. docs/world.md says what each key means.
    Export(ExportArgs),
    /// Check the invariants of a store; list what is broken and exit with 1
    Verify(VerifyArgs),
    /// Move stores from one kind of place to another
    Store(StoreArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    pub(crate) addresses: Addresses,
    /// Where the data is: sqlite:PATH, postgres://USER:PASSWORD@HOST/DATABASE, or memory: for a store that is gone at the end
    #[arg(long, value_name = "STORE", default_value = "sqlite:seatwright.db")]
    pub(crate) store: StoreLocation,
    /// World file to fill the store with, used only while the store is empty; docs/world.md explains its keys
    #[arg(long, value_name = "WORLD.json")]
    pub(crate) seed: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) behaviour: Behaviour,
}

/// Where a server listens that is told nothing.
pub(crate) const DEFAULT_LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// Where a server listens.
#[derive(Debug, Args)]
pub(crate) struct Addresses {
    /// Address to listen on, 127.0.0.1:8080 when left out (`demo --once`: any free port); port 0 takes a free one and
    /// prints it
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
    /// Address to listen on for https too, with a certificate of an authority that is made beside the store; it prints
    /// which file clients must trust
    #[arg(long, value_name = "ADDR")]
    pub(crate) https_listen: Option<SocketAddr>,
    /// Certificate (PEM) to show instead, followed by those that lead up from it
    #[arg(long, value_name = "FILE", requires_all = ["https_listen", "tls_key"])]
    tls_cert: Option<PathBuf>,
    /// Private key (PEM) of that certificate
    #[arg(long, value_name = "FILE", requires_all = ["https_listen", "tls_cert"])]
    tls_key: Option<PathBuf>,
}

impl Addresses {
    /// The files of a certificate and its key, if they are given.
    pub(crate) fn certificate(&self) -> Option<(&Path, &Path)> {
        Some((self.tls_cert.as_deref()?, self.tls_key.as_deref()?))
    }
}

/// What may be set for any server.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Behaviour {
    /// How long group processing waits before it starts (such as 500ms)
    #[arg(long, value_name = "DURATION", default_value = "0ms", value_parser = duration::parse)]
    pub(crate) group_delay: Duration,
}

#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    #[command(flatten)]
    pub(crate) addresses: Addresses,
    /// Stop after the last step instead of serving on
    #[arg(long)]
    pub(crate) once: bool,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("caller").required(true).args(["app", "user"])))]
pub(crate) struct TokenArgs {
    /// Where the data is; the server may be running
    #[arg(long, value_name = "STORE", default_value = "sqlite:seatwright.db")]
    pub(crate) store: StoreLocation,
    /// Tenant, by id or by one of its verified domains
    #[arg(long, value_name = "TENANT")]
    pub(crate) tenant: String,
    /// Application (appId, a GUID) that acts on its own behalf
    #[arg(long, value_name = "APP_ID", value_parser = administration::guid)]
    pub(crate) app: Option<Uuid>,
    /// User (principal name or id) who is signed in; its directory roles come from the store
    #[arg(long, value_name = "USER")]
    pub(crate) user: Option<String>,
    /// App role of the token, instead of the application's own (repeatable, with --app)
    #[arg(long = "role", value_name = "ROLE", conflicts_with = "user")]
    pub(crate) roles: Vec<String>,
    /// Scope of the token, besides User.Read (repeatable, with --user)
    #[arg(long = "scope", value_name = "SCOPE", conflicts_with = "app")]
    pub(crate) scopes: Vec<String>,
    /// How long the token is valid from now; negative for one that has expired
    #[arg(long, value_name = "DURATION", default_value = "1h", allow_hyphen_values = true, value_parser = duration::parse_signed)]
    pub(crate) expires_in: SignedDuration,
    /// When the token begins to be valid, from now; may be negative
    #[arg(long, value_name = "DURATION", default_value = "0s", allow_hyphen_values = true, value_parser = duration::parse_signed)]
    pub(crate) not_before: SignedDuration,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// User (principal name or id)
    #[arg(value_name = "USER")]
    pub(crate) user: String,
    /// Service plan (name or id), to hear of it alone
    #[arg(value_name = "PLAN")]
    pub(crate) plan: Option<String>,
    /// Where the data is; the server may be running
    #[arg(long, value_name = "STORE", default_value = "sqlite:seatwright.db")]
    pub(crate) store: StoreLocation,
    /// Tenant, by id or by one of its verified domains; may be left out when the store has one tenant
    #[arg(long, value_name = "TENANT")]
    pub(crate) tenant: Option<String>,
    /// Print JSON, for programs
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// Where the data is; the server may be running
    #[arg(long, value_name = "STORE", default_value = "sqlite:seatwright.db")]
    pub(crate) store: StoreLocation,
    /// Tenant, by id or by one of its verified domains; all tenants without it
    #[arg(long, value_name = "TENANT")]
    pub(crate) tenant: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct StoreArgs {
    #[command(subcommand)]
    pub(crate) command: StoreCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// Copy a store into an empty one, with its keys, audit and unfinished work
    ///
    /// From a file into a PostgreSQL database, or the other way round. FROM may be served meanwhile, but what is done
    /// there after this began is not in the copy: stop its server for a move. A copy that was cut off goes on when the
    /// same command is given again; until it is whole, no server opens it. At the end the rows of both are counted.
    Copy {
        /// The store that is copied: sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE
        from: StoreLocation,
        /// The copy: a file that is not there yet, or an empty database
        to: StoreLocation,
    },
    /// Spread a PostgreSQL database over the nodes of a Citus cluster, by tenant
    ///
    /// Declares each table to Citus and makes them where they are missing. What is declared already is left as it is, so
    /// a command that was cut off can be given again. Stop the servers of the store before; docs/scaling.md says what
    /// else Citus asks for.
    Distribute {
        /// The database: postgres://USER:PASSWORD@COORDINATOR/DATABASE
        store: StoreLocation,
    },
}

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// Where the data is; the server may be running, or have been killed
    #[arg(long, value_name = "STORE", default_value = "sqlite:seatwright.db")]
    pub(crate) store: StoreLocation,
}
