//! From the shapes of a world to what a store writes: tenants and what is unique among them.

use super::WorldError;
use super::declared::{TenantWorld, World};
use super::load::Loading;
use super::text::{Country, Guid, Span};
use crate::store::NewTenant;
use licensing::catalog::Catalog;
use licensing::directory::{FOLDED_BYTES_MAX, is_findable};
use licensing::ids::TenantId;
use licensing::tenant::TenantProfile;
use licensing::time::{TIME_MAX, Timestamp};
use licensing::usage_location::UsageLocation;
use std::collections::HashMap;
use std::fmt::Display;
use std::sync::Arc;
use uuid::Uuid;

/// The country of a tenant that names none.
const DEFAULT_COUNTRY: &str = "US";

/// Decides a whole world by the same rules as requests, object by object. Nothing is written: the result is
/// for [`Store::create_tenants`](crate::store::Store::create_tenants). Members of licensed groups get their
/// licences after the start, when the groups are processed; where licences are
/// [taken over](TenantWorld::licenses_as_they_were), members who had them have them at once.
///
/// # Errors
/// [`WorldError::Invalid`] for a wrong reference or an id that is there twice, [`WorldError::Refused`] for
/// what a rule forbids.
pub fn build(world: World, catalog: Arc<Catalog>, now: Timestamp) -> Result<Vec<NewTenant>, WorldError> {
    let mut tenants: HashMap<Uuid, usize> = HashMap::new();
    let mut domains: HashMap<String, usize> = HashMap::new();
    let mut built = Vec::new();
    for (at, mut tenant) in world.tenants.into_iter().enumerate() {
        let profile = profile(at, &mut tenant, now)?;
        if let Some(other) = tenants.insert(profile.id.0, at) {
            return Err(invalid(format_args!("tenants[{at}].id"), format!("tenants[{other}] has this id too")));
        }
        for (place, domain) in profile.verified_domains.iter().enumerate() {
            findable(format_args!("tenants[{at}].verifiedDomains[{place}]"), domain)?;
            if let Some(other) = domains.insert(domain.to_lowercase(), at) {
                let path = format_args!("tenants[{at}].verifiedDomains[{place}]");
                return Err(invalid(path, format!("tenants[{other}] has the domain {domain} too")));
            }
        }
        let content = Loading::new(at, profile.clone(), catalog.clone(), profile.time_at(now)).load(tenant)?;
        built.push(NewTenant { profile, content });
    }
    Ok(built)
}

fn profile(at: usize, tenant: &mut TenantWorld, now: Timestamp) -> Result<TenantProfile, WorldError> {
    let country =
        tenant.country_letter_code.map(|Country(code)| code).or_else(|| UsageLocation::parse(DEFAULT_COUNTRY));
    let clock_ahead_millis = tenant.clock_ahead.map_or(0, |Span(millis)| millis);
    if now.plus_millis(clock_ahead_millis) > TIME_MAX {
        return Err(invalid(format_args!("tenants[{at}].clockAhead"), "no calendar goes so far".to_owned()));
    }
    Ok(TenantProfile {
        id: TenantId(id_or_new(tenant.id)),
        display_name: std::mem::take(&mut tenant.display_name),
        country: country.ok_or_else(|| {
            invalid(format_args!("tenants[{at}].countryLetterCode"), "the country is missing".to_owned())
        })?,
        default_usage_location: tenant.default_usage_location.map(|Country(code)| code),
        verified_domains: std::mem::take(&mut tenant.verified_domains),
        created_at: tenant.created_date_time.map_or(now.plus_millis(clock_ahead_millis), |time| time.0),
        clock_ahead_millis,
        settings: tenant.settings.into(),
    })
}

/// The id that a world gives, or a random one.
pub(super) fn id_or_new(id: Option<Guid>) -> Uuid {
    id.map_or_else(Uuid::new_v4, |Guid(id)| id)
}

pub(super) fn invalid(path: impl Display, problem: String) -> WorldError {
    WorldError::Invalid { path: path.to_string(), problem }
}

/// Refuses a text that nothing could be found by. The rules say so too, but not why.
pub(super) fn findable(path: impl Display, text: &str) -> Result<(), WorldError> {
    let problem = || format!("more than {FOLDED_BYTES_MAX} bytes in lower case");
    if is_findable(text) { Ok(()) } else { Err(invalid(path, problem())) }
}
