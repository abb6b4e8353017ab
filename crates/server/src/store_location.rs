//! `--store`: where the data is, and opening it.

use anyhow::bail;
use engine::builtin_catalog::builtin_catalog;
use engine::store::Store;
use licensing::ids::TenantId;
use licensing::tenant::Tenant;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use store::copy::Place;
use store::memory::MemoryStore;
use store::postgres::PostgresStore;
use store::sqlite::SqliteStore;
use uuid::Uuid;

/// What the URL of a PostgreSQL database looks like.
const POSTGRES_EXAMPLE: &str = "postgres://USER:PASSWORD@HOST/DATABASE";
/// The certificate authority of a server whose store is no file, in the folder where it was started.
const TLS_FOLDER: &str = "seatwright.tls";

/// Where a store is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StoreLocation {
    /// A file.
    Sqlite(PathBuf),
    /// A database of a PostgreSQL server, by its URL.
    Postgres(String),
    /// The memory of this process: gone when it ends.
    Memory,
}

impl FromStr for StoreLocation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("sqlite", "")) => Err("sqlite: needs a path, such as sqlite:seatwright.db".to_owned()),
            Some(("sqlite", url)) if url.contains("://") => Err(format!(
                "sqlite: needs a path, and a database is named by its URL alone, such as {POSTGRES_EXAMPLE}"
            )),
            Some(("sqlite", path)) => Ok(Self::Sqlite(path.into())),
            Some(("memory", "")) => Ok(Self::Memory),
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => Ok(Self::Postgres(text.to_owned())),
            Some(("postgres" | "postgresql", _)) => Err(format!("a URL has two slashes, such as {POSTGRES_EXAMPLE}")),
            _ => Err(format!("write sqlite:PATH, {POSTGRES_EXAMPLE}, or memory: for a store that is gone at the end")),
        }
    }
}

impl std::fmt::Display for StoreLocation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite:{}", path.display()),
            Self::Postgres(url) => f.write_str(&without_password(url)),
            Self::Memory => f.write_str("memory:"),
        }
    }
}

impl StoreLocation {
    /// Opens the store for writing, at the present schema.
    pub(crate) async fn open(&self) -> anyhow::Result<Arc<dyn Store>> {
        Ok(match self {
            Self::Sqlite(path) => Arc::new(SqliteStore::open(path, builtin_catalog())?),
            Self::Postgres(url) => Arc::new(PostgresStore::open(url, builtin_catalog()).await?),
            Self::Memory => Arc::new(MemoryStore::new(builtin_catalog())),
        })
    }

    /// Where the certificate authority of the store's server is kept; `None` when it is to be gone at the end too.
    pub(crate) fn tls_folder(&self) -> Option<PathBuf> {
        match self {
            Self::Sqlite(path) => Some(path.with_added_extension("tls")),
            Self::Postgres(_) => Some(TLS_FOLDER.into()),
            Self::Memory => None,
        }
    }

    /// Where it is, as one end of a copy.
    pub(crate) fn place(&self) -> anyhow::Result<Place> {
        match self {
            Self::Sqlite(path) => Ok(Place::Sqlite(path.clone())),
            Self::Postgres(url) => Ok(Place::Postgres(url.clone())),
            Self::Memory => bail!("a memory store lives in its server only; it can be no end of a copy"),
        }
    }

    /// Opens an existing store as it is at this moment, beside a running server if there is one.
    pub(crate) async fn open_snapshot(&self) -> anyhow::Result<Arc<dyn Store>> {
        match self {
            Self::Sqlite(path) => {
                if path.try_exists().is_ok_and(|exists| !exists) {
                    bail!("there is no store at {}", path.display());
                }
                Ok(Arc::new(SqliteStore::open_snapshot(path, builtin_catalog())?))
            }
            Self::Postgres(url) => Ok(Arc::new(PostgresStore::open_snapshot(url, builtin_catalog()).await?)),
            Self::Memory => bail!("a memory store lives in its server only; give a file: --store sqlite:PATH"),
        }
    }
}

/// What a URL may say of itself to anybody, after its `?`.
const SHOWN_PARAMETERS: [&str; 5] = ["dbname=", "host=", "port=", "sslmode=", "user="];

