//! Connections to the server: how they are made and set, what their failures mean, and bringing the database to the present
//! schema.

use super::BEGIN;
use super::distribute::{DISTRIBUTED, ON_EVERY_NODE};
use super::pool::{Connection, NOT_IN_TIME, Pool};
use super::tls::Asked;
use super::transaction::Transaction;
use crate::columns::checksum;
use crate::copy::UNFINISHED;
use deadpool_postgres::{HookError, PoolError};
use engine::store::StoreError;
use std::error::Error;
use std::str::FromStr;
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, TargetSessionAttrs};
use tokio_postgres::error::{DbError, SqlState};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Where a server is that the URL gives no port for.
const DEFAULT_PORT: u16 = 5432;
/// How long making a connection may take, and how long one is waited for.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long data may go unacknowledged before the connection is given up: a host that is gone says nothing.
const UNACKNOWLEDGED_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a connection may be silent before its other end is asked whether it is there, and how often then: it may go
/// without a word when all that was sent to it is acknowledged.
const KEEPALIVE: (Duration, Duration) = (Duration::from_secs(10), Duration::from_secs(5));

/// Settings of each connection. A statement and a wait for a lock end after some time, and so does a transaction of a
/// program that hangs: it holds the lock on its tenant. Plans do not depend on bound values, and every statement goes along
/// an index (decision 15 tells how it comes to be the one that fits), in one process: starting others costs more than a
/// statement of ours. What is no transaction of its own begins as if it were one of ours, whatever the role or the database
/// prefers: at another isolation level, whoever waited for a lock would be refused for what came before.
const OPTIONS: &str = "-c default_transaction_isolation=read\\ committed \
     -c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s \
     -c plan_cache_mode=force_generic_plan -c jit=off -c client_min_messages=warning \
     -c enable_seqscan=off -c enable_bitmapscan=off -c enable_sort=off \
     -c enable_hashjoin=off -c enable_mergejoin=off -c enable_hashagg=off \
     -c max_parallel_workers_per_gather=0";

/// For a transaction that looks through whole tables, however large they are: it [takes its time](Transaction::take_time).
pub(super) const WHOLE_TABLES: &str = "SET LOCAL statement_timeout = 0; SET LOCAL enable_seqscan = on;
    SET LOCAL enable_hashjoin = on; SET LOCAL enable_hashagg = on; SET LOCAL enable_sort = on";

/// Number of the advisory lock under which a schema is changed and an empty store is filled or marked: "Seat".
pub(super) const LOCK_OF_THE_STORE: i64 = 0x5365_6174;

/// Numbered, forward only; an applied one is never edited (its checksum is kept).
const MIGRATIONS: [(i64, &str); 1] = [(1, include_str!("../../migrations/postgres/0001_initial.sql"))];

/// Why something could not be done.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server refused it, or could not be reached.
    Driver(tokio_postgres::Error),
    /// There is no connection.
    Pool(PoolError),
    /// It cannot be done in this state.
    Refused(String),
    /// The server did not answer in this time.
    Silent(Duration),
    /// The connection was lost with the commit, or given up; why.
    Unknown(String),
    /// A column holds what this program never writes.
    Corrupt(&'static str),
}

pub(super) type Result<T> = std::result::Result<T, Failure>;

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Driver(error)
    }
}

impl From<PoolError> for Failure {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => Self::Driver(error),
            PoolError::Timeout(_) | PoolError::PostCreateHook(_) => Self::Refused(NOT_IN_TIME.to_owned()),
            other => Self::Pool(other),
        }
    }
}

impl Failure {
    /// What is told of it.
    pub(super) fn reason(&self) -> String {
        match self {
            Self::Driver(error) => chain(error),
            Self::Pool(error) => chain(error),
            Self::Silent(limit) => format!("the server did not answer within {limit:?}"),
            Self::Refused(reason) | Self::Unknown(reason) => reason.clone(),
            Self::Corrupt(reason) => (*reason).to_owned(),
        }
    }
}

/// A failure as one of the port.
pub(super) fn failed(attempted: &'static str) -> impl Fn(Failure) -> StoreError {
    move |failure| {
        let reason = failure.reason();
        match failure {
            Failure::Unknown(_) => StoreError::OutcomeUnknown { attempted, reason },
            Failure::Corrupt(_) => StoreError::Corrupt { attempted, reason },
            Failure::Driver(error) if refuses_the_data(&error) => StoreError::Unstorable { attempted, reason },
            Failure::Driver(_) | Failure::Pool(_) | Failure::Silent(_) | Failure::Refused(_) => {
                StoreError::Unavailable { attempted, reason }
            }
        }
    }
}

