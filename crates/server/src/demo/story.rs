//! The steps of the demonstration.

use super::contoso::{ALL_STAFF, AUTOMATION_APP_ID, AUTOMATION_SECRET, TENANT_ID};
use super::narrator::Narrator;
use crate::client::{Answer, Client};
use crate::output;
use anyhow::{Context, ensure};
use hyper::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;

/// How often the group's processing is looked at.
const LOOK_PERIOD: Duration = Duration::from_millis(10);
/// How long the group may take before the demonstration gives up.
const GROUP_TIME_MAX: Duration = Duration::from_secs(60);

/// Tells the story to whoever watches, against the server at `url`.
pub(super) async fn tell(url: &str) -> anyhow::Result<()> {
    let mut story = Story { client: Client::new(url), narrator: Narrator::new(), skus: Vec::new() };
    output::line(format_args!("Contoso has 1,200 people and seats of 18 SKUs, on a server at {url}."))?;
    story.sign_in().await?;
    story.list_skus().await?;
    let people = story.people_without_licenses().await?;
    let [first, second, third] = people.as_slice() else { anyhow::bail!("Contoso has too few people") };
    story.assign(first).await?;
    story.assign_without_plans(first).await?;
    story.run_out_of_seats(second, third).await?;
    story.license_group().await?;
    story.read_back().await
}

struct Story {
    client: Client,
    narrator: Narrator,
    skus: Vec<Value>,
}

impl Story {
    async fn sign_in(&mut self) -> anyhow::Result<()> {
        self.narrator.step("Get a token for the application \"Contoso Automation\"")?;
        let (tenant, app) = (TENANT_ID.to_string(), AUTOMATION_APP_ID.to_string());
        let answer = self.client.sign_in(&tenant, &app, AUTOMATION_SECRET).await?;
        self.narrator.request(&format!("POST /{tenant}/oauth2/v2.0/token"), answer.status)?;
        self.narrator.say(&format!("an RS256 token, valid for {} seconds", answer.body["expires_in"]))?;
        Ok(())
    }

    async fn list_skus(&mut self) -> anyhow::Result<()> {
        self.narrator.step("See which SKUs Contoso has")?;
        let answer = self.get("/v1.0/subscribedSkus").await?;
        self.skus = answer.body["value"].as_array().cloned().context("no SKUs came")?;
        for sku in &self.skus {
            let (used, bought) = (&sku["consumedUnits"], &sku["prepaidUnits"]["enabled"]);
            self.narrator.say(&format!("{:<24} {used:>5} of {bought:>5} seats in use", text(sku, "skuPartNumber")))?;
        }
        Ok(())
    }

    /// The first people that could be given anything.
    async fn people_without_licenses(&mut self) -> anyhow::Result<Vec<String>> {
        let path = "/v1.0/users?$top=999&$select=userPrincipalName,usageLocation,assignedLicenses";
        let answer = self.client.get(path).await?;
        let users = answer.body["value"].as_array().context("no users came")?;
        let is_free = |user: &&Value| {
            user["usageLocation"].is_string() && user["assignedLicenses"].as_array().is_some_and(Vec::is_empty)
        };
        Ok(users.iter().filter(is_free).take(3).map(|user| text(user, "userPrincipalName").to_owned()).collect())
    }

    async fn assign(&mut self, user: &str) -> anyhow::Result<()> {
        self.narrator.step("Assign Office 365 E5 to a user")?;
        let before = self.seats_in_use("ENTERPRISEPREMIUM").await?;
        let sku = self.sku_id("ENTERPRISEPREMIUM")?;
        let body = json!({ "addLicenses": [{ "skuId": sku }], "removeLicenses": [] });
        self.post(&format!("/v1.0/users/{user}/assignLicense"), &body, StatusCode::OK).await?;
        let after = self.seats_in_use("ENTERPRISEPREMIUM").await?;
        self.narrator.say(&format!("seats in use: {before} before, {after} after"))?;
        ensure!(after == before + 1, "one seat should have been taken");
        Ok(())
    }

    async fn assign_without_plans(&mut self, user: &str) -> anyhow::Result<()> {
        self.narrator.step("Take Yammer and Sway out of the same licence")?;
        let sku = self.sku_id("ENTERPRISEPREMIUM")?;
        let plans = [self.plan_id("YAMMER_ENTERPRISE")?, self.plan_id("SWAY")?];
        let body = json!({ "addLicenses": [{ "skuId": sku, "disabledPlans": plans }], "removeLicenses": [] });
        self.post(&format!("/v1.0/users/{user}/assignLicense"), &body, StatusCode::OK).await?;
        let answer = self.get(&format!("/v1.0/users/{user}/licenseDetails")).await?;
        let plans = answer.body["value"][0]["servicePlans"].as_array().context("no plans came")?;
        let disabled: Vec<&str> = plans
            .iter()
            .filter(|plan| plan["provisioningStatus"] == "Disabled")
            .map(|plan| text(plan, "servicePlanName"))
            .collect();
        self.narrator.say(&format!("{} plans, disabled: {}; no further seat", plans.len(), disabled.join(", ")))?;
        Ok(())
    }

