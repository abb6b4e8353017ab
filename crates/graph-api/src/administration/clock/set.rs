//! `PUT /tenants/{tenant}/clock`

use super::{RESOURCE, set};
use crate::administration::members::{missing, time};
use crate::answer::{Answer, Resource as _};
use crate::call::Call;
use crate::error::ApiError;
use crate::options::{Projection, Serves};
use crate::wire::clock::Clock;
use crate::wire::faults;
use licensing::decide::set_clock::SetClock;

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::SelectOnly)?;
    let projection = Projection::of::<Clock>(&call.options)?;
    let mut to = None;
    for (name, value) in &call.json()? {
        match name.as_str() {
            "currentDateTime" => to = Some(time(value)?),
            name if faults::is_type_annotation(name) => {}
            name => return Err(faults::unknown_property(name, Clock::TYPE)),
        }
    }
    let to = to.ok_or_else(|| missing("currentDateTime", RESOURCE))?;
    set(&call, SetClock::To(to), &projection).await
}