/// Classes of codes of a value or a row that the server does not take: data exceptions, constraints that are violated,
/// limits of what can be kept, and what a trigger says that names no code. All others are about the moment, or about the
/// schema.
const REFUSES_THE_DATA: [&str; 4] = ["22", "23", "54", "P0"];

fn refuses_the_data(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(is_of_the_data)
}

fn is_of_the_data(code: &SqlState) -> bool {
    REFUSES_THE_DATA.iter().any(|class| code.code().starts_with(class))
}

/// What an error says. Of data that it refuses the server shows whole rows in the details: they are about people, and no
/// log is the place for them.
fn sentence_of(error: &(dyn Error + 'static)) -> String {
    let sentence = error.to_string();
    match error.downcast_ref::<DbError>() {
        Some(refused) if is_of_the_data(refused.code()) => {
            let detail = refused.detail().map(|detail| format!("\nDETAIL: {detail}"));
            detail.map_or(sentence.clone(), |detail| sentence.replace(&detail, ""))
        }
        _ => sentence,
    }
}

/// An error with its causes, of which the driver's own sentence is often the least telling; in one line, although the server's
/// details and hints have lines of their own.
fn chain(error: &(dyn Error + 'static)) -> String {
    let in_one_line = |error: &(dyn Error + 'static)| {
        let text = sentence_of(error);
        let lines: Vec<&str> = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty()).collect();
        lines.join("; ")
    };
    let mut text = in_one_line(error);
    let mut cause = error.source();
    while let Some(error) = cause {
        let sentence = in_one_line(error);
        if !text.ends_with(&sentence) {
            text = format!("{text}: {sentence}");
        }
        cause = error.source();
    }
    text
}

/// How connections to a database are made, all of them.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) config: Config,
    pub(super) tls: MakeRustlsConnect,
}

impl Target {
    /// That of this URL.
    pub(super) fn of(url: &str) -> Result<Self> {
        let (url, asked) = Asked::take_out(url);
        let mut config = config(&url, &asked)?;
        let tls = asked.connector(&mut config)?;
        Ok(Self { config, tls })
    }

    /// The first connection of a pool. Where a server was looked for that does not answer is told.
    pub(super) async fn first(&self, pool: &Pool) -> Result<Connection> {
        pool.get().await.map_err(|error| match error {
            Failure::Driver(error) if error.as_db_error().is_none() => {
                Failure::Refused(format!("{}: {}", self.servers(), chain(&error)))
            }
            Failure::Driver(error) if error.code() == Some(&SqlState::INVALID_CATALOG_NAME) => {
                Failure::Refused(format!("{}: {}; {NO_DATABASE}", self.servers(), chain(&error)))
            }
            Failure::Refused(reason) => Failure::Refused(format!("{}: {reason}", self.servers())),
            other => other,
        })
    }

    /// Hosts and ports, as they may be shown to anybody.
    fn servers(&self) -> String {
        let ports = self.config.get_ports();
        let server = |(at, host): (usize, &Host)| {
            let port = ports.get(at).or(ports.first()).copied().unwrap_or(DEFAULT_PORT);
            match host {
                Host::Tcp(name) => format!("{name}:{port}"),
                Host::Unix(folder) => format!("{}, port {port}", folder.display()),
            }
        };
        let servers: Vec<String> = self.config.get_hosts().iter().enumerate().map(server).collect();
        // A password with an `@` that is not encoded begins what is taken for the host.
        if servers.iter().any(|server| server.contains('@')) {
            return "a host with an @ in its name (encode one in a password: %40)".to_owned();
        }
        servers.join(", ")
    }

    /// How long making a connection may take, until its server has let us in.
    pub(super) fn connect_timeout(&self) -> Duration {
        self.config.get_connect_timeout().copied().unwrap_or(CONNECT_TIMEOUT)
    }
}

/// What is told of a URL whose database is not there.
const NO_DATABASE: &str = "make it: CREATE DATABASE … OWNER the role ENCODING 'UTF8' TEMPLATE template0";
/// What a URL may ask for of `sslmode`.
const SSL_MODES: &str = "one is disable, prefer, require, verify-ca or verify-full";

