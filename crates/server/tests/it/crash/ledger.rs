//! What clients know: for each subject the state that was last acknowledged, and the one asked for since.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Something that one client at a time changes, with one request at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    /// Direct licences of the n-th user.
    LicensesOfUser(usize),
    /// Licences of the n-th group.
    LicensesOfGroup(usize),
    /// Members of the n-th group.
    MembersOfGroup(usize),
}

/// What a subject holds.
pub(crate) type State = BTreeSet<String>;
/// What a store holds.
pub(crate) type Observed = BTreeMap<Subject, State>;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    acknowledged: State,
    in_flight: Option<State>,
}

/// What is known of some subjects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ledger(BTreeMap<Subject, Entry>);

impl Ledger {
    /// Takes what was observed for known.
    pub(crate) fn of(observed: Observed) -> Self {
        let entry = |(subject, acknowledged)| (subject, Entry { acknowledged, in_flight: None });
        Self(observed.into_iter().map(entry).collect())
    }

    pub(crate) fn subjects(&self) -> Vec<Subject> {
        self.0.keys().copied().collect()
    }

    /// Takes out the subjects for which this holds.
    pub(crate) fn take(&mut self, belongs: impl Fn(Subject) -> bool) -> Self {
        Self(self.0.extract_if(.., |subject, _| belongs(*subject)).collect())
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(crate) fn acknowledged(&self, subject: Subject) -> &State {
        &self.0[&subject].acknowledged
    }

    /// A request that leads to this state goes out.
    pub(crate) fn ask(&mut self, subject: Subject, state: State) {
        let entry = self.0.get_mut(&subject).unwrap();
        assert_eq!(entry.in_flight, None, "{subject:?} has two requests in flight");
        entry.in_flight = Some(state);
    }

    /// The request that went out was acknowledged.
    pub(crate) fn acknowledge(&mut self, subject: Subject) {
        let entry = self.0.get_mut(&subject).unwrap();
        entry.acknowledged = entry.in_flight.take().unwrap();
    }

    /// What is neither as it was acknowledged nor as it was asked for since.
    pub(crate) fn losses(&self, observed: &Observed) -> Vec<String> {
        let mut losses = Vec::new();
        for (subject, Entry { acknowledged, in_flight }) in &self.0 {
            let found = observed.get(subject);
            if found != Some(acknowledged) && (found.is_none() || found != in_flight.as_ref()) {
                losses.push(format!("{subject:?}: {found:?}, acknowledged {acknowledged:?}, in flight {in_flight:?}"));
            }
        }
        losses
    }
}

const USER: Subject = Subject::LicensesOfUser(0);

fn state(items: &[&str]) -> State {
    items.iter().map(|item| (*item).to_owned()).collect()
}

/// The losses of a ledger in which `a` is acknowledged and perhaps `a, b` is in flight.
fn losses(asked: bool, found: Option<&[&str]>) -> usize {
    let mut ledger = Ledger::of(Observed::from([(USER, state(&[]))]));
    ledger.ask(USER, state(&["a"]));
    ledger.acknowledge(USER);
    if asked {
        ledger.ask(USER, state(&["a", "b"]));
    }
    ledger.losses(&found.map(|items| (USER, state(items))).into_iter().collect()).len()
}

#[test]
fn what_was_acknowledged_must_be_there() {
    assert_eq!(losses(false, Some(&["a"])), 0);
    assert_eq!(losses(false, Some(&[])), 1);
    assert_eq!(losses(false, None), 1);
}

#[test]
fn what_was_in_flight_may_be_there_wholly_or_not_at_all() {
    assert_eq!(losses(true, Some(&["a"])), 0);
    assert_eq!(losses(true, Some(&["a", "b"])), 0);
    assert_eq!(losses(true, Some(&["b"])), 1);
    assert_eq!(losses(true, Some(&[])), 1);
}

#[test]
fn nothing_else_may_be_there() {
    assert_eq!(losses(false, Some(&["a", "b"])), 1);
    assert_eq!(losses(true, Some(&["a", "b", "c"])), 1);
}
