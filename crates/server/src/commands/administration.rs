//! Asking the running server of a store, in the name of whoever may read that store's key.

use crate::cli::administration::ServerArgs;
use crate::client::{Answer, Client};
use crate::output;
use crate::running::read_keys;
use crate::store_location::find_or_only_tenant;
use anyhow::{anyhow, bail};
use engine::clock::{Clock, SystemClock};
use engine::permission::ADMIN_ROLE;
use graph_api::authority::{GRAPH_RESOURCE, Validity, application_grant};
use graph_api::{KeyRing, TokenVersion};
use hyper::{Method, StatusCode};
use licensing::directory::Application;
use licensing::ids::{ApplicationId, TenantId};
use licensing::tenant::Tenant;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tokens::Claims;
use uuid::{Uuid, uuid};

/// As whom the command line acts; audit entries name it.
const COMMAND_LINE: Uuid = uuid!("5ea72172-1647-4c11-a0d1-c0de5ea72172");
/// How long an answer is waited for: longer than a server that is well takes to give a request up.
const ANSWER_DEADLINE: Duration = Duration::from_secs(70);
/// How long a token is good for: one command.
const TOKEN_SECONDS: i64 = 300;

/// The administration of one tenant by its server.
pub(super) struct Administration<'a> {
    client: Client,
    args: &'a ServerArgs,
    tenant: Arc<Tenant>,
}

/// No answer, or one by which nobody knows whether it was done.
#[derive(Debug)]
pub(super) struct Unclear(String);

impl std::error::Error for Unclear {}

impl std::fmt::Display for Unclear {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'a> Administration<'a> {
    /// Makes a token with the store's key.
    pub(super) async fn open(args: &'a ServerArgs) -> anyhow::Result<Self> {
        let store = args.store.open_snapshot().await?;
        let tenant = find_or_only_tenant(store.as_ref(), &args.store, args.tenant.as_deref()).await?;
        let keys = read_keys(store.as_ref()).await?;
        if keys.is_empty() {
            bail!("{} has no signing key yet; start its server first", args.store);
        }
        let client = Client::new(&args.url).with_token(token(&KeyRing::new(keys)?, tenant.profile.id)?);
        Ok(Self { client, args, tenant })
    }

    /// Whether something of this part number can be bought.
    pub(super) fn has_part_number(&self, name: &str) -> bool {
        self.tenant.catalog.product_by_part_number(name).is_some()
    }

    /// Sends a request about the tenant; what the server answers, or its sentence of refusal.
    pub(super) async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Value> {
        let url = &self.args.url;
        let path = format!("/seatwright/v1/tenants/{}{path}", self.tenant.profile.id);
        let unclear = |why: String| Unclear(format!("no answer from a server at {url} (--url): {why}"));
        let answer = tokio::time::timeout(ANSWER_DEADLINE, self.client.request(method, &path, body)).await;
        let answer = answer.map_err(|_| unclear(format!("it said nothing for {ANSWER_DEADLINE:?}")))?;
        let Answer { status, body } = answer.map_err(|error| unclear(format!("{error:#}")))?;
        if status.is_success() {
            return Ok(body);
        }
        let sentence = body["error"]["message"].as_str().map_or_else(|| format!("it answered {status}"), str::to_owned);
        Err(match status {
            StatusCode::UNAUTHORIZED => {
                anyhow!("the server at {url} is not the one of {}: {sentence}", self.args.store)
            }
            status if status.is_server_error() => Unclear(sentence).into(),
            _ => anyhow!("{sentence}"),
        })
    }

    /// Prints JSON for programs, or what `shown` makes of it for people.
    pub(super) fn print(&self, answer: &Value, shown: impl FnOnce(&Value) -> String) -> anyhow::Result<()> {
        let text = if self.args.json { format!("{answer:#}\n") } else { shown(answer) };
        output::write(|out| out.write_all(text.as_bytes()))
    }
}

fn token(keys: &KeyRing, tenant: TenantId) -> anyhow::Result<String> {
    let now = SystemClock.now().unix_millis.div_euclid(1_000);
    let validity = Validity { issued_at: now, not_before: now, expires_at: now + TOKEN_SECONDS };
    let administrator = Application {
        id: ApplicationId(COMMAND_LINE),
        display_name: "seatwright command line".to_owned(),
        secret_hash: None,
        app_roles: vec![ADMIN_ROLE.to_owned()],
    };
    let issuance = keys.issuance(TokenVersion::V2, tenant, GRAPH_RESOURCE, validity);
    Ok(keys.sign(&Claims::application(issuance, application_grant(&administrator)))?)
}
