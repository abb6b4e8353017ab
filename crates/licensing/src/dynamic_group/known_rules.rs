//! Rules by their text: a text is compiled once, for as long as some group has it, however often tenants are read anew.

use crate::refusal::Refusal;
use membership_rule::{MembershipRule, RuleError};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Texts after which those that no group has any more are looked for the first time.
const PRUNED_AFTER: usize = 1_024;

/// A memory and nothing else: what it answers depends on the text alone.
static KNOWN: Mutex<KnownRules> = Mutex::new(KnownRules { by_text: BTreeMap::new(), prune_at: PRUNED_AFTER });

struct KnownRules {
    by_text: BTreeMap<String, Weak<MembershipRule>>,
    prune_at: usize,
}

impl KnownRules {
    fn find(&self, text: &str) -> Option<Arc<MembershipRule>> {
        self.by_text.get(text)?.upgrade()
    }

    /// Keeps a rule; one that came in between stays.
    fn keep(&mut self, text: &str, rule: MembershipRule) -> Arc<MembershipRule> {
        if let Some(known) = self.find(text) {
            return known;
        }
        if self.by_text.len() >= self.prune_at {
            self.by_text.retain(|_, rule| rule.strong_count() > 0);
            self.prune_at = (2 * self.by_text.len()).max(PRUNED_AFTER);
        }
        let rule = Arc::new(rule);
        self.by_text.insert(text.to_owned(), Arc::downgrade(&rule));
        rule
    }
}

/// The rule that a text is.
///
/// # Errors
/// [`Refusal::InvalidRule`].
pub(crate) fn read(text: &str) -> Result<Arc<MembershipRule>, Refusal> {
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(rule) = known().find(text) {
        return Ok(rule);
    }
    let invalid = |error: RuleError| Refusal::InvalidRule { code: error.code(), sentence: error.to_string() };
    let rule = MembershipRule::parse(text).map_err(invalid)?;
    Ok(known().keep(text, rule))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_compiled_once_while_some_group_has_it() {
        let text = "user.city -match '^Known rules'";
        let one = read(text).unwrap();
        assert!(Arc::ptr_eq(&one, &read(text).unwrap()));
        assert!(!Arc::ptr_eq(&one, &read("user.city -match '^Other rules'").unwrap()));
    }

    #[test]
    fn what_no_group_has_any_more_is_forgotten() {
        let mut known = KnownRules { by_text: BTreeMap::new(), prune_at: 4 };
        let rule = || MembershipRule::parse("user.city -eq 'x'").unwrap();
        let kept = known.keep("kept", rule());
        for at in 0..100 {
            drop(known.keep(&at.to_string(), rule()));
            assert!(known.by_text.len() <= PRUNED_AFTER);
        }
        known.prune_at = 4;
        drop(known.keep("one more", rule()));
        assert_eq!(known.by_text.len(), 2);
        assert!(Arc::ptr_eq(&kept, &known.find("kept").unwrap()));
    }
}
