//! Chunks: the next users of some work.

use super::office::{Office, asking};
use super::world::{ALPHA, BETA, Draft, deleted, from, group, id, licenses, path, queued, user};
use engine::store::Store;
use licensing::ChangeSet;
use licensing::assignment::{PathError, PathState, Source};
use licensing::directory::Member;
use licensing::facts::{Chunk, ChunkFacts, Facts, Progress, Scope, Work};
use licensing::ids::{GroupKey, SkuKey, UserKey};
use std::sync::Arc;

const STAFF: Work = Work::Group(GroupKey(0));

async fn load(office: &Office, of: Work, users_max: u32) -> (ChunkFacts, Facts) {
    let facts = office.load(Scope { chunk: Some(Chunk { of, users_max }), ..Scope::default() }).await;
    let chunk = facts.chunk.clone().unwrap();
    assert_eq!(chunk.of, of);
    assert!(chunk.users.iter().all(|user| facts.users.contains_key(user)), "{chunk:?}");
    (chunk, facts)
}

/// The users of the next chunk, and whether it is the last.
async fn next(office: &Office, of: Work, users_max: u32) -> (Vec<u32>, bool) {
    let (chunk, _) = load(office, of, users_max).await;
    (chunk.users.iter().map(|user| user.0).collect(), chunk.is_last)
}

fn after(cursor: u32) -> Progress {
    Progress { cursor: Some(UserKey(cursor)), succeeded: 3, failed: 1, ..queued() }
}

fn group_waits(group: u32, progress: Progress) -> ChangeSet {
    ChangeSet { pending_groups: vec![(GroupKey(group), Some(progress))], ..ChangeSet::default() }
}

fn sku_waits(sku: SkuKey, progress: Progress) -> ChangeSet {
    ChangeSet { pending_skus: vec![(sku, Some(progress))], ..ChangeSet::default() }
}

/// Users 0 to 9, of whom 0, 2, 4, 6 and 8 are members of group 0.
async fn staff(store: Arc<dyn Store>) -> Office {
    let office = Office::new(store).await;
    let mut changes = ChangeSet::default().group(group(0, "staff")).group(group(1, "others"));
    for key in 0..10 {
        changes = changes.user(user(key, &format!("user-{key}")));
    }
    for key in [0, 2, 4, 6, 8] {
        changes = changes.joins(0, key);
    }
    changes.memberships.push((GroupKey(0), Member::Group(GroupKey(1)), true));
    office.write(changes.joins(1, 9)).await;
    office
}

pub async fn a_chunk_of_a_group_has_its_members_and_those_with_faulty_paths_once_each(store: Arc<dyn Store>) {
    let office = staff(store).await;
    let faulty = path(ALPHA, from(0), PathState::Error(PathError::Count));
    let stuck = path(ALPHA, from(0), PathState::ActiveWithError(PathError::Dependency));
    let other = path(BETA, from(0), PathState::Error(PathError::Other));
    let changes = group_waits(0, queued()).puts(2, faulty.clone()).puts(2, other.clone()).puts(3, faulty);
    office.write(changes.puts(7, stuck).puts(7, other)).await;
    assert_eq!(next(&office, STAFF, 100).await, (vec![0, 2, 3, 4, 6, 7, 8], true));
    let (chunk, _) = load(&office, STAFF, 100).await;
    assert_eq!(chunk.progress, Some(queued()));
}

pub async fn a_chunk_of_a_group_leaves_out_former_members_without_errors(store: Arc<dyn Store>) {
    let office = staff(store).await;
    let error = PathState::Error(PathError::Count);
    let changes = group_waits(0, queued())
        .puts(1, path(ALPHA, from(0), PathState::Active))
        .puts(3, path(ALPHA, from(0), PathState::Removed))
        .puts(5, path(ALPHA, from(1), error))
        .puts(7, path(ALPHA, Source::Direct, error));
    office.write(changes).await;
    assert_eq!(next(&office, STAFF, 100).await, (vec![0, 2, 4, 6, 8], true));
}

pub async fn a_chunk_goes_on_after_the_cursor(store: Arc<dyn Store>) {
    let office = staff(store).await;
    let faulty = path(ALPHA, from(0), PathState::Error(PathError::Count));
    office.write(group_waits(0, after(4)).puts(3, faulty.clone()).puts(7, faulty)).await;
    assert_eq!(next(&office, STAFF, 100).await, (vec![6, 7, 8], true));
    assert_eq!(next(&office, STAFF, 2).await, (vec![6, 7], false));
    let (chunk, _) = load(&office, STAFF, 2).await;
    assert_eq!(chunk.progress, Some(after(4)));
}

