//! The sum over all test binaries.

use std::fmt;

/// Tests that ran, over all binaries and documentation tests.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl Totals {
    /// Adds `test result: ok. 12 passed; 0 failed; ...`; any other line adds nothing.
    pub(crate) fn add_line(&mut self, line: &str) {
        if let Some((passed, failed)) = read(line) {
            self.passed += passed;
            self.failed += failed;
        }
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

fn read(line: &str) -> Option<(u64, u64)> {
    let (_word, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let mut counts = counts.split("; ");
    let passed = counts.next()?.strip_suffix(" passed")?.parse().ok()?;
    let failed = counts.next()?.trim_end().strip_suffix(" failed")?.parse().ok()?;
    Some((passed, failed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_result_lines_count() {
        let mut totals = Totals::default();
        for line in [
            "running 2 tests\n",
            "test a ... ok\n",
            "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n",
            "test result: FAILED. 5 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s\n",
            "note: test result: ok. 9 passed; 9 failed; 0 ignored\n",
            "test result: ok. many passed; 0 failed\n",
        ] {
            totals.add_line(line);
        }
        assert_eq!(totals, Totals { passed: 7, failed: 3 });
    }
}
