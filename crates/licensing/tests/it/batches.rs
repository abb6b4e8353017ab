//! Commands of one batch see what those before them wrote, as if it had been loaded again.

use crate::names::id;
use crate::world::{Answered, World};
use licensing::decide::restore_user::RestoreUser;
use licensing::decide::update_user::UpdateUser;
use licensing::directory::{Properties, Value};
use licensing::facts::UserRef;
use licensing::{Command, Refusal};

impl World {
    fn restore_as(&mut self, user: &str, principal_name: &str) -> Answered {
        let principal_name = Some(principal_name.to_owned());
        self.run(&Command::RestoreUser(RestoreUser { user: id(user), principal_name, ..RestoreUser::default() }))
    }

    fn reached_at(&mut self, user: &str, address: &str) {
        let addresses = Value::List(vec![Value::Text(address.to_owned())]);
        let update = UpdateUser {
            user: UserRef::Id(id(user)),
            principal_name: None,
            usage_location: None,
            properties: Properties([("proxyAddresses".to_owned(), addresses)].into()),
        };
        self.run(&Command::UpdateUser(update)).unwrap();
    }
}

#[test]
fn who_comes_back_under_another_name_leaves_the_old_one_to_whoever_got_it() {
    let mut world = World::new();
    let taken = Err(Refusal::NameTaken("userPrincipalName"));
    world.create_user("old", "ann@contoso.example", None).unwrap();
    world.delete_user("old").unwrap();
    world.create_user("new", "ann@contoso.example", None).unwrap();
    world.restore_as("old", "ann2@contoso.example").unwrap();
    assert_eq!(world.create_user("third", "ann@contoso.example", None), taken);
    assert_eq!(world.create_user("third", "ann2@contoso.example", None), taken);
}

#[test]
fn of_two_who_come_back_with_one_address_the_first_has_it() {
    let mut world = World::new();
    for (user, address) in
        [("ann", "smtp:sales@x.example"), ("ben", "SMTP:Sales@x.example"), ("eve", "smtp:e@x.example")]
    {
        world.user(user);
        world.reached_at(user, address);
        world.delete_user(user).unwrap();
    }
    world.restore_user("ann").unwrap();
    assert_eq!(world.restore_user("ben"), Err(Refusal::NameTaken("proxyAddresses")));
    world.restore_user("eve").unwrap();
    let gives_up = RestoreUser { user: id("ben"), gives_up_addresses: true, ..RestoreUser::default() };
    world.run(&Command::RestoreUser(gives_up)).unwrap();
    let profile = world.user_facts("ben").profile.clone().unwrap();
    assert_eq!(profile.properties.get("proxyAddresses"), Some(&Value::List(Vec::new())));
}

#[test]
fn an_address_that_somebody_gets_is_not_there_for_who_comes_back() {
    let mut world = World::new();
    ["ann", "ben"].into_iter().for_each(|user| world.user(user));
    world.reached_at("ann", "smtp:sales@x.example");
    world.delete_user("ann").unwrap();
    world.reached_at("ben", "smtp:sales@x.example");
    assert_eq!(world.restore_user("ann"), Err(Refusal::NameTaken("proxyAddresses")));
}
