//! Pages: in the order of keys, after a key.

use super::office::{ALL, Office, asking};
use super::world::{ALPHA, BETA, Draft, deleted, deleted_group, from, group, licenses, path, user};
use engine::store::{GroupSet, Store, UserSet};
use licensing::ChangeSet;
use licensing::assignment::{PathError, PathState, Source};
use licensing::directory::Member;
use licensing::ids::{GroupKey, UserKey};
use std::sync::Arc;

const KEYS: [u32; 7] = [0, 1, 2, 5, 8, 40, 41];

/// Users and groups of [`KEYS`].
async fn crowd(store: Arc<dyn Store>) -> Office {
    let office = Office::new(store).await;
    let mut changes = ChangeSet::default();
    for key in KEYS.into_iter().rev() {
        changes = changes.user(user(key, &format!("user-{key}"))).group(group(key, &format!("group-{key}")));
    }
    office.write(changes).await;
    office
}

/// The keys on one page of users.
async fn page(office: &Office, of: UserSet, after: Option<u32>, limit: u32) -> Vec<u32> {
    let users = office.store.users(office.key, of, after.map(UserKey), limit).await.unwrap().value;
    users.iter().map(|user| user.key.0).collect()
}

async fn group_page(office: &Office, of: GroupSet, after: Option<u32>, limit: u32) -> Vec<u32> {
    let groups = office.store.groups(office.key, of, after.map(GroupKey), limit).await.unwrap().value;
    groups.iter().map(|group| group.key.0).collect()
}

/// All pages of so many users each.
async fn pages(office: &Office, of: UserSet, limit: u32) -> Vec<Vec<u32>> {
    let mut pages: Vec<Vec<u32>> = Vec::new();
    loop {
        let after = pages.last().and_then(|page| page.last()).copied();
        let page = page(office, of, after, limit).await;
        if page.is_empty() {
            return pages;
        }
        pages.push(page);
    }
}

async fn group_pages(office: &Office, of: GroupSet, limit: u32) -> Vec<Vec<u32>> {
    let mut pages: Vec<Vec<u32>> = Vec::new();
    loop {
        let after = pages.last().and_then(|page| page.last()).copied();
        let page = group_page(office, of, after, limit).await;
        if page.is_empty() {
            return pages;
        }
        pages.push(page);
    }
}

pub async fn users_are_paged_by_key(store: Arc<dyn Store>) {
    let office = crowd(store).await;
    office.write(ChangeSet::default().user(deleted(user(2, "user-2")))).await;
    let expected = [vec![0, 1], vec![5, 8], vec![40, 41]];
    assert_eq!(pages(&office, UserSet::All, 2).await, expected);
    assert_eq!(pages(&office, UserSet::All, ALL).await, [expected.concat()]);
    assert_eq!(page(&office, UserSet::All, Some(0), 1).await, [1], "the first key of all is a key to go on after");
    assert_eq!(page(&office, UserSet::All, Some(3), 2).await, [5, 8], "after a key that nobody has");
    assert!(page(&office, UserSet::All, Some(u32::MAX), 2).await.is_empty());
}

pub async fn groups_are_paged_by_key(store: Arc<dyn Store>) {
    let office = crowd(store).await;
    office.write(ChangeSet::default().group(deleted_group(group(1, "group-1")))).await;
    let expected = [vec![0, 2, 5, 8], vec![40, 41]];
    assert_eq!(group_pages(&office, GroupSet::All, 4).await, expected);
    assert_eq!(group_pages(&office, GroupSet::WithMemberErrors(false), 4).await, expected);
    assert_eq!(group_page(&office, GroupSet::All, Some(0), 1).await, [2]);
}

