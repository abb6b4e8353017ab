//! Work that changes left for others: members of groups, users that joined or left, users who wait; and what time
//! does to subscriptions.
//!
//! The reconciler looks at what is written, never at the message that woke it. It goes through the works of
//! a tenant in one fixed order and finishes each before the next, so that the chunk size decides nothing.

use crate::back_off::{self, BackOff, Failing};
use crate::error::EngineError;
use crate::store::{Store, StoreError, Waiting};
use crate::turns::Turns;
use crate::use_cases::Engine;
use crate::writer::{Writer, own_context};
use licensing::decide::continue_work::ContinueWork;
use licensing::decide::pass_time::PassTime;
use licensing::facts::{Chunk, Work};
use licensing::ids::{GroupKey, SkuKey, TenantKey};
use licensing::tenant::LicensedGroup;
use licensing::time::Timestamp;
use licensing::{Command, Refusal};
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// How long a chunk should keep the tenant locked while callers are there, so that they never wait long.
pub const CHUNK_TIME: Duration = Duration::from_millis(8);
/// How long it should while nobody is: the first caller who comes waits so long, and what a chunk costs however large it
/// is (a commit, round trips) is paid less often. Callers of other nodes are not seen, and wait so long each time.
pub const CHUNK_TIME_ALONE: Duration = Duration::from_millis(32);
/// Users in the first chunk of all.
pub const CHUNK_USERS_FIRST: u32 = 256;
/// Users in a chunk at least and at most.
pub const CHUNK_USERS: std::ops::RangeInclusive<u32> = 16..=4_096;
/// How often the reconciler looks without being woken, unless it is told otherwise.
pub const POLL_PERIOD: Duration = Duration::from_secs(1);
/// How long others wait for the work of one tenant. What takes longer goes on by itself: another node may have the tenant
/// locked, and hang.
pub const OTHERS_WAIT: Duration = Duration::from_secs(2);
/// How long the present chunk is waited for once it is told to stop, and then how long giving its turns back may take.
pub const STOP_TIME: Duration = Duration::from_secs(2);

/// While there is work, how many times in a poll period it looks for other tenants that have some.
const LOOKS_AT_WORK: u32 = 10;

/// How propagation behaves.
pub struct Propagation {
    /// How long a group's processing waits before it begins.
    pub group_delay: Duration,
    /// How often it looks without being woken; while there is work, ten times as often.
    pub poll_period: Duration,
    /// Ends it after the present chunk, or after [`STOP_TIME`] where that hangs.
    pub stop: CancellationToken,
}

/// Chunk sizes per kind of work, learnt from how long chunks took; and how many commands of callers there had been then.
type ChunkSizes = HashMap<(TenantKey, Work), (u32, u64)>;

/// The groups of a tenant that ever had licences.
type LicensedGroups = BTreeMap<GroupKey, LicensedGroup>;

/// Works until `settings.stop`.
pub async fn run(engine: &Engine, work: &Notify, settings: &Propagation) {
    let mut reconciler = Reconciler {
        engine,
        settings,
        turns: Turns::default(),
        sizes: ChunkSizes::new(),
        store: BackOff::default(),
        failing: Failing::default(),
    };
    let too_late = async {
        settings.stop.cancelled().await;
        tokio::time::sleep(STOP_TIME).await;
    };
    tokio::select! {
        () = reconciler.work_when_told(work) => {}
        () = too_late => tracing::warn!("propagation.stop does not wait for what is under way"),
    }
    let given_back = tokio::time::timeout(STOP_TIME, reconciler.turns.give_back(engine.store())).await;
    if given_back.is_err() {
        tracing::debug!("propagation.turns are not given back: the store does not answer");
    }
}

