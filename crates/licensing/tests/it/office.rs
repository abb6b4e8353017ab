//! The tenant that most examples start from.

use crate::names::country;
use crate::world::World;
use licensing::catalog::AppliesTo;

/// Three users, two security groups, and SKUs with ten seats each unless their name says otherwise.
///
/// `phone` needs `teams` or `skype`; `kiosk` and `mail` exclude each other; `calls` is not offered in China;
/// `mail` is a mailbox.
pub(crate) fn office() -> World {
    let mut world = World::new();
    world.plan("mail").service = "exchange".to_owned();
    world.plan("calls").prohibited_in = vec![country("CN")];
    world.needs("phone", &["teams", "skype"]);
    world.excludes("mail", "kiosk");
    world.sku("E3", 10, &["docs", "mail", "teams"]);
    world.sku("EMS", 10, &["intune", "rights"]);
    world.sku("PHONE", 10, &["phone"]);
    world.sku("SKYPE", 10, &["skype"]);
    world.sku("KIOSK", 10, &["kiosk"]);
    world.sku("CALLS", 10, &["calls", "fax"]);
    world.sku("ONE", 1, &["one"]);
    world.sku("NONE", 0, &["none"]);
    world.product("COMPANY", AppliesTo::Company, &["domain"]);
    world.buy("COMPANY", 10);
    ["ann", "bob", "cyd"].iter().for_each(|user| world.user(user));
    ["lab", "sales"].iter().for_each(|group| world.group(group));
    world
}

/// All users are members of the group.
pub(crate) fn everybody_joins(world: &mut World, group: &str) {
    for user in ["ann", "bob", "cyd"] {
        world.join(user, group).unwrap();
    }
    world.settle();
}