/// A URL, or what somebody wrote instead of one, as it may be shown to anybody: what may be a password is left out, in
/// whatever place it is. One may hold whatever a URL does, so all goes that stands before the last `@`, but the user's name.
pub(crate) fn without_password(url: &str) -> String {
    if !url.contains("://") && !url.contains('@') {
        // libpq takes `name=value` pairs as well.
        let secret = url.to_ascii_lowercase().find("password");
        return secret.and_then(|start| url.get(..start)).map_or_else(|| url.to_owned(), |shown| format!("{shown}…"));
    }
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (credentials, rest) = match rest.rsplit_once('@') {
        Some((credentials, rest)) => (Some(credentials), rest),
        None => (None, rest),
    };
    let user = credentials.map(|credentials| credentials.split([':', '?', '/']).next().unwrap_or_default());
    let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let shown: Vec<&str> =
        parameters.split('&').filter(|part| SHOWN_PARAMETERS.iter().any(|name| part.starts_with(name))).collect();
    let scheme = if scheme.is_empty() { String::new() } else { format!("{scheme}://") };
    let user = user.map(|user| format!("{user}@")).unwrap_or_default();
    let parameters = if shown.is_empty() { String::new() } else { format!("?{}", shown.join("&")) };
    format!("{scheme}{user}{place}{parameters}")
}

/// The tenant that a person means, by its id or one of its domains.
pub(crate) async fn find_tenant(store: &dyn Store, place: &StoreLocation, name: &str) -> anyhow::Result<Arc<Tenant>> {
    let found = match Uuid::try_parse(name) {
        Ok(id) => store.tenant(TenantId(id)).await?,
        Err(_) => store.tenant_of_domain(name).await?,
    };
    match found {
        Some(tenant) => Ok(tenant),
        None if Uuid::try_parse(name).is_ok() => bail!("{place} has no tenant {name}"),
        None => bail!("{place} has no tenant {name}: this is no tenant id (a GUID), nor a verified domain of a tenant"),
    }
}

/// The same; when nobody is named, the only tenant that there is.
pub(crate) async fn find_or_only_tenant(
    store: &dyn Store,
    place: &StoreLocation,
    name: Option<&str>,
) -> anyhow::Result<Arc<Tenant>> {
    if let Some(name) = name {
        return find_tenant(store, place, name).await;
    }
    let mut tenants = store.tenants().await?;
    match (tenants.pop(), tenants.is_empty()) {
        (Some(only), true) => Ok(only),
        (None, _) => bail!("{place} has no tenant"),
        (Some(_), false) => bail!("{place} has several tenants; name one with --tenant"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_names_its_kind() {
        assert_eq!("sqlite:a/b.db".parse(), Ok(StoreLocation::Sqlite("a/b.db".into())));
        assert_eq!("memory:".parse(), Ok(StoreLocation::Memory));
        assert_eq!("postgres://h/d".parse(), Ok(StoreLocation::Postgres("postgres://h/d".to_owned())));
        for wrong in ["sqlite:", "sqlite:postgres://h/d", "b.db", "memory:x", "postgres:h/d", "mysql://h/d", ""] {
            assert!(wrong.parse::<StoreLocation>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn no_password_is_shown() {
        for (given, shown) in [
            ("postgres://h/d", "postgres://h/d"),
            ("postgres://ann@h/d", "postgres://ann@h/d"),
            ("postgres://ann:secret@h:5432/d?sslmode=disable", "postgres://ann@h:5432/d?sslmode=disable"),
            ("postgres://ann:se@cr:et@h,i/d", "postgres://ann@h,i/d"),
            ("postgres://ann:se?cr/et@h/d", "postgres://ann@h/d"),
            ("postgres:///d?pass%77ord=secret&host=/run", "postgres:///d?host=/run"),
            ("postgresql:///d?host=/run&password=secret&user=ann", "postgresql:///d?host=/run&user=ann"),
        ] {
            assert_eq!(given.parse::<StoreLocation>().unwrap().to_string(), shown);
        }
        for (mistyped, shown) in [
            ("postgre://h/d?user=ann&password=secret", "postgre://h/d?user=ann"),
            ("sqlite:postgres://ann:secret@h/d", "sqlite:postgres://ann@h/d"),
            ("host=h PassWord=secret", "host=h …"),
            ("a/b.db", "a/b.db"),
        ] {
            assert_eq!(without_password(mistyped), shown);
        }
    }
}
