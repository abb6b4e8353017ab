//! Every route in one table: method, path, what a caller needs, endpoint.

use crate::answer::Answer;
use crate::call::Call;
use crate::error::ApiError;
use crate::{
    administration, deleted_items, directory_audits, directory_objects, groups, managed_devices, organization,
    subscribed_skus, subscriptions, users,
};
use engine::Operation;
use http::Method;
use std::pin::Pin;

type Answering = Pin<Box<dyn Future<Output = Result<Answer, ApiError>> + Send>>;

/// A row of the table.
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path after the version; `{name}` stands for any segment.
    pub path: &'static str,
    /// What the caller must be allowed. Reading oneself is also open to who may only do that.
    pub operation: Operation,
    pub(crate) handler: fn(Call) -> Answering,
}

macro_rules! table {
    ($(route($method:expr, $path:literal, $operation:expr, $handler:path)),* $(,)?) => {
        &[$(Route {
            method: $method,
            path: $path,
            operation: $operation,
            handler: |call| Box::pin($handler(call)),
        }),*]
    };
}

/// The table.
pub static ROUTES: &[Route] = table![
    // users
    route(Method::GET, "/users", Operation::ReadUser, users::list::handle),
    route(Method::POST, "/users", Operation::CreateUser, users::create::handle),
    route(Method::GET, "/users/$count", Operation::ReadUser, users::count::handle),
    route(Method::GET, "/users/{user}", Operation::ReadUser, users::get::handle),
    route(Method::PATCH, "/users/{user}", Operation::UpdateUser, users::update::handle),
    route(Method::DELETE, "/users/{user}", Operation::DeleteUser, users::delete::handle),
    route(Method::POST, "/users/{user}/assignLicense", Operation::AssignUserLicense, users::assign_license::handle),
    route(
        Method::POST,
        "/users/{user}/reprocessLicenseAssignment",
        Operation::ReprocessUserLicense,
        users::reprocess_license_assignment::handle
    ),
    route(
        Method::GET,
        "/users/{user}/licenseDetails",
        Operation::ListLicenseDetails,
        users::list_license_details::handle
    ),
    route(
        Method::GET,
        "/users/{user}/licenseDetails/{details}",
        Operation::ListLicenseDetails,
        users::get_license_details::handle
    ),
    route(
        Method::POST,
        "/users/{user}/joinedGroups/{group}/assignLicense",
        Operation::AssignGroupLicense,
        groups::assign_license::of_user
    ),
    route(Method::GET, "/users/{user}/managedDevices", Operation::ReadManagedDevices, managed_devices::list::of_user),
    route(
        Method::POST,
        "/users/{user}/managedDevices/{device}/users/{user2}/assignLicense",
        Operation::AssignUserLicense,
        users::assign_license::on_device_of_user
    ),
    route(
        Method::POST,
        "/users/{user}/managedDevices/{device}/users/{user2}/reprocessLicenseAssignment",
        Operation::ReprocessUserLicense,
        users::reprocess_license_assignment::on_device_of_user
    ),
    route(Method::GET, "/users/{user}/memberOf", Operation::ReadMemberOf, users::list_member_of::handle),
    route(Method::GET, "/users/{user}/transitiveMemberOf", Operation::ReadMemberOf, users::list_member_of::transitive),
    route(
        Method::POST,
        "/users/{user}/checkMemberGroups",
        Operation::ReadMemberOf,
        directory_objects::check_member_groups::handle
    ),
    route(
        Method::POST,
        "/users/{user}/checkMemberObjects",
        Operation::ReadMemberOf,
        directory_objects::check_member_groups::objects
    ),
    route(
        Method::POST,
        "/users/{user}/getMemberGroups",
        Operation::ReadMemberOf,
        directory_objects::get_member_groups::handle
    ),
    route(
        Method::POST,
        "/users/{user}/getMemberObjects",
        Operation::ReadMemberOf,
        directory_objects::get_member_groups::objects
    ),
    route(Method::GET, "/users/{user}/manager", Operation::ReadManager, users::manager::get),
    route(Method::GET, "/users/{user}/directReports", Operation::ReadManager, users::list_direct_reports::handle),
    route(Method::GET, "/users/{user}/ownedObjects", Operation::ReadManager, users::list_owned_objects::handle),
    route(Method::PUT, "/users/{user}/manager/$ref", Operation::UpdateManager, users::manager::set),
    route(Method::DELETE, "/users/{user}/manager/$ref", Operation::UpdateManager, users::manager::remove),
    // me
    route(Method::GET, "/me", Operation::ReadSelf, users::get::handle),
    route(Method::POST, "/me/assignLicense", Operation::AssignUserLicense, users::assign_license::handle),
    route(
        Method::POST,
        "/me/reprocessLicenseAssignment",
        Operation::ReprocessUserLicense,
        users::reprocess_license_assignment::handle
    ),
    route(Method::GET, "/me/licenseDetails", Operation::ListLicenseDetails, users::list_license_details::handle),
    route(
        Method::GET,
        "/me/licenseDetails/{details}",
        Operation::ListLicenseDetails,
        users::get_license_details::handle
    ),
    route(
        Method::POST,
        "/me/joinedGroups/{group}/assignLicense",
        Operation::AssignGroupLicense,
        groups::assign_license::of_user
    ),
    route(Method::GET, "/me/managedDevices", Operation::ReadManagedDevices, managed_devices::list::of_user),
    route(
        Method::POST,
        "/me/managedDevices/{device}/users/{user}/assignLicense",
        Operation::AssignUserLicense,
        users::assign_license::on_my_device
    ),
    route(
        Method::POST,
        "/me/managedDevices/{device}/users/{user}/reprocessLicenseAssignment",
        Operation::ReprocessUserLicense,
        users::reprocess_license_assignment::on_my_device
    ),
    route(Method::GET, "/me/memberOf", Operation::ReadMemberOf, users::list_member_of::handle),
    route(Method::GET, "/me/transitiveMemberOf", Operation::ReadMemberOf, users::list_member_of::transitive),
    route(
        Method::POST,
        "/me/checkMemberGroups",
        Operation::ReadMemberOf,
        directory_objects::check_member_groups::handle
    ),
    route(
        Method::POST,
        "/me/checkMemberObjects",
        Operation::ReadMemberOf,
        directory_objects::check_member_groups::objects
    ),
    route(Method::POST, "/me/getMemberGroups", Operation::ReadMemberOf, directory_objects::get_member_groups::handle),
    route(Method::POST, "/me/getMemberObjects", Operation::ReadMemberOf, directory_objects::get_member_groups::objects),
    route(Method::GET, "/me/manager", Operation::ReadManager, users::manager::get),
    route(Method::GET, "/me/directReports", Operation::ReadManager, users::list_direct_reports::handle),
    route(Method::GET, "/me/ownedObjects", Operation::ReadManager, users::list_owned_objects::handle),
    // groups
    route(Method::GET, "/groups", Operation::ReadGroup, groups::list::handle),
    route(Method::POST, "/groups", Operation::CreateGroup, groups::create::handle),
    route(
        Method::POST,
        "/groups/evaluateDynamicMembership",
        Operation::ReadGroup,
        groups::evaluate_dynamic_membership::handle
    ),
    route(
        Method::POST,
        "/groups/{group}/evaluateDynamicMembership",
        Operation::ReadGroup,
        groups::evaluate_dynamic_membership::of_group
    ),
    route(Method::GET, "/groups/$count", Operation::ReadGroup, groups::count::handle),
    route(Method::GET, "/groups/{group}", Operation::ReadGroup, groups::get::handle),
    route(Method::PATCH, "/groups/{group}", Operation::UpdateGroup, groups::update::handle),
    route(Method::DELETE, "/groups/{group}", Operation::DeleteGroup, groups::delete::handle),
    route(Method::POST, "/groups/{group}/assignLicense", Operation::AssignGroupLicense, groups::assign_license::handle),
    route(Method::GET, "/groups/{group}/members", Operation::ReadGroupMembers, groups::list_members::handle),
    route(Method::POST, "/groups/{group}/members/$ref", Operation::AddGroupMember, groups::add_member::handle),
    route(
        Method::DELETE,
        "/groups/{group}/members/{member}/$ref",
        Operation::RemoveGroupMember,
        groups::remove_member::handle
    ),
    route(Method::GET, "/groups/{group}/owners", Operation::ReadGroupMembers, groups::list_owners::handle),
    route(Method::POST, "/groups/{group}/owners/$ref", Operation::UpdateGroup, groups::add_owner::handle),
    route(Method::DELETE, "/groups/{group}/owners/{owner}/$ref", Operation::UpdateGroup, groups::remove_owner::handle),
    route(
        Method::GET,
        "/groups/{group}/membersWithLicenseErrors",
        Operation::ReadGroupMembers,
        groups::list_members_with_license_errors::handle
    ),
    route(
        Method::GET,
        "/groups/{group}/transitiveMembers",
        Operation::ReadGroupMembers,
        groups::list_members::transitive
    ),
    route(Method::GET, "/groups/{group}/memberOf", Operation::ReadGroupMembers, groups::list_member_of::handle),
    route(
        Method::GET,
        "/groups/{group}/transitiveMemberOf",
        Operation::ReadGroupMembers,
        groups::list_member_of::transitive
    ),
    route(
        Method::POST,
        "/groups/{group}/checkMemberGroups",
        Operation::ReadGroupMembers,
        directory_objects::check_member_groups::handle
    ),
    route(
        Method::POST,
        "/groups/{group}/checkMemberObjects",
        Operation::ReadGroupMembers,
        directory_objects::check_member_groups::objects
    ),
    route(
        Method::POST,
        "/groups/{group}/getMemberGroups",
        Operation::ReadGroupMembers,
        directory_objects::get_member_groups::handle
    ),
    route(
        Method::POST,
        "/groups/{group}/getMemberObjects",
        Operation::ReadGroupMembers,
        directory_objects::get_member_groups::objects
    ),
    // directory objects of any type
    route(Method::GET, "/directoryObjects/{object}", Operation::ReadDirectoryObject, directory_objects::get::handle),
    route(
        Method::POST,
        "/directoryObjects/getByIds",
        Operation::ReadDirectoryObject,
        directory_objects::get_by_ids::handle
    ),
    // what was deleted
    route(Method::GET, "/directory/deletedItems/microsoft.graph.user", Operation::ReadUser, deleted_items::list::users),
    route(
        Method::GET,
        "/directory/deletedItems/microsoft.graph.group",
        Operation::ReadGroup,
        deleted_items::list::groups
    ),
    route(Method::GET, "/directory/deletedItems/{object}", Operation::ReadDeletedItem, deleted_items::get::handle),
    route(
        Method::DELETE,
        "/directory/deletedItems/{object}",
        Operation::ChangeDeletedItem,
        deleted_items::delete::handle
    ),
    route(
        Method::POST,
        "/directory/deletedItems/{object}/restore",
        Operation::ChangeDeletedItem,
        deleted_items::restore::handle
    ),
    // managed devices
    route(
        Method::GET,
        "/deviceManagement/managedDevices",
        Operation::ReadManagedDevices,
        managed_devices::list::handle
    ),
    route(
        Method::GET,
        "/deviceManagement/managedDevices/{device}/users",
        Operation::ReadManagedDevices,
        managed_devices::list_users::handle
    ),
    route(
        Method::POST,
        "/deviceManagement/managedDevices/{device}/users/{user}/assignLicense",
        Operation::AssignUserLicense,
        users::assign_license::on_device
    ),
    route(
        Method::POST,
        "/deviceManagement/managedDevices/{device}/users/{user}/reprocessLicenseAssignment",
        Operation::ReprocessUserLicense,
        users::reprocess_license_assignment::on_device
    ),
    // the audit log
    route(Method::GET, "/auditLogs/directoryAudits", Operation::ReadAuditLog, directory_audits::list::handle),
    route(Method::GET, "/auditLogs/directoryAudits/{audit}", Operation::ReadAuditLog, directory_audits::get::handle),
    // what the tenant has
    route(Method::GET, "/subscribedSkus", Operation::ListSubscribedSkus, subscribed_skus::list::handle),
    route(Method::GET, "/subscribedSkus/{sku}", Operation::ListSubscribedSkus, subscribed_skus::get::handle),
    route(Method::GET, "/directory/subscriptions", Operation::ListSubscriptions, subscriptions::list::handle),
    route(
        Method::GET,
        "/directory/subscriptions/{subscription}",
        Operation::ListSubscriptions,
        subscriptions::get::handle
    ),
    route(Method::GET, "/organization", Operation::ReadOrganization, organization::list::handle),
    route(Method::GET, "/organization/{id}", Operation::ReadOrganization, organization::get::handle),
];

