//! One writer for each tenant: commands that wait are decided one after the other on the same facts and
//! written in one commit. The commit (the fsync, the lock, the round trips) is paid once for all of them. Which ones, is
//! settled when the tenant is locked: while other nodes have it, those that come join the batch. What fails for the data of
//! one of them is done again one by one, so that the others do not fail with it.

use crate::error::EngineError;
use crate::store::{Ask, Decide, Store, StoreError};
use licensing::audit::Actor;
use licensing::command::{Context, Decision};
use licensing::facts::{GroupFacts, UserFacts};
use licensing::ids::TenantKey;
use licensing::tenant::Tenant;
use licensing::{Answer, ChangeSet, Command, Facts, Refusal, Scope};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{self, Poll};
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// Commands of one tenant that may wait; one more is answered 503 with `Retry-After`.
pub const QUEUE_COMMANDS_MAX: usize = 4_096;
/// Commands decided in one commit at most.
pub const BATCH_COMMANDS_MAX: usize = 256;

/// What a caller is shown of a command's effect, as it is right after the commit.
#[derive(Clone, Debug)]
pub enum Shown {
    /// A user.
    User(Arc<Tenant>, Box<UserFacts>),
    /// A group.
    Group(Arc<Tenant>, Box<GroupFacts>),
    /// The tenant itself.
    Tenant(Arc<Tenant>),
    /// Nothing.
    Done,
}

/// A command with all that its decision needs; the time of its context is the system's.
type Asked = (Command, Context);

/// What is asked, and where its answer goes.
struct Request {
    asked: Arc<Asked>,
    answer: oneshot::Sender<Result<Shown, EngineError>>,
    /// It is decided with no other: it was in a batch that failed for the data of one of them.
    is_alone: bool,
}

impl Request {
    fn new(command: Command, context: Context, answer: oneshot::Sender<Result<Shown, EngineError>>) -> Self {
        Self { asked: Arc::new((command, context)), answer, is_alone: false }
    }
}

/// The queue of one tenant.
#[derive(Clone)]
pub struct Writer {
    foreground: mpsc::Sender<Request>,
    background: mpsc::Sender<Request>,
    seen: Arc<Seen>,
}

/// What whoever works behind callers is told, so that they never wait long for it.
#[derive(Default)]
struct Seen {
    /// Commands that callers queued so far.
    commands: AtomicU64,
    /// How long the last command behind them kept the tenant locked, in microseconds.
    behind_micros: AtomicU64,
}

/// Called after a commit that left work for others.
pub type OnWork = Arc<dyn Fn() + Send + Sync>;

impl Writer {
    /// Starts the writer of a tenant. It stops when its last handle is dropped and its queue is empty.
    #[must_use]
    pub fn start(store: Arc<dyn Store>, tenant: TenantKey, on_work: OnWork) -> Self {
        let (foreground, foreground_queue) = mpsc::channel(QUEUE_COMMANDS_MAX);
        let (background, background_queue) = mpsc::channel(1);
        let seen: Arc<Seen> = Arc::default();
        tokio::spawn(write(store, tenant, on_work, foreground_queue, background_queue, seen.clone()));
        Self { foreground, background, seen }
    }

    /// Whether commands are still taken.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.foreground.is_closed()
    }

    /// How many commands callers queued so far: more than a moment ago says that somebody is there.
    pub(crate) fn commands_of_callers(&self) -> u64 {
        self.seen.commands.load(Ordering::Relaxed)
    }

    /// How long the last command of [`run_behind`](Self::run_behind) kept the tenant locked. What it waited for counts not.
    pub(crate) fn last_behind(&self) -> Duration {
        Duration::from_micros(self.seen.behind_micros.load(Ordering::Relaxed))
    }

    /// Queues a command and waits until it is committed or refused.
    ///
    /// # Errors
    /// [`EngineError::Busy`] when the queue is full; else what the command came to.
    pub async fn run(&self, command: Command, context: Context) -> Result<Shown, EngineError> {
        let (answer, answered) = oneshot::channel();
        self.seen.commands.fetch_add(1, Ordering::Relaxed);
        self.foreground.try_send(Request::new(command, context, answer)).map_err(|_| EngineError::Busy)?;
        answered.await.map_err(|_| outcome_unknown())?
    }

    /// As [`run`](Self::run), but behind all commands of callers.
    ///
    /// # Errors
    /// As for [`run`](Self::run).
    pub async fn run_behind(&self, command: Command, context: Context) -> Result<Shown, EngineError> {
        let (answer, answered) = oneshot::channel();
        self.background.send(Request::new(command, context, answer)).await.map_err(|_| EngineError::Busy)?;
        answered.await.map_err(|_| outcome_unknown())?
    }
}

