//! `seatwright token`.

use crate::cli::TokenArgs;
use crate::output;
use crate::running::read_keys;
use crate::store_location::find_tenant;
use anyhow::bail;
use engine::clock::{Clock, SystemClock};
use engine::permission::{is_known_app_role, is_known_scope};
use engine::store::Store;
use graph_api::authority::{GRAPH_RESOURCE, Validity, application_grant};
use graph_api::{KeyRing, TokenVersion};
use licensing::facts::UserRef;
use licensing::ids::{ApplicationId, TenantKey};
use std::process::ExitCode;
use tokens::{ApplicationGrant, Claims, DelegatedGrant};
use uuid::Uuid;

/// The scope that every sign-in has.
const SCOPE_OF_EVERYBODY: &str = "User.Read";

pub(crate) async fn run(args: TokenArgs) -> anyhow::Result<ExitCode> {
    let store = args.store.open_snapshot().await?;
    let tenant = find_tenant(store.as_ref(), &args.store, &args.tenant).await?;
    let keys = read_keys(store.as_ref()).await?;
    if keys.is_empty() {
        bail!("{} has no signing key yet; start its server once", args.store);
    }
    let keys = KeyRing::new(keys)?;
    let issuance = keys.issuance(TokenVersion::V2, tenant.profile.id, GRAPH_RESOURCE, validity(&args));
    let claims = match (&args.app, &args.user) {
        (Some(app), _) => Claims::application(issuance, application(store.as_ref(), tenant.key, *app, &args).await?),
        (None, Some(user)) => Claims::delegated(issuance, user_grant(store.as_ref(), tenant.key, user, &args).await?),
        (None, None) => bail!("give --app or --user"),
    };
    let unknown_roles = args.roles.iter().filter(|role| !is_known_app_role(role));
    unknown_roles.for_each(|role| output::tell(format_args!("nothing here accepts the app role `{role}`")));
    let unknown_scopes = args.scopes.iter().filter(|scope| !is_known_scope(scope));
    unknown_scopes.for_each(|scope| output::tell(format_args!("nothing here accepts the scope `{scope}`")));
    output::line(keys.sign(&claims)?)?;
    Ok(ExitCode::SUCCESS)
}

fn validity(args: &TokenArgs) -> Validity {
    let now = SystemClock.now().unix_millis;
    let seconds = |millis: i64| now.saturating_add(millis).div_euclid(1_000);
    Validity {
        issued_at: seconds(args.not_before.millis.min(0)),
        not_before: seconds(args.not_before.millis),
        expires_at: seconds(args.expires_in.millis),
    }
}

async fn application(
    store: &dyn Store,
    tenant: TenantKey,
    id: Uuid,
    args: &TokenArgs,
) -> anyhow::Result<ApplicationGrant> {
    let mut found = store.applications(tenant, Some(ApplicationId(id))).await?;
    let Some(application) = found.pop() else { bail!("tenant {} has no application {id}", args.tenant) };
    let mut grant = application_grant(&application);
    if !args.roles.is_empty() {
        grant.roles.clone_from(&args.roles);
    }
    Ok(grant)
}

async fn user_grant(
    store: &dyn Store,
    tenant: TenantKey,
    user: &str,
    args: &TokenArgs,
) -> anyhow::Result<DelegatedGrant> {
    let found = store.user(tenant, &UserRef::parse(user)).await?.value;
    let Some((key, profile)) = found.and_then(|user| Some((user.key, user.profile?))) else {
        bail!("tenant {} has no user {user}", args.tenant);
    };
    let mut scopes = vec![SCOPE_OF_EVERYBODY.to_owned()];
    scopes.extend(args.scopes.iter().filter(|scope| *scope != SCOPE_OF_EVERYBODY).cloned());
    let roles = store.roles(tenant, Some(key)).await?;
    Ok(DelegatedGrant {
        user_id: profile.id.0,
        user_principal_name: profile.principal_name.clone(),
        display_name: profile.properties.text("displayName").unwrap_or_default().to_owned(),
        app_id: None,
        app_display_name: Some("seatwright token".to_owned()),
        scopes,
        directory_roles: roles.into_iter().map(|(_, role)| role).collect(),
    })
}
