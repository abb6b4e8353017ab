//! `POST /tenants/{tenant}/clock/advance`

use super::{RESOURCE, set};
use crate::administration::members::{missing, span};
use crate::answer::Answer;
use crate::call::{Call, unknown_parameter};
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::clock::Clock;
use crate::wire::faults;
use licensing::decide::set_clock::SetClock;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<Clock>(&call.options)?;
    let mut by = None;
    for (name, value) in &call.json()? {
        match name.as_str() {
            "by" => by = Some(span(value)?),
            name if faults::is_type_annotation(name) => {}
            name => return Err(unknown_parameter(name, "advance")),
        }
    }
    let by = by.ok_or_else(|| missing("by", RESOURCE))?;
    set(&call, SetClock::ForwardMillis(by), &projection).await
}