/// Has the reconciler look when another node tells of work, for as long as it is polled.
pub async fn listen(store: &dyn Store, work: &Notify) {
    let mut back_off = BackOff::default();
    loop {
        let begun = Instant::now();
        let ended = store.listen_for_work(&|| work.notify_one()).await;
        if begun.elapsed() > back_off::WAIT_MAX {
            back_off.succeeded();
        }
        let wait = back_off.failed();
        let error = ended.err().map(tracing::field::display);
        tracing::warn!(error, wait_ms = wait.as_millis(), "propagation.listen ended; trying again");
        tokio::time::sleep(wait).await;
    }
}

/// What there is to do for a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Errand {
    /// What is due.
    PassTime,
    /// A chunk of work.
    GoOn,
}

/// What looks for work and does it.
struct Reconciler<'a> {
    engine: &'a Engine,
    settings: &'a Propagation,
    turns: Turns,
    sizes: ChunkSizes,
    /// How long it waits for the store.
    store: BackOff,
    failing: Failing<(TenantKey, Errand)>,
}

impl Reconciler<'_> {
    /// Works until it is to stop.
    async fn work_when_told(&mut self, work: &Notify) {
        while !self.settings.stop.is_cancelled() {
            let Some(rest) = self.pass().await else { continue };
            // While the store is away nobody wakes it but who reached it again.
            tokio::select! {
                () = work.notified() => {}
                () = tokio::time::sleep(rest) => {}
                () = self.settings.stop.cancelled() => {}
            }
        }
    }

    /// Does what is due, and chunks of the first work of each tenant that has some, where it is this node's turn; how
    /// long to rest then, unless some work went on.
    async fn pass(&mut self) -> Option<Duration> {
        let store = self.engine.store();
        let found = async { Ok((store.tenants_due(self.engine.now()).await?, store.tenants_with_work().await?)) };
        let (due, mut working) = match found.await {
            Ok(found) => found,
            Err(error) => {
                let error: StoreError = error;
                let rest = self.store.failed();
                tracing::error!(%error, wait_ms = rest.as_millis(), "propagation.pass failed; trying again");
                return Some(rest);
            }
        };
        self.store.succeeded();
        self.failing.retain(|(tenant, errand)| match errand {
            Errand::PassTime => due.contains(tenant),
            Errand::GoOn => working.contains(tenant),
        });
        let looked_at = Instant::now();
        let mut has_worked = false;
        for tenant in due {
            has_worked |= self.run((tenant, Errand::PassTime)).await;
        }
        // One chunk for each of them in turn.
        while !working.is_empty() && !self.settings.stop.is_cancelled() {
            let mut going_on = Vec::with_capacity(working.len());
            for tenant in working {
                if self.run((tenant, Errand::GoOn)).await {
                    going_on.push(tenant);
                }
            }
            has_worked |= !going_on.is_empty();
            working = going_on;
            if looked_at.elapsed() > self.settings.poll_period / LOOKS_AT_WORK {
                break;
            }
        }
        if has_worked {
            return None;
        }
        self.sizes.clear();
        self.turns.tidy();
        Some(self.rest())
    }

    /// How long it rests when there is nothing to do now.
    fn rest(&self) -> Duration {
        let Propagation { group_delay, poll_period, .. } = self.settings;
        // A group that is to wait, and what failed, become ready without anybody telling.
        let delay = Some(*group_delay).filter(|delay| !delay.is_zero());
        let waits = [delay, self.failing.soonest(), Some(*poll_period)];
        waits.into_iter().flatten().min().unwrap_or(*poll_period)
    }

    /// Runs an errand, unless it failed a moment ago, or nothing is to be begun any more: one that fails does not keep the
    /// others from being done. Whether work went on.
    async fn run(&mut self, errand: (TenantKey, Errand)) -> bool {
        if self.failing.rests(&errand) || self.settings.stop.is_cancelled() {
            return false;
        }
        let (tenant, what) = errand;
        let outcome = match what {
            Errand::PassTime => self.pass_time(tenant).await.map(|()| false),
            Errand::GoOn => self.go_on(tenant).await,
        };
        match outcome {
            Ok(has_worked) => {
                self.failing.succeeded(&errand);
                has_worked
            }
            Err(EngineError::Refused(Refusal::TurnIsOver)) => {
                tracing::info!(tenant = tenant.0, "propagation.turn was taken over");
                self.turns.is_over(tenant);
                // There may be more to do, and for this node again.
                true
            }
            Err(error) => {
                let wait_ms = self.failing.failed(errand).as_millis();
                tracing::warn!(%error, tenant = tenant.0, ?what, wait_ms, "propagation.errand failed; trying again");
                false
            }
        }
    }

    async fn pass_time(&mut self, tenant: TenantKey) -> Result<(), EngineError> {
        let engine = self.engine;
        let Some(fence) = self.turns.take(engine.store(), tenant).await? else { return Ok(()) };
        if !self.run_behind(&engine.writer(tenant), Command::PassTime(PassTime { fence })).await? {
            return Err(goes_on_by_itself());
        }
        // What it cannot do, as for a product that no catalogue has any more, must not keep everybody busy; what it
        // leaves to do is told like any other work.
        Ok(())
    }

    /// One chunk of the first work of a tenant that is ready; whether there was any.
    async fn go_on(&mut self, tenant: TenantKey) -> Result<bool, EngineError> {
        let engine = self.engine;
        let seen = engine.store().waiting(tenant).await?;
        let now = seen.tenant.profile.time_at(engine.now());
        let ready = first_ready(&seen.tenant.licensed_groups, seen.value, now, self.settings.group_delay);
        let Some(work) = ready else { return Ok(false) };
        let Some(fence) = self.turns.take(engine.store(), tenant).await? else { return Ok(false) };
        let writer = engine.writer(tenant);
        let known = self.sizes.get(&(tenant, work)).copied();
        let (users_max, commands) = known.unwrap_or_else(|| (CHUNK_USERS_FIRST, writer.commands_of_callers()));
        let command = Command::ContinueWork(ContinueWork { chunk: Chunk { of: work, users_max }, fence });
        let is_done = self.run_behind(&writer, command).await?;
        let commands_now = writer.commands_of_callers();
        let time = if commands_now == commands { CHUNK_TIME_ALONE } else { CHUNK_TIME };
        let taken = if is_done { writer.last_behind() } else { OTHERS_WAIT };
        self.sizes.insert((tenant, work), (next_size(users_max, taken, time), commands_now));
        if is_done { Ok(true) } else { Err(goes_on_by_itself()) }
    }

    /// Runs a command behind those of callers; whether it was done while others wait. Else it goes on by itself: should it
    /// be asked for once more meanwhile, that is done after it, from where it has come to.
    async fn run_behind(&self, writer: &Writer, command: Command) -> Result<bool, EngineError> {
        let done = writer.run_behind(command, own_context(self.engine.now()));
        tokio::time::timeout(OTHERS_WAIT, done).await.map_or(Ok(false), |done| done.map(|_| true))
    }
}

