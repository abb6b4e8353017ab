//! `GET /groups`, `GET /groups?$filter=hasMembersWithLicenseErrors eq true`

use crate::answer::{Answer, Extent};
use crate::call::{Call, parse_guid};
use crate::error::ApiError;
use crate::groups::count_groups;
use crate::options::{Projection, Serves, page_size, unsupported_filter};
use crate::paging::{self, Position};
use crate::wire::group::Group;
use engine::store::GroupSet;
use licensing::ids::GroupKey;
use odata::Filter;
use odata::filter::Literal;
use uuid::Uuid;

const SET: &str = "groups";

/// What a filter asks for.
enum Wanted {
    These(GroupSet),
    One(Uuid),
    Nothing,
}

pub(crate) async fn handle(call: Call) -> Result<Answer, ApiError> {
    call.check_options(Serves::FilteredPages)?;
    let projection = super::projection(&call)?;
    let size = page_size(&call.options)?;
    match call.options.filter.as_ref().map_or(Ok(Wanted::These(GroupSet::All)), wanted)? {
        Wanted::These(set) => page(&call, set, &projection, size).await,
        Wanted::One(id) => {
            paging::position(&call, "one group")?;
            let seen = call.store().group(call.tenant(), id).await?;
            let groups: Vec<_> = seen.value.iter().map(|facts| Group::new(&seen.tenant, facts)).collect();
            Answer::whole(&call, SET, &groups, &projection)
        }
        Wanted::Nothing => Answer::whole::<Group<'_>>(&call, SET, &[], &projection),
    }
}

fn wanted(filter: &Filter) -> Result<Wanted, ApiError> {
    match filter.as_equality() {
        Some(("hasMembersWithLicenseErrors", Literal::Bool(has))) => {
            Ok(Wanted::These(GroupSet::WithMemberErrors(*has)))
        }
        // It is always known here.
        Some(("hasMembersWithLicenseErrors", Literal::Null)) => Ok(Wanted::Nothing),
        Some(("id", Literal::Text(id) | Literal::Guid(id))) => Ok(parse_guid(id).map_or(Wanted::Nothing, Wanted::One)),
        _ => Err(unsupported_filter(filter, "Group")),
    }
}

async fn page(call: &Call, set: GroupSet, projection: &Projection, size: u32) -> Result<Answer, ApiError> {
    let collection = match set {
        GroupSet::WithMemberErrors(true) => "groups with errors",
        GroupSet::WithMemberErrors(false) => "groups without errors",
        _ => SET,
    };
    let after = paging::position(call, collection)?.after.map(GroupKey);
    let mut seen = call.store().groups(call.tenant(), set, after, size + 1).await?;
    let next =
        paging::cut(&mut seen.value, size).map(|last| Position { after: Some(last.key.0), ..Position::default() });
    let next_link = next.map(|position| paging::next_link(call, collection, position));
    let groups: Vec<_> = seen.value.iter().map(|facts| Group::new(&seen.tenant, facts)).collect();
    let count = count_groups(call, set).await?;
    Answer::collection(call, SET, &groups, projection, Extent { next_link, count })
}
