//! Endpoints of the audit log.

mod filter;
pub(crate) mod get;
pub(crate) mod list;

/// The entity set, as `@odata.context` has it.
const SET: &str = "auditLogs/directoryAudits";
