//! How a change set is written: once, wholly or not at all, the last entry of a thing last.

use super::office::{Office, asking};
use super::world::{
    ALPHA, BETA, Draft, deleted, from, group, licenses, path, properties, queued, text, user, with_properties,
};
use engine::store::{Store, UserSet};
use licensing::ChangeSet;
use licensing::assignment::{PathError, PathState};
use licensing::audit::{Activity, Actor, Affected, AuditEntry, Detail};
use licensing::facts::{GroupFacts, ProcessingState, Scope};
use licensing::ids::{GroupKey, UserKey};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A tenant with Ann and Bob in a licensed group, work that waits, and seats in use.
async fn busy(store: Arc<dyn Store>) -> Office {
    let office = Office::new(store).await;
    let changes = ChangeSet {
        consumed: [(ALPHA, 1)].into(),
        pending_groups: vec![(GroupKey(0), Some(queued()))],
        pending_users: [UserKey(1)].into(),
        ..ChangeSet::default()
    };
    let people = changes.user(user(0, "ann")).user(user(1, "bob")).group(group(0, "staff")).joins(0, 0).joins(0, 1);
    let licensed = people.licenses(0, licenses("staff", 0, &[ALPHA]));
    office.write(licensed.puts(0, path(ALPHA, from(0), PathState::Active))).await;
    office
}

pub async fn an_empty_change_set_writes_nothing(store: Arc<dyn Store>) {
    let office = busy(store).await;
    let before = office.everything().await;
    office.write(ChangeSet::default()).await;
    office.load(asking(&["ann", "nobody"], &["staff", "bob"])).await;
    assert_eq!(office.everything().await, before);
}

pub async fn a_decision_is_taken_once(store: Arc<dyn Store>) {
    let office = busy(store).await;
    let calls = Arc::new(AtomicU32::new(0));
    for expected in 1..=3 {
        let calls_in_decide = calls.clone();
        let decide = Box::new(move |_| {
            calls_in_decide.fetch_add(1, Ordering::SeqCst);
            ChangeSet { consumed: [(ALPHA, 1)].into(), ..ChangeSet::default() }
        });
        office.store.commit(office.key, Scope::default(), decide).await.unwrap();
        assert_eq!(calls.load(Ordering::SeqCst), expected);
    }
    assert_eq!(office.seats().await, [(ALPHA, 4)].into());
}

/// The caller may be answered by an error or by the panic itself; others must not notice.
#[expect(clippy::panic, reason = "that is what is tried")]
pub async fn a_decision_that_panics_writes_nothing(store: Arc<dyn Store>) {
    let office = busy(store).await;
    let before = office.everything().await;
    let hurt = office.clone();
    let commit = tokio::spawn(async move {
        let decide = Box::new(|_| std::panic::panic_any("on purpose"));
        hurt.store.commit(hurt.key, asking(&["ann"], &[]), decide).await
    });
    assert!(!matches!(commit.await, Ok(Ok(()))));
    assert_eq!(office.everything().await, before);
    office.write(ChangeSet { consumed: [(ALPHA, 1)].into(), ..ChangeSet::default() }).await;
    assert_eq!(office.seats().await, [(ALPHA, 2)].into());
}

pub async fn seats_add_up(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let take = |alpha, beta| ChangeSet { consumed: [(ALPHA, alpha), (BETA, beta)].into(), ..ChangeSet::default() };
    assert!(office.seats().await.is_empty());
    for (alpha, beta) in [(5, 0), (-2, 1_000_000), (0, 3), (4, -1)] {
        office.write(take(alpha, beta)).await;
    }
    assert_eq!(office.seats().await, [(ALPHA, 7), (BETA, 1_000_002)].into());
    let mut batch = take(1, 1);
    batch.then(take(-3, 0));
    office.write(batch).await;
    assert_eq!(office.seats().await, [(ALPHA, 5), (BETA, 1_000_003)].into());
    office.write(take(-5, -1_000_003)).await;
    assert!(office.seats().await.is_empty());
}

