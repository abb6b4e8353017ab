//! How a group's change reaches its members, chunk by chunk (specification 4.2).

use crate::names::{all_of, without};
use crate::office::{everybody_joins, office};
use licensing::audit::Activity;
use licensing::decide::continue_work::ContinueWork;
use licensing::decide::pass_time::PassTime;
use licensing::facts::{Chunk, Fence, ProcessingState, Work};
use licensing::ids::GroupKey;
use licensing::{Command, Refusal};

#[test]
fn processing_is_queued_begun_and_completed() {
    let mut world = office();
    everybody_joins(&mut world, "sales");
    assert_eq!(world.processing("sales"), None);
    world.license("sales", &[all_of("NONE")], &[]).unwrap();
    assert_eq!(world.processing("sales"), Some(ProcessingState::QueuedForProcessing));
    let chunk = Chunk { of: Work::Group(GroupKey(1)), users_max: 2 };
    world.run_chunk(chunk);
    assert_eq!(world.processing("sales"), Some(ProcessingState::ProcessingInProgress));
    let begun: Vec<_> = world.written.audit.iter().map(|entry| entry.activity).collect();
    assert_eq!(begun, [Activity::StartApplyingGroupLicense, Activity::ChangeUserLicense]);
    world.run_chunk(chunk);
    assert_eq!(world.processing("sales"), Some(ProcessingState::ProcessingComplete));
    let ended: Vec<_> = world.written.audit.iter().map(|entry| entry.activity).collect();
    assert_eq!(ended, [Activity::ChangeUserLicense, Activity::FinishApplyingGroupLicense]);
}

#[test]
fn progress_counts_users_that_are_as_wanted_and_users_that_are_not() {
    let mut world = office();
    everybody_joins(&mut world, "sales");
    world.license("sales", &[all_of("ONE")], &[]).unwrap();
    world.run_chunk(Chunk { of: Work::Group(GroupKey(1)), users_max: 3 });
    let progress = world.pending.groups[&GroupKey(1)];
    assert_eq!((progress.succeeded, progress.failed), (1, 2));
}

#[test]
fn a_new_change_of_the_group_begins_its_processing_anew() {
    let mut world = office();
    everybody_joins(&mut world, "sales");
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.run_chunk(Chunk { of: Work::Group(GroupKey(1)), users_max: 2 });
    world.license("sales", &[without("E3", &["docs"])], &[]).unwrap();
    assert_eq!(world.processing("sales"), Some(ProcessingState::QueuedForProcessing));
    world.settle_by(1);
    for user in ["ann", "bob", "cyd"] {
        assert_eq!(world.licenses(user), ["E3-docs"]);
    }
}

#[test]
fn a_user_who_joins_behind_the_cursor_is_not_forgotten() {
    let mut world = office();
    world.join("bob", "sales").unwrap();
    world.join("cyd", "sales").unwrap();
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.run_chunk(Chunk { of: Work::Group(GroupKey(1)), users_max: 1 });
    world.join("ann", "sales").unwrap();
    world.settle();
    assert_eq!(world.states("ann"), ["E3 by sales: Active"]);
}

#[test]
fn work_of_a_turn_that_is_over_is_refused_and_changes_nothing() {
    let mut world = office();
    everybody_joins(&mut world, "sales");
    world.license("sales", &[all_of("E3")], &[]).unwrap();
    world.facts.fence = Fence(7);
    for fence in [Fence(6), Fence(8)] {
        let chunk = Chunk { of: Work::Group(GroupKey(1)), users_max: 2 };
        for command in [Command::ContinueWork(ContinueWork { chunk, fence }), Command::PassTime(PassTime { fence })] {
            assert_eq!(world.run(&command), Err(Refusal::TurnIsOver));
            assert!(world.written.is_empty());
        }
    }
    world.settle();
    assert_eq!(world.states("ann"), ["E3 by sales: Active"]);
}
