//! Licences of users and groups: given by the rules, or taken over as they were.

use super::Loading;
use super::directory::Licensed;
use crate::world::WorldError;
use crate::world::declared::LicenseWorld;
use crate::world::text::{Guid, Time};
use licensing::assignment::{DisabledPlans, WantedLicense};
use licensing::decide::{
    assign_to_group::AssignToGroup, assign_to_user::AssignToUser, set_up::SetUp, take_over::HeldLicense,
};
use licensing::facts::UserRef;
use licensing::ids::ServicePlanId;
use licensing::{Command, Refusal};
use std::fmt::Display;

impl Loading {
    /// Gives users their direct licences; inherited ones follow from the groups.
    pub(super) fn assign_to_users(&mut self, users: &[Licensed]) -> Result<(), WorldError> {
        for Licensed { at, id, licenses } in users {
            let path = format!("users[{at}].assignedLicenses");
            let mut add = Vec::new();
            for (place, license) in licenses.iter().enumerate().filter(|(_, one)| !one.is_history()) {
                add.push(self.wanted(format_args!("{path}[{place}]"), license)?);
            }
            if !add.is_empty() {
                let command = AssignToUser { user: UserRef::Id(*id), add, remove: Vec::new() };
                self.run(path, &Command::AssignToUser(command))?;
            }
        }
        Ok(())
    }

    pub(super) fn assign_to_groups(&mut self, groups: &[Licensed]) -> Result<(), WorldError> {
        for Licensed { at, id, licenses } in groups {
            let path = format!("groups[{at}].assignedLicenses");
            let add = self.of_group(&path, licenses)?;
            self.run(path, &Command::AssignToGroup(AssignToGroup { group: *id, add, remove: Vec::new() }))?;
        }
        Ok(())
    }

    pub(super) fn take_over_of_users(&mut self, users: &[Licensed]) -> Result<(), WorldError> {
        for Licensed { at, id, licenses } in users {
            let path = format!("users[{at}].assignedLicenses");
            let held = |(place, one): (usize, &LicenseWorld)| self.held(format_args!("{path}[{place}]"), one);
            let held = licenses.iter().enumerate().map(held).collect::<Result<_, _>>()?;
            self.run(path, &Command::SetUp(SetUp::UserLicenses(*id, held)))?;
        }
        Ok(())
    }

    pub(super) fn take_over_of_groups(&mut self, groups: &[Licensed]) -> Result<(), WorldError> {
        for Licensed { at, id, licenses } in groups {
            let path = format!("groups[{at}].assignedLicenses");
            let wanted = self.of_group(&path, licenses)?;
            self.run(path, &Command::SetUp(SetUp::GroupLicenses(*id, wanted)))?;
        }
        Ok(())
    }

    fn of_group(&self, path: impl Display, licenses: &[LicenseWorld]) -> Result<Vec<WantedLicense>, WorldError> {
        let wanted = |(at, license): (usize, &LicenseWorld)| {
            if license.removed_date_time.is_some() {
                return Err(self.invalid(format_args!("{path}[{at}].removedDateTime"), "only users have such"));
            }
            if license.assigned_by_group.is_some() {
                let path = format_args!("{path}[{at}].assignedByGroup");
                return Err(self.invalid(path, "a group has licences of its own only"));
            }
            self.wanted(format_args!("{path}[{at}]"), license)
        };
        licenses.iter().enumerate().map(wanted).collect()
    }

    fn wanted(&self, path: impl Display, license: &LicenseWorld) -> Result<WantedLicense, WorldError> {
        let sku = self.sku(path, license.sku_id, license.sku_part_number.as_deref())?;
        let disabled = license.disabled_plans.iter().map(|Guid(plan)| ServicePlanId(*plan)).collect();
        Ok(WantedLicense { sku, disabled: DisabledPlans::new(disabled) })
    }

    fn held(&self, path: impl Display, license: &LicenseWorld) -> Result<HeldLicense, WorldError> {
        let group = license.assigned_by_group.map(|Guid(id)| id);
        if let Some(id) = group.filter(|id| self.facts.live_group(*id).is_none()) {
            let path = format_args!("{path}.assignedByGroup");
            return Err(self.refused(path, Refusal::ObjectNotFound(id.to_string())));
        }
        let removed_at = license.removed_date_time.map(|Time(at)| at);
        Ok(HeldLicense { license: self.wanted(path, license)?, group, removed_at })
    }
}
