//! Users with errors, and groups by whether their members have any.

use super::office::Office;
use super::world::{ALPHA, BETA, Draft, deleted, deleted_group, from, group, path, user};
use engine::store::{GroupSet, Store, UserSet};
use licensing::ChangeSet;
use licensing::assignment::{PathError, PathState, Source};
use licensing::ids::GroupKey;
use std::sync::Arc;

const NO_SEAT: PathState = PathState::Error(PathError::Count);
const STUCK: PathState = PathState::ActiveWithError(PathError::Dependency);
const FROM_STAFF: UserSet = UserSet::WithErrorsFrom(GroupKey(0));

/// Users 0 to 5 and groups 0 to 2, without members.
async fn six(store: Arc<dyn Store>) -> Office {
    let office = Office::new(store).await;
    let mut changes = ChangeSet::default().group(group(0, "staff")).group(group(1, "sales")).group(group(2, "board"));
    for key in 0..6 {
        changes = changes.user(user(key, &format!("user-{key}")));
    }
    office.write(changes).await;
    office
}

pub async fn users_with_errors_are_those_with_a_faulty_path_from_the_group(store: Arc<dyn Store>) {
    let office = six(store).await;
    let changes = ChangeSet::default()
        .puts(0, path(ALPHA, from(0), NO_SEAT))
        .puts(1, path(ALPHA, from(0), STUCK))
        .puts(2, path(ALPHA, from(0), PathState::Active))
        .puts(3, path(ALPHA, from(0), PathState::Removed))
        .puts(4, path(ALPHA, from(1), NO_SEAT))
        .puts(5, path(ALPHA, Source::Direct, NO_SEAT));
    office.write(changes).await;
    assert_eq!(office.users(FROM_STAFF).await, [0, 1]);
    assert_eq!(office.users(UserSet::WithErrorsFrom(GroupKey(1))).await, [4]);
    assert!(office.users(UserSet::WithErrorsFrom(GroupKey(2))).await.is_empty());
}

pub async fn a_user_with_two_errors_is_in_the_set_once(store: Arc<dyn Store>) {
    let office = six(store).await;
    let changes = ChangeSet::default().puts(0, path(ALPHA, from(0), NO_SEAT)).puts(0, path(BETA, from(0), STUCK));
    office.write(changes.joins(0, 0)).await;
    assert_eq!(office.users(FROM_STAFF).await, [0]);
    assert_eq!(office.groups(GroupSet::WithMemberErrors(true)).await, [0]);
}

pub async fn deleted_users_are_in_no_error_set(store: Arc<dyn Store>) {
    let office = six(store).await;
    let changes = ChangeSet::default().puts(0, path(ALPHA, from(0), NO_SEAT)).puts(1, path(ALPHA, from(0), NO_SEAT));
    office.write(changes.puts(1, path(ALPHA, from(1), STUCK)).user(deleted(user(1, "user-1")))).await;
    assert_eq!(office.users(FROM_STAFF).await, [0]);
    assert_eq!(office.groups(GroupSet::WithMemberErrors(true)).await, [0]);
    office.write(ChangeSet::default().user(user(1, "user-1"))).await;
    assert_eq!(office.users(FROM_STAFF).await, [0, 1]);
    assert_eq!(office.groups(GroupSet::WithMemberErrors(true)).await, [0, 1]);
}

pub async fn groups_are_told_apart_by_errors_of_live_users(store: Arc<dyn Store>) {
    let office = six(store).await;
    assert!(office.groups(GroupSet::WithMemberErrors(true)).await.is_empty());
    assert_eq!(office.groups(GroupSet::WithMemberErrors(false)).await, [0, 1, 2]);
    let changes = ChangeSet::default()
        .puts(0, path(ALPHA, from(1), NO_SEAT))
        .puts(1, path(ALPHA, from(1), STUCK))
        .puts(2, path(ALPHA, from(2), STUCK))
        .puts(3, path(ALPHA, from(0), PathState::Active));
    office.write(changes.group(deleted_group(group(2, "board")))).await;
    assert_eq!(office.groups(GroupSet::WithMemberErrors(true)).await, [1]);
    assert_eq!(office.groups(GroupSet::WithMemberErrors(false)).await, [0]);
}

pub async fn a_healed_path_leaves_the_set(store: Arc<dyn Store>) {
    let office = six(store).await;
    office.write(ChangeSet::default().puts(0, path(ALPHA, from(0), NO_SEAT))).await;
    office.write(ChangeSet::default().puts(0, path(ALPHA, from(0), PathState::Active))).await;
    assert!(office.users(FROM_STAFF).await.is_empty());
    assert_eq!(office.groups(GroupSet::WithMemberErrors(false)).await, [0, 1, 2]);
}
