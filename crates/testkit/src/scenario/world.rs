//! The world of a scenario: ids for what has none, a name for everything, and an application that may do everything.

use super::names::Names;
use anyhow::{Context, anyhow};
use engine::permission::PERMISSIONS;
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashMap};
use std::str::FromStr;
use uuid::Uuid;

/// Display name of the application that may do everything. Each tenant has it.
const ALL_POWERFUL: &str = "Scenario";

/// Kinds of things with an id: where they are in a tenant, where their id is, and what they are called.
const KINDS: [Kind; 4] = [
    Kind { number: 2, list: "users", id: "id", name: "userPrincipalName", kind: "user" },
    Kind { number: 3, list: "groups", id: "id", name: "displayName", kind: "group" },
    Kind { number: 4, list: "managedDevices", id: "id", name: "deviceName", kind: "device" },
    Kind { number: 5, list: "applications", id: "appId", name: "displayName", kind: "app" },
];
const TENANT: u128 = 1;

struct Kind {
    number: u128,
    list: &'static str,
    id: &'static str,
    name: &'static str,
    kind: &'static str,
}

/// Where a scenario begins.
#[derive(Clone, Debug)]
pub struct World {
    /// What a store is filled with.
    pub content: engine::world::World,
    /// What things are called.
    pub(super) names: Names,
    /// The tenants, in their order, by id.
    tenants: Vec<Uuid>,
    /// The tenant of each user and application, by `user:` or `app:` and its name.
    owners: HashMap<String, Uuid>,
}

/// Somebody whom a token is made for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Holder {
    /// The tenant's id.
    pub tenant: Uuid,
    /// Application or user.
    pub who: Who,
}

/// Application or user.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Who {
    /// An application on its own behalf, by its `appId`.
    Application {
        /// `appId`.
        id: Uuid,
        /// App roles instead of its own; its own when empty.
        roles: Vec<String>,
    },
    /// A user by principal name.
    User {
        /// Principal name.
        name: String,
        /// Scopes besides `User.Read`.
        scopes: Vec<String>,
    },
}

impl World {
    /// Makes a world of what a scenario file says.
    ///
    /// # Errors
    /// When it is no world, or a name in it means nothing.
    pub(super) fn prepare(mut world: Value) -> anyhow::Result<Self> {
        let mut names = Names::default();
        let mut owners = HashMap::new();
        let mut tenants = Vec::new();
        for tenant in world.get_mut("tenants").and_then(Value::as_array_mut).into_iter().flatten() {
            let tenant = tenant.as_object_mut().context("a tenant is an object")?;
            let id = id_of(tenant, "id", TENANT, tenants.len())?;
            tenants.push(id);
            names.set_new("tenant", id.to_string());
            if let Some(name) = text(tenant, "displayName") {
                names.set(format!("tenant:{name}"), id.to_string());
            }
            add_all_powerful(tenant)?;
            for kind in &KINDS {
                let owned = name_things(tenant, kind, tenants.len(), &mut names)?;
                owners.extend(owned.into_iter().map(|name| (name, id)));
            }
            name_products(tenant, &mut names);
        }
        let text = names.in_value(&world)?.to_string();
        let content = engine::world::parse(&text)?;
        Ok(Self { content, names, tenants, owners })
    }

    /// Whom a token is made for; the application that may do everything when no name is given.
    pub(super) fn application(
        &self,
        name: Option<&str>,
        tenant: Option<&str>,
        roles: &[String],
    ) -> anyhow::Result<Holder> {
        let tenant = match (name, tenant) {
            (Some(name), _) => self.owner("app", name),
            (None, Some(tenant)) => Uuid::from_str(&self.names.text_or_name("tenant", tenant))?,
            (None, None) => self.first_tenant()?,
        };
        let name = name.map_or_else(|| all_powerful_in(tenant), str::to_owned);
        let id = self.names.text_or_name("app", &name);
        let id = Uuid::from_str(&id).with_context(|| format!("no application is called {name}"))?;
        Ok(Holder { tenant, who: Who::Application { id, roles: roles.to_vec() } })
    }

    /// The signed-in user of this name, with these scopes or all that there are.
    pub(super) fn user(&self, name: &str, scopes: Option<&[String]>) -> Holder {
        let scopes = scopes.map_or_else(|| permissions(|row| row.scopes), <[String]>::to_vec);
        Holder { tenant: self.owner("user", name), who: Who::User { name: name.to_owned(), scopes } }
    }

    fn owner(&self, kind: &str, name: &str) -> Uuid {
        let first = self.tenants.first().copied().unwrap_or_default();
        self.owners.get(&format!("{kind}:{name}")).copied().unwrap_or(first)
    }