    async fn run_out_of_seats(&mut self, lucky: &str, unlucky: &str) -> anyhow::Result<()> {
        self.narrator.step("Run out of seats: Visio has one left, and two people want it")?;
        let body = json!({ "addLicenses": [{ "skuId": self.sku_id("VISIOCLIENT")? }], "removeLicenses": [] });
        self.post(&format!("/v1.0/users/{lucky}/assignLicense"), &body, StatusCode::OK).await?;
        let path = format!("/v1.0/users/{unlucky}/assignLicense");
        let refused = self.post(&path, &body, StatusCode::BAD_REQUEST).await?;
        self.narrator.say(text(&refused.body["error"], "message"))?;
        Ok(())
    }

    async fn license_group(&mut self) -> anyhow::Result<()> {
        self.narrator.step("License the group \"All Staff\", 1,000 members, with Microsoft 365 E5: 990 seats")?;
        let body = json!({ "addLicenses": [{ "skuId": self.sku_id("SPE_E5")? }], "removeLicenses": [] });
        let path = format!("/v1.0/groups/{ALL_STAFF}/assignLicense");
        self.post(&path, &body, StatusCode::ACCEPTED).await?;
        let bar = self.narrator.bar(990);
        let begun = std::time::Instant::now();
        loop {
            let state = self.group_state().await?;
            bar.set_position(self.seats_in_use("SPE_E5").await?);
            bar.set_message(state.clone());
            if state == "ProcessingComplete" {
                break;
            }
            ensure!(begun.elapsed() < GROUP_TIME_MAX, "the group is still {state}");
            tokio::time::sleep(LOOK_PERIOD).await;
        }
        bar.finish_and_clear();
        let seats = self.seats_in_use("SPE_E5").await?;
        self.narrator
            .say(&format!("ProcessingComplete after {} ms; {seats} seats in use", begun.elapsed().as_millis()))?;
        Ok(())
    }

    async fn group_state(&self) -> anyhow::Result<String> {
        let path = format!("/v1.0/groups/{ALL_STAFF}?$select=licenseProcessingState");
        let answer = self.client.get(&path).await?;
        Ok(text(&answer.body["licenseProcessingState"], "state").to_owned())
    }

    async fn read_back(&mut self) -> anyhow::Result<()> {
        self.narrator.step("See who got none, and why")?;
        let answer =
            self.get(&format!("/v1.0/groups/{ALL_STAFF}/membersWithLicenseErrors?$select=id,displayName")).await?;
        let members = answer.body["value"].as_array().context("no members came")?;
        let first = members.first().context("some members should have found no seat")?;
        self.narrator.say(&format!("{} members; the first is {}", members.len(), text(first, "displayName")))?;
        let path = format!("/v1.0/users/{}?$select=licenseAssignmentStates", text(first, "id"));
        let answer = self.get(&path).await?;
        for state in answer.body["licenseAssignmentStates"].as_array().context("no states came")? {
            let error = text(state, "error");
            self.narrator.say(&format!(
                "{} by group {}: {error}",
                text(state, "state"),
                text(state, "assignedByGroup")
            ))?;
        }
        Ok(())
    }

    async fn get(&self, path: &str) -> anyhow::Result<Answer> {
        let answer = self.client.get(path).await?;
        self.narrator.request(&format!("GET {path}"), answer.status)?;
        ensure!(answer.status == StatusCode::OK, "{}", answer.body);
        Ok(answer)
    }

    async fn post(&self, path: &str, body: &Value, expected: StatusCode) -> anyhow::Result<Answer> {
        let answer = self.client.post(path, body).await?;
        self.narrator.request(&format!("POST {path}"), answer.status)?;
        ensure!(answer.status == expected, "{}", answer.body);
        Ok(answer)
    }

    async fn seats_in_use(&self, part_number: &str) -> anyhow::Result<u64> {
        let answer = self.client.get("/v1.0/subscribedSkus?$select=skuPartNumber,consumedUnits").await?;
        let skus = answer.body["value"].as_array().context("no SKUs came")?;
        let sku = skus.iter().find(|sku| sku["skuPartNumber"] == part_number).context("the SKU is missing")?;
        sku["consumedUnits"].as_u64().context("no count came")
    }

    fn sku(&self, part_number: &str) -> anyhow::Result<&Value> {
        let found = self.skus.iter().find(|sku| sku["skuPartNumber"] == part_number);
        found.with_context(|| format!("Contoso has no {part_number}"))
    }

    fn sku_id(&self, part_number: &str) -> anyhow::Result<String> {
        Ok(text(self.sku(part_number)?, "skuId").to_owned())
    }

    /// A plan of Office 365 E5 by name.
    fn plan_id(&self, name: &str) -> anyhow::Result<String> {
        let plans = self.sku("ENTERPRISEPREMIUM")?["servicePlans"].as_array().context("no plans came")?;
        let plan = plans.iter().find(|plan| plan["servicePlanName"] == name);
        Ok(text(plan.with_context(|| format!("there is no plan {name}"))?, "servicePlanId").to_owned())
    }
}

fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object[name].as_str().unwrap_or("")
}
