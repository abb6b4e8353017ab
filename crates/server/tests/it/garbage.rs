//! Requests without sense never make the server fail.

use crate::dice::Dice;
use crate::http::Request;
use crate::process::{Folder, Server};
use crate::world::{AS_ROBOT, CANTEEN, CLEO, STAFF, adding, contoso};
use std::collections::BTreeMap;

const REQUESTS: usize = 200;

const METHODS: &[&str] =
    &["GET", "GET", "GET", "POST", "POST", "POST", "PATCH", "DELETE", "PUT", "HEAD", "OPTIONS", "BREW", "get"];
const SEGMENTS: &[&str] = &[
    "v1.0",
    "beta",
    "localtest",
    "v9",
    "users",
    "groups",
    "me",
    "subscribedSkus",
    "organization",
    "directory",
    "subscriptions",
    "deletedItems",
    "restore",
    "members",
    "$ref",
    "$count",
    "assignLicense",
    "licenseDetails",
    "reprocessLicenseAssignment()",
    "microsoft.graph.assignLicense",
    "membersWithLicenseErrors",
    "managedDevices",
    "deviceManagement",
    "joinedGroups",
    "oauth2",
    "token",
    "keys",
    ".well-known",
    "users('x')",
    "users('",
    "users()",
    "groups(id=1)",
    CLEO,
    STAFF,
    CANTEEN,
    "",
    ".",
    "..",
    "%00",
    "%FF",
    "%",
    "a%2Fb",
    "😀",
    "''",
    "null",
    "-1",
    "99999999999999999999",
];
const PATHS: &[&str] = &[
    "/v1.0/users",
    "/beta/users/cleo@contoso.example",
    "/v1.0/users/cleo@contoso.example/assignLicense",
    "/v1.0/users/cleo@contoso.example/licenseDetails",
    "/v1.0/users/cleo@contoso.example/reprocessLicenseAssignment",
    "/v1.0/groups/1132b215-826f-42a9-8cfe-1643d19d17fd",
    "/localtest/groups/1132b215-826f-42a9-8cfe-1643d19d17fd/assignLicense",
    "/v1.0/groups/1132b215-826f-42a9-8cfe-1643d19d17fd/members/$ref",
    "/v1.0/subscribedSkus",
    "/v1.0/organization",
    "/e8e96c2a-d787-4eb1-98d7-9e57c965f1de/oauth2/v2.0/token",
    "/common/discovery/keys",
];
const OPTIONS: &[&str] = &[
    "$top=1",
    "$top=-1",
    "$top=99999999999",
    "$top=",
    "$skip=1",
    "$select=id",
    "$select=*,,",
    "$select=aboutMe",
    "$filter=",
    "$filter=id eq",
    "$filter=((((((((a))))))))",
    "$filter=displayName eq 'x' and not(id in ('a','b'))",
    "$filter=startswith(displayName,'%27')",
    "$orderby=id desc",
    "$orderby=,",
    "$expand=members($expand=x)",
    "$search=\"displayName:x\"",
    "$count=true",
    "$count=maybe",
    "$skiptoken=AAAA",
    "$skiptoken=",
    "$format=xml",
    "x=y",
    "=",
    "&",
    "$top=1&$top=2",
    "%24top=1",
];
const BODIES: &[&str] = &[
    "",
    "{}",
    "[]",
    "null",
    "1",
    "\"\"",
    "{",
    "{\"addLicenses\":null}",
    "{\"addLicenses\":[],\"removeLicenses\":[]}",
    "{\"addLicenses\":[{}],\"removeLicenses\":[null]}",
    "{\"addLicenses\":{\"skuId\":1}}",
    "{\"usageLocation\":\"\"}",
    "{\"usageLocation\":\"\\ud800\"}",
    "{\"@odata.id\":\"http://[::1/users/x\"}",
    "{\"displayName\":[[[[]]]]}",
    "{\"accountEnabled\":1e999}",
    "{\"a\":1,\"a\":2}",
    "\u{feff}{}",
    "grant_type=client_credentials&client_id=%FF",
];

#[test]
fn two_hundred_requests_without_sense_are_no_failures() {
    let folder = Folder::with_world(&contoso());
    let server = folder.serve();
    let token = folder.token(AS_ROBOT);
    let mut dice = Dice::new("garbage");
    let mut answers = BTreeMap::<Option<u16>, usize>::new();
    for _ in 0..REQUESTS {
        let bytes = match dice.below(4) {
            0 => noise(&mut dice),
            1 => spoilt(&mut dice, &token),
            _ => nonsense(&mut dice, &token),
        };
        let status = status_of(&server, &bytes);
        let is_failure = status.is_some_and(|status| status >= 500 && status != 501);
        assert!(!is_failure, "{status:?}: {}", String::from_utf8_lossy(&bytes).escape_debug());
        *answers.entry(status).or_default() += 1;
    }
    println!("{answers:?}");
    let heard: usize = answers.iter().filter(|(status, _)| status.is_some()).map(|(_, count)| count).sum();
    assert!(heard > REQUESTS / 2, "hardly anything was understood to be a request: {answers:?}");
    server.ask(Request::get("/healthz")).is_text(200, "ok");
    server.settle();
    folder.run("verify").succeeds();
    server.terminate().succeeds();
}

/// The status of the answer, or `None` if the connection was closed without one.
fn status_of(server: &Server, bytes: &[u8]) -> Option<u16> {
    server.connect().hear(bytes).strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
}

/// Any bytes at all.
fn noise(dice: &mut Dice) -> Vec<u8> {
    (0..1 + dice.below(300)).map(|_| dice.below(256) as u8).collect()
}

/// A good request with a few bytes changed.
fn spoilt(dice: &mut Dice, token: &str) -> Vec<u8> {
    let path = format!("/v1.0/users/{CLEO}/assignLicense");
    let mut bytes = Request::post(&path, &adding(CANTEEN)).bearer(token).bytes();
    for _ in 0..1 + dice.below(4) {
        let at = dice.below(bytes.len());
        bytes[at] = dice.below(256) as u8;
    }
    bytes
}

/// A request that is well-formed and means nothing, or nearly.
fn nonsense(dice: &mut Dice, token: &str) -> Vec<u8> {
    let mut target = if dice.below(2) == 0 { path_of_anything(dice) } else { dice.pick(PATHS).to_owned() };
    for n in 0..dice.below(3) {
        target += if n == 0 { "?" } else { "&" };
        target += &dice.pick(OPTIONS).replace(' ', "%20").replace('"', "%22");
    }
    let mut request = Request::new(dice.pick(METHODS), &target);
    if dice.below(10) > 0 {
        request = request.bearer(token);
    }
    if dice.below(2) > 0 {
        request = request.json(dice.pick(BODIES));
    }
    request.bytes()
}

fn path_of_anything(dice: &mut Dice) -> String {
    (0..1 + dice.below(6)).fold(String::new(), |path, _| path + "/" + dice.pick(SEGMENTS))
}
