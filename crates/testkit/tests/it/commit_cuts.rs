//! A connection that is lost with the commit: the outcome is not known, and is not told as one that is.

use engine::builtin_catalog::builtin_catalog;
use engine::store::{NewTenant, Store, StoreError};
use licensing::ChangeSet;
use licensing::directory::Member;
use licensing::facts::Scope;
use licensing::ids::{GroupKey, TenantId, TenantKey, UserKey};
use licensing::tenant::{TenantProfile, TenantSettings};
use licensing::time::Timestamp;
use licensing::usage_location::UsageLocation;
use std::time::Duration;
use store::postgres::{PostgresStore, ScratchDatabase};
use testkit::commit_cutter::{CommitCutter, Cut};
use uuid::Uuid;

pub(crate) const OFFICE: TenantKey = TenantKey(1);
const GROUP: GroupKey = GroupKey(0);
/// Connections that are cut.
const CUTS: u32 = 100;
/// How often one write is tried.
const TRIES_MAX: u32 = 20;

/// A database with one tenant, and a store that reaches it through a proxy.
pub(crate) struct Setup {
    pub(crate) direct: PostgresStore,
    pub(crate) cut: PostgresStore,
    pub(crate) cutter: CommitCutter,
    pub(crate) database: ScratchDatabase,
}

async fn setup() -> Setup {
    setup_with("").await
}

/// The same, with more in the URL of the store that goes through the proxy.
pub(crate) async fn setup_with(parameters: &str) -> Setup {
    let database = ScratchDatabase::create().await.unwrap_or_else(|error| panic!("{error}"));
    let cutter = CommitCutter::start(&database.url()).await.unwrap();
    let direct = PostgresStore::open(&database.url(), builtin_catalog()).await.unwrap();
    let cut = PostgresStore::open(&format!("{}{parameters}", cutter.url()), builtin_catalog()).await.unwrap();
    let profile = TenantProfile {
        id: TenantId(Uuid::from_u128(1)),
        display_name: "Contoso".to_owned(),
        country: UsageLocation::parse("US").unwrap(),
        default_usage_location: None,
        verified_domains: vec!["contoso.example".to_owned()],
        created_at: Timestamp::from_unix_millis(0),
        settings: TenantSettings::default(),
        clock_ahead_millis: 0,
    };
    assert!(direct.create_tenants(vec![NewTenant { profile, content: ChangeSet::default() }]).await.unwrap());
    Setup { direct, cut, cutter, database }
}

/// The user joins the group.
pub(crate) async fn write(store: &PostgresStore, user: UserKey) -> Result<(), StoreError> {
    let joins = ChangeSet { memberships: vec![(GROUP, Member::User(user), true)], ..ChangeSet::default() };
    store.commit(OFFICE, Scope::default(), Box::new(|_| joins)).await
}

pub(crate) async fn is_written(setup: &Setup, user: UserKey) -> bool {
    setup.direct.is_member(OFFICE, GROUP, user).await.unwrap()
}

/// Writes while one commit after the other is cut, and tries each again until it is acknowledged. How many of the
/// acknowledged writes there is nothing of.
async fn lost_writes(setup: &Setup, write: impl AsyncFn(UserKey) -> Result<(), StoreError>) -> u32 {
    let mut lost = 0;
    for number in 0..CUTS {
        let user = UserKey(number);
        setup.cutter.cut_next(if number % 2 == 0 { Cut::BeforeCommit } else { Cut::AfterCommit });
        let mut tries = 1;
        while write(user).await.is_err() {
            tries += 1;
            assert!(tries <= TRIES_MAX, "{user:?} could not be written");
        }
        assert!(setup.cutter.has_cut(), "no commit was cut");
        lost += u32::from(!is_written(setup, user).await);
    }
    lost
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_acknowledged_write_is_lost_when_connections_are_cut_with_the_commit() {
    let setup = setup().await;
    assert_eq!(lost_writes(&setup, async |user| write(&setup.cut, user).await).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_takes_an_unknown_outcome_for_success_is_found_out() {
    let setup = setup().await;
    let hopes_for_the_best = async |user| match write(&setup.cut, user).await {
        Err(StoreError::OutcomeUnknown { .. }) => Ok(()),
        told => told,
    };
    assert_eq!(lost_writes(&setup, hopes_for_the_best).await, CUTS / 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_loses_the_connection_with_the_commit_is_told_that_the_outcome_is_not_known() {
    let setup = setup().await;
    let cuts = [
        (UserKey(0), Cut::BeforeCommit, false),
        (UserKey(1), Cut::AfterCommit, true),
        // The server says something, but not what became of the commit.
        (UserKey(2), Cut::EndOfSession, true),
    ];
    for (user, cut, is_done) in cuts {
        setup.cutter.cut_next(cut);
        let told = write(&setup.cut, user).await.unwrap_err();
        assert!(matches!(told, StoreError::OutcomeUnknown { attempted: "commit the change", .. }), "{told}");
        assert_eq!(is_written(&setup, user).await, is_done);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_is_cut_leaves_the_tenant_free() {
    let setup = setup().await;
    setup.cutter.cut_next(Cut::BeforeCommit);
    write(&setup.cut, UserKey(0)).await.unwrap_err();
    let next = tokio::time::timeout(Duration::from_secs(5), write(&setup.direct, UserKey(0)));
    next.await.expect("the lock is held").unwrap();
}