pub async fn the_first_user_of_all_can_be_the_cursor(store: Arc<dyn Store>) {
    let office = staff(store).await;
    office.write(group_waits(0, after(0))).await;
    assert_eq!(next(&office, STAFF, 100).await, (vec![2, 4, 6, 8], true));
}

pub async fn a_chunk_that_takes_all_that_are_left_is_the_last(store: Arc<dyn Store>) {
    let office = staff(store).await;
    office.write(group_waits(0, queued())).await;
    assert_eq!(next(&office, STAFF, 4).await, (vec![0, 2, 4, 6], false));
    assert_eq!(next(&office, STAFF, 5).await, (vec![0, 2, 4, 6, 8], true));
    office.write(group_waits(0, after(8))).await;
    assert_eq!(next(&office, STAFF, 5).await, (Vec::new(), true));
}

pub async fn a_chunk_of_a_group_that_does_not_wait_is_empty(store: Arc<dyn Store>) {
    let office = staff(store).await;
    office.write(group_waits(1, queued())).await;
    let (chunk, _) = load(&office, STAFF, 100).await;
    assert_eq!(chunk, ChunkFacts { of: STAFF, users: Vec::new(), is_last: true, progress: None });
}

pub async fn a_chunk_of_an_empty_group_is_the_last(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    office.write(group_waits(0, queued()).group(group(0, "staff"))).await;
    let (chunk, _) = load(&office, STAFF, 100).await;
    assert_eq!(chunk, ChunkFacts { of: STAFF, users: Vec::new(), is_last: true, progress: Some(queued()) });
}

pub async fn chunks_visit_every_live_user_of_a_group_once(store: Arc<dyn Store>) {
    let office = staff(store).await;
    let faulty = path(ALPHA, from(0), PathState::ActiveWithError(PathError::Count));
    let changes = group_waits(0, queued()).puts(3, faulty.clone()).puts(5, faulty.clone()).puts(6, faulty);
    office.write(changes.user(deleted(user(4, "user-4"))).user(deleted(user(5, "user-5")))).await;
    let mut visited = Vec::new();
    for _ in 0..10 {
        let (chunk, facts) = load(&office, STAFF, 2).await;
        visited.extend(chunk.users.iter().filter(|user| facts.users[user].deleted_at.is_none()).map(|user| user.0));
        if chunk.is_last {
            break;
        }
        office.write(group_waits(0, after(chunk.users.last().unwrap().0))).await;
    }
    assert_eq!(visited, [0, 2, 3, 6, 8]);
}

pub async fn a_chunk_of_marked_users_has_deleted_ones_too(store: Arc<dyn Store>) {
    let office = staff(store).await;
    let marked = [UserKey(0), UserKey(3), UserKey(9)].into();
    let changes = ChangeSet { pending_users: marked, ..ChangeSet::default() };
    office.write(changes.user(deleted(user(3, "user-3")))).await;
    let (chunk, facts) = load(&office, Work::Users, 100).await;
    assert_eq!(chunk.users, [UserKey(0), UserKey(3), UserKey(9)]);
    assert!(chunk.is_last);
    assert_eq!(chunk.progress, None);
    assert!(facts.users[&UserKey(3)].deleted_at.is_some());
}

pub async fn a_chunk_of_marked_users_has_the_lowest_keys(store: Arc<dyn Store>) {
    let office = staff(store).await;
    assert_eq!(next(&office, Work::Users, 3).await, (Vec::new(), true));
    let marked = [7, 0, 5, 2].map(UserKey).into();
    office.write(ChangeSet { pending_users: marked, ..ChangeSet::default() }).await;
    assert_eq!(next(&office, Work::Users, 3).await, (vec![0, 2, 5], false));
    assert_eq!(next(&office, Work::Users, 4).await, (vec![0, 2, 5, 7], true));
    office.write(ChangeSet { settled_users: vec![UserKey(0), UserKey(2)], ..ChangeSet::default() }).await;
    assert_eq!(next(&office, Work::Users, 3).await, (vec![5, 7], true));
}

/// Users 1, 2, 3 and 6 wait for a seat of `ALPHA`; of them 2 is deleted.
fn queue() -> ChangeSet {
    let no_seat = path(ALPHA, from(0), PathState::Error(PathError::Count));
    let (direct, again) = (path(ALPHA, Source::Direct, PathState::Active), path(ALPHA, from(1), no_seat.state));
    let changes = ChangeSet::default().puts(1, no_seat.clone()).puts(2, no_seat.clone()).puts(3, no_seat.clone());
    changes.puts(3, again).puts(6, direct).puts(6, no_seat).user(deleted(user(2, "user-2")))
}

