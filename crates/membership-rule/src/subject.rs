//! What a rule is evaluated on: section 7.2 for what is missing, 7.3 for values, 7.4 for groups and managers.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::property::{ObjectKind, Property};

/// A user or device, as rules see it (sections 7.3 and 7.4).
///
/// [`Facts`] is one; whoever keeps users in another form says here how to read them.
pub trait Subject {
    /// Whether it is a user or a device. A rule for the other kind never selects it.
    fn kind(&self) -> ObjectKind;

    /// The value of a property; `None` when it has none, or null. Never asked for `memberOf`.
    fn value(&self, property: &Property) -> Option<Value<'_>>;

    /// Is it a direct member of the group with this object id? The id is as the rule has it; case does not count.
    fn is_member_of(&self, group_id: &str) -> bool;

    /// The object id of its manager.
    fn manager_id(&self) -> Option<Cow<'_, str>>;
}

/// The value of a property (section 7.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// Text, or an id.
    Text(Cow<'a, str>),
    /// True or false.
    Bool(bool),
    /// A date and time.
    Time(Timestamp),
    /// A collection of texts. An empty one is as none.
    Texts(Vec<Cow<'a, str>>),
    /// The assigned plans.
    Plans(Vec<AssignedPlan<'a>>),
}

/// What a rule can ask of an assigned plan (section 7.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AssignedPlan<'a> {
    /// `assignedPlan.servicePlanId`
    pub service_plan_id: Option<Cow<'a, str>>,
    /// `assignedPlan.service`
    pub service: Option<Cow<'a, str>>,
    /// `assignedPlan.capabilityStatus`
    pub capability_status: Option<Cow<'a, str>>,
}

impl Value<'_> {
    /// The same value without a copy of its texts.
    #[must_use]
    pub fn borrowed(&self) -> Value<'_> {
        match self {
            Self::Text(text) => Value::Text(Cow::Borrowed(text)),
            Self::Bool(value) => Value::Bool(*value),
            Self::Time(time) => Value::Time(*time),
            Self::Texts(texts) => Value::Texts(texts.iter().map(|text| Cow::Borrowed(&**text)).collect()),
            Self::Plans(plans) => Value::Plans(plans.iter().map(AssignedPlan::borrowed).collect()),
        }
    }
}

impl AssignedPlan<'_> {
    fn borrowed(&self) -> AssignedPlan<'_> {
        AssignedPlan {
            service_plan_id: self.service_plan_id.as_deref().map(Cow::Borrowed),
            service: self.service.as_deref().map(Cow::Borrowed),
            capability_status: self.capability_status.as_deref().map(Cow::Borrowed),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(time: Timestamp) -> Self {
        Self::Time(time)
    }
}

/// A [`Subject`] that is just a list of values.
///
/// ```
/// use membership_rule::{Facts, MembershipRule};
/// let kim = Facts::user().with("department", "Sales").with("accountEnabled", true).reports_to("ada").in_group("staff");
/// let now = "2026-01-15T12:00:00Z".parse()?;
/// assert!(MembershipRule::parse("Direct Reports for \"ADA\"")?.matches(&kim, now));
/// assert!(MembershipRule::parse("user.memberOf -any (group.objectId -in ['staff'])")?.matches(&kim, now));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    kind: ObjectKind,
    /// By the name of the property in lower case.
    values: BTreeMap<String, Value<'static>>,
    /// In lower case.
    groups: BTreeSet<String>,
    manager: Option<String>,
}

impl Facts {
    /// A user of whom nothing is known.
    #[must_use]
    pub fn user() -> Self {
        Self::of(ObjectKind::User)
    }

    /// A device of which nothing is known.
    #[must_use]
    pub fn device() -> Self {
        Self::of(ObjectKind::Device)
    }

    fn of(kind: ObjectKind) -> Self {
        Self { kind, values: BTreeMap::new(), groups: BTreeSet::new(), manager: None }
    }

    /// With this value of the property that has this name in rules.
    #[must_use]
    pub fn with(mut self, property: &str, value: impl Into<Value<'static>>) -> Self {
        self.values.insert(property.to_ascii_lowercase(), value.into());
        self
    }

    /// As a direct member of this group.
    #[must_use]
    pub fn in_group(mut self, group_id: &str) -> Self {
        self.groups.insert(group_id.to_ascii_lowercase());
        self
    }

    /// With this manager.
    #[must_use]
    pub fn reports_to(mut self, manager_id: &str) -> Self {
        self.manager = Some(manager_id.to_owned());
        self
    }
}

impl Subject for Facts {
    fn kind(&self) -> ObjectKind {
        self.kind
    }

    fn value(&self, property: &Property) -> Option<Value<'_>> {
        self.values.get(&property.name().to_ascii_lowercase()).map(Value::borrowed)
    }

    fn is_member_of(&self, group_id: &str) -> bool {
        self.groups.contains(&group_id.to_ascii_lowercase())
    }

    fn manager_id(&self) -> Option<Cow<'_, str>> {
        self.manager.as_deref().map(Cow::Borrowed)
    }
}
