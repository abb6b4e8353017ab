//! Databases for tests, as many as are in use at once. Making one takes half a second, emptying one that another test
//! had some milliseconds.

use super::PostgresStore;
use super::connection::{Failure, Result, failed, has_present_schema};
use engine::store::StoreError;
use licensing::catalog::Catalog;
use std::sync::Arc;
use tokio_postgres::{Client, NoTls};

/// The environment variable that says where tests may make databases: the URL of one, as a superuser.
pub const TEST_SERVER: &str = "SEATWRIGHT_TEST_POSTGRES";

/// What a test is told that does not find a server.
const NO_SERVER: &str =
    "SEATWRIGHT_TEST_POSTGRES is not set; start a PostgreSQL with `eval \"$(cargo xtask db start --throw-away)\"`";

/// First number of the advisory locks of these databases, "Test"; the second one is the database's own.
const LOCK_OF_TESTS: i32 = 0x5465_7374;
/// How many databases there may be.
const DATABASES_MAX: i32 = 1_000;

/// Ends whoever is still connected, and waits up to 5 seconds for each.
const END_OTHERS: &str = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()";
/// Empties the tables that were written: their files are replaced, so that nothing is left of what was in them.
const EMPTY: &str = "DO $$ DECLARE written TEXT; BEGIN
     SELECT string_agg(quote_ident(relname), ', ') INTO written FROM pg_class
     WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'migrations'
       AND pg_relation_size(oid) > 0;
     IF written IS NOT NULL THEN EXECUTE 'TRUNCATE ' || written; END IF; END $$";

/// An empty store's database, for as long as this lives. Then the next test has it, in whatever process: servers that
/// use it must be gone before.
pub struct ScratchDatabase {
    server: String,
    name: String,
    /// Its session has the lock on the database; when the process is killed, that is gone too.
    _lock: Client,
}

impl ScratchDatabase {
    /// Takes one that nobody has, on the server that the environment names.
    ///
    /// # Errors
    /// When it names none, or the server cannot be reached.
    pub async fn create() -> std::result::Result<Self, StoreError> {
        Self::claimed().await.map_err(failed("make a database for a test"))
    }

    /// Makes one that no test has had: the server knows nothing of its tables, and what it learns of them does not stay
    /// for the next test.
    ///
    /// # Errors
    /// When the environment names no server, or it cannot be reached.
    pub async fn create_new() -> std::result::Result<Self, StoreError> {
        let create = async {
            let mut database = Self::taken().await?;
            database.name.push_str("_new");
            database.make().await?;
            Ok(database)
        };
        create.await.map_err(failed("make a database for a test"))
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> String {
        url(&self.server, &self.name)
    }

    /// Lets connections in again, or none at all and ends those that there are.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn set_reachable(&self, reachable: bool) -> std::result::Result<(), StoreError> {
        let change = async {
            let client = connect(&self.server).await?;
            client.batch_execute(&format!("ALTER DATABASE {} ALLOW_CONNECTIONS {reachable}", self.name)).await?;
            if !reachable {
                let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1";
                client.execute(end, &[&self.name]).await?;
            }
            Ok(())
        };
        change.await.map_err(failed("change a database for a test"))
    }

    async fn taken() -> Result<Self> {
        let server = std::env::var(TEST_SERVER).map_err(|_| Failure::Refused(NO_SERVER.to_owned()))?;
        let lock = connect(&server).await?;
        let name = format!("seatwright_test_{}", free_number(&lock).await?);
        Ok(Self { server, name, _lock: lock })
    }

    async fn claimed() -> Result<Self> {
        let database = Self::taken().await?;
        // Whatever is wrong with it: it is not there yet, cannot be reached, or has another schema.
        if empty(&database.url()).await.is_err() {
            database.make().await?;
        }
        Ok(database)
    }

    async fn make(&self) -> Result<()> {
        let name = &self.name;
        let client = connect(&self.server).await?;
        client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        client.batch_execute(&format!("CREATE DATABASE {name}")).await?;
        let store = PostgresStore::open(&self.url(), Arc::new(Catalog::default())).await;
        store.map(drop).map_err(|error| Failure::Refused(error.to_string()))
    }
}

impl PostgresStore {
    /// Has the server count what the store's statements have looked at up to now; it is late with that otherwise.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn flush_statistics(&self) -> std::result::Result<(), StoreError> {
        let flush = async {
            // Statements that follow each other have the same connection; each session counts for itself.
            let mut connections = Vec::new();
            for _ in 0..self.pool.size().max(1) {
                let connection = self.pool.get().await?;
                connection.batch_execute("SELECT pg_stat_force_next_flush()").await?;
                connections.push(connection);
            }
            Ok(())
        };
        flush.await.map_err(failed("have statistics written"))
    }
}

/// The server's URL with another database.
fn url(server: &str, database: &str) -> String {
    format!("{server}{}dbname={database}", if server.contains('?') { '&' } else { '?' })
}

async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Locks a database that no living test has; its number.
async fn free_number(client: &Client) -> Result<i32> {
    for number in 1..=DATABASES_MAX {
        let tried = client.query_one("SELECT pg_try_advisory_lock($1, $2)", &[&LOCK_OF_TESTS, &number]).await?;
        if tried.try_get(0)? {
            return Ok(number);
        }
    }
    Err(Failure::Refused("all databases for tests are in use".to_owned()))
}

/// Empties the database that a test had, where it still has the present schema.
async fn empty(url: &str) -> Result<()> {
    let client = connect(url).await?;
    client.batch_execute(END_OTHERS).await?;
    if !has_present_schema(&client).await? {
        return Err(Failure::Corrupt("the database has another schema"));
    }
    Ok(client.batch_execute(EMPTY).await?)
}