/// The writer went away with the command.
fn outcome_unknown() -> EngineError {
    let reason = "the writer stopped".to_owned();
    StoreError::OutcomeUnknown { attempted: "commit the change", reason }.into()
}

/// Commands that wait for their decision, in its order.
struct Waiting {
    /// Those that were received already.
    received: VecDeque<Request>,
    more: mpsc::Receiver<Request>,
}

impl Waiting {
    /// Receives when nothing else waits; whether something does then, or nothing ever will.
    fn poll(&mut self, context: &mut task::Context<'_>) -> Poll<bool> {
        if !self.received.is_empty() {
            return Poll::Ready(true);
        }
        let received = &mut self.received;
        self.more.poll_recv(context).map(|request| request.map(|request| received.push_back(request)).is_some())
    }

    /// What can be decided on the same facts, this many at most.
    fn take(&mut self, commands_max: usize) -> Vec<Request> {
        self.receive(commands_max);
        let together = decided_together(self.received.iter().take(commands_max));
        self.received.drain(..together).collect()
    }

    /// The first ones, whether or not they can be decided together.
    fn take_all(&mut self, commands_max: usize) -> Vec<Request> {
        self.receive(commands_max);
        self.received.drain(..commands_max.min(self.received.len())).collect()
    }

    fn receive(&mut self, commands_max: usize) {
        while self.received.len() < commands_max
            && let Ok(request) = self.more.try_recv()
        {
            self.received.push_back(request);
        }
    }

    /// Has each of these decided alone, before all others.
    fn put_back(&mut self, requests: Vec<Request>) {
        for request in requests.into_iter().rev() {
            self.received.push_front(Request { is_alone: true, ..request });
        }
    }
}

/// How many of these commands can be decided on the same facts.
fn decided_together<'a>(waiting: impl Iterator<Item = &'a Request> + Clone) -> usize {
    let begins = |request: &Request| request.is_alone || request.asked.0.lets_time_pass();
    let ends = |request: &Request| request.is_alone || request.asked.0.makes_memberships_count();
    let next = waiting.clone().skip(1).map(begins).chain([true]);
    let ends = waiting.map(ends).zip(next);
    let goes_on = |(needs_others_anew, next_needs_others): &(bool, bool)| !needs_others_anew && !next_needs_others;
    ends.take_while(goes_on).count() + 1
}

async fn write(
    store: Arc<dyn Store>,
    tenant: TenantKey,
    on_work: OnWork,
    foreground: mpsc::Receiver<Request>,
    mut background: mpsc::Receiver<Request>,
    seen: Arc<Seen>,
) {
    let waiting = Arc::new(Mutex::new(Waiting { received: VecDeque::new(), more: foreground }));
    let attempt = async |commands_max| attempt(store.as_ref(), tenant, &waiting, commands_max).await;
    let behind = async |chunk| {
        lock(&waiting).received.push_front(chunk);
        let done = attempt(1).await;
        if let Some(locked_at) = done.locked_at {
            let micros = locked_at.elapsed().as_micros().try_into().unwrap_or(u64::MAX);
            seen.behind_micros.store(micros, Ordering::Relaxed);
        }
        done.answer(tenant, &on_work);
    };
    loop {
        tokio::select! {
            biased;
            waits = poll_fn(|context| lock(&waiting).poll(context)) => {
                if !waits {
                    return;
                }
                let done = attempt(BATCH_COMMANDS_MAX).await;
                if done.is_repeated_one_by_one() {
                    lock(&waiting).put_back(done.requests);
                    continue;
                }
                done.answer(tenant, &on_work);
                // One chunk after each batch, so that a busy tenant still gets its groups done.
                if let Ok(chunk) = background.try_recv() {
                    behind(chunk).await;
                }
            }
            Some(chunk) = background.recv() => behind(chunk).await,
        }
    }
}

/// A transaction: who is answered, and what it came to.
#[derive(Default)]
struct Attempt {
    requests: Vec<Request>,
    /// When the tenant was locked, if it came to that.
    locked_at: Option<Instant>,
    outcome: Option<Decided>,
    error: Option<StoreError>,
}

