//! The API through its router, on a memory store. One binary, so that it links once.

#[cfg(test)]
mod api_docs;
#[cfg(test)]
#[path = "routes/auditLogs/directoryAudits/{audit}/get.rs"]
mod audit_logs_directory_audits_audit_get;
#[cfg(test)]
#[path = "routes/auditLogs/directoryAudits/get.rs"]
mod audit_logs_directory_audits_get;
#[cfg(test)]
mod authentication;
#[cfg(test)]
mod authority;
#[cfg(test)]
mod bodies;
#[cfg(test)]
mod compatibility;
#[cfg(test)]
mod connections;
#[cfg(test)]
#[path = "routes/deviceManagement/managedDevices/{device}/users/get.rs"]
mod device_management_managed_devices_device_users_get;
#[cfg(test)]
#[path = "routes/deviceManagement/managedDevices/{device}/users/{user}/assignLicense/post.rs"]
mod device_management_managed_devices_device_users_user_assign_license_post;
#[cfg(test)]
#[path = "routes/deviceManagement/managedDevices/{device}/users/{user}/reprocessLicenseAssignment/post.rs"]
mod device_management_managed_devices_device_users_user_reprocess_license_assignment_post;
#[cfg(test)]
#[path = "routes/deviceManagement/managedDevices/get.rs"]
mod device_management_managed_devices_get;
#[cfg(test)]
#[path = "routes/directory/deletedItems/microsoft.graph.group/get.rs"]
mod directory_deleted_items_microsoft_graph_group_get;
#[cfg(test)]
#[path = "routes/directory/deletedItems/microsoft.graph.user/get.rs"]
mod directory_deleted_items_microsoft_graph_user_get;
#[cfg(test)]
#[path = "routes/directory/deletedItems/{object}/delete.rs"]
mod directory_deleted_items_object_delete;
#[cfg(test)]
#[path = "routes/directory/deletedItems/{object}/get.rs"]
mod directory_deleted_items_object_get;
#[cfg(test)]
#[path = "routes/directory/deletedItems/{object}/restore/post.rs"]
mod directory_deleted_items_object_restore_post;
#[cfg(test)]
#[path = "routes/directoryObjects/getByIds/post.rs"]
mod directory_objects_get_by_ids_post;
#[cfg(test)]
#[path = "routes/directoryObjects/{object}/get.rs"]
mod directory_objects_object_get;
#[cfg(test)]
#[path = "routes/directory/subscriptions/get.rs"]
mod directory_subscriptions_get;
#[cfg(test)]
#[path = "routes/directory/subscriptions/{subscription}/get.rs"]
mod directory_subscriptions_subscription_get;
#[cfg(test)]
mod filters;
#[cfg(test)]
#[path = "routes/groups/$count/get.rs"]
mod groups_count_get;
#[cfg(test)]
#[path = "routes/groups/evaluateDynamicMembership/post.rs"]
mod groups_evaluate_dynamic_membership_post;
#[cfg(test)]
#[path = "routes/groups/get.rs"]
mod groups_get;
#[cfg(test)]
#[path = "routes/groups/{group}/assignLicense/post.rs"]
mod groups_group_assign_license_post;
#[cfg(test)]
#[path = "routes/groups/{group}/checkMemberGroups/post.rs"]
mod groups_group_check_member_groups_post;
#[cfg(test)]
#[path = "routes/groups/{group}/checkMemberObjects/post.rs"]
mod groups_group_check_member_objects_post;
#[cfg(test)]
#[path = "routes/groups/{group}/delete.rs"]
mod groups_group_delete;
#[cfg(test)]
#[path = "routes/groups/{group}/evaluateDynamicMembership/post.rs"]
mod groups_group_evaluate_dynamic_membership_post;
#[cfg(test)]
#[path = "routes/groups/{group}/get.rs"]
mod groups_group_get;
#[cfg(test)]
#[path = "routes/groups/{group}/getMemberGroups/post.rs"]
mod groups_group_get_member_groups_post;
#[cfg(test)]
#[path = "routes/groups/{group}/getMemberObjects/post.rs"]
mod groups_group_get_member_objects_post;
#[cfg(test)]
#[path = "routes/groups/{group}/memberOf/get.rs"]
mod groups_group_member_of_get;
#[cfg(test)]
#[path = "routes/groups/{group}/members/get.rs"]
mod groups_group_members_get;
#[cfg(test)]
#[path = "routes/groups/{group}/members/{member}/$ref/delete.rs"]
mod groups_group_members_member_ref_delete;
#[cfg(test)]
#[path = "routes/groups/{group}/members/$ref/post.rs"]
mod groups_group_members_ref_post;
#[cfg(test)]
#[path = "routes/groups/{group}/membersWithLicenseErrors/get.rs"]
mod groups_group_members_with_license_errors_get;
#[cfg(test)]
#[path = "routes/groups/{group}/owners/get.rs"]
mod groups_group_owners_get;
#[cfg(test)]
#[path = "routes/groups/{group}/owners/{owner}/$ref/delete.rs"]
mod groups_group_owners_owner_ref_delete;
#[cfg(test)]
#[path = "routes/groups/{group}/owners/$ref/post.rs"]
mod groups_group_owners_ref_post;
#[cfg(test)]
#[path = "routes/groups/{group}/patch.rs"]
mod groups_group_patch;
#[cfg(test)]
#[path = "routes/groups/{group}/transitiveMemberOf/get.rs"]
mod groups_group_transitive_member_of_get;
#[cfg(test)]
#[path = "routes/groups/{group}/transitiveMembers/get.rs"]
mod groups_group_transitive_members_get;
#[cfg(test)]
#[path = "routes/groups/post.rs"]
mod groups_post;
#[cfg(test)]
mod headers;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod many_groups;
#[cfg(test)]
#[path = "routes/me/assignLicense/post.rs"]
mod me_assign_license_post;
#[cfg(test)]
#[path = "routes/me/checkMemberGroups/post.rs"]
mod me_check_member_groups_post;
#[cfg(test)]
#[path = "routes/me/checkMemberObjects/post.rs"]
mod me_check_member_objects_post;
#[cfg(test)]
#[path = "routes/me/directReports/get.rs"]
mod me_direct_reports_get;
#[cfg(test)]
#[path = "routes/me/get.rs"]
mod me_get;
#[cfg(test)]
#[path = "routes/me/getMemberGroups/post.rs"]
mod me_get_member_groups_post;
#[cfg(test)]
#[path = "routes/me/getMemberObjects/post.rs"]
mod me_get_member_objects_post;
#[cfg(test)]
#[path = "routes/me/joinedGroups/{group}/assignLicense/post.rs"]
mod me_joined_groups_group_assign_license_post;
#[cfg(test)]
#[path = "routes/me/licenseDetails/{details}/get.rs"]
mod me_license_details_details_get;
#[cfg(test)]
#[path = "routes/me/licenseDetails/get.rs"]
mod me_license_details_get;
#[cfg(test)]
#[path = "routes/me/managedDevices/{device}/users/{user}/assignLicense/post.rs"]
mod me_managed_devices_device_users_user_assign_license_post;
#[cfg(test)]
#[path = "routes/me/managedDevices/{device}/users/{user}/reprocessLicenseAssignment/post.rs"]
mod me_managed_devices_device_users_user_reprocess_license_assignment_post;
#[cfg(test)]
#[path = "routes/me/managedDevices/get.rs"]
mod me_managed_devices_get;
#[cfg(test)]
#[path = "routes/me/manager/get.rs"]
mod me_manager_get;
#[cfg(test)]
#[path = "routes/me/memberOf/get.rs"]
mod me_member_of_get;
#[cfg(test)]
#[path = "routes/me/ownedObjects/get.rs"]
mod me_owned_objects_get;
#[cfg(test)]
#[path = "routes/me/reprocessLicenseAssignment/post.rs"]
mod me_reprocess_license_assignment_post;
#[cfg(test)]
#[path = "routes/me/transitiveMemberOf/get.rs"]
mod me_transitive_member_of_get;
#[cfg(test)]
mod member_groups;
#[cfg(test)]
mod office;
#[cfg(test)]
mod order;
#[cfg(test)]
#[path = "routes/organization/get.rs"]
mod organization_get;
#[cfg(test)]
#[path = "routes/organization/{id}/get.rs"]
mod organization_id_get;
#[cfg(test)]
mod permissions;
#[cfg(test)]
mod query_options;
#[cfg(test)]
#[path = "routes/subscribedSkus/get.rs"]
mod subscribed_skus_get;
#[cfg(test)]
#[path = "routes/subscribedSkus/{sku}/get.rs"]
mod subscribed_skus_sku_get;
#[cfg(test)]
mod table;
#[cfg(test)]
mod tenants;
#[cfg(test)]
#[path = "routes/tenants/{tenant}/clock/advance/post.rs"]
mod tenants_tenant_clock_advance_post;
#[cfg(test)]
#[path = "routes/tenants/{tenant}/clock/get.rs"]
mod tenants_tenant_clock_get;
#[cfg(test)]
#[path = "routes/tenants/{tenant}/clock/put.rs"]
mod tenants_tenant_clock_put;
#[cfg(test)]
#[path = "routes/tenants/{tenant}/products/get.rs"]
mod tenants_tenant_products_get;
#[cfg(test)]
#[path = "routes/tenants/{tenant}/products/post.rs"]
mod tenants_tenant_products_post;
#[cfg(test)]
#[path = "routes/tenants/{tenant}/products/{product}/get.rs"]
mod tenants_tenant_products_product_get;
#[cfg(test)]
#[path = "routes/tenants/{tenant}/products/{product}/patch.rs"]
mod tenants_tenant_products_product_patch;
#[cfg(test)]
#[path = "routes/tenants/{tenant}/subscriptions/get.rs"]
mod tenants_tenant_subscriptions_get;
#[cfg(test)]
#[path = "routes/tenants/{tenant}/subscriptions/post.rs"]
mod tenants_tenant_subscriptions_post;
#[cfg(test)]
#[path = "routes/tenants/{tenant}/subscriptions/{subscription}/delete.rs"]
mod tenants_tenant_subscriptions_subscription_delete;
#[cfg(test)]
#[path = "routes/tenants/{tenant}/subscriptions/{subscription}/get.rs"]
mod tenants_tenant_subscriptions_subscription_get;
#[cfg(test)]
#[path = "routes/tenants/{tenant}/subscriptions/{subscription}/patch.rs"]
mod tenants_tenant_subscriptions_subscription_patch;
#[cfg(test)]
#[path = "routes/tenants/{tenant}/subscriptions/{subscription}/renew/post.rs"]
mod tenants_tenant_subscriptions_subscription_renew_post;
#[cfg(test)]
#[path = "routes/tenants/{tenant}/users/{user}/explain/get.rs"]
mod tenants_tenant_users_user_explain_get;
#[cfg(test)]
mod told;
#[cfg(test)]
mod unavailable;
#[cfg(test)]
#[path = "routes/users/$count/get.rs"]
mod users_count_get;
#[cfg(test)]
#[path = "routes/users/get.rs"]
mod users_get;
#[cfg(test)]
#[path = "routes/users/post.rs"]
mod users_post;
#[cfg(test)]
#[path = "routes/users/{user}/assignLicense/post.rs"]
mod users_user_assign_license_post;
#[cfg(test)]
#[path = "routes/users/{user}/checkMemberGroups/post.rs"]
mod users_user_check_member_groups_post;
#[cfg(test)]
#[path = "routes/users/{user}/checkMemberObjects/post.rs"]
mod users_user_check_member_objects_post;
#[cfg(test)]
#[path = "routes/users/{user}/delete.rs"]
mod users_user_delete;
#[cfg(test)]
#[path = "routes/users/{user}/directReports/get.rs"]
mod users_user_direct_reports_get;
#[cfg(test)]
#[path = "routes/users/{user}/get.rs"]
mod users_user_get;
#[cfg(test)]
#[path = "routes/users/{user}/getMemberGroups/post.rs"]
mod users_user_get_member_groups_post;
#[cfg(test)]
#[path = "routes/users/{user}/getMemberObjects/post.rs"]
mod users_user_get_member_objects_post;
#[cfg(test)]
#[path = "routes/users/{user}/joinedGroups/{group}/assignLicense/post.rs"]
mod users_user_joined_groups_group_assign_license_post;
#[cfg(test)]
#[path = "routes/users/{user}/licenseDetails/{details}/get.rs"]
mod users_user_license_details_details_get;
#[cfg(test)]
#[path = "routes/users/{user}/licenseDetails/get.rs"]
mod users_user_license_details_get;
#[cfg(test)]
#[path = "routes/users/{user}/managedDevices/{device}/users/{user2}/assignLicense/post.rs"]
mod users_user_managed_devices_device_users_user2_assign_license_post;
#[cfg(test)]
#[path = "routes/users/{user}/managedDevices/{device}/users/{user2}/reprocessLicenseAssignment/post.rs"]
mod users_user_managed_devices_device_users_user2_reprocess_license_assignment_post;
#[cfg(test)]
#[path = "routes/users/{user}/managedDevices/get.rs"]
mod users_user_managed_devices_get;
#[cfg(test)]
#[path = "routes/users/{user}/manager/get.rs"]
mod users_user_manager_get;
#[cfg(test)]
#[path = "routes/users/{user}/manager/$ref/delete.rs"]
mod users_user_manager_ref_delete;
#[cfg(test)]
#[path = "routes/users/{user}/manager/$ref/put.rs"]
mod users_user_manager_ref_put;
#[cfg(test)]
#[path = "routes/users/{user}/memberOf/get.rs"]
mod users_user_member_of_get;
#[cfg(test)]
#[path = "routes/users/{user}/ownedObjects/get.rs"]
mod users_user_owned_objects_get;
#[cfg(test)]
#[path = "routes/users/{user}/patch.rs"]
mod users_user_patch;
#[cfg(test)]
#[path = "routes/users/{user}/reprocessLicenseAssignment/post.rs"]
mod users_user_reprocess_license_assignment_post;
#[cfg(test)]
#[path = "routes/users/{user}/transitiveMemberOf/get.rs"]
mod users_user_transitive_member_of_get;
