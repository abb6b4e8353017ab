//! `cargo xtask check`: what CI runs, in order, up to the first failure.

mod totals;

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

use self::totals::Totals;
use crate::db::{self, Cluster};
use crate::{cargo, tidy};

/// Where the property tests take their seed from.
const SEED: &str = "PROPTEST_RNG_SEED";

/// The seed of a check that is given none: the same commit passes or fails alike each time. To look for what it does not
/// find, give the check, or one crate's tests, another one.
const SEED_OF_THE_CHECK: &str = "20261122";

/// Runs the steps. The totals come last, after any error, once the tests have been started.
pub(crate) fn run(root: &Path) -> bool {
    let mut totals = None;
    let outcome = steps(root, &mut totals);
    if let Err(error) = &outcome {
        eprintln!("\nerror: {error:#}");
    }
    if let Some(totals) = totals {
        println!("{totals}");
    }
    outcome.is_ok()
}

fn steps(root: &Path, totals: &mut Option<Totals>) -> Result<()> {
    step("format", || {
        succeed(cargo().current_dir(root).args(["fmt", "--all", "--check"]))
            .context("the code is not formatted, run `cargo fmt --all`")
    })?;
    step("clippy", || {
        // With the measuring half, which nothing else builds.
        let arguments = ["clippy", "--workspace", "--all-targets", "--features", "xtask/bench", "--", "-D", "warnings"];
        succeed(cargo().current_dir(root).args(arguments))
    })?;
    step("tests", || {
        let seed = env::var(SEED).unwrap_or_else(|_| SEED_OF_THE_CHECK.to_owned());
        println!("{SEED}={seed}");
        let mut command = cargo();
        command.current_dir(root).args(["test", "--workspace", "--no-fail-fast"]).env(SEED, seed);
        with_database(root, &mut command, |command| {
            count_tests(command, totals.insert(Totals::default()), &mut std::io::stdout())
        })
    })?;
    step("documentation", || {
        let arguments = ["doc", "--workspace", "--no-deps", "--document-private-items"];
        succeed(cargo().current_dir(root).args(arguments).env("RUSTDOCFLAGS", "-D warnings"))
    })?;
    step("tidy", || {
        ensure!(tidy::run(root)?, "there are violations, listed above");
        Ok(())
    })
}

/// Does the work with a command that knows a PostgreSQL: the one that it was given, or ours, which goes when we started it.
fn with_database(root: &Path, command: &mut Command, work: impl FnOnce(&mut Command) -> Result<()>) -> Result<()> {
    if env::var_os(db::VARIABLE).is_some() {
        return work(command);
    }
    let cluster = Cluster::of(root);
    let is_ours = cluster.start_if_stopped()?;
    let done = work(command.env(db::VARIABLE, cluster.url()));
    let stopped = if is_ours { cluster.stop() } else { Ok(()) };
    done.and(stopped)
}

fn step(name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
    println!("== {name}");
    let started = Instant::now();
    let outcome = work();
    let word = if outcome.is_ok() { "passed" } else { "FAILED" };
    println!("== {name} {word} in {:.1} s", started.elapsed().as_secs_f64());
    outcome.with_context(|| format!("the step `{name}` failed"))
}

fn succeed(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start `{}`", shown(command)))?;
    ensure!(status.success(), "`{}` ended with {status}, see above", shown(command));
    Ok(())
}

/// The command as one would type it.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = [program].into_iter().chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Runs the tests, shows their output as it comes, and adds up their result lines.
fn count_tests(command: &mut Command, totals: &mut Totals, show: &mut impl Write) -> Result<()> {
    let mut child =
        command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start `{}`", shown(command)))?;
    let output = child.stdout.take().context("the tests have no output to read")?;
    let copied = copy_and_count(output, totals, show);
    let status = child.wait().context("cannot wait for the tests")?;
    copied?;
    if totals.failed > 0 {
        bail!("tests that failed: {}, see above", totals.failed);
    }
    ensure!(status.success(), "`{}` ended with {status}, a test did not build or did not finish", shown(command));
    ensure!(totals.passed > 0, "no test was run");
    Ok(())
}

fn copy_and_count(output: impl Read, totals: &mut Totals, show: &mut impl Write) -> Result<()> {
    let mut output = BufReader::new(output);
    let mut line = Vec::new();
    while output.read_until(b'\n', &mut line).context("cannot read the output of the tests")? > 0 {
        show.write_all(&line).and_then(|()| show.flush()).context("cannot show the output of the tests")?;
        totals.add_line(&String::from_utf8_lossy(&line));
        line.clear();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(script: &str) -> (Totals, String, Result<()>) {
        let (mut totals, mut shown) = (Totals::default(), Vec::new());
        let outcome = count_tests(Command::new("sh").args(["-c", script]), &mut totals, &mut shown);
        (totals, String::from_utf8(shown).unwrap(), outcome)
    }

    #[test]
    fn passing_tests_are_added_up_and_shown() {
        let script = "echo 'running 3 tests'; echo 'test result: ok. 3 passed; 0 failed; 0 ignored'
                      echo 'test result: ok. 4 passed; 0 failed; 1 ignored'";
        let (totals, shown, outcome) = count(script);
        outcome.unwrap();
        assert_eq!(totals.to_string(), "7 passed, 0 failed");
        assert!(shown.starts_with("running 3 tests\n"));
    }

    #[test]
    fn a_failed_test_fails_the_step_and_keeps_the_totals() {
        let script = "echo 'test result: FAILED. 2 passed; 1 failed; 0 ignored'; exit 101";
        let (totals, _, outcome) = count(script);
        assert_eq!(totals.to_string(), "2 passed, 1 failed");
        assert_eq!(outcome.unwrap_err().to_string(), "tests that failed: 1, see above");
    }

    #[test]
    fn a_bad_exit_without_a_failed_test_fails_the_step() {
        let (_, _, outcome) = count("echo 'test result: ok. 2 passed; 0 failed'; exit 101");
        assert!(outcome.unwrap_err().to_string().contains("did not build or did not finish"));
    }

    #[test]
    fn no_test_at_all_fails_the_step() {
        let (totals, _, outcome) = count("echo 'test result: ok. 0 passed; 0 failed; 5 ignored'");
        assert_eq!(totals.to_string(), "0 passed, 0 failed");
        assert_eq!(outcome.unwrap_err().to_string(), "no test was run");
    }

    #[test]
    fn a_failed_step_names_itself() {
        let error = step("planted", || succeed(&mut Command::new("false"))).unwrap_err();
        assert!(format!("{error:#}").starts_with("the step `planted` failed: `false` ended with exit status: 1"));
    }
}
