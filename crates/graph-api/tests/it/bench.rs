use crate::office::*;
use std::time::Instant;
use serde_json::json;
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bench() {
    let office = Office::open().await;
    office.give(KIM, CANTEEN).await;
    for (name, path) in [("select", format!("/v1.0/users/{KIM}?$select=id,displayName,usageLocation,assignedLicenses,licenseAssignmentStates")), ("default", format!("/v1.0/users/{KIM}")), ("404 seg", "/v1.0/nope".to_owned()), ("plans", format!("/v1.0/users/{KIM}?$select=assignedPlans"))] {
        for _ in 0..2 {
            let begun = Instant::now();
            let n = 50_000;
            for _ in 0..n { office.raw(&path).await; }
            println!("{name}: {:.2} us", begun.elapsed().as_secs_f64() * 1e6 / n as f64);
        }
    }
    let body = json!({"addLicenses":[{"skuId":CANTEEN}],"removeLicenses":[]});
    let begun = Instant::now();
    let n = 20_000;
    for _ in 0..n { office.post(&format!("/v1.0/users/{KIM}/assignLicense"), body.clone()).await; }
    println!("assign: {:.2} us", begun.elapsed().as_secs_f64() * 1e6 / n as f64);
}