fn config(url: &str, asked: &Asked) -> Result<Config> {
    let mut config = Config::from_str(url).map_err(|error| match chain(&error) {
        reason if reason.contains("sslmode") => Failure::Refused(format!("{reason}; {SSL_MODES}")),
        _ => Failure::Driver(error),
    })?;
    asked.name_hosts(&mut config)?;
    let options = config.get_options().map_or_else(|| OPTIONS.to_owned(), |given| format!("{OPTIONS} {given}"));
    config.options(options);
    if config.get_application_name().is_none() {
        config.application_name("seatwright");
    }
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(CONNECT_TIMEOUT);
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(UNACKNOWLEDGED_TIMEOUT);
    }
    // Of several servers all but one are standbys, which take no writes.
    if config.get_hosts().len() > 1 && !url.contains("target_session_attrs") {
        config.target_session_attrs(TargetSessionAttrs::ReadWrite);
    }
    // The driver does not tell whether it was given.
    if !url.contains("keepalives") {
        config.keepalives_idle(KEEPALIVE.0).keepalives_interval(KEEPALIVE.1);
    }
    Ok(config)
}

/// Keeps others out who change the schema or fill an empty store, until the transaction ends. They are waited for however
/// long they take: a world may be large.
pub(super) async fn lock_the_store(open: &Transaction) -> Result<()> {
    open.take_time("SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0").await?;
    open.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK_OF_THE_STORE]).await
}

/// Brings the database to the present schema. Nodes that start together do it one after the other.
pub(super) async fn migrate(connection: Connection) -> Result<()> {
    let migrating = Transaction::begin(connection, BEGIN).await?;
    is_utf8(&migrating).await?;
    lock_the_store(&migrating).await?;
    migrating
        .batch("CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY, checksum BIGINT NOT NULL)")
        .await
        .map_err(may_not_make_tables)?;
    is_nobody_elses(&migrating).await?;
    let applied = applied(&migrating).await?;
    if applied.len() > MIGRATIONS.len() {
        return Err(Failure::Corrupt("the store was written by a newer version of this program"));
    }
    for (at, (number, sql)) in MIGRATIONS.iter().enumerate() {
        match applied.get(at) {
            Some(known) if *known == (*number, checksum(sql)) => {}
            Some(_) => return Err(Failure::Corrupt("a migration is not the one that was applied")),
            None => {
                migrating.batch(sql).await.map_err(name_is_taken)?;
                migrating.execute("INSERT INTO migrations VALUES ($1, $2)", &[number, &checksum(sql)]).await?;
            }
        }
    }
    migrating.commit().await
}

/// Those of some names that are in the schema where tables are made, and whether they are the table of migrations.
const TAKEN: &str = "SELECT c.relname::text, c.relname = 'migrations' AND $2 = (
         SELECT string_agg(attname || ' ' || format_type(atttypid, NULL), ', ' ORDER BY attnum) FROM pg_attribute
         WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped)
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = current_schema() AND c.relname = ANY ($1) ORDER BY 1";
/// By which the table of migrations is known.
const COLUMNS_OF_MIGRATIONS: &str = "number bigint, checksum bigint";
/// Whoever has tables in the way is told this.
const ANOTHER_PLACE: &str = "name an empty database, or a schema of its own: ?options=-c%20search_path%3DSCHEMA";

/// Refuses a database in which somebody else has tables of our names.
async fn is_nobody_elses(migrating: &Transaction) -> Result<()> {
    let names: Vec<&str> = DISTRIBUTED.into_iter().chain(ON_EVERY_NODE).collect();
    let (mut is_migrated, mut foreign) = (false, Vec::new());
    for row in migrating.query(TAKEN, &[&names, &COLUMNS_OF_MIGRATIONS]).await? {
        if row.try_get(1)? {
            is_migrated = !applied(migrating).await?.is_empty();
        } else {
            foreign.push(row.try_get::<_, String>(0)?);
        }
    }
    if is_migrated || foreign.is_empty() {
        return Ok(());
    }
    let foreign = foreign.join(", ");
    Err(Failure::Refused(format!("the database holds tables that are not Seatwright's: {foreign}; {ANOTHER_PLACE}")))
}

/// What is told where something other than a table has a name of ours, such as an index.
fn name_is_taken(failure: Failure) -> Failure {
    match failure {
        Failure::Driver(error)
            if [SqlState::DUPLICATE_TABLE, SqlState::DUPLICATE_OBJECT].iter().any(|c| error.code() == Some(c)) =>
        {
            Failure::Refused(format!("{}; it is not Seatwright's: {ANOTHER_PLACE}", chain(&error)))
        }
        other => other,
    }
}