pub async fn pages_go_on_while_objects_come_and_go(store: Arc<dyn Store>) {
    let office = crowd(store).await;
    assert_eq!(page(&office, UserSet::All, None, 3).await, [0, 1, 2]);
    assert_eq!(group_page(&office, GroupSet::All, None, 3).await, [0, 1, 2]);
    let gone = ChangeSet::default().user(deleted(user(1, "user-1"))).group(deleted_group(group(1, "group-1")));
    office.write(gone.user(user(42, "user-42")).group(group(42, "group-42"))).await;
    assert_eq!(page(&office, UserSet::All, Some(2), 3).await, [5, 8, 40]);
    assert_eq!(group_page(&office, GroupSet::All, Some(2), 3).await, [5, 8, 40]);
    office.write(ChangeSet::default().user(deleted(user(40, "user-40"))).user(user(43, "user-43"))).await;
    assert_eq!(page(&office, UserSet::All, Some(40), 3).await, [41, 42, 43]);
    assert_eq!(group_page(&office, GroupSet::All, Some(40), 3).await, [41, 42]);
}

pub async fn members_are_paged_by_key(store: Arc<dyn Store>) {
    let office = crowd(store).await;
    let members = ChangeSet::default().joins(5, 41).joins(5, 0).joins(5, 8).joins(5, 2).joins(5, 1).joins(8, 40);
    office.write(members.user(deleted(user(2, "user-2")))).await;
    assert_eq!(pages(&office, UserSet::MembersOf(GroupKey(5)), 3).await, [vec![0, 1, 8], vec![41]]);
    assert_eq!(pages(&office, UserSet::MembersOf(GroupKey(8)), 3).await, [[40]]);
    assert!(pages(&office, UserSet::MembersOf(GroupKey(0)), 3).await.is_empty());
}

pub async fn nested_groups_are_paged_by_key(store: Arc<dyn Store>) {
    let office = crowd(store).await;
    let nested = [41, 0, 8, 2].map(|member| (GroupKey(5), Member::Group(GroupKey(member)), true));
    office.write(ChangeSet { memberships: nested.to_vec(), ..ChangeSet::default() }).await;
    assert_eq!(group_pages(&office, GroupSet::MembersOf(GroupKey(5)), 3).await, [vec![0, 2, 8], vec![41]]);
}

pub async fn users_with_errors_are_paged_by_key(store: Arc<dyn Store>) {
    let office = crowd(store).await;
    let error = PathState::Error(PathError::Count);
    let mut changes = ChangeSet::default();
    for key in [41, 8, 2, 0] {
        changes = changes.puts(key, path(ALPHA, from(5), error)).puts(key, path(BETA, from(5), error));
    }
    office.write(changes.puts(1, path(ALPHA, from(0), error)).puts(5, path(ALPHA, from(8), error))).await;
    assert_eq!(pages(&office, UserSet::WithErrorsFrom(GroupKey(5)), 3).await, [vec![0, 2, 8], vec![41]]);
    assert_eq!(group_pages(&office, GroupSet::WithMemberErrors(true), 2).await, [vec![0, 5], vec![8]]);
}

pub async fn users_are_found_by_the_licences_that_they_have(store: Arc<dyn Store>) {
    let office = crowd(store).await;
    let (active, error) = (PathState::Active, PathState::Error(PathError::Count));
    let changes = ChangeSet::default()
        .puts(41, path(ALPHA, Source::Direct, active))
        .puts(0, path(ALPHA, Source::Direct, active))
        .puts(0, path(ALPHA, from(5), active))
        .puts(0, path(BETA, from(5), error))
        .puts(1, path(ALPHA, from(5), PathState::ActiveWithError(PathError::Other)))
        .puts(2, path(ALPHA, from(5), error))
        .puts(5, path(ALPHA, Source::Direct, PathState::Removed))
        .puts(5, path(BETA, Source::Direct, active))
        .puts(8, path(ALPHA, Source::Direct, active));
    office.write(changes.user(deleted(user(8, "user-8")))).await;
    assert_eq!(pages(&office, UserSet::WithLicense(ALPHA), 2).await, [vec![0, 1], vec![41]]);
    assert_eq!(pages(&office, UserSet::WithLicense(BETA), 2).await, [[5]]);
    assert_eq!(pages(&office, UserSet::Licensed(true), 3).await, [vec![0, 1, 5], vec![41]]);
    assert_eq!(pages(&office, UserSet::Licensed(false), 3).await, [[2, 40]]);
    for of in [UserSet::WithLicense(ALPHA), UserSet::Licensed(true), UserSet::Licensed(false)] {
        let keys = office.users(of).await;
        assert_eq!(keys, pages(&office, of, ALL).await.concat(), "as many are counted");
    }
}