/// What a path of [`ADMINISTRATION`] calls the tenant that it is about.
pub(crate) const TENANT: &str = "tenant";

/// What an administrator of Seatwright needs and Graph has no call for; the version before these paths is
/// `seatwright/v1`.
pub static ADMINISTRATION: &[Route] = table![
    route(
        Method::GET,
        "/tenants/{tenant}/subscriptions",
        Operation::AdministerTenant,
        administration::subscriptions::list::handle
    ),
    route(
        Method::POST,
        "/tenants/{tenant}/subscriptions",
        Operation::AdministerTenant,
        administration::subscriptions::buy::handle
    ),
    route(
        Method::GET,
        "/tenants/{tenant}/subscriptions/{subscription}",
        Operation::AdministerTenant,
        administration::subscriptions::get::handle
    ),
    route(
        Method::PATCH,
        "/tenants/{tenant}/subscriptions/{subscription}",
        Operation::AdministerTenant,
        administration::subscriptions::change::handle
    ),
    route(
        Method::DELETE,
        "/tenants/{tenant}/subscriptions/{subscription}",
        Operation::AdministerTenant,
        administration::subscriptions::cancel::handle
    ),
    route(
        Method::POST,
        "/tenants/{tenant}/subscriptions/{subscription}/renew",
        Operation::AdministerTenant,
        administration::subscriptions::renew::handle
    ),
    route(
        Method::GET,
        "/tenants/{tenant}/products",
        Operation::AdministerTenant,
        administration::products::list::handle
    ),
    route(
        Method::POST,
        "/tenants/{tenant}/products",
        Operation::AdministerTenant,
        administration::products::create::handle
    ),
    route(
        Method::GET,
        "/tenants/{tenant}/products/{product}",
        Operation::AdministerTenant,
        administration::products::get::handle
    ),
    route(
        Method::PATCH,
        "/tenants/{tenant}/products/{product}",
        Operation::AdministerTenant,
        administration::products::change::handle
    ),
    route(Method::GET, "/tenants/{tenant}/clock", Operation::AdministerTenant, administration::clock::get::handle),
    route(Method::PUT, "/tenants/{tenant}/clock", Operation::AdministerTenant, administration::clock::set::handle),
    route(
        Method::POST,
        "/tenants/{tenant}/clock/advance",
        Operation::AdministerTenant,
        administration::clock::advance::handle
    ),
    route(
        Method::GET,
        "/tenants/{tenant}/users/{user}/explain",
        Operation::AdministerTenant,
        administration::explain::handle
    ),
];

/// What a request costs before its options are counted (specification 6.4).
pub(crate) fn base_units(route: &Route) -> u32 {
    match route.path.rsplit('/').next().unwrap_or_default() {
        "checkMemberGroups" | "checkMemberObjects" => return 4,
        "getMemberGroups" | "getMemberObjects" | "memberOf" | "transitiveMemberOf" => return 2,
        "getByIds" => return 3,
        "transitiveMembers" => return 5,
        _ => {}
    }
    if route.method != Method::GET {
        return 1;
    }
    match route.operation {
        Operation::ListSubscribedSkus | Operation::ReadGroupMembers => 3,
        Operation::ListLicenseDetails => 2,
        Operation::ReadUser if !route.path.contains('{') => 2,
        _ => 1,
    }
}
