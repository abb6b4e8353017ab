//! What PostgreSQL itself can do: the same effect in hand-written SQL on the product's own schema, run by pgbench.

use super::place::Database;
use anyhow::{Context, Result, ensure};
use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

/// Legs among which the pairs of a user and a SKU are dealt out.
const LEGS_MAX: u64 = 8;

/// One direct assignment in one statement: read the user and what it holds, take a seat if one is free, write the
/// assignment and what is audited. Whoever comes second with the same pair fails on the key, seat and all.
const ONE_STATEMENT: &str = "
WITH found AS (
    SELECT user_key, usage_location FROM users
    WHERE tenant_id = 1 AND id = ('00000000-0000-0000-00a5-' || lpad(to_hex(:user::bigint), 12, '0'))::uuid
      AND deleted_at IS NULL
), held AS (
    SELECT a.sku_key FROM assignments a JOIN found f ON a.user_key = f.user_key WHERE a.tenant_id = 1
), taken AS (
    UPDATE skus SET consumed = consumed + 1
    WHERE tenant_id = 1 AND sku_key = :sku::integer
      AND EXISTS (SELECT FROM found WHERE usage_location IS NOT NULL)
      AND NOT EXISTS (SELECT FROM held WHERE sku_key = :sku::integer)
      AND consumed < (SELECT sum(total_licenses) FROM subscriptions
                      WHERE tenant_id = 1 AND sku_key = :sku::integer AND status < 2)
    RETURNING sku_key
), made AS (
    INSERT INTO assignments
    SELECT 1, user_key, sku_key, 0, 0, ''::bytea, 1700000000000, 1700000000000 FROM found, taken RETURNING user_key
)
INSERT INTO audit
SELECT 1, 1000000 + :number::bigint, 1700000000000, 1, NULL, NULL, 'Change user license', NULL, '\\x000100', '\\x00'
FROM made;
";

/// The same as one would write it first: six statements. Seats are always free here, so that none has to be undone.
const SIX_STATEMENTS: &str = "
BEGIN;
SELECT user_key, usage_location FROM users
WHERE tenant_id = 1 AND id = ('00000000-0000-0000-00a5-' || lpad(to_hex(:user::bigint), 12, '0'))::uuid
  AND deleted_at IS NULL;
SELECT sku_key, source, state FROM assignments WHERE tenant_id = 1 AND user_key = :user::integer;
UPDATE skus SET consumed = consumed + 1 WHERE tenant_id = 1 AND sku_key = :sku::integer
  AND consumed < (SELECT sum(total_licenses) FROM subscriptions
                  WHERE tenant_id = 1 AND sku_key = :sku::integer AND status < 2);
INSERT INTO assignments VALUES (1, :user::integer, :sku::integer, 0, 0, '', 1700000000000, 1700000000000);
INSERT INTO audit VALUES
    (1, 1000000 + :number::bigint, 1700000000000, 1, NULL, NULL, 'Change user license', NULL, '\\x000100', '\\x00');
COMMIT;
";

/// How an assignment is written.
#[derive(Clone, Copy)]
pub(crate) enum Shape {
    OneStatement,
    SixStatements,
}

/// Direct assignments, no user twice with the same SKU.
pub(crate) struct Assignments {
    pub(crate) shape: Shape,
    pub(crate) users: u32,
    pub(crate) skus: u32,
    pub(crate) clients: u32,
    /// Legs so far.
    pub(crate) legs: u64,
}

impl Assignments {
    /// Assignments per second over one leg of `time`.
    pub(crate) fn leg(&mut self, database: &Database, time: Duration) -> Result<f64> {
        let Self { shape, users, skus, clients, .. } = self;
        let statements = match shape {
            Shape::OneStatement => ONE_STATEMENT,
            Shape::SixStatements => SIX_STATEMENTS,
        };
        ensure!(self.legs < LEGS_MAX, "there are pairs for {LEGS_MAX} legs only");
        let first = self.legs * u64::from(*users) * u64::from(*skus) / LEGS_MAX;
        self.legs += 1;
        // Variables of a client outlive its transactions.
        let script = format!(
            "\\set number {first} + :turn * {clients} + :client_id\n\\set turn :turn + 1\n\
             \\set user :number % {users}\n\\set sku (:user + :number / {users}) % {skus}\n{statements}"
        );
        let (clients, seconds) = (clients.to_string(), time.as_secs().max(1).to_string());
        let arguments = ["-M", "prepared", "-c", &clients, "-T", &seconds, "-D", "turn=0"];
        figure(&pgbench(database, &arguments, &script)?, "tps = ")
    }
}

/// Rows per second of a plain `INSERT .. SELECT` of one applied path for each of so many members of the group.
pub(crate) fn insert_select(database: &Database, tenant: u32, members: u32) -> Result<f64> {
    let script = format!(
        "INSERT INTO assignments SELECT tenant_id, user_key, 0, 1, 0, '', 1700000000000, 1700000000000 FROM memberships
         WHERE tenant_id = {tenant} AND group_key = 0 ORDER BY user_key;"
    );
    // As what it is compared with begins.
    database.psql("CHECKPOINT")?;
    let millis = figure(&pgbench(database, &["-t", "1"], &script)?, "latency average = ")?;
    let written = database.psql(&format!("SELECT count(*) FROM assignments WHERE tenant_id = {tenant}"))?;
    ensure!(written.trim() == members.to_string(), "the bound wrote {} rows instead of {members}", written.trim());
    for clean_up in
        [&*format!("DELETE FROM assignments WHERE tenant_id = {tenant}"), "VACUUM assignments", "CHECKPOINT"]
    {
        database.psql(clean_up)?;
    }
    Ok(f64::from(members) / millis * 1e3)
}

fn pgbench(database: &Database, arguments: &[&str], script: &str) -> Result<String> {
    let mut command = database.cluster.program("pgbench")?;
    // It may not read our files: it runs as the owner of the data.
    command.args(["-n", "-f", "-"]).args(arguments).arg(database.cluster.url_of(&database.name));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().context("cannot start pgbench")?;
    child.stdin.take().context("pgbench takes no input")?.write_all(script.as_bytes())?;
    let output = child.wait_with_output()?;
    let (said, complained) = (String::from_utf8(output.stdout)?, String::from_utf8_lossy(&output.stderr).into_owned());
    ensure!(output.status.success(), "pgbench ended with {}: {complained}", output.status);
    Ok(said)
}

/// The number after `name` in what pgbench says.
fn figure(said: &str, name: &str) -> Result<f64> {
    let number = said.split(name).nth(1).and_then(|rest| rest.split_whitespace().next());
    number.with_context(|| format!("pgbench did not say {name:?}: {said}"))?.parse().context("pgbench said no number")
}