/// What is said of a command that others do not wait for any longer.
fn goes_on_by_itself() -> EngineError {
    let reason = format!("it takes longer than {OTHERS_WAIT:?}, and goes on by itself");
    StoreError::OutcomeUnknown { attempted: "commit the change", reason }.into()
}

fn first_ready(groups: &LicensedGroups, waiting: Vec<Waiting>, now: Timestamp, group_delay: Duration) -> Option<Work> {
    let delay = i64::try_from(group_delay.as_millis()).unwrap_or(i64::MAX);
    let a_group_waits = waiting.iter().any(|waiting| matches!(waiting.work, Work::Group(_) | Work::Rule(_)));
    let is_ready = |waiting: &Waiting| match waiting.work {
        Work::Group(_) | Work::Rule(_) => {
            now.unix_millis >= waiting.progress.queued_at.unix_millis.saturating_add(delay)
        }
        // A member that is marked must not be served before those who come first in a group that waits.
        Work::Users | Work::Sku(_) => !a_group_waits,
    };
    waiting.into_iter().filter(is_ready).map(|waiting| waiting.work).min_by_key(|work| order(groups, *work))
}

/// Groups in the order in which they compete, each with its rule before its licences, then marked users, then users who
/// wait for seats.
fn order(groups: &LicensedGroups, work: Work) -> (u8, u32, GroupKey, u8, SkuKey) {
    let rank = |key| groups.get(key).map_or(0, |group| group.order);
    match work {
        Work::Rule(key) => (0, rank(&key), key, 0, SkuKey(0)),
        Work::Group(key) => (0, rank(&key), key, 1, SkuKey(0)),
        Work::Users => (1, 0, GroupKey(0), 0, SkuKey(0)),
        Work::Sku(key) => (2, 0, GroupKey(0), 0, key),
    }
}

