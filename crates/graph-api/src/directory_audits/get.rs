//! `GET /auditLogs/directoryAudits/{audit}`

use super::SET;
use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::directory_audit::{AuditId, DirectoryAudit};
use engine::audit_log::{self, Named};

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<DirectoryAudit<'_>>(&call.options)?;
    let text = call.param("audit");
    let missing = || ApiError::not_found(text);
    let AuditId { correlation, sequence, position } = AuditId::parse(text).ok_or_else(missing)?;
    let found = audit_log::record(call.store(), call.tenant(), sequence, position).await?;
    let record = found.filter(|record| record.correlation_id(call.tenant_id) == correlation).ok_or_else(missing)?;
    let named = Named::of(call.store(), call.tenant(), std::slice::from_ref(&record)).await?;
    Answer::object(&call, SET, &DirectoryAudit { record: &record, named: &named }, &projection)
}