/// Decides and commits what waits once the tenant is locked, this many commands at most.
async fn attempt(store: &dyn Store, tenant: TenantKey, waiting: &Arc<Mutex<Waiting>>, commands_max: usize) -> Attempt {
    let attempt: Arc<Mutex<Attempt>> = Arc::default();
    let (asked, attempted) = (waiting.clone(), attempt.clone());
    let ask: Ask = Box::new(move || {
        lock(&attempted).locked_at = Some(Instant::now());
        let batch = lock(&asked).take(commands_max);
        let mut scope = Scope::default();
        let commands: Vec<Arc<Asked>> = batch.iter().map(|request| request.asked.clone()).collect();
        for asked in &commands {
            asked.0.add_to(&mut scope);
        }
        lock(&attempted).requests = batch;
        let decide: Decide = Box::new(move |facts| {
            let (changes, outcome) = decide_all(facts, &commands);
            lock(&attempted).outcome = Some(outcome);
            changes
        });
        (scope, decide)
    });
    let error = store.commit_asked(tenant, ask).await.err();
    let mut attempt = std::mem::take(&mut *lock(&attempt));
    if attempt.locked_at.is_none() {
        // Those who would have been asked, sooner or later.
        attempt.requests = lock(waiting).take_all(commands_max);
    }
    Attempt { error, ..attempt }
}

impl Attempt {
    /// Whether it came to nothing for the data of one command, while others were in it too.
    fn is_repeated_one_by_one(&self) -> bool {
        // What fails before any command is asked for is about none of them.
        let was_asked = self.locked_at.is_some();
        was_asked && self.requests.len() > 1 && self.error.as_ref().is_some_and(StoreError::is_about_the_data)
    }

    /// Answers everybody.
    fn answer(self, tenant: TenantKey, on_work: &OnWork) {
        match (self.error, self.outcome) {
            (None, Some(outcome)) => {
                if outcome.leaves_work {
                    on_work();
                }
                for (request, result) in self.requests.into_iter().zip(outcome.results) {
                    // A caller that went away has its command done all the same.
                    drop(request.answer.send(result.map_err(EngineError::from)));
                }
            }
            (error, _) => {
                let error = error.unwrap_or_else(|| StoreError::Unavailable {
                    attempted: "commit the change",
                    reason: "no decision was taken".to_owned(),
                });
                for Request { asked, answer, .. } in self.requests {
                    // Whoever asked tells it; of a caller that went away nobody else does.
                    if answer.send(Err(error.clone().into())).is_err() {
                        let request_id = asked.1.request.map(tracing::field::display);
                        tracing::error!(tenant = tenant.0, request_id, %error, "engine.commit failed, and nobody waits");
                    }
                }
            }
        }
    }
}

/// What these locks guard is whole between any two statements, so a panic elsewhere does not spoil it.
pub(crate) fn lock<T>(guarded: &Mutex<T>) -> MutexGuard<'_, T> {
    guarded.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a batch came to.
struct Decided {
    results: Vec<Result<Shown, Refusal>>,
    leaves_work: bool,
}

/// Decides commands one after the other, each on the facts that the ones before it leave.
fn decide_all(mut facts: Facts, commands: &[Arc<Asked>]) -> (ChangeSet, Decided) {
    let mut all = ChangeSet::default();
    let mut results = Vec::with_capacity(commands.len());
    let alone = commands.len() == 1;
    for (command, asked) in commands.iter().map(AsRef::as_ref) {
        // The only place where the system's time becomes the tenant's: a clock that is set holds for all that follow.
        let context = Context { now: facts.tenant.profile.time_at(asked.now), ..asked.clone() };
        let Decision { changes, answer } = command.decide(&facts, &context);
        // Nobody looks at the facts after a lone chunk, and folding its users into them would cost.
        if !(alone && matches!(answer, Ok(Answer::Done))) {
            facts.apply(&changes);
        }
        all.then(changes);
        results.push(answer.map(|answer| show(&facts, answer)));
    }
    let leaves_work = !all.pending_users.is_empty() || !all.pending_groups.is_empty() || !all.pending_skus.is_empty();
    let leaves_work = leaves_work || !all.pending_rules.is_empty();
    // There may be more to delete for good, or to forget, than one change takes.
    let leaves_work = leaves_work || !all.purged.is_empty() || all.forgotten.is_some();
    (all, Decided { results, leaves_work })
}

fn show(facts: &Facts, answer: Answer) -> Shown {
    let tenant = facts.tenant.clone();
    let shown = match answer {
        Answer::User(key) => facts.users.get(&key).map(|user| Shown::User(tenant, Box::new(user.clone()))),
        Answer::Group(key) => facts.groups.get(&key).map(|group| Shown::Group(tenant, Box::new(group.clone()))),
        Answer::Tenant => Some(Shown::Tenant(tenant)),
        Answer::Done => None,
    };
    shown.unwrap_or(Shown::Done)
}

/// The context of a command that nobody outside asked for, at this time of the system.
#[must_use]
pub fn own_context(now: licensing::time::Timestamp) -> Context {
    Context { now, actor: Actor::GroupLicensing, request: None }
}
