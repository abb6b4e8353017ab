//! One scenario: a world, and steps with what must come of them.
//!
//! ```yaml
//! # Specification 3.2, E3.
//! name: A licence that a user does not hold cannot be removed
//! world:                    # a world file, as `seatwright serve --seed` reads it; ids may be left out
//!   tenants:
//!     - subscriptions: [{ skuPartNumber: FLOW_FREE, totalLicenses: 5 }]
//!       users: [{ userPrincipalName: ann@contoso.example, usageLocation: KE }]
//! steps:
//!   - as: user:ann@contoso.example     # see `Caller`; an application that may do everything when left out
//!     request: POST /v1.0/users/ann@contoso.example/assignLicense
//!     headers: { client-request-id: abc }
//!     body: { addLicenses: [], removeLicenses: ["${sku:FLOW_FREE}"] }   # or `text:` for a body that is no JSON
//!     expect:                          # success (2xx) when left out
//!       status: 403
//!       error: { code: Authorization_RequestDenied, message: Insufficient privileges to complete the operation. }
//!       body: { error: { innerError: { request-id: "*" } } }    # what the answer has at least, see `matching`
//!       absent: [/value]               # JSON pointers to what must not be there
//!       headers: { client-request-id: abc }
//!     capture: { id: /error/innerError/request-id }   # for `${id}` in later steps
//!     settle: true                     # waits until groups are processed
//!     seats: { FLOW_FREE: 0 }          # consumed units
//!     states:                          # all licence paths of a user, in any order; `disabled` none when left out
//!       ann@contoso.example: [{ sku: FLOW_FREE, direct: true, state: Active, error: None, disabled: [] }]
//! ```
//!
//! Everything in a world has a name: `${tenant}`, `${tenant:Contoso}`, `${user:ann}` or
//! `${user:ann@contoso.example}`, `${group:Sales}`, `${device:Till}`, `${app:Robot}`, and, of the world or of the
//! built-in catalogue, `${sku:ENTERPRISEPACK}` and `${plan:EXCHANGE_S_STANDARD}`.

mod checks;
mod document;
mod load;
mod matching;
mod names;
mod run;
mod world;

pub use document::{Caller, Expect, PathRow, Request, Step};
pub use load::{Scenario, load};
pub use run::run;
pub use world::{Holder, Who, World};
