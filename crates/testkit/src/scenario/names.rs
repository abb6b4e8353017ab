//! `${name}` in a scenario: things of its world, of the built-in catalogue, and what earlier steps captured.

use anyhow::{anyhow, bail};
use engine::builtin_catalog::builtin_catalog;
use licensing::ids::ServicePlanId;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};

/// What is known by a name.
#[derive(Clone, Debug, Default)]
pub(super) struct Names(HashMap<String, Value>);

impl Names {
    /// Gives something a name, or another meaning to a name.
    pub(super) fn set(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.0.insert(name.into(), value.into());
    }

    /// Gives something a name unless the name is in use.
    pub(super) fn set_new(&mut self, name: impl Into<String>, value: impl Into<Value>) {
        self.0.entry(name.into()).or_insert(value.into());
    }

    /// What a name means.
    pub(super) fn get(&self, name: &str) -> anyhow::Result<Value> {
        if let Some(value) = self.0.get(name) {
            return Ok(value.clone());
        }
        match name.split_once(':') {
            Some(("sku", part_number)) => builtin_sku(part_number),
            Some(("plan", plan)) => builtin_plan(plan),
            _ => bail!("nothing is called ${{{name}}}"),
        }
    }

    /// The text of something known by name; `name` itself when nothing is.
    pub(super) fn text_or_name(&self, kind: &str, name: &str) -> String {
        let found = self.get(&format!("{kind}:{name}")).ok();
        found.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_else(|| name.to_owned())
    }

    /// A text with its names replaced.
    pub(super) fn in_text(&self, text: &str) -> anyhow::Result<String> {
        let mut replaced = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').ok_or_else(|| anyhow!("`{text}` lacks a closing brace"))?;
            replaced.push_str(before);
            match self.get(name)? {
                Value::String(value) => replaced.push_str(&value),
                value => replaced.push_str(&value.to_string()),
            }
            rest = after;
        }
        replaced.push_str(rest);
        Ok(replaced)
    }

    /// JSON with the names in its texts replaced. A text that is nothing but a name becomes what the name means.
    pub(super) fn in_value(&self, value: &Value) -> anyhow::Result<Value> {
        Ok(match value {
            Value::String(text) => match text.strip_prefix("${").and_then(|text| text.strip_suffix('}')) {
                Some(name) if !name.contains('}') => self.get(name)?,
                _ => Value::String(self.in_text(text)?),
            },
            Value::Array(items) => items.iter().map(|item| self.in_value(item)).collect::<Result<_, _>>()?,
            Value::Object(members) => Value::Object(
                members
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), self.in_value(value)?)))
                    .collect::<anyhow::Result<_>>()?,
            ),
            other => other.clone(),
        })
    }
}

fn builtin_sku(part_number: &str) -> anyhow::Result<Value> {
    let catalog = builtin_catalog();
    let product = catalog.product_by_part_number(part_number);
    product.map(|product| product.id.to_string().into()).ok_or_else(|| anyhow!("no product is called {part_number}"))
}

fn builtin_plan(name: &str) -> anyhow::Result<Value> {
    let catalog = builtin_catalog();
    let plans = catalog.products().flat_map(|product| &product.plans).filter(|plan| plan.name == name);
    let ids: Vec<ServicePlanId> = plans.map(|plan| plan.id).collect::<BTreeSet<_>>().into_iter().collect();
    match ids[..] {
        [id] => Ok(id.to_string().into()),
        [] => bail!("no service plan is called {name}"),
        _ => bail!("several service plans are called {name}; write the id"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_replaced_wherever_texts_are() {
        let mut names = Names::default();
        names.set("user:ann", "11");
        names.set("count", 3);
        let replaced = names.in_value(&json!({ "a": ["/users/${user:ann}/x", "${count}"], "b": "${count}!" })).unwrap();
        assert_eq!(replaced, json!({ "a": ["/users/11/x", 3], "b": "3!" }));
        assert_eq!(names.in_text("${sku:enterprisepack}").unwrap(), "6fd2c87f-b296-42f0-b197-1e91e994b900");
        assert_eq!(names.in_text("${plan:EXCHANGE_S_STANDARD}").unwrap(), "9aaf7827-d63c-4b61-89c3-182f06f82e5c");
        for wrong in ["${user:ben}", "${count", "${sku:NOPE}", "${plan:NOPE}"] {
            assert!(names.in_text(wrong).is_err(), "{wrong}");
        }
    }
}
