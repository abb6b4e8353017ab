//! What is wrong with bodies, as a table (decisions, "Body errors").

use crate::office::{CANTEEN, KIM, LUNCH, Office, Reply, STAFF};
use axum::body::Body;
use axum::http::{Request, header};

async fn post(office: &Office, path: &str, content_type: Option<&str>, body: &[u8]) -> Reply {
    let mut request = Request::post(path).header(header::AUTHORIZATION, format!("Bearer {}", office.robot));
    if let Some(content_type) = content_type {
        request = request.header(header::CONTENT_TYPE, content_type);
    }
    office.send(request.body(Body::from(body.to_vec())).unwrap()).await
}

const UNREADABLE: &str = "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is \
                          of valid JSON format.";
const NOT_A_GUID: &str =
    "Cannot convert a primitive value to the expected type 'Edm.Guid'. See the inner exception for more details.";

fn missing(parameters: &str) -> String {
    format!(
        "One or more parameters of the operation 'assignLicense' are missing from the request payload. The missing \
         parameters are: {parameters}."
    )
}

fn unexpected(found: &str, wanted: &str) -> String {
    format!("An unexpected '{found}' node was found when reading from the JSON reader. A '{wanted}' node was expected.")
}

fn null(name: &str) -> String {
    format!(
        "A null value was found for the property named '{name}', which is a collection. Collections do not allow null \
         values."
    )
}

