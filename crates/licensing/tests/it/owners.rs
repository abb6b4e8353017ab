//! Owners of groups: who can be one, and that the last one stays.

use crate::names::{id, not_found};
use crate::office::office;
use crate::world::{Answered, World};
use licensing::audit::Activity;
use licensing::decide::add_owner::{AddOwner, OWNERS_MAX};
use licensing::decide::remove_owner::RemoveOwner;
use licensing::{Command, Refusal};

impl World {
    fn own(&mut self, owner: &str, group: &str) -> Answered {
        self.run(&Command::AddOwner(AddOwner { group: id(group), owner: id(owner) }))
    }

    fn disown(&mut self, owner: &str, group: &str) -> Answered {
        self.run(&Command::RemoveOwner(RemoveOwner { group: id(group), owner: id(owner) }))
    }
}

#[test]
fn only_live_users_own_a_group_each_once() {
    let mut world = office();
    world.own("ann", "sales").unwrap();
    assert_eq!(world.own("ann", "sales"), Err(Refusal::ReferenceExists("owners")));
    let refusal = Refusal::InvalidProperty { property: "owners", resource: "Group" };
    assert_eq!(world.own("lab", "sales"), Err(refusal));
    assert_eq!(world.own("zoe", "sales"), Err(not_found("zoe")));
    assert_eq!(world.own("ann", "zoo"), Err(not_found("zoo")));
}

#[test]
fn the_last_owner_stays() {
    let mut world = office();
    world.user("eve");
    world.own("ann", "sales").unwrap();
    assert_eq!(world.disown("ann", "sales"), Err(Refusal::LastOwner));
    assert_eq!(world.disown("eve", "sales"), Err(not_found("eve")));
    world.own("eve", "sales").unwrap();
    world.disown("ann", "sales").unwrap();
    assert_eq!(world.disown("ann", "sales"), Err(not_found("ann")));
    world.own("ann", "lab").unwrap();
    assert_eq!(world.disown("eve", "sales"), Err(Refusal::LastOwner), "an owner of another group is none of this");
}

#[test]
fn who_is_deleted_owns_nothing_until_it_is_restored() {
    let mut world = office();
    world.own("ann", "sales").unwrap();
    world.own("bob", "sales").unwrap();
    world.delete_user("ann").unwrap();
    assert_eq!(world.disown("bob", "sales"), Err(Refusal::LastOwner));
    world.restore_user("ann").unwrap();
    assert_eq!(world.own("ann", "sales"), Err(Refusal::ReferenceExists("owners")));
    world.disown("bob", "sales").unwrap();
    assert_eq!(world.disown("ann", "sales"), Err(Refusal::LastOwner));
}

#[test]
fn a_group_has_a_hundred_owners_at_most() {
    let mut world = office();
    for number in 0..OWNERS_MAX {
        world.user(&format!("o{number}"));
        world.own(&format!("o{number}"), "sales").unwrap();
    }
    assert_eq!(world.own("ann", "sales"), Err(Refusal::TooManyOwners));
    assert_eq!(Refusal::TooManyOwners.to_string(), "A group can have at most 100 owners.");
    world.own("ann", "lab").unwrap();
}

#[test]
fn owners_are_audited_with_their_group() {
    let mut world = office();
    let (ann, sales) = (world.user_facts("ann").key, world.group_facts("sales").key);
    world.own("bob", "sales").unwrap();
    let remembered = |world: &World| {
        let [entry] = &world.written.audit[..] else { panic!() };
        (entry.activity, entry.group, entry.affected[0].users.clone())
    };
    world.own("ann", "sales").unwrap();
    assert_eq!(remembered(&world), (Activity::AddOwner, Some(sales), vec![ann]));
    world.disown("ann", "sales").unwrap();
    assert_eq!(remembered(&world), (Activity::RemoveOwner, Some(sales), vec![ann]));
}