    fn first_tenant(&self) -> anyhow::Result<Uuid> {
        self.tenants.first().copied().ok_or_else(|| anyhow!("the world has no tenant"))
    }
}

/// All permissions of one sort, sorted.
fn permissions(of: impl Fn(&engine::permission::Permission) -> &'static [&'static str]) -> Vec<String> {
    let all: BTreeSet<&str> = PERMISSIONS.iter().flat_map(of).copied().collect();
    all.into_iter().map(str::to_owned).collect()
}

fn all_powerful_in(tenant: Uuid) -> String {
    format!("{ALL_POWERFUL} {tenant}")
}

fn add_all_powerful(tenant: &mut Map<String, Value>) -> anyhow::Result<()> {
    let name = all_powerful_in(text(tenant, "id").context("a tenant's id is a text")?.parse()?);
    let applications = tenant.entry("applications").or_insert_with(|| json!([]));
    let application = json!({ "displayName": name, "appRoles": permissions(|row| row.app_roles) });
    applications.as_array_mut().context("`applications` is a list")?.push(application);
    Ok(())
}

/// Gives ids and names to what a list of a tenant has; the full names of it all.
fn name_things(
    tenant: &mut Map<String, Value>,
    kind: &Kind,
    nth_tenant: usize,
    names: &mut Names,
) -> anyhow::Result<Vec<String>> {
    let mut full_names = Vec::new();
    let things = tenant.get_mut(kind.list).and_then(Value::as_array_mut).into_iter().flatten();
    for (at, thing) in things.enumerate() {
        let thing = thing.as_object_mut().with_context(|| format!("what is in `{}` is an object", kind.list))?;
        let id = id_of(thing, kind.id, kind.number, nth_tenant * 1_000 + at)?;
        let Some(name) = text(thing, kind.name) else { continue };
        if let Some((short, _)) = name.split_once('@') {
            names.set_new(format!("{}:{short}", kind.kind), id.to_string());
        }
        let full_name = format!("{}:{name}", kind.kind);
        names.set_new(full_name.clone(), id.to_string());
        full_names.push(full_name);
    }
    Ok(full_names)
}

/// Products of the tenant's own go before built-in ones.
fn name_products(tenant: &Map<String, Value>, names: &mut Names) {
    let list = |of: &Map<String, Value>, name: &str| -> Vec<Map<String, Value>> {
        let items = of.get(name).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(|item| item.as_object().cloned()).collect()
    };
    for product in list(tenant, "products") {
        if let (Some(name), Some(id)) = (text(&product, "skuPartNumber"), text(&product, "skuId")) {
            names.set_new(format!("sku:{name}"), id);
        }
        for plan in list(&product, "servicePlans") {
            if let (Some(name), Some(id)) = (text(&plan, "servicePlanName"), text(&plan, "servicePlanId")) {
                names.set_new(format!("plan:{name}"), id);
            }
        }
    }
}

fn text<'a>(of: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    of.get(name).and_then(Value::as_str)
}

/// The id of a thing. One that has none gets one that is the same in every run.
fn id_of(thing: &mut Map<String, Value>, name: &str, kind: u128, nth: usize) -> anyhow::Result<Uuid> {
    let made_up = || Uuid::from_u128((kind << 96) | (0x4000 << 64) | (0x8000 << 48) | (nth as u128 + 1)).to_string();
    let id = thing.entry(name).or_insert_with(|| Value::String(made_up()));
    let id = id.as_str().with_context(|| format!("`{name}` is a text"))?;
    Uuid::from_str(id).with_context(|| format!("`{name}` is no GUID: {id}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_in_a_world_has_a_name() {
        let world = json!({ "tenants": [
            { "displayName": "Contoso", "users": [{ "userPrincipalName": "ann@contoso.example" }],
              "groups": [{ "displayName": "Outer", "members": ["${group:Inner}", "ann@contoso.example"] },
                         { "displayName": "Inner" }] },
            { "displayName": "Fabrikam", "users": [{ "userPrincipalName": "ann@fabrikam.example" }] } ] });
        let world = World::prepare(world).unwrap();
        assert_eq!(
            world.names.in_text("${user:ann}").unwrap(),
            world.names.in_text("${user:ann@contoso.example}").unwrap()
        );
        assert_eq!(world.content.tenants[0].groups[0].members[0], world.names.in_text("${group:Inner}").unwrap());
        let fabrikam = world.names.in_text("${tenant:Fabrikam}").unwrap();
        assert_eq!(world.user("ann@fabrikam.example", None).tenant.to_string(), fabrikam);
        let one = world.application(None, None, &[]).unwrap();
        let other = world.application(None, Some("Fabrikam"), &[]).unwrap();
        assert!(one.tenant != other.tenant && one.who != other.who);
        assert!(world.application(Some("Robot"), None, &[]).is_err());
    }
}