/// Bodies of `assignLicense`, with the code and sentence of their refusal.
fn table() -> Vec<(String, &'static str, String)> {
    let bad = |body: &str, sentence: String| (body.to_owned(), "BadRequest", sentence);
    let refused = |body: String, sentence: String| (body, "Request_BadRequest", sentence);
    let lists = |add: &str, remove: &str| format!(r#"{{"addLicenses":{add},"removeLicenses":{remove}}}"#);
    let twice = |name: &str| {
        format!(
            "Multiple properties with the name '{name}' were detected in a resource or a complex value. OData does not \
             allow duplicate properties."
        )
    };
    let unknown = "The property 'nope' does not exist on type 'microsoft.graph.assignedLicense'. Make sure to only use \
                   property names that are defined by the type.";
    let mut table = vec![
        bad("", "Empty Payload. JSON content expected.".to_owned()),
        bad("{", UNREADABLE.to_owned()),
        bad("[]", UNREADABLE.to_owned()),
        bad("null", UNREADABLE.to_owned()),
        bad(r#"{"addLicenses":[]} x"#, UNREADABLE.to_owned()),
        bad(r#"{"addLicenses":["\ud800"]}"#, UNREADABLE.to_owned()),
        bad(r#"{"addLicenses":[],"addLicenses":[]}"#, twice("addLicenses")),
        bad(&lists(r#"[{"skuId":"a","sku\u0049d":"a"}]"#, "[]"), twice("skuId")),
        bad(&format!(r#"{{"addLicenses":{}{}}}"#, "[".repeat(64), "]".repeat(64)),
            "The request payload is nested deeper than 64 levels.".to_owned()),
        bad(&lists("{}", "[]"), unexpected("StartObject", "StartArray")),
        bad(&lists("5", "[]"), unexpected("PrimitiveValue", "StartArray")),
        bad(&lists("null", "[]"), null("addLicenses")),
        bad(&lists("[]", "null"), null("removeLicenses")),
        bad(&lists("[null]", "[]"), unexpected("PrimitiveValue", "StartObject")),
        bad(&lists("[[]]", "[]"), unexpected("StartArray", "StartObject")),
        bad(&lists("[]", "[5]"), NOT_A_GUID.to_owned()),
        bad(&lists("[]", "[null]"), NOT_A_GUID.to_owned()),
        bad(&lists("[]", "[{}]"), unexpected("StartObject", "PrimitiveValue")),
        bad(&lists(&format!(r#"[{{"skuId":"{CANTEEN}","disabledPlans":null}}]"#), "[]"), null("disabledPlans")),
        bad(&lists(&format!(r#"[{{"skuId":"{CANTEEN}","nope":1}}]"#), "[]"), unknown.to_owned()),
        bad(r#"{"addLicenses":[],"removeLicenses":[],"nope":[]}"#,
            "The parameter 'nope' in the request payload is not a valid parameter for the operation 'assignLicense'."
                .to_owned()),
        bad(r#"{"AddLicenses":[],"removeLicenses":[]}"#,
            "The parameter 'AddLicenses' in the request payload is not a valid parameter for the operation 'assignLicense'."
                .to_owned()),
        refused("{}".to_owned(), missing("addLicenses, removeLicenses")),
        refused(r#"{"@odata.type":"x"}"#.to_owned(), missing("addLicenses, removeLicenses")),
        refused(r#"{"removeLicenses":[]}"#.to_owned(), missing("addLicenses")),
        refused(r#"{"addLicenses":[]}"#.to_owned(), missing("removeLicenses")),
        refused(lists("[{}]", "[]"), "Invalid value specified for property 'skuId' of resource 'AssignedLicense'.".to_owned()),
        refused(lists(r#"[{"skuId":null}]"#, "[]"),
            "Invalid value specified for property 'skuId' of resource 'AssignedLicense'.".to_owned()),
        refused(lists(&format!(r#"[{{"skuId":"{CANTEEN}","disabledPlans":["x"]}}]"#), "[]"), NOT_A_GUID.to_owned()),
    ];
    let plain = CANTEEN.simple();
    for text in [
        "guid",
        "",
        "{53c01d8b-1d8b-53c0-8b1d-c0538b1dc053}",
        "urn:uuid:53c01d8b-1d8b-53c0-8b1d-c0538b1dc053",
        &plain.to_string(),
    ] {
        table.push(refused(lists("[]", &format!("[\"{text}\"]")), NOT_A_GUID.to_owned()));
    }
    table
}

#[tokio::test]
async fn every_wrong_body_has_its_sentence_for_users_and_groups() {
    let office = Office::open().await;
    for path in [format!("/v1.0/users/{KIM}/assignLicense"), format!("/v1.0/groups/{STAFF}/assignLicense")] {
        for (body, code, sentence) in table() {
            let reply = post(&office, &path, Some("application/json"), body.as_bytes()).await;
            assert_eq!(reply.error(), (400, code, sentence.as_str()), "{body}");
        }
    }
    let invalid_utf8 = b"{\"addLicenses\":[],\"removeLicenses\":[],\"\xff\":1}";
    let reply =
        post(&office, &format!("/v1.0/users/{KIM}/assignLicense"), Some("application/json"), invalid_utf8).await;
    assert_eq!(reply.error(), (400, "BadRequest", UNREADABLE));
}

#[tokio::test]
async fn bodies_that_are_right_in_an_unusual_way_are_accepted() {
    let office = Office::open().await;
    let path = format!("/v1.0/users/{KIM}/assignLicense");
    let upper = CANTEEN.to_string().to_uppercase();
    for body in [
        format!(r#"{{"addLicenses":[{{"skuId":"{upper}"}}],"removeLicenses":[]}}"#),
        format!(
            r#" {{"removeLicenses":[],"addLicenses":[{{"disabledPlans":["{LUNCH}","{LUNCH}"],"skuId":"{CANTEEN}"}}]}} "#
        ),
        format!(
            r##"{{"@odata.type":"#x","addLicenses@odata.type":"#y","addLicenses":[{{"@odata.type":"microsoft.graph.assignedLicense","skuId":"{CANTEEN}","disabledPlans@odata.type":"#z","disabledPlans":[]}}],"removeLicenses":[]}}"##
        ),
    ] {
        for content_type in
            ["application/json", "Application/JSON; charset=utf-8", "application/json;odata.metadata=minimal"]
        {
            let reply = post(&office, &path, Some(content_type), body.as_bytes()).await;
            assert_eq!(reply.status, 200, "{body}: {}", reply.text);
            assert_eq!(reply.json["assignedLicenses"][0]["skuId"], CANTEEN.to_string());
        }
    }
}

#[tokio::test]
async fn the_content_type_must_be_json() {
    let office = Office::open().await;
    let body = br#"{"addLicenses":[],"removeLicenses":[]}"#;
    for content_type in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/jsonx")]
    {
        let reply = post(&office, &format!("/v1.0/users/{KIM}/assignLicense"), content_type, body).await;
        assert_eq!(reply.error(), (400, "BadRequest", UNREADABLE), "{content_type:?}");
    }
}
