//! Telling what happens: plain text, with colour only on a terminal.

use crate::output;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;

/// Prints the steps.
pub(super) struct Narrator {
    colour: bool,
    steps: u32,
}

impl Narrator {
    pub(super) fn new() -> Self {
        // https://no-color.org
        let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self { colour, steps: 0 }
    }

    /// Begins a step.
    pub(super) fn step(&mut self, title: &str) -> anyhow::Result<()> {
        self.steps += 1;
        output::line(format_args!("\n{}", self.paint("1", &format!("{}. {title}", self.steps))))
    }

    /// A request and the status that came back.
    pub(super) fn request(&self, line: &str, status: hyper::StatusCode) -> anyhow::Result<()> {
        let shade = if status.is_success() { "32" } else { "33" };
        output::line(format_args!("   {line}\n   {}", self.paint(shade, &format!("-> {status}"))))
    }

    /// What it means.
    pub(super) fn say(&self, text: &str) -> anyhow::Result<()> {
        output::line(format_args!("   {text}"))
    }

    /// A bar for work of this size; it shows only on a terminal.
    pub(super) fn bar(&self, length: u64) -> ProgressBar {
        let bar = ProgressBar::new(length);
        if let Ok(style) = ProgressStyle::with_template("   {bar:40} {pos}/{len} {msg}") {
            bar.set_style(style);
        }
        bar
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colour { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}