pub async fn users_of_a_page_come_with_all_facts(store: Arc<dyn Store>) {
    let office = crowd(store).await;
    let (held, faulty) = (path(ALPHA, Source::Direct, PathState::Active), PathState::Error(PathError::Other));
    let faulty = path(ALPHA, from(5), faulty);
    let changes = ChangeSet::default().licenses(5, licenses("group-5", 0, &[ALPHA])).joins(5, 1).joins(5, 2);
    office.write(changes.puts(1, faulty.clone()).puts(1, held.clone()).puts(2, held.clone())).await;
    let mut expected = user(1, "user-1");
    (expected.paths, expected.licensed_groups) = (vec![held, faulty], vec![GroupKey(5)]);
    for of in [UserSet::All, UserSet::MembersOf(GroupKey(5)), UserSet::WithErrorsFrom(GroupKey(5))] {
        let seen = office.store.users(office.key, of, Some(UserKey(0)), 1).await.unwrap();
        assert_eq!(seen.value, [expected.clone()], "{of:?}");
        assert!(seen.tenant.licensed_groups.contains_key(&GroupKey(5)));
    }
    let by_key = office.store.users_by_key(office.key, &[UserKey(1)]).await.unwrap();
    assert_eq!(by_key.value, [expected]);
    assert!(by_key.tenant.licensed_groups.contains_key(&GroupKey(5)));
}

pub async fn users_are_read_by_key(store: Arc<dyn Store>) {
    let office = crowd(store).await;
    office.write(ChangeSet::default().user(deleted(user(8, "user-8")))).await;
    let read = async |keys: &[u32]| {
        let keys: Vec<UserKey> = keys.iter().copied().map(UserKey).collect();
        let users = office.store.users_by_key(office.key, &keys).await.unwrap().value;
        let mut keys: Vec<u32> = users.iter().map(|user| user.key.0).collect();
        keys.sort_unstable();
        keys
    };
    assert_eq!(read(&[41, 0, 3, 8]).await, [0, 8, 41], "deleted ones too");
    assert_eq!(read(&[41, 0, 41, 0]).await, [0, 41], "each once");
    assert!(read(&[]).await.is_empty());
    assert_eq!(read(&(0..3_000).collect::<Vec<_>>()).await, KEYS);
}

pub async fn paths_of_many_users_are_kept_alike_or_not(store: Arc<dyn Store>) {
    let office = Office::new(store).await;
    let names: Vec<String> = (0..200).map(|key| format!("user-{key}")).collect();
    let people = (0..200).zip(&names).fold(ChangeSet::default(), |people, (key, name)| people.user(user(key, name)));
    office.write(people).await;
    let asked: Vec<&str> = names.iter().map(String::as_str).collect();
    // As a chunk does: first nobody has it, then everybody; most have the same.
    for round in [0, 1] {
        let path_of = move |key: u32| match (key + round) % 10 {
            0 => path(ALPHA, from(5), PathState::Error(PathError::Count)),
            _ => path(ALPHA, from(5), PathState::Active),
        };
        let changes = (0..200).fold(ChangeSet::default(), |changes, key| changes.puts(key, path_of(key)));
        office.store.commit(office.key, asking(&[], &asked), Box::new(|_| changes)).await.unwrap();
        let users = office.store.users(office.key, UserSet::All, None, ALL).await.unwrap().value;
        let paths: Vec<_> = users.into_iter().map(|user| (user.key.0, user.paths)).collect();
        assert_eq!(paths, (0..200).map(|key| (key, vec![path_of(key)])).collect::<Vec<_>>(), "round {round}");
    }
}
