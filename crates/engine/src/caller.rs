//! Who is asking, and what it was allowed: authority is something that one holds.

use crate::error::EngineError;
use crate::operation::Operation;
use crate::permission::permission;
use licensing::audit::Actor;
use licensing::ids::{ApplicationId, TenantId, TenantKey, UserId};
use licensing::tenant::TenantSettings;
use tokens::{Subject, VerifiedToken};
use uuid::Uuid;

/// A caller whose token was verified.
#[derive(Clone, Debug)]
pub struct Caller {
    tenant: TenantKey,
    tenant_id: TenantId,
    settings: TenantSettings,
    token: std::sync::Arc<VerifiedToken>,
}

/// The right to do one operation in one tenant. Only [`Caller::permit`] makes one.
#[derive(Clone, Debug)]
pub struct Permit {
    tenant: TenantKey,
    operation: Operation,
    actor: Actor,
    request: Option<Uuid>,
}

impl Caller {
    /// The caller of a token that was verified, in the tenant that its `tid` names.
    #[must_use]
    pub fn new(
        tenant: TenantKey,
        tenant_id: TenantId,
        settings: TenantSettings,
        token: std::sync::Arc<VerifiedToken>,
    ) -> Self {
        Self { tenant, tenant_id, settings, token }
    }

    /// What the caller's tenant chose.
    #[must_use]
    pub fn settings(&self) -> TenantSettings {
        self.settings
    }

    /// The key of the caller's tenant.
    #[must_use]
    pub fn tenant(&self) -> TenantKey {
        self.tenant
    }

    /// The caller's tenant.
    #[must_use]
    pub fn tenant_id(&self) -> TenantId {
        self.tenant_id
    }

    /// The signed-in user.
    ///
    /// # Errors
    /// [`EngineError::NoSignedInUser`] for an application on its own behalf.
    pub fn signed_in_user(&self) -> Result<Uuid, EngineError> {
        match &self.token.subject {
            Subject::Delegated { user_id, .. } => Ok(*user_id),
            Subject::Application { .. } => Err(EngineError::NoSignedInUser),
        }
    }

    /// The right to do `operation`.
    ///
    /// # Errors
    /// [`EngineError::Denied`] without a listed scope or app role, or for a signed-in user without a listed
    /// directory role.
    pub fn permit(&self, operation: Operation) -> Result<Permit, EngineError> {
        let row = permission(operation);
        let allowed = match &self.token.subject {
            Subject::Application { roles, .. } => holds_one(roles, row.app_roles),
            Subject::Delegated { scopes, directory_roles, .. } => {
                let has_role = |role: &crate::permission::DirectoryRole| directory_roles.contains(&role.template);
                holds_one(scopes, row.scopes)
                    && (row.directory_roles.is_empty() || row.directory_roles.iter().any(has_role))
            }
        };
        let permit = Permit { tenant: self.tenant, operation, actor: self.actor(), request: None };
        if allowed { Ok(permit) } else { Err(EngineError::Denied) }
    }

    fn actor(&self) -> Actor {
        match &self.token.subject {
            Subject::Application { app_id, .. } => Actor::Application(ApplicationId(*app_id)),
            Subject::Delegated { user_id, .. } => Actor::User(UserId(*user_id)),
        }
    }
}

fn holds_one(held: &[String], accepted: &[&str]) -> bool {
    held.iter().any(|permission| accepted.contains(&permission.as_str()))
}

impl Permit {
    /// The tenant in which the right holds.
    #[must_use]
    pub fn tenant(&self) -> TenantKey {
        self.tenant
    }

    /// What may be done.
    #[must_use]
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// The same right, used for the request of this id.
    #[must_use]
    pub fn for_request(self, id: Uuid) -> Self {
        Self { request: Some(id), ..self }
    }

    /// The request that it is used for, if that is known.
    #[must_use]
    pub fn request(&self) -> Option<Uuid> {
        self.request
    }

    /// Who does it.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.actor
    }
}
