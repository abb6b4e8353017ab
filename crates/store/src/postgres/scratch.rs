//! Databases for tests: each is a copy of one that has the present schema, and gone with its handle.

use super::PostgresStore;
use super::connection::{Failure, LOCK_OF_THE_STORE, Result, failed, schema_number};
use engine::store::StoreError;
use licensing::catalog::Catalog;
use std::sync::Arc;
use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls};
use uuid::Uuid;

/// The environment variable that says where tests may make databases: the URL of one, as a superuser.
pub const TEST_SERVER: &str = "SEATWRIGHT_TEST_POSTGRES";

/// What a test is told that does not find a server.
const NO_SERVER: &str =
    "SEATWRIGHT_TEST_POSTGRES is not set; start a PostgreSQL with `eval \"$(cargo xtask db start --throw-away)\"`";

/// An empty store's database.
pub struct ScratchDatabase {
    server: String,
    name: String,
}

impl ScratchDatabase {
    /// Makes one on the server that the environment names.
    ///
    /// # Errors
    /// When it names none, or the server cannot be reached.
    pub async fn create() -> std::result::Result<Self, StoreError> {
        Self::copied().await.map_err(failed("make a database for a test"))
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

    async fn copied() -> Result<Self> {
        let server = std::env::var(TEST_SERVER).map_err(|_| Failure::Refused(NO_SERVER.to_owned()))?;
        let template = template(&server).await?;
        let name = format!("seatwright_test_{}", Uuid::new_v4().simple());
        let client = connect(&server).await?;
        client.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await?;
        Ok(Self { server, name })
    }
}

impl Drop for ScratchDatabase {
    /// Removes it, whoever is still connected. On a thread of its own, for a runtime may not be waited for here.
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        let remove = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| {
                runtime.block_on(async {
                    let client = connect(&server).await?;
                    Ok::<_, Failure>(client.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await?)
                })
            })
        };
        // One that stays goes with the server.
        drop(std::thread::spawn(remove).join());
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

/// The database that all are copied from; made by whoever needs it first, in whatever process.
async fn template(server: &str) -> Result<&'static str> {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    TEMPLATE.get_or_try_init(|| make_template(server)).await.map(String::as_str)
}

async fn make_template(server: &str) -> Result<String> {
    let name = format!("seatwright_template_{:016x}", schema_number());
    let client = connect(server).await?;
    client.execute("SELECT pg_advisory_lock($1)", &[&LOCK_OF_THE_STORE]).await?;
    if client.query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&name]).await?.is_none() {
        // Under another name until it is whole: a process may be killed on the way.
        let unfinished = format!("{name}_unfinished");
        client.batch_execute(&format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")).await?;
        client.batch_execute(&format!("CREATE DATABASE {unfinished}")).await?;
        let store = PostgresStore::open(&url(server, &unfinished), Arc::new(Catalog::default())).await;
        drop(store.map_err(|error| Failure::Refused(error.to_string()))?);
        client.batch_execute(&format!("ALTER DATABASE {unfinished} RENAME TO {name}")).await?;
    }
    client.execute("SELECT pg_advisory_unlock($1)", &[&LOCK_OF_THE_STORE]).await?;
    Ok(name)
}
