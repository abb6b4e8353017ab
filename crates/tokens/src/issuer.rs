//! Who issues tokens: one authority for each tenant, all of one form.

use uuid::Uuid;

use crate::TokenError;

/// Stands for the tenant's id in a template.
const TENANT: &str = "{tenant}";

/// The form of the issuers' names, with `{tenant}` where the tenant's id goes.
///
/// ```
/// use tokens::IssuerTemplate;
///
/// let template = IssuerTemplate::parse("https://login.microsoftonline.com/{tenant}/v2.0")?;
/// let tenant = uuid::Uuid::from_u128(0xab);
/// assert_eq!(
///     template.issuer(tenant),
///     "https://login.microsoftonline.com/00000000-0000-0000-0000-0000000000ab/v2.0",
/// );
/// # Ok::<(), tokens::TokenError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuerTemplate {
    before: String,
    after: String,
}

impl IssuerTemplate {
    /// Reads a template.
    ///
    /// # Errors
    ///
    /// [`TokenError::IssuerFormat`] if `{tenant}` does not occur exactly once: without it, one tenant's issuer would
    /// be every tenant's.
    pub fn parse(template: &str) -> Result<Self, TokenError> {
        match template.split_once(TENANT) {
            Some((before, after)) if !after.contains(TENANT) => {
                Ok(Self { before: before.to_owned(), after: after.to_owned() })
            }
            _ => Err(TokenError::IssuerFormat { template: template.to_owned() }),
        }
    }

    /// The issuer of one tenant, its id in lower case with hyphens.
    pub fn issuer(&self, tenant: Uuid) -> String {
        format!("{}{}{}", self.before, tenant.hyphenated(), self.after)
    }

    /// Whether `issuer` is, to the letter, [`Self::issuer`] of that tenant.
    pub(crate) fn is_issuer_of(&self, issuer: &str, tenant: Uuid) -> bool {
        let mut buffer = Uuid::encode_buffer();
        let tenant: &str = tenant.hyphenated().encode_lower(&mut buffer);
        issuer
            .strip_prefix(self.before.as_str())
            .and_then(|rest| rest.strip_suffix(self.after.as_str()))
            .is_some_and(|id| id == tenant)
    }
}
