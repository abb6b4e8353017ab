//! Connections to a PostgreSQL that has a certificate: what `sslmode` and `sslrootcert` in the URL ask for, and what the
//! server says that it got.

use crate::nodes::cluster::Cluster;
use crate::process::Folder;
use crate::world::contoso;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use std::fs::Permissions;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

/// The one name in the server's certificate.
const NAME: &str = "db.contoso.example";

/// An authority, as what is to be trusted, and a certificate of it for [`NAME`] with its key.
fn certificates(authority_name: &str) -> (String, String, String) {
    let mut authority = CertificateParams::new([]).unwrap();
    authority.distinguished_name.push(DnType::CommonName, authority_name);
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let (authority_key, key) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let trusted = authority.self_signed(&authority_key).unwrap().pem();
    let issuer = Issuer::new(authority, authority_key);
    let certificate = CertificateParams::new([NAME.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    (trusted, certificate.pem(), key.serialize_pem())
}

/// A server with a certificate, and a folder that has `root.pem`, which signed it, and `other.pem`, which did not.
struct Secured {
    cluster: Cluster,
    folder: Folder,
    port: u16,
}

/// A certificate for [`NAME`] that says that it is an authority, as `openssl req -x509` makes it, with its key.
fn own_authority() -> (String, String) {
    let mut wanted = CertificateParams::new([NAME.to_owned()]).unwrap();
    wanted.distinguished_name.push(DnType::CommonName, NAME);
    wanted.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    (wanted.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

impl Secured {
    fn start() -> Self {
        Self::with(certificates("Root"))
    }

    /// With what is to be trusted, the server's certificate and its key.
    fn with((trusted, certificate, key): (String, String, String)) -> Self {
        let folder = Folder::with_world(&contoso());
        folder.write("root.pem", &trusted);
        folder.write("other.pem", &certificates("Other").0);
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let cluster = Cluster::start_with(&format!("-c listen_addresses=127.0.0.1 -c port={port}"), |folder| {
            std::fs::write(folder.join("server.pem"), certificate).unwrap();
            std::fs::write(folder.join("server.key"), key).unwrap();
            // PostgreSQL takes no key that others may read.
            std::fs::set_permissions(folder.join("server.key"), Permissions::from_mode(0o600)).unwrap();
        });
        let secured = Self { cluster, folder, port };
        secured.set_tls("on");
        secured.let_ann_in();
        secured
    }

    /// Ann needs her password, and a connection that is encrypted.
    fn let_ann_in(&self) {
        let rules = self.cluster.folder().join("data/pg_hba.conf");
        let others = std::fs::read_to_string(&rules).unwrap();
        let of_ann = "hostssl all ann all scram-sha-256\nhost all ann all reject\n";
        std::fs::write(&rules, format!("{of_ann}{others}")).unwrap();
        self.ask("CREATE ROLE ann SUPERUSER LOGIN PASSWORD 'secret'");
        self.ask("SELECT pg_reload_conf()");
    }

    /// For connections that are made from now on.
    fn set_tls(&self, on: &str) {
        let place = self.cluster.folder().display();
        self.ask(&format!("ALTER SYSTEM SET ssl_cert_file = '{place}/server.pem'"));
        self.ask(&format!("ALTER SYSTEM SET ssl_key_file = '{place}/server.key'"));
        self.ask(&format!("ALTER SYSTEM SET ssl = {on}"));
        self.ask("SELECT pg_reload_conf()");
        while self.ask("SHOW ssl") != on {}
    }

    fn ask(&self, sql: &str) -> String {
        let socket = format!("host={} port={} user=postgres", self.cluster.folder().display(), self.port);
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let (client, connection) = tokio_postgres::connect(&socket, tokio_postgres::NoTls).await.unwrap();
            tokio::spawn(connection);
            let messages = client.simple_query(sql).await.unwrap_or_else(|error| panic!("{sql}: {error:?}"));
            let first = messages.iter().find_map(|message| match message {
                tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
                _ => None,
            });
            first.unwrap_or_default()
        })
    }

    /// The flag with its URL, by a name.
    fn flag(&self, name: &str, parameters: &str) -> String {
        format!("--store postgres://postgres@{name}:{}/postgres?hostaddr=127.0.0.1{parameters}", self.port)
    }

    /// Which of a server's connections are encrypted, that on which it listens and the others.
    fn served(&self, flag: &str) -> String {
        let server = self.folder.serve_with(&format!("--seed world.json {flag}"));
        server.settle();
        let listens = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'";
        while self.ask(listens) == "0" {}
        let seen = self.ask(
            "SELECT string_agg(DISTINCT CASE WHEN query LIKE 'LISTEN%' THEN 'listening ' ELSE 'working ' END
                 || coalesce(version, 'plain'), ', ')
             FROM pg_stat_activity JOIN pg_stat_ssl USING (pid) WHERE application_name = 'seatwright'",
        );
        server.terminate().succeeds();
        seen
    }

    /// The flag without the name of a host.
    fn flag_of_address(&self, parameters: &str) -> String {
        format!("--store postgres:///postgres?user=postgres&hostaddr=127.0.0.1&port={}{parameters}", self.port)
    }
}

const ENCRYPTED: &str = "listening TLSv1.3, working TLSv1.3";
const PLAIN: &str = "listening plain, working plain";

#[test]
fn connections_are_encrypted_as_the_url_asks() {
    let secured = Secured::start();
    for (name, parameters, expected) in [
        ("127.0.0.1", "", ENCRYPTED),
        ("127.0.0.1", "&sslmode=disable", PLAIN),
        ("127.0.0.1", "&sslmode=require", ENCRYPTED),
        ("127.0.0.1", "&sslmode=verify-ca&sslrootcert=root.pem", ENCRYPTED),
        (NAME, "&sslmode=verify-full&sslrootcert=root.pem", ENCRYPTED),
    ] {
        assert_eq!(secured.served(&secured.flag(name, parameters)), expected, "{name} {parameters}");
    }
    let of_ann = |parameters| secured.flag(NAME, parameters).replace("//postgres@", "//ann:secret@");
    assert_eq!(secured.served(&of_ann("&sslmode=verify-full&sslrootcert=root.pem")), ENCRYPTED);
    let plain = secured.folder.run(&format!("serve --listen 127.0.0.1:0 {}", of_ann("&sslmode=disable")));
    plain.is_a_mistake("pg_hba.conf rejects connection");
    let place = secured.cluster.folder().display();
    let socket = format!("--store postgres:///postgres?host={place}&port={}&user=postgres", secured.port);
    let asks = "&sslmode=verify-full&sslrootcert=root.pem";
    assert_eq!(secured.served(&format!("{socket}{asks}")), PLAIN, "a socket is never encrypted");
    secured.set_tls("off");
    assert_eq!(secured.served(&secured.flag("127.0.0.1", "")), PLAIN);
}

#[test]
fn a_server_whose_own_certificate_is_trusted_may_be_its_own_authority() {
    let (certificate, key) = own_authority();
    let secured = Secured::with((certificate.clone(), certificate, key));
    for (name, parameters) in
        [("127.0.0.1", "&sslmode=verify-ca&sslrootcert=root.pem"), (NAME, "&sslmode=verify-full&sslrootcert=root.pem")]
    {
        assert_eq!(secured.served(&secured.flag(name, parameters)), ENCRYPTED, "{name} {parameters}");
    }
    let refused = |name: &str, parameters: &str, saying: &str| {
        let flag = secured.flag(name, parameters);
        secured.folder.run(&format!("serve --listen 127.0.0.1:0 {flag}")).is_a_mistake(saying);
    };
    refused("db.fabrikam.example", "&sslmode=verify-full&sslrootcert=root.pem", "not valid for name");
    refused(NAME, "&sslmode=verify-ca&sslrootcert=other.pem", "invalid peer certificate");
}

#[test]
fn an_address_alone_is_enough_unless_the_name_is_to_be_looked_at() {
    let secured = Secured::start();
    for (parameters, expected) in [
        ("", ENCRYPTED),
        ("&sslmode=disable", PLAIN),
        ("&sslmode=require", ENCRYPTED),
        ("&sslmode=verify-ca&sslrootcert=root.pem", ENCRYPTED),
    ] {
        assert_eq!(secured.served(&secured.flag_of_address(parameters)), expected, "{parameters}");
    }
    let run = |parameters| secured.folder.run(&format!("verify {}", secured.flag_of_address(parameters)));
    run("&sslmode=verify-full&sslrootcert=root.pem").is_a_mistake("sslmode=verify-full needs a host");
    run("&sslmode=verify-ca&sslrootcert=other.pem").is_a_mistake("127.0.0.1:");
}

#[test]
fn who_is_not_whom_the_url_asks_for_is_refused_in_one_line() {
    let secured = Secured::start();
    secured.folder.write("letter.txt", "Dear reader, this is no certificate.");
    let refused = |name: &str, parameters: &str, saying: &str| {
        let flag = secured.flag(name, parameters);
        secured.folder.run(&format!("serve --listen 127.0.0.1:0 {flag}")).is_a_mistake(saying);
    };
    refused(NAME, "&sslmode=verify-full&sslrootcert=other.pem", "invalid peer certificate: UnknownIssuer");
    refused(NAME, "&sslmode=verify-ca&sslrootcert=other.pem", "invalid peer certificate: UnknownIssuer");
    refused(NAME, "&sslmode=require&sslrootcert=other.pem", "invalid peer certificate: UnknownIssuer");
    refused("127.0.0.1", "&sslmode=verify-full&sslrootcert=root.pem", "certificate not valid for name \"127.0.0.1\"");
    refused("db.fabrikam.example", "&sslmode=verify-full&sslrootcert=root.pem", "not valid for name");
    refused(NAME, "&sslmode=verify-full", "need sslrootcert=FILE");
    refused(NAME, "&sslrootcert=root.pem", "sslrootcert is for sslmode=require");
    refused(NAME, "&sslmode=verify-ca&sslrootcert=nowhere.pem", "could not use nowhere.pem: No such file");
    refused(NAME, "&sslmode=verify-ca&sslrootcert=letter.txt", "could not use letter.txt: there is no PEM certificate");
    refused(NAME, "&sslmode=perhaps", "sslmode");
    secured.set_tls("off");
    refused("127.0.0.1", "&sslmode=require", "server does not support TLS");
}
