//! The sentences that Graph sends, word for word (specification 3.2; decisions, "Sentences", "Groups").

use licensing::Refusal;
use licensing::ids::{ServicePlanId, SkuId};
use uuid::Uuid;

fn guid(text: &str) -> Uuid {
    Uuid::try_parse(text).unwrap()
}

const SKU: &str = "6fd2c87f-b296-42f0-b197-1e91e994b900";
const PROJECT: &str = "fe71d6c3-a2ea-4499-9778-da042bf08063";
const SHAREPOINT: &str = "5dbe027f-2339-4123-9542-606e4d348a72";
const LITE: &str = "a1f3d0a8-84c0-4ae0-bae4-685917b8ab48";

#[test]
fn refusals_say_what_the_live_service_says() {
    let sku = SkuId(guid(SKU));
    let [project, sharepoint, lite] = [PROJECT, SHAREPOINT, LITE].map(|plan| ServicePlanId(guid(plan)));
    let sentences = [
        (Refusal::NoUsageLocation, "License assignment cannot be done for user with invalid usage location."),
        (
            Refusal::ProhibitedInUsageLocation(sku),
            "License assignment cannot be done for user with invalid usage location.",
        ),
        (Refusal::NotHeld(sku), "User does not have a corresponding license."),
        (Refusal::NotOnGroup(sku), "Group does not have a corresponding license."),
        (
            Refusal::Inherited(sku),
            "User license is inherited from a group membership and it cannot be removed directly from the user.",
        ),
        (
            Refusal::UnknownSku(sku),
            "License 6fd2c87f-b296-42f0-b197-1e91e994b900 does not correspond to a valid company License.",
        ),
        (
            Refusal::NoSeat(sku),
            "Subscription with SKU 6fd2c87f-b296-42f0-b197-1e91e994b900 does not have any available licenses.",
        ),
        (
            Refusal::DependencyUnmet { plan: project, needs_one_of: vec![sharepoint, lite] },
            "License assignment failed because service plan fe71d6c3-a2ea-4499-9778-da042bf08063 depends on the \
             service plan(s) 5dbe027f-2339-4123-9542-606e4d348a72,a1f3d0a8-84c0-4ae0-bae4-685917b8ab48",
        ),
        (
            Refusal::MutuallyExclusive { smaller: sharepoint, larger: lite },
            "License assignment failed because service plans 5dbe027f-2339-4123-9542-606e4d348a72,\
             a1f3d0a8-84c0-4ae0-bae4-685917b8ab48 are mutually exclusive.",
        ),
        (Refusal::NotAssignable(sku), "License 6fd2c87f-b296-42f0-b197-1e91e994b900 cannot be assigned to a user."),
        (Refusal::NothingToDo, "No license changes provided."),
        (
            Refusal::ReferenceExists("owners"),
            "One or more added object references already exist for the following modified properties: 'owners'.",
        ),
        (Refusal::LastOwner, "The group must have at least one owner, hence this owner cannot be removed."),
        (
            Refusal::DomainNotVerified,
            "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain \
             names in your organization.",
        ),
        (Refusal::SubscriptionDeleted, "The subscription is deleted. Buy another one instead."),
        (Refusal::ClockSetBack, "The clock of a tenant can only be set forward."),
        (
            Refusal::PlanNotInSku(sku),
            "One or more disabled plans are not valid for license 6fd2c87f-b296-42f0-b197-1e91e994b900.",
        ),
        (
            Refusal::GroupHasLicenses,
            "Unable to delete the group because there is a product license assigned to the group. To delete this \
             group, remove any product licenses first.",
        ),
        (
            Refusal::ObjectNotFound("ann@contoso.example".to_owned()),
            "Resource 'ann@contoso.example' does not exist or one of its queried reference-property objects are not \
             present.",
        ),
        (
            Refusal::InvalidProperty { property: "usageLocation", resource: "User" },
            "Invalid value specified for property 'usageLocation' of resource 'User'.",
        ),
    ];
    for (refusal, sentence) in sentences {
        assert_eq!(refusal.to_string(), sentence);
    }
}

#[test]
fn trying_again_may_help_only_where_somebody_else_can_make_room() {
    let sku = SkuId(guid(SKU));
    let may_help = [Refusal::NoSeat(sku), Refusal::AddressTaken, Refusal::NameTaken("userPrincipalName")];
    assert!(may_help.iter().all(Refusal::is_transient));
    let cannot_help =
        [Refusal::NothingToDo, Refusal::Inherited(sku), Refusal::NoUsageLocation, Refusal::ReferenceExists("members")];
    assert!(!cannot_help.iter().any(Refusal::is_transient));
}
