//! Where stores are that are measured.

use super::StoreKind;
use crate::db::Cluster;
use anyhow::Result;
use engine::builtin_catalog::builtin_catalog;
use engine::store::{NewTenant, Store};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::postgres::PostgresStore;
use store::sqlite::SqliteStore;
use tempfile::TempDir;
use tokens::SigningKey;
use uuid::Uuid;

/// What is measured, and on what.
pub(crate) struct Setting {
    pub(crate) root: PathBuf,
    /// Smaller worlds and shorter legs.
    pub(crate) quick: bool,
    pub(crate) kind: StoreKind,
    cluster: Arc<Cluster>,
}

impl Setting {
    /// Starts a PostgreSQL when one is needed; it goes with this value.
    pub(crate) fn new(root: &Path, quick: bool, kind: StoreKind) -> Result<Self> {
        let cluster = Arc::new(Cluster::of(&root.join("target/bench")));
        if kind == StoreKind::Postgres {
            cluster.start(false)?;
        }
        Ok(Self { root: root.to_owned(), quick, kind, cluster })
    }

    /// Room for a new store.
    pub(crate) fn place(&self) -> Result<Place> {
        match self.kind {
            StoreKind::Sqlite => Ok(Place::File(tempfile::tempdir()?)),
            StoreKind::Postgres => {
                let name = format!("bench_{}", Uuid::new_v4().simple());
                self.cluster.psql("postgres", &format!("CREATE DATABASE {name}"))?;
                Ok(Place::Database(Database { cluster: self.cluster.clone(), name }))
            }
        }
    }
}

impl Drop for Setting {
    fn drop(&mut self) {
        if self.kind == StoreKind::Postgres
            && let Err(error) = self.cluster.stop()
        {
            eprintln!("the database server was not stopped: {error:#}");
        }
    }
}

/// Room for one store; it goes with this value.
pub(crate) enum Place {
    /// A file, in this folder.
    File(TempDir),
    /// A database.
    Database(Database),
}

impl Place {
    /// What `--store` takes.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::File(folder) => format!("sqlite:{}", file_in(folder).display()),
            Self::Database(database) => database.cluster.url_of(&database.name),
        }
    }

    /// Opens the store; it is made when there is none.
    pub(crate) async fn open(&self) -> Result<Arc<dyn Store>> {
        Ok(match self {
            Self::File(folder) => Arc::new(SqliteStore::open(&file_in(folder), builtin_catalog())?),
            Self::Database(_) => Arc::new(PostgresStore::open(&self.url(), builtin_catalog()).await?),
        })
    }

    /// Makes a store with these tenants and a signing key.
    pub(crate) fn fill(&self, tenants: Vec<NewTenant>) -> Result<SigningKey> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let key = SigningKey::generate()?;
        runtime.block_on(async {
            let store = self.open().await?;
            store.create_tenants(tenants).await?;
            store.keep_first_signing_key(key.pkcs8_der().to_owned()).await?;
            anyhow::Ok(())
        })?;
        if let Self::Database(database) = self {
            // As an hour later: the bounds plan with statistics, and nobody has to clean up after the load or write it back.
            database.psql("VACUUM ANALYZE")?;
            database.psql("CHECKPOINT")?;
        }
        Ok(key)
    }
}

/// The file of a store in a folder of its own.
pub(crate) fn file_in(folder: &TempDir) -> PathBuf {
    folder.path().join("bench.db")
}

/// A database of the server that is measured.
pub(crate) struct Database {
    pub(crate) cluster: Arc<Cluster>,
    pub(crate) name: String,
}

impl Database {
    /// Runs a statement; what it answers.
    pub(crate) fn psql(&self, sql: &str) -> Result<String> {
        self.cluster.psql(&self.name, sql)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Err(error) = self.cluster.psql("postgres", &format!("DROP DATABASE {} WITH (FORCE)", self.name)) {
            eprintln!("a database was left over: {error:#}");
        }
    }
}