/// What a role is told that may make no tables.
fn may_not_make_tables(failure: Failure) -> Failure {
    match failure {
        // The second is what it is told that may not even look into the schema.
        Failure::Driver(error)
            if [SqlState::INSUFFICIENT_PRIVILEGE, SqlState::INVALID_SCHEMA_NAME]
                .iter()
                .any(|c| error.code() == Some(c)) =>
        {
            let remedy = "the role must own the database, or be let in: GRANT USAGE, CREATE ON SCHEMA public TO the role; \
                          a schema that search_path names must be there: CREATE SCHEMA … AUTHORIZATION the role";
            Failure::Refused(format!("{}; {remedy}", chain(&error)))
        }
        other => other,
    }
}

/// Refuses a database that cannot hold every character: one name that it does not have would fail the commits of all
/// who are in the same batch.
async fn is_utf8(reading: &Transaction) -> Result<()> {
    let encoding = reading.first("SELECT current_setting('server_encoding')", &[]).await?;
    let encoding: String = encoding.map_or(Ok(String::new()), |row| row.try_get(0))?;
    if encoding == "UTF8" {
        return Ok(());
    }
    let remedy = "make the database with ENCODING 'UTF8' TEMPLATE template0";
    Err(Failure::Refused(format!("the database has the encoding {encoding}; {remedy}")))
}

/// Whether there is a store in the database, and whether there is any table.
const WHAT_IS_THERE: &str = "SELECT coalesce($1 = (
         SELECT string_agg(attname || ' ' || format_type(atttypid, NULL), ', ' ORDER BY attnum) FROM pg_attribute
         WHERE attrelid = to_regclass('migrations') AND attnum > 0 AND NOT attisdropped), false),
     EXISTS (SELECT 1 FROM pg_class c
     JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY (current_schemas(false)))";

/// Refuses a database that is no store, for who only reads it.
pub(super) async fn is_store(reading: &Transaction) -> Result<()> {
    is_utf8(reading).await?;
    let found = reading.first(WHAT_IS_THERE, &[&COLUMNS_OF_MIGRATIONS]).await?;
    let (is_store, has_tables) =
        found.map_or(Ok((false, false)), |row| Ok::<_, Failure>((row.try_get(0)?, row.try_get(1)?)))?;
    let reason = match (is_store, has_tables) {
        (true, _) => return is_at_present_schema(reading).await,
        (false, true) => "the database is no Seatwright store",
        (false, false) => "the database is empty; `seatwright serve --seed` or `seatwright store copy` fills it",
    };
    Err(Failure::Refused(reason.to_owned()))
}

/// Numbers and checksums of the migrations that a database has had.
async fn applied(reading: &Transaction) -> Result<Vec<(i64, i64)>> {
    let mut applied = Vec::new();
    for row in reading.query("SELECT number, checksum FROM migrations ORDER BY number", &[]).await? {
        applied.push((row.try_get(0)?, row.try_get(1)?));
    }
    Ok(applied)
}

/// Refuses a database of another schema, for who only reads it.
async fn is_at_present_schema(reading: &Transaction) -> Result<()> {
    let present: Vec<(i64, i64)> = MIGRATIONS.iter().map(|(number, sql)| (*number, checksum(sql))).collect();
    if applied(reading).await? == present {
        Ok(())
    } else {
        Err(Failure::Corrupt("the store was written by another version of this program"))
    }
}

/// Refuses a database that is an unfinished copy.
pub(super) async fn is_whole(reading: &Transaction) -> Result<()> {
    let marks = reading.query("SELECT 1 FROM copying", &[]).await?;
    if marks.is_empty() { Ok(()) } else { Err(Failure::Refused(UNFINISHED.to_owned())) }
}

/// Whether the database has the present schema.
#[cfg(feature = "conformance")]
pub(super) async fn has_present_schema(client: &tokio_postgres::Client) -> Result<bool> {
    let mut applied = Vec::new();
    for row in client.query("SELECT number, checksum FROM migrations ORDER BY number", &[]).await? {
        applied.push((row.try_get(0)?, row.try_get(1)?));
    }
    let present: Vec<(i64, i64)> = MIGRATIONS.iter().map(|(number, sql)| (*number, checksum(sql))).collect();
    Ok(applied == present)
}
