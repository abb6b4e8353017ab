//! What a world declares and Graph has no call for.

use super::Loading;
use crate::permission::{DIRECTORY_ROLES, find_role};
use crate::secret;
use crate::world::WorldError;
use crate::world::build::id_or_new;
use crate::world::declared::{ApplicationWorld, DeviceWorld, ProductWorld, RoleWorld, SubscriptionWorld};
use licensing::Command;
use licensing::catalog::Product;
use licensing::decide::set_up::SetUp;
use licensing::directory::Application;
use licensing::facts::UserRef;
use licensing::ids::{ApplicationId, DeviceId, SkuId, SubscriptionId};
use licensing::subscription::Subscription;
use std::collections::HashSet;
use std::sync::Arc;
use uuid::Uuid;

impl Loading {
    /// Adds the tenant's own products, and finds all products by part number; its own come first.
    pub(super) fn products(&mut self, products: Vec<ProductWorld>) -> Result<(), WorldError> {
        let mut ids = HashSet::new();
        for (at, product) in products.into_iter().enumerate() {
            let path = format!("products[{at}]");
            let sku = SkuId(product.sku_id.0);
            if !ids.insert(sku) {
                return Err(self.invalid(format_args!("{path}.skuId"), "another product has this id"));
            }
            if self.part_numbers.insert(product.sku_part_number.to_lowercase(), sku).is_some() {
                return Err(self.invalid(format_args!("{path}.skuPartNumber"), "another product is called so"));
            }
            let built_in = self.facts.tenant.catalog.product_by_part_number(&product.sku_part_number);
            if built_in.is_some_and(|known| known.id != sku) {
                let problem = "a built-in product with another id is called so";
                return Err(self.invalid(format_args!("{path}.skuPartNumber"), problem));
            }
            let product = Product::from(product);
            if let Some(at) = product.plan_named_twice() {
                let path = format_args!("{path}.servicePlans[{at}].servicePlanId");
                return Err(self.invalid(path, "the product has this plan already"));
            }
            self.run(path, &Command::SetUp(SetUp::Product(Arc::new(product))))?;
        }
        for product in self.facts.tenant.catalog.products() {
            self.part_numbers.entry(product.part_number.to_lowercase()).or_insert(product.id);
        }
        Ok(())
    }

    pub(super) fn subscriptions(&mut self, subscriptions: Vec<SubscriptionWorld>) -> Result<(), WorldError> {
        let mut ids = HashSet::new();
        for (at, bought) in subscriptions.into_iter().enumerate() {
            let path = format!("subscriptions[{at}]");
            let sku = self.sku(&path, bought.sku_id, bought.sku_part_number.as_deref())?;
            let id = SubscriptionId(id_or_new(bought.id));
            if !ids.insert(id) {
                return Err(self.invalid(format_args!("{path}.id"), "another subscription has this id"));
            }
            if i32::try_from(bought.total_licenses).is_err() {
                return Err(self.invalid(format_args!("{path}.totalLicenses"), "more than 2147483647 cannot be shown"));
            }
            let subscription = Subscription {
                id,
                status: bought.status.0,
                total_licenses: bought.total_licenses,
                created_at: bought.created_date_time.map_or(self.context.now, |time| time.0),
                is_trial: bought.is_trial,
                next_lifecycle_at: bought.next_lifecycle_date_time.map(|time| time.0),
            };
            self.run(path, &Command::SetUp(SetUp::Subscription(sku, subscription)))?;
        }
        Ok(())
    }

    pub(super) fn devices(&mut self, devices: Vec<DeviceWorld>) -> Result<(), WorldError> {
        let mut ids = HashSet::new();
        for (at, device) in devices.into_iter().enumerate() {
            let path = format!("managedDevices[{at}]");
            let id = id_or_new(device.id);
            if self.facts.objects.contains_key(&id) || !ids.insert(id) {
                return Err(self.invalid(format_args!("{path}.id"), "another object has this id"));
            }
            let user = |(place, text): (usize, &String)| {
                self.user_id(format_args!("{path}.users[{place}]"), text).map(UserRef::Id)
            };
            let users = device.users.iter().enumerate().map(user).collect::<Result<_, _>>()?;
            self.run(path, &Command::SetUp(SetUp::Device(DeviceId(id), device.device_name, users)))?;
        }
        Ok(())
    }

    pub(super) fn applications(&mut self, applications: Vec<ApplicationWorld>) -> Result<(), WorldError> {
        let mut ids = HashSet::new();
        for (at, application) in applications.into_iter().enumerate() {
            let path = format!("applications[{at}]");
            let id = ApplicationId(id_or_new(application.app_id));
            if !ids.insert(id) {
                return Err(self.invalid(format_args!("{path}.appId"), "another application has this id"));
            }
            let secret_hash = self.secret_hash(&path, application.client_secret, application.client_secret_hash)?;
            let (display_name, app_roles) = (application.display_name, application.app_roles);
            let application = Application { id, display_name, secret_hash, app_roles };
            self.run(path, &Command::SetUp(SetUp::Application(application)))?;
        }
        Ok(())
    }

    fn secret_hash(
        &self,
        path: &str,
        secret: Option<String>,
        hash: Option<String>,
    ) -> Result<Option<String>, WorldError> {
        match (secret, hash) {
            (None, None) => Ok(None),
            (Some(secret), None) => secret::hash(&secret)
                .map(Some)
                .map_err(|error| self.invalid(format_args!("{path}.clientSecret"), error.to_string())),
            (None, Some(hash)) if secret::is_hash(&hash) => Ok(Some(hash)),
            (None, Some(_)) => {
                let problem = "no Argon2 hash as an export has it, such as $argon2id$v=19$m=19456,t=2,p=1$SALT$HASH";
                Err(self.invalid(format_args!("{path}.clientSecretHash"), problem))
            }
            (Some(_), Some(_)) => Err(self.invalid(path, "give either clientSecret or clientSecretHash")),
        }
    }

    pub(super) fn roles(&mut self, roles: Vec<RoleWorld>) -> Result<(), WorldError> {
        let mut given: HashSet<(Uuid, Uuid)> = HashSet::new();
        for (at, assignment) in roles.into_iter().enumerate() {
            let path = format!("roleAssignments[{at}]");
            let user = self.user_id(format_args!("{path}.principal"), &assignment.principal)?;
            let role = find_role(&assignment.role).ok_or_else(|| {
                let names = DIRECTORY_ROLES.map(|role| role.name).join(", ");
                let problem = format!("`{}` is none of the directory roles {names}", assignment.role);
                self.invalid(format_args!("{path}.role"), problem)
            })?;
            if !given.insert((user, role.template)) {
                return Err(self.invalid(path, "the user has this role already"));
            }
            self.run(path, &Command::SetUp(SetUp::Role(UserRef::Id(user), role.template)))?;
        }
        Ok(())
    }
}
