//! Those concerned by an entry, and its detail, as bytes. Numbers are LEB128.
//!
//! A chunk of thousands of neighbours takes a byte a user: their keys are written as differences.

use engine::schema::{json_of, value_of};
use licensing::assignment::DisabledPlans;
use licensing::audit::{Affected, Detail, GroupTotals, LicenseChange, Licenses, Offer, PropertyChange, Purchase};
use licensing::ids::{GroupKey, ServicePlanId, SkuId, SkuKey, SubscriptionId, UserKey};
use serde_json::{Value, json};
use uuid::Uuid;

/// What an [`Affected`] has besides its users.
const HAS_FAILURE: u64 = 1;
const HAS_LICENSES: u64 = 2;

/// Kinds of details.
const NONE: u64 = 0;
const TOTALS: u64 = 1;
const LICENSES: u64 = 2;
const PROPERTIES: u64 = 3;
const NESTED: u64 = 4;
const PURCHASE: u64 = 5;
const OFFER: u64 = 6;
const MANAGER: u64 = 7;

pub(crate) fn of_affected(affected: &[Affected]) -> Vec<u8> {
    let users: usize = affected.iter().map(|affected| affected.users.len()).sum();
    let mut bytes = Vec::with_capacity(users + 32 * affected.len());
    for Affected { users, failure, licenses } in affected {
        let failed = if failure.is_some() { HAS_FAILURE } else { 0 };
        put(&mut bytes, failed | if licenses.is_some() { HAS_LICENSES } else { 0 });
        put(&mut bytes, users.len() as u64);
        let mut before = 0;
        for user in users {
            put(&mut bytes, user.0.wrapping_sub(before).into());
            before = user.0;
        }
        if let Some(failure) = failure {
            put_text(&mut bytes, failure);
        }
        if let Some(licenses) = licenses {
            put_change(&mut bytes, licenses);
        }
    }
    bytes
}

pub(crate) fn of_detail(detail: &Detail) -> Vec<u8> {
    let mut bytes = Vec::new();
    match detail {
        Detail::None => put(&mut bytes, NONE),
        Detail::Totals(totals) => [TOTALS, totals.succeeded, totals.failed].iter().for_each(|n| put(&mut bytes, *n)),
        Detail::Licenses(change) => {
            put(&mut bytes, LICENSES);
            put_change(&mut bytes, change);
        }
        Detail::Properties(changes) => {
            put(&mut bytes, PROPERTIES);
            put_properties(&mut bytes, changes);
        }
        Detail::Purchase(Purchase { id, sku, changes }) => {
            [PURCHASE, sku.0.into()].iter().for_each(|n| put(&mut bytes, *n));
            bytes.extend(id.0.as_bytes());
            put_properties(&mut bytes, changes);
        }
        Detail::Offer(Offer { sku, changes }) => {
            put(&mut bytes, OFFER);
            bytes.extend(sku.0.as_bytes());
            put_properties(&mut bytes, changes);
        }
        Detail::Manager(user) => [MANAGER, user.0.into()].iter().for_each(|n| put(&mut bytes, *n)),
        Detail::Nested(group) => [NESTED, group.0.into()].iter().for_each(|n| put(&mut bytes, *n)),
    }
    bytes
}

fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    put(bytes, text.len() as u64);
    bytes.extend(text.bytes());
}

fn put_properties(bytes: &mut Vec<u8>, changes: &[PropertyChange]) {
    let change = |change: &PropertyChange| json!([change.name, json_of(&change.old), json_of(&change.new)]);
    put_text(bytes, &changes.iter().map(change).collect::<Value>().to_string());
}

fn put_change(bytes: &mut Vec<u8>, change: &LicenseChange) {
    for licenses in [&change.before, &change.after] {
        put(bytes, licenses.len() as u64);
        for (sku, disabled) in licenses {
            put(bytes, sku.0.into());
            put(bytes, disabled.as_slice().len() as u64);
            disabled.as_slice().iter().for_each(|plan| bytes.extend(plan.0.as_bytes()));
        }
    }
}

/// What [`of_affected`] wrote.
pub(crate) fn affected(bytes: &[u8]) -> Option<Vec<Affected>> {
    let mut rest = Rest(bytes);
    let mut affected = Vec::new();
    while !rest.0.is_empty() {
        let has = rest.number()?;
        let count = rest.count()?;
        let mut users = Vec::with_capacity(count);
        let mut before = 0_u32;
        for _ in 0..count {
            before = before.wrapping_add(rest.key()?);
            users.push(UserKey(before));
        }
        let failure = if has & HAS_FAILURE != 0 { Some(rest.text()?.to_owned()) } else { None };
        let licenses = if has & HAS_LICENSES != 0 { Some(rest.change()?) } else { None };
        affected.push(Affected { users, failure, licenses });
    }
    Some(affected)
}

/// What [`of_detail`] wrote.
pub(crate) fn detail(bytes: &[u8]) -> Option<Detail> {
    let mut rest = Rest(bytes);
    Some(match rest.number()? {
        NONE => Detail::None,
        TOTALS => Detail::Totals(GroupTotals { succeeded: rest.number()?, failed: rest.number()? }),
        LICENSES => Detail::Licenses(rest.change()?),
        PROPERTIES => Detail::Properties(properties(rest.text()?)?),
        NESTED => Detail::Nested(GroupKey(rest.key()?)),
        MANAGER => Detail::Manager(UserKey(rest.key()?)),
        PURCHASE => {
            let sku = SkuKey(rest.key()?);
            let id = SubscriptionId(Uuid::from_slice(rest.take(16)?).ok()?);
            Detail::Purchase(Purchase { id, sku, changes: properties(rest.text()?)? })
        }
        OFFER => {
            let sku = SkuId(Uuid::from_slice(rest.take(16)?).ok()?);
            Detail::Offer(Offer { sku, changes: properties(rest.text()?)? })
        }
        _ => return None,
    })
}

fn properties(text: &str) -> Option<Vec<PropertyChange>> {
    let changes: Vec<(String, Value, Value)> = serde_json::from_str(text).ok()?;
    let change = |(name, old, new)| PropertyChange { name, old: value_of(old), new: value_of(new) };
    Some(changes.into_iter().map(change).collect())
}

/// What is still to be read.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (first, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(first & 0x7f) << shift;
            if first & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn key(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    /// A count of things of which each takes a byte at least.
    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.number()?).ok().filter(|count| *count <= self.0.len())
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.count()?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    fn licenses(&mut self) -> Option<Licenses> {
        let mut licenses = Licenses::new();
        for _ in 0..self.number()? {
            let sku = SkuKey(self.key()?);
            let count = self.count()?;
            let (plans, _) = self.take(count.checked_mul(16)?)?.as_chunks::<16>();
            let plans = plans.iter().map(|plan| ServicePlanId(Uuid::from_bytes(*plan))).collect();
            licenses.insert(sku, DisabledPlans::new(plans));
        }
        Some(licenses)
    }

    fn change(&mut self) -> Option<LicenseChange> {
        Some(LicenseChange { before: self.licenses()?, after: self.licenses()? })
    }
}
