//! Whose certificate the https listener shows: one of the authority beside the store, or one that is given.

use crate::http::Request;
use crate::process::Folder;
use crate::tls::{AUTHORITY, FLAGS, Https, serve};
use crate::world::contoso;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

#[test]
fn the_authority_stays_and_its_key_is_for_the_owner_only() {
    let folder = Folder::with_world(&contoso());
    let first = serve(&folder);
    first.is_well();
    first.server.terminate().succeeds();
    let trusted = std::fs::read(folder.path(AUTHORITY)).unwrap();
    let mode = |name: &str| std::fs::metadata(folder.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("seatwright.db.tls/ca.key"), 0o600);
    assert_eq!(std::fs::read_dir(folder.path("seatwright.db.tls")).unwrap().count(), 2);
    let second = serve(&folder);
    assert_eq!(std::fs::read(folder.path(AUTHORITY)).unwrap(), trusted);
    second.is_well();
    assert!(!folder.names().iter().any(|name| name.starts_with(".tmp")), "{:?}", folder.names());
}

/// Writes `cert.pem` and `key.pem`, made by OpenSSL for this name.
fn bring_certificate(folder: &Folder, name: &str) {
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout"]).arg(folder.path("key.pem"));
    openssl.args(["-out"]).arg(folder.path("cert.pem")).args(["-subj", &format!("/CN={name}")]);
    openssl.args(["-addext", &format!("subjectAltName=DNS:{name}"), "-addext", "basicConstraints=critical,CA:FALSE"]);
    assert!(openssl.output().unwrap().status.success());
}

#[test]
fn a_certificate_of_ones_own_is_shown_instead() {
    let folder = Folder::with_world(&contoso());
    bring_certificate(&folder, "seats.contoso.example");
    let flags = format!("{FLAGS} --tls-cert cert.pem --tls-key key.pem");
    let https = Https::of(folder.serve_with(&flags));
    assert_eq!(https.trust, None);
    let certificate = folder.path("cert.pem");
    let mut connection = https.client(&certificate, "seats.contoso.example", "http/1.1");
    connection.ask(&Request::get("/healthz")).unwrap().is_text(200, "ok");
    assert!(!folder.path("seatwright.db.tls").exists());
}

#[test]
fn a_certificate_that_cannot_be_used_is_told_in_one_line_and_leaves_nothing() {
    let folder = Folder::with_world(&contoso());
    bring_certificate(&folder, "one.example");
    std::fs::rename(folder.path("key.pem"), folder.path("other.pem")).unwrap();
    bring_certificate(&folder, "two.example");
    folder.write("letter.txt", "Dear reader, this is no certificate.");
    folder.write("cut.pem", "-----BEGIN CERTIFICATE-----\nMIIB");
    folder.write("bad.pem", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
    let names = folder.names();
    for (flags, saying) in [
        ("--tls-cert nowhere.pem --tls-key key.pem", "could not read nowhere.pem: No such file"),
        ("--tls-cert cert.pem --tls-key nowhere.pem", "could not read nowhere.pem: No such file"),
        ("--tls-cert letter.txt --tls-key key.pem", "could not use letter.txt: there is no PEM certificate in it"),
        ("--tls-cert cut.pem --tls-key key.pem", "could not use cut.pem"),
        ("--tls-cert cert.pem --tls-key letter.txt", "could not use letter.txt: there is no PEM private key in it"),
        ("--tls-cert cert.pem --tls-key bad.pem", "could not use cert.pem with bad.pem"),
        ("--tls-cert cert.pem --tls-key other.pem", "could not use cert.pem with other.pem"),
        ("--tls-cert cert.pem", "--tls-key"),
        ("--tls-key key.pem", "--tls-cert"),
    ] {
        let finished = folder.run(&format!("serve --listen 127.0.0.1:0 {FLAGS} {flags}"));
        finished.is_a_mistake(saying);
        assert!(!finished.stderr.contains("c2VjcmV0"), "{finished:?}");
    }
    folder.run("serve --tls-cert cert.pem --tls-key key.pem").is_a_mistake("--https-listen");
    assert_eq!(folder.names(), names);
}

#[test]
fn an_authority_that_was_spoilt_is_told_with_its_place() {
    let (folder, other) = (Folder::with_world(&contoso()), Folder::with_world(&contoso()));
    serve(&folder).server.terminate().succeeds();
    serve(&other).server.terminate().succeeds();
    let line = format!("serve --listen 127.0.0.1:0 {FLAGS}");
    std::fs::copy(other.path(AUTHORITY), folder.path(AUTHORITY)).unwrap();
    folder.run(&line).is_a_mistake("seatwright.db.tls/ca.pem; remove the folder to have a new one made");
    folder.write("seatwright.db.tls/ca.key", "Dear reader");
    folder.run(&line).is_a_mistake("ca.key: it is no PEM private key");
    std::fs::remove_file(folder.path("seatwright.db.tls/ca.key")).unwrap();
    folder.run(&line).is_a_mistake("seatwright.db.tls/ca.key: No such file");
    std::fs::remove_dir_all(folder.path("seatwright.db.tls")).unwrap();
    serve(&folder).is_well();
}
