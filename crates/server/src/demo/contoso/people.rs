//! The people of Contoso: what each of them is called, does and holds follows from its number.

use super::{DOMAIN, country, day, id, license, properties};
use engine::world::{LicenseWorld, UserWorld};
use licensing::directory::Value;
use std::ops::Range;

/// All of them.
pub(super) const USERS: u32 = 1_200;
/// Those who are employed; after them come people at the counter, contractors and guests.
pub(super) const STAFF: Range<u32> = 0..1_000;
/// People at the counter.
pub(super) const FRONTLINE: Range<u32> = 1_000..1_100;
const GUESTS: Range<u32> = 1_192..USERS;

const GIVEN_NAMES: &str = "Adele Alex Diego Grady Henrietta Isaiah Johanna Joni Lee Lidia Lynne Megan Miriam Nestor Patti \
    Pradeep Amina Bruno Chiara Daniela Emeka Farah Goran Hana Ines Jomo Kenji Leila Mateus Noor Oskar \
    Priya Quentin Rosa Sven Tariq Uma Viktor Wanjiru Yara";
const SURNAMES: &str = "Vance Wilber Siciliani Archie Mueller Langer Lorenz Sherman Gu Holloway Robbins Bowen Graham Wilke \
    Fernandez Gupta Kamau Silva Tanaka Novak Okafor Jensen Moreau Haddad Costa Fischer Rossi Kowalski \
    Ahmed Larsen";
/// City, country, `usageLocation`.
const PLACES: [(&str, &str, &str); 10] = [
    ("Nairobi", "Kenya", "KE"),
    ("Seattle", "United States", "US"),
    ("London", "United Kingdom", "GB"),
    ("Paris", "France", "FR"),
    ("Berlin", "Germany", "DE"),
    ("Tokyo", "Japan", "JP"),
    ("São Paulo", "Brazil", "BR"),
    ("Sydney", "Australia", "AU"),
    ("Toronto", "Canada", "CA"),
    ("Bengaluru", "India", "IN"),
];
/// Department and its job titles.
const DEPARTMENTS: [(&str, [&str; 3]); 8] = [
    ("IT", ["License Manager", "Systems Administrator", "Service Desk Analyst"]),
    ("Engineering", ["Software Engineer", "Test Engineer", "Engineering Manager"]),
    ("Sales", ["Account Executive", "Sales Manager", "Sales Assistant"]),
    ("Marketing", ["Marketing Manager", "Content Writer", "Designer"]),
    ("Finance", ["Accountant", "Controller", "Financial Analyst"]),
    ("Human Resources", ["HR Partner", "Recruiter", "Payroll Specialist"]),
    ("Legal", ["Counsel", "Paralegal", "Compliance Officer"]),
    ("Operations", ["Operations Manager", "Planner", "Logistics Coordinator"]),
];

/// One of them.
pub(super) fn user(n: u32) -> UserWorld {
    let (given, surname) = name(n);
    let (city, land, code) = pick(&PLACES, n * 3 + n / 10);
    let (department, titles) = pick(&DEPARTMENTS, n + n / 8);
    let is_guest = GUESTS.contains(&n);
    let mail = format!("{}@{}", alias(n), if is_guest { "fabrikam.example" } else { DOMAIN });
    let assigned_licenses = direct_licenses(n);
    // Whoever is licensed directly needs a location; groups assume the tenant's.
    let located = !assigned_licenses.is_empty() || (n % 25 != 17 && !is_guest);
    let lists =
        [("proxyAddresses", format!("SMTP:{mail}")), ("businessPhones", format!("+1 425 555 01{:02}", n % 100))];
    let texts = [
        ("displayName", format!("{given} {surname}")),
        ("givenName", given.to_owned()),
        ("surname", surname.to_owned()),
        ("mailNickname", alias(n)),
        ("mail", mail),
        ("companyName", if is_guest { "Fabrikam" } else { "Contoso" }.to_owned()),
        ("department", department.to_owned()),
        ("jobTitle", pick(&titles, n / 3).to_owned()),
        ("city", city.to_owned()),
        ("country", land.to_owned()),
        ("officeLocation", format!("{}/{:03}", 1 + n % 4, 100 + n % 300)),
        ("employeeId", format!("C{:05}", 10_000 + n)),
        ("userType", if is_guest { "Guest" } else { "Member" }.to_owned()),
    ];
    let mut properties = properties(texts.map(|(name, text)| (name, Value::Text(text))));
    properties.0.extend(lists.map(|(name, text)| (name.to_owned(), Value::List(vec![Value::Text(text)]))));
    properties.0.insert("accountEnabled".to_owned(), Value::Bool(n % 60 != 59));
    UserWorld {
        id: Some(id("user", n)),
        user_principal_name: principal_name(n),
        usage_location: country(code).filter(|_| located),
        created_date_time: Some(day(n)),
        manager: None,
        assigned_licenses,
        properties,
    }
}

fn direct_licenses(n: u32) -> Vec<LicenseWorld> {
    let names: &[&str] = match n {
        0 => &["CONTOSO_TRAINING", "CONTOSO_LEGACY_CRM"],
        1 => &["CONTOSO_TRAINING"],
        2 => &["VISIOCLIENT"],
        20..30 => &["ENTERPRISEPACK", "MCOEV"],
        30..60 => &["ENTERPRISEPACK"],
        60..80 => &["CONTOSO_FIELD_SERVICE"],
        // Excludes what the group of the people at the counter gives.
        1_000..1_003 => &["EXCHANGESTANDARD"],
        1_100..1_120 => &["EXCHANGEENTERPRISE", "FLOW_FREE"],
        1_150..1_160 => &["SHAREPOINTSTANDARD"],
        _ => &[],
    };
    names.iter().map(|name| license(name)).collect()
}

/// The name of a user: each pair of names comes once in forty times thirty.
fn name(n: u32) -> (&'static str, &'static str) {
    (word(GIVEN_NAMES, n % 40), word(SURNAMES, (n / 40 + n % 40) % 30))
}

fn word(words: &'static str, n: u32) -> &'static str {
    words.split(' ').nth(n as usize).unwrap_or_default()
}

fn alias(n: u32) -> String {
    let (given, surname) = name(n);
    format!("{given}.{surname}").to_lowercase()
}

/// Its `userPrincipalName`.
pub(super) fn principal_name(n: u32) -> String {
    if GUESTS.contains(&n) {
        format!("{}_fabrikam.example#EXT#@{DOMAIN}", alias(n))
    } else {
        format!("{}@{DOMAIN}", alias(n))
    }
}

fn pick<T: Copy, const N: usize>(items: &[T; N], n: u32) -> T {
    items[n as usize % N]
}
