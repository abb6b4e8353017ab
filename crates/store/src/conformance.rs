//! The suite that defines a store: a store is anything for which all of these facts hold.
//!
//! Each fact is a function that gets an empty store, which knows the products of [`catalog`]. The macro
//! [`conformance!`](crate::conformance!) makes a test of each.
#![expect(clippy::unwrap_used, reason = "a fact that does not hold panics: this is code for tests")]
#![expect(missing_docs, reason = "the name of a fact says all")]

pub mod addresses;
pub mod audit;
pub mod chunks;
pub mod clocks;
pub mod concurrency;
pub mod deletion;
pub mod error_sets;
pub mod facts;
pub mod memberships;
pub mod names;
mod office;
pub mod owners;
pub mod pages;
pub mod paths;
pub mod pending;
pub mod round_trips;
pub mod rules;
pub mod signing_keys;
pub mod structure;
pub mod tenants;
pub mod turns;
mod world;
pub mod writes;

pub use world::catalog;

/// Makes a test of each fact. The argument is the full path of an `async fn() -> (impl Store, Keep)` that
/// opens a new, empty store over [`catalog`]; `Keep` is what must not be dropped
/// before the test ends, such as a temporary directory.
#[macro_export]
macro_rules! conformance {
    ($make:path) => {
        $crate::conformance! { $make =>
            addresses {
                an_address_of_another_live_user_is_taken
                an_address_is_compared_without_case
                an_address_of_a_deleted_user_is_free
                an_address_that_its_owner_gave_up_is_free
                an_address_that_a_user_lists_twice_is_not_taken
                an_address_of_another_tenant_is_not_taken
            }
            audit {
                there_are_no_entries_at_first
                the_first_entries_are_forgotten_and_the_others_keep_their_numbers
                entries_round_trip
                entries_are_read_from_both_ends
                entries_are_told_apart_by_what_is_asked_for
                entries_are_found_by_time_however_many_there_are
                a_look_goes_so_far_at_most
                a_log_that_grows_is_read_without_repeats
                entries_of_another_tenant_are_not_read
                deleted_objects_are_found_and_read_by_key
            }
            chunks {
                a_chunk_of_a_group_has_its_members_and_those_with_faulty_paths_once_each
                a_chunk_of_a_group_leaves_out_former_members_without_errors
                a_chunk_goes_on_after_the_cursor
                the_first_user_of_all_can_be_the_cursor
                a_chunk_that_takes_all_that_are_left_is_the_last
                a_chunk_of_a_group_that_does_not_wait_is_empty
                a_chunk_of_an_empty_group_is_the_last
                chunks_visit_every_live_user_of_a_group_once
                a_chunk_of_marked_users_has_deleted_ones_too
                a_chunk_of_marked_users_has_the_lowest_keys
                a_chunk_of_a_sku_has_live_users_without_a_seat
                a_chunk_of_a_sku_goes_on_after_the_cursor
                a_chunk_of_a_sku_that_does_not_wait_is_empty
                users_of_a_chunk_come_with_all_facts_but_the_profile
                a_chunk_can_have_thousands_of_users
                a_chunk_goes_with_other_users_of_the_scope
            }
            clocks {
                a_clock_that_is_set_is_seen_by_the_next_commit_and_read
                a_tenant_is_due_from_its_earliest_date_on
                a_tenant_is_due_by_its_own_clock
                a_tenant_is_due_from_its_creation_on
                a_tenant_is_due_when_what_was_deleted_first_can_no_longer_be_restored
                a_tenant_is_due_with_the_day_after_a_rule_that_follows_time_was_run
                a_tenant_is_due_when_the_first_entry_of_its_audit_log_is_old
                what_is_due_does_not_depend_on_the_state
            }
            concurrency {
                commits_of_one_tenant_are_serial
                seats_are_never_sold_twice
                keys_are_never_given_twice
                commits_of_two_tenants_do_not_mix
                a_read_sees_a_commit_wholly_or_not_at_all
                a_read_sees_the_tenant_of_the_same_moment
            }
            deletion {
                what_was_deleted_is_listed
                what_was_deleted_is_told_apart_by_time
                what_was_deleted_longest_ago_is_loaded_first
                what_was_deleted_for_good_is_found_no_more
                id_and_names_are_left_of_a_user_deleted_for_good
                the_keys_of_what_was_deleted_for_good_are_not_given_again
                addresses_of_a_deleted_user_that_live_ones_have_are_known
            }
            error_sets {
                users_with_errors_are_those_with_a_faulty_path_from_the_group
                a_user_with_two_errors_is_in_the_set_once
                deleted_users_are_in_no_error_set
                groups_are_told_apart_by_errors_of_live_users
                a_healed_path_leaves_the_set
            }
            facts {
                users_are_loaded_by_name
                deleted_users_are_not_loaded_by_name
                users_and_groups_are_loaded_by_id_deleted_ones_too
                the_owner_of_a_deleted_users_name_is_known
                memberships_are_looked_up_by_id
                an_empty_scope_loads_the_tenant_and_its_seats
                a_scope_loads_no_more_than_it_asks_for
                a_user_comes_with_paths_groups_and_profile
                next_keys_follow_the_highest_ones_in_use
                a_scope_can_have_hundreds_of_names_and_ids
                every_commit_sees_the_one_before
            }
            memberships {
                a_member_joins_and_leaves
                joining_twice_and_leaving_twice_change_nothing
                a_group_can_be_a_member
                a_user_and_a_group_of_the_same_key_are_different_members
                members_are_live_users_and_groups
                memberships_survive_deletion_and_restoration
                groups_of_a_user_are_those_that_ever_had_licences
                groups_with_a_member_are_found_from_the_member
                members_are_found_however_deep
                a_deleted_group_leads_no_further
                groups_in_each_other_are_met_once
                objects_are_read_by_id_in_the_order_that_is_asked_for
            }
            names {
                a_unique_name_leads_to_its_live_group
                a_unique_name_can_be_handed_on_in_one_change_set
                names_are_compared_without_case
                names_outside_ascii_are_compared_without_case
                names_keep_the_case_in_which_they_were_given
                names_with_special_characters_are_taken_literally
                the_name_of_a_deleted_user_is_free
                a_restored_user_is_found_again
                a_renamed_user_is_found_by_its_new_name_only
                names_can_be_handed_on_in_one_change_set
                two_users_can_exchange_their_names_in_one_change_set
                ids_lead_to_live_objects_of_their_kind
                the_longest_texts_that_things_are_found_by_are_kept
            }
            owners {
                an_owner_comes_and_goes
                an_owner_is_no_member
                owners_are_loaded_only_where_they_are_asked_for
                a_deleted_owner_is_none_until_it_is_restored
                a_deleted_group_is_owned_again_when_it_is_restored
                what_is_deleted_for_good_owns_nothing_and_has_no_owners
                owners_of_another_tenant_are_not_seen
            }
            pages {
                users_are_paged_by_key
                groups_are_paged_by_key
                pages_go_on_while_objects_come_and_go
                members_are_paged_by_key
                nested_groups_are_paged_by_key
                users_with_errors_are_paged_by_key
                users_are_found_by_the_licences_that_they_have
                users_of_a_page_come_with_all_facts
                users_are_read_by_key
                paths_of_many_users_are_kept_alike_or_not
            }
            paths {
                every_state_of_a_path_round_trips
                disabled_plans_and_times_of_a_path_round_trip
                paths_are_in_the_order_of_their_keys
                a_path_is_replaced
                a_dropped_path_leaves_no_trace
                a_removed_path_stays_as_a_tombstone
                the_last_change_of_a_path_wins
                writing_a_user_leaves_its_paths_alone
                paths_of_thousands_of_users_are_written_at_once
            }
            pending {
                nothing_waits_at_first
                marked_users_wait_as_one_work
                settled_users_are_no_longer_marked
                a_user_marked_twice_is_marked_once
                a_user_settled_and_marked_again_stays_marked
                a_group_waits_with_its_progress
                progress_is_replaced_and_removed
                a_sku_waits_with_its_progress
                the_last_progress_of_a_change_set_wins
                works_of_all_kinds_wait_together
                tenants_in_which_work_of_any_kind_waits_are_known
            }
            round_trips {
                users_round_trip
                property_values_of_every_kind_round_trip
                difficult_texts_round_trip
                a_user_is_replaced_with_its_properties
                groups_round_trip
                processing_states_of_groups_round_trip
                devices_round_trip
                applications_round_trip
                roles_round_trip
                managers_round_trip
            }
            rules {
                rules_of_groups_round_trip_and_are_replaced
                the_manager_that_a_rule_names_round_trips
                when_a_rule_was_last_run_round_trips
                users_know_the_groups_that_rules_are_about
                what_became_of_a_rule_round_trips
                a_rule_waits_with_its_progress
                a_chunk_of_a_rule_has_live_users_with_profiles
                marked_users_come_with_profiles_where_a_rule_is_on
                a_group_loses_its_nested_groups_before_others_join
            }
            signing_keys {
                there_is_no_signing_key_at_first
                the_first_signing_key_wins
                the_first_of_many_signing_keys_wins
                a_store_that_can_be_reached_answers
            }
            structure {
                purchases_are_seen_by_the_next_commit_and_read
                purchases_of_every_state_round_trip
                a_purchase_of_the_same_id_is_replaced
                purchases_stand_in_the_order_in_which_they_were_made
                a_product_of_the_tenants_own_can_be_bought
                a_product_of_the_tenants_own_covers_the_built_in_one
                rules_of_the_catalogue_hold_for_products_of_the_tenants_own
                licences_of_groups_are_seen_by_the_next_commit_and_read
                licences_of_groups_are_replaced
                a_group_that_lost_its_licences_is_still_a_licensed_group
                a_tenant_that_was_read_does_not_change
            }
            tenants {
                a_new_store_has_no_tenants
                tenants_are_created_in_order_with_keys_from_one
                tenants_are_created_once
                tenants_are_created_all_or_none
                profiles_of_tenants_round_trip
                tenants_are_created_with_their_content
                tenants_are_found_by_id
                tenants_are_found_by_domain
                tenants_do_not_see_each_other
                tenants_do_not_change_each_other
                a_tenant_that_is_not_there_cannot_be_changed
            }
            turns {
                the_number_of_the_turn_is_in_the_facts
                who_goes_on_keeps_its_turn
                who_gave_the_work_back_can_take_it_again
                a_turn_in_one_tenant_is_none_in_another
            }
            writes {
                an_empty_change_set_writes_nothing
                a_decision_is_taken_once
                a_decision_that_panics_writes_nothing
                seats_add_up
                all_parts_of_a_change_set_are_written_together
                objects_made_in_a_change_set_can_be_used_in_it
                the_last_entry_of_a_change_set_wins
                the_latest_processing_state_wins
            }
        }
    };
    ($make:path => $($module:ident { $($fact:ident)+ })+) => {
        $(mod $module {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $fact() {
                    let (store, _keep) = $make().await;
                    $crate::conformance::$module::$fact(std::sync::Arc::new(store)).await;
                }
            )+
        })+
    };
}