pub async fn a_chunk_of_a_sku_has_live_users_without_a_seat(store: Arc<dyn Store>) {
    let office = staff(store).await;
    let of_other_kinds = sku_waits(ALPHA, queued())
        .puts(0, path(ALPHA, from(0), PathState::Active))
        .puts(4, path(ALPHA, from(0), PathState::Error(PathError::Dependency)))
        .puts(5, path(ALPHA, from(0), PathState::ActiveWithError(PathError::Count)))
        .puts(7, path(ALPHA, from(0), PathState::Removed))
        .puts(8, path(BETA, from(0), PathState::Error(PathError::Count)));
    office.write(of_other_kinds).await;
    office.write(queue()).await;
    let (chunk, _) = load(&office, Work::Sku(ALPHA), 100).await;
    assert_eq!(chunk.users, [UserKey(1), UserKey(3), UserKey(6)]);
    assert!(chunk.is_last);
    assert_eq!(chunk.progress, Some(queued()));
}

pub async fn a_chunk_of_a_sku_goes_on_after_the_cursor(store: Arc<dyn Store>) {
    let office = staff(store).await;
    office.write(queue()).await;
    office.write(sku_waits(ALPHA, queued())).await;
    assert_eq!(next(&office, Work::Sku(ALPHA), 2).await, (vec![1, 3], false));
    office.write(sku_waits(ALPHA, after(3))).await;
    assert_eq!(next(&office, Work::Sku(ALPHA), 1).await, (vec![6], true));
}

pub async fn a_chunk_of_a_sku_that_does_not_wait_is_empty(store: Arc<dyn Store>) {
    let office = staff(store).await;
    office.write(queue()).await;
    office.write(sku_waits(BETA, queued())).await;
    let (chunk, _) = load(&office, Work::Sku(ALPHA), 100).await;
    assert_eq!(chunk, ChunkFacts { of: Work::Sku(ALPHA), users: Vec::new(), is_last: true, progress: None });
}

pub async fn users_of_a_chunk_come_with_all_facts_but_the_profile(store: Arc<dyn Store>) {
    let office = staff(store).await;
    let (held, gone) = (path(BETA, Source::Direct, PathState::Active), path(ALPHA, from(1), PathState::Removed));
    let marked = ChangeSet { pending_users: [UserKey(2)].into(), ..group_waits(0, queued()) };
    let changes = marked.licenses(1, licenses("others", 0, &[])).licenses(0, licenses("staff", 1, &[ALPHA]));
    office.write(changes.joins(1, 2).puts(2, held.clone()).puts(2, gone.clone())).await;
    for of in [STAFF, Work::Users] {
        let (_, mut facts) = load(&office, of, 100).await;
        let mut loaded = facts.users.remove(&UserKey(2)).unwrap();
        loaded.profile = None;
        let mut expected = user(2, "user-2");
        expected.profile = None;
        expected.paths = vec![gone.clone(), held.clone()];
        expected.licensed_groups = vec![GroupKey(0), GroupKey(1)];
        assert_eq!(loaded, expected);
    }
}

pub async fn a_chunk_can_have_thousands_of_users(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let mut changes = group_waits(0, queued()).group(group(0, "staff"));
    for key in 0..5_000 {
        changes = changes.user(user(key, &format!("user-{key}"))).joins(0, key);
        changes = changes.puts(key, path(ALPHA, from(0), PathState::Error(PathError::Count)));
    }
    office.write(changes).await;
    let (chunk, facts) = load(&office, STAFF, 4_096).await;
    assert!(chunk.users.iter().copied().eq((0..4_096).map(UserKey)));
    assert!(!chunk.is_last);
    assert!(chunk.users.iter().all(|user| facts.users[user].paths.len() == 1));
}

pub async fn a_chunk_goes_with_other_users_of_the_scope(store: Arc<dyn Store>) {
    let office = staff(store).await;
    office.write(group_waits(0, queued())).await;
    let chunk = Some(Chunk { of: STAFF, users_max: 2 });
    let facts = office.load(Scope { chunk, ..asking(&["user-2"], &["user-9"]) }).await;
    assert_eq!(facts.chunk.unwrap().users, [UserKey(0), UserKey(2)]);
    assert!(facts.users.keys().copied().eq([0, 2, 9].map(UserKey)));
    assert!(facts.users[&UserKey(2)].profile.is_some(), "asked for by name");
    assert_eq!(facts.objects.get(&id("user-9")), Some(&Member::User(UserKey(9))));
}
