//! A PostgreSQL database of one test alone.

use store::postgres::ScratchDatabase;
use testkit::commit_cutter::CommitCutter;
use tokio::runtime::Runtime;
use tokio_postgres::NoTls;

/// A copy of all rows, in a schema beside the store's.
const KEEP: &str = "DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept;
    DO $$ DECLARE name TEXT; BEGIN
     FOR name IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
      EXECUTE format('CREATE TABLE kept.%1$I AS TABLE public.%1$I', name); END LOOP; END $$";
const PUT_BACK: &str = "DO $$ DECLARE name TEXT; BEGIN
     FOR name IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'kept'::regnamespace LOOP
      EXECUTE format('TRUNCATE public.%1$I', name);
      EXECUTE format('INSERT INTO public.%1$I TABLE kept.%1$I', name); END LOOP; END $$";

/// The database, and the runtime for what is done to it.
pub(crate) struct Database {
    runtime: Runtime,
    scratch: ScratchDatabase,
}

impl Database {
    pub(crate) fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let scratch = runtime.block_on(ScratchDatabase::create()).unwrap_or_else(|error| panic!("{error}"));
        Self { runtime, scratch }
    }

    pub(crate) fn url(&self) -> String {
        self.scratch.url()
    }

    /// The flag that names it.
    pub(crate) fn flag(&self) -> String {
        format!("--store {}", self.url())
    }

    /// Something before it that can fall silent.
    pub(crate) fn proxy(&self) -> CommitCutter {
        self.runtime.block_on(CommitCutter::start(&self.url())).unwrap()
    }

    /// Lets nobody in, and throws out who is.
    pub(crate) fn goes_away(&self) {
        self.runtime.block_on(self.scratch.set_reachable(false)).unwrap();
    }

    pub(crate) fn comes_back(&self) {
        self.runtime.block_on(self.scratch.set_reachable(true)).unwrap();
    }

    /// Runs one statement; how many rows it touched.
    pub(crate) fn run(&self, sql: &str) -> u64 {
        self.runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&self.url(), NoTls).await.unwrap();
            tokio::spawn(connection);
            client.execute(sql, &[]).await.unwrap_or_else(|error| panic!("{sql}: {error}"))
        })
    }

    /// Copies all rows, to be put back later.
    pub(crate) fn keep_rows(&self) {
        self.batch(KEEP);
    }

    /// All rows as they were when they were kept.
    pub(crate) fn put_rows_back(&self) {
        self.batch(PUT_BACK);
    }

    /// Has the database do this to each row `NEW` of a table that is written (`BEFORE … ON table`), as long as `work` lasts.
    pub(crate) fn with_trigger(&self, when: &str, what: &str, work: impl FnOnce()) {
        let _planted = Planted(self);
        self.batch(&format!(
            "CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {what} RETURN NEW; END $$;
             CREATE TRIGGER planted {when} FOR EACH ROW EXECUTE FUNCTION planted()"
        ));
        work();
    }

    /// Runs statements.
    pub(crate) fn batch(&self, sql: &str) {
        self.runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(&self.url(), NoTls).await.unwrap();
            tokio::spawn(connection);
            client.batch_execute(sql).await.unwrap();
        });
    }
}

/// What must be gone before another test gets the database, also when this one fails.
struct Planted<'a>(&'a Database);

impl Drop for Planted<'_> {
    fn drop(&mut self) {
        self.0.batch("DROP FUNCTION IF EXISTS planted CASCADE");
    }
}
