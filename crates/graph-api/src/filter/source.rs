//! Where the objects that a filter asks for are found.

use super::condition::{Condition, Operand, Test};
use crate::call::{Call, parse_guid};
use engine::browse::{self, Admits, Browsed, Page};
use engine::store::{Seen, StoreError};
use uuid::Uuid;

/// Objects among which are all that a condition admits.
pub(crate) enum Source<T: Browsed> {
    /// Those of a set, or the ones among them that are admitted.
    Set { of: T::Set, is_whole: bool },
    /// These few, which were read already.
    These(Seen<Vec<T>>),
}

impl<T: Browsed + Clone> Source<T> {
    /// A page of at most `size` objects after a key.
    pub(crate) async fn page(
        &self,
        call: &Call,
        admits: Admits<'_, T>,
        after: Option<T::Key>,
        size: u32,
    ) -> Result<Page<T>, StoreError> {
        match self {
            Self::Set { of, is_whole } => {
                let admits = (!is_whole).then_some(admits);
                browse::page(call.store(), call.tenant(), *of, after, size, admits).await
            }
            Self::These(Seen { tenant, value }) => {
                let is_wanted = |object: &&T| after.is_none_or(|after| object.key() > after) && admits(tenant, object);
                let mut objects: Vec<T> = value.iter().filter(is_wanted).cloned().collect();
                objects.sort_by_key(T::key);
                objects.dedup_by_key(|object| object.key());
                let next = crate::paging::cut(&mut objects, size).map(T::key);
                Ok(Page { tenant: tenant.clone(), objects, next })
            }
        }
    }

    /// How many objects are admitted.
    pub(crate) async fn count(&self, call: &Call, admits: Admits<'_, T>) -> Result<u64, StoreError> {
        match self {
            Self::Set { of, is_whole } => {
                let admits = (!is_whole).then_some(admits);
                browse::count(call.store(), call.tenant(), *of, admits).await
            }
            Self::These(_) => {
                let all = self.page(call, admits, None, u32::MAX).await?;
                Ok(all.objects.len() as u64)
            }
        }
    }
}

impl Condition {
    /// The ids of which an object that is admitted has one.
    pub(crate) fn ids(&self) -> Option<Vec<Uuid>> {
        let texts = self.clauses().iter().find_map(|clause| clause.texts("id"))?;
        Some(texts.into_iter().filter_map(parse_guid).collect())
    }

    /// The texts of which a property is one, if that is what is asked.
    pub(crate) fn texts(&self, property: &str) -> Option<Vec<&str>> {
        let Self::Is(path, Test::OneOf(operands)) = self else { return None };
        if *path != property {
            return None;
        }
        operands.iter().map(Operand::text).collect()
    }
}