/// Grows or shrinks a chunk towards its time: at most by a factor of two or, lest callers wait, four.
fn next_size(users: u32, taken: Duration, time: Duration) -> u32 {
    let ideal = f64::from(users) * time.as_secs_f64() / taken.as_secs_f64().max(1e-6);
    let bounded = ideal.clamp(f64::from(users) / 4.0, f64::from(users) * 2.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded by CHUNK_USERS")]
    let size = bounded as u32;
    size.clamp(*CHUNK_USERS.start(), *CHUNK_USERS.end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use licensing::facts::Progress;
    use licensing::ids::GroupId;

    /// The first work that is ready ten seconds after the beginning.
    fn first(waiting: &[(Work, i64)], group_delay: Duration) -> Option<Work> {
        let group = |order| LicensedGroup { id: GroupId(uuid::Uuid::nil()), order, licenses: BTreeMap::new() };
        let groups = LicensedGroups::from([(GroupKey(0), group(2)), (GroupKey(1), group(1))]);
        let at = |second: &i64| Timestamp::from_unix_millis(second * 1_000);
        let waiting = waiting.iter().map(|(work, since)| Waiting {
            work: *work,
            progress: Progress { queued_at: at(since), ..Progress::default() },
        });
        first_ready(&groups, waiting.collect(), at(&10), group_delay)
    }

    #[test]
    fn groups_go_first_in_the_order_in_which_they_compete() {
        let (early, late) = (Work::Group(GroupKey(1)), Work::Group(GroupKey(0)));
        let (users, sku) = (Work::Users, Work::Sku(SkuKey(0)));
        let all = [(sku, 0), (users, 0), (late, 3), (early, 5)];
        assert_eq!(first(&all, Duration::ZERO), Some(early));
        assert_eq!(first(&all[..3], Duration::ZERO), Some(late));
        assert_eq!(first(&all[..2], Duration::ZERO), Some(users));
        assert_eq!(first(&all[..1], Duration::ZERO), Some(sku));
        assert_eq!(first(&[], Duration::ZERO), None);
    }

    #[test]
    fn a_marked_user_does_not_overtake_a_group_that_is_to_wait() {
        let (group, users) = (Work::Group(GroupKey(0)), Work::Users);
        assert_eq!(first(&[(group, 9), (users, 0)], Duration::from_secs(3)), None);
        assert_eq!(first(&[(group, 7), (users, 0)], Duration::from_secs(3)), Some(group));
        assert_eq!(first(&[(users, 10)], Duration::from_secs(3)), Some(users));
    }

    #[test]
    fn chunks_grow_towards_their_time_and_stay_bounded() {
        let next = |users, taken| next_size(users, taken, CHUNK_TIME);
        assert_eq!(next(256, Duration::from_millis(1)), 512);
        assert_eq!(next(256, Duration::from_millis(16)), 128);
        assert_eq!(next(256, Duration::from_millis(80)), 64);
        assert_eq!(next(4_096, Duration::from_micros(1)), 4_096);
        assert_eq!(next(16, Duration::from_secs(9)), 16);
        assert_eq!(next_size(256, Duration::from_millis(16), CHUNK_TIME_ALONE), 512);
    }
}