pub async fn all_parts_of_a_change_set_are_written_together(store: Arc<dyn Store>) {
    let office = busy(store).await;
    let entry = AuditEntry {
        at: super::world::at(1),
        actor: Actor::GroupLicensing,
        request: None,
        activity: Activity::FinishApplyingGroupLicense,
        group: Some(GroupKey(0)),
        affected: vec![Affected::succeeded(UserKey(0))],
        detail: Detail::None,
    };
    let changes = ChangeSet {
        consumed: [(ALPHA, 1)].into(),
        processing: vec![(GroupKey(0), ProcessingState::ProcessingComplete)],
        pending_groups: vec![(GroupKey(0), None)],
        settled_users: vec![UserKey(1)],
        audit: vec![entry],
        ..ChangeSet::default()
    };
    let faulty = path(BETA, from(0), PathState::Error(PathError::Dependency));
    office.write(changes.puts(1, path(ALPHA, from(0), PathState::Active)).puts(1, faulty).leaves(0, 0)).await;
    assert_eq!(office.seats().await, [(ALPHA, 2)].into());
    assert!(office.store.waiting(office.key).await.unwrap().value.is_empty());
    assert_eq!(office.find("bob").await.unwrap().paths.len(), 2);
    assert_eq!(office.users(UserSet::MembersOf(GroupKey(0))).await, [1]);
    let staff = office.load(asking(&[], &["staff"])).await.groups[&GroupKey(0)].clone();
    assert_eq!(staff.processing, Some(ProcessingState::ProcessingComplete));
}

pub async fn objects_made_in_a_change_set_can_be_used_in_it(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let changes = ChangeSet {
        processing: vec![(GroupKey(0), ProcessingState::QueuedForProcessing)],
        pending_users: [UserKey(0)].into(),
        ..ChangeSet::default()
    };
    let made = changes.user(user(0, "ann")).group(group(0, "staff")).joins(0, 0);
    let licensed = made.licenses(0, licenses("staff", 0, &[ALPHA]));
    office.write(licensed.puts(0, path(ALPHA, from(0), PathState::Error(PathError::Count)))).await;
    let ann = office.find("ann").await.unwrap();
    assert_eq!((ann.paths.len(), ann.licensed_groups), (1, vec![GroupKey(0)]));
    assert_eq!(office.users(UserSet::WithErrorsFrom(GroupKey(0))).await, [0]);
}

pub async fn the_last_entry_of_a_change_set_wins(store: Arc<dyn Store>) {
    let office = busy(store).await;
    let titled = |title: &str| with_properties(user(0, "ann"), properties(&[("jobTitle", text(title))]));
    let mut described = group(0, "staff");
    Arc::make_mut(&mut described.profile).properties = properties(&[("description", text("last"))]);
    let changes = ChangeSet::default()
        .user(titled("first"))
        .user(user(2, "eve"))
        .user(titled("last"))
        .user(deleted(user(2, "eve")))
        .group(group(0, "staff"))
        .group(described.clone())
        .joins(0, 2)
        .leaves(0, 0)
        .leaves(0, 2)
        .joins(0, 0);
    office.write(changes).await;
    assert_eq!(office.find("ann").await.unwrap().profile, titled("last").profile);
    assert_eq!(office.find("eve").await, None);
    assert_eq!(office.load(asking(&[], &["staff"])).await.groups[&GroupKey(0)], described);
    assert!(office.store.is_member(office.key, GroupKey(0), UserKey(0)).await.unwrap());
    assert!(!office.store.is_member(office.key, GroupKey(0), UserKey(2)).await.unwrap());
}

/// A group that is written carries the state of its time; `processing` entries of the same change set are later.
pub async fn the_latest_processing_state_wins(store: Arc<dyn Store>) {
    let office = busy(store).await;
    let queued = GroupFacts { processing: Some(ProcessingState::QueuedForProcessing), ..group(0, "staff") };
    let changes = ChangeSet {
        processing: vec![
            (GroupKey(0), ProcessingState::QueuedForProcessing),
            (GroupKey(0), ProcessingState::ProcessingInProgress),
            (GroupKey(0), ProcessingState::ProcessingComplete),
        ],
        ..ChangeSet::default()
    };
    office.write(changes.group(queued)).await;
    let staff = office.load(asking(&[], &["staff"])).await.groups[&GroupKey(0)].clone();
    assert_eq!(staff.processing, Some(ProcessingState::ProcessingComplete));
}
