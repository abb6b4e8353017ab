//! The world file: everything that a store holds, as Graph's own JSON under one root.
//!
//! [`parse`] reads the text, [`build`](build()) decides it by the same rules as requests, and [`export`](export()) writes it
//! back. A world that cannot be read or breaks a rule is refused with the JSON path of the place. An export says
//! `licensesAsTheyWere`: its licences were given by the rules once and are taken over unchecked.

mod build;
mod declared;
mod directory;
mod export;
mod load;
mod product;
mod text;

pub use build::build;
pub use declared::{
    ApplicationWorld, DeviceWorld, LicenseWorld, PlanWorld, ProductWorld, RoleWorld, SettingsWorld, SubscriptionWorld,
    TenantWorld, World,
};
pub use directory::{GroupWorld, UserWorld};
pub use export::export;
pub use text::{Applies, Country, Guid, Span, Status, Time};

use licensing::Refusal;

/// Why a world was refused, and where it is wrong.
#[derive(Debug, thiserror::Error)]
pub enum WorldError {
    /// The text is not JSON.
    #[error("the world is not JSON: {}", plain(.0))]
    Syntax(serde_json::Error),
    /// Something at this path cannot be there, or is missing.
    #[error("{path}: {problem}")]
    Invalid {
        /// Where, such as `tenants[0].users[3].usageLocation`.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A rule forbids what this path declares.
    #[error("{path}: {refusal}")]
    Refused {
        /// Where, such as `tenants[0].users[3].assignedLicenses`.
        path: String,
        /// The rule, with Graph's sentence.
        refusal: Refusal,
    },
}

/// Reads a world file. Keys that no world has are refused, so that a misspelt one is not overlooked.
///
/// ```
/// let text = r#"{ "tenants": [ { "users": [ { "userPrincipalName": "ann@contoso.example", "cty": "Nairobi" } ] } ] }"#;
/// let error = engine::world::parse(text).unwrap_err().to_string();
/// assert!(error.starts_with("tenants[0].users[0].cty: unknown field `cty`"), "{error}");
/// ```
///
/// # Errors
/// [`WorldError::Syntax`] and [`WorldError::Invalid`].
pub fn parse(text: &str) -> Result<World, WorldError> {
    // Editors on Windows put a byte order mark before the first brace.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut json = serde_json::Deserializer::from_str(text);
    let world = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = if error.path().iter().len() == 0 { "world".to_owned() } else { error.path().to_string() };
        let inner = error.into_inner();
        match inner.classify() {
            serde_json::error::Category::Data => WorldError::Invalid { path, problem: inner.to_string() },
            _ => WorldError::Syntax(inner),
        }
    })?;
    json.end().map_err(WorldError::Syntax)?;
    Ok(world)
}

/// What is wrong with a text, in words that need no knowledge of the parser.
fn plain(error: &serde_json::Error) -> String {
    let sentence = error.to_string();
    match sentence.strip_prefix("EOF while parsing ") {
        Some(inside) => format!("it ends too early, in {inside}"),
        None => sentence.replacen("expected ident", "expected true, false or null", 1),
    }
}
