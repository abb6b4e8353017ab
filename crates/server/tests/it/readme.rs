//! The examples of README.md, run as they stand there.

use crate::process::Folder;
use serde_json::Value;
use std::process::Command;

const README: &str = include_str!("../../../../README.md");
/// Where README says that the demonstration listens.
const DOCUMENTED_URL: &str = "http://127.0.0.1:8080";
/// Stands in README for what differs each time.
const ANYTHING: &str = "…";
/// Separates the outputs of the examples.
const MARK: &str = "-- next example --";

/// The fenced blocks of a language, in order.
fn blocks(language: &str) -> Vec<String> {
    let opening = format!("```{language}\n");
    let block = |rest: &str| rest.split("\n```").next().unwrap_or_default().to_owned();
    README.split(&opening).skip(1).map(block).collect()
}

fn fits(documented: &Value, came: &Value) -> bool {
    match (documented, came) {
        (Value::String(text), _) if text == ANYTHING => true,
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|((k, v), (ok, ov))| k == ok && fits(v, ov))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| fits(one, other))
        }
        (one, other) => one == other,
    }
}

#[test]
fn every_example_gives_the_answer_that_stands_below_it() {
    let folder = Folder::new();
    let demo = folder.start("demo --listen 127.0.0.1:0");
    let url = std::iter::from_fn(|| demo.line())
        .find_map(|line| Some(line.strip_prefix("Serving ")?.split(' ').next()?.to_owned()))
        .unwrap();
    let (scripts, answers) = (blocks("sh"), blocks("json"));
    assert_eq!((scripts.len(), answers.len()), (6, 5), "a token and five examples with their answers");
    let script = scripts.join(&format!("\necho; echo '{MARK}'\n")).replace(DOCUMENTED_URL, &url);
    let output = Command::new("bash").args(["-euc", &script]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let output = String::from_utf8(output.stdout).unwrap();
    let came: Vec<&str> = output.split(MARK).skip(1).collect();
    assert_eq!(came.len(), answers.len());
    for (number, (documented, came)) in (1..).zip(answers.iter().zip(&came)) {
        let documented: Value = serde_json::from_str(&documented.replace(DOCUMENTED_URL, &url)).unwrap();
        let came: Value = serde_json::from_str(came).unwrap_or_else(|error| panic!("{error}: {came}"));
        assert!(fits(&documented, &came), "example {number}: README says\n{documented:#}\nbut it is\n{came:#}");
    }
}
