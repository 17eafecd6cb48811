//! Progress on stderr: a bar on a terminal, plain lines elsewhere.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::agents;

/// Shows what a run is doing.
pub(super) struct Progress {
    bar: ProgressBar,
    started: Instant,
}

impl Progress {
    /// Starts the clock.
    pub(super) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} sections · {msg} · {elapsed}") {
            bar.set_style(style);
        }
        Self { bar, started: Instant::now() }
    }

    /// Seconds since the start.
    pub(super) fn seconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    /// Prints a line above the bar.
    pub(super) fn line(&self, text: &str) {
        if self.bar.is_hidden() {
            eprintln!("{text}");
        } else {
            self.bar.println(text);
        }
    }

    /// Shows what the agents do.
    pub(super) fn event(&self, event: agents::Progress<'_>) {
        match event {
            agents::Progress::Planned { fresh, stale } => {
                if stale > 0 {
                    self.bar.inc_length(stale as u64);
                    self.bar.enable_steady_tick(Duration::from_millis(200));
                }
                if stale > 0 && self.bar.is_hidden() {
                    eprintln!("{stale} sections to write, {fresh} up to date");
                }
            }
            agents::Progress::Started { section, reason } => {
                self.bar.set_message(section.0.clone());
                if self.bar.is_hidden() {
                    eprintln!("writing {section} ({reason})");
                }
            }
            agents::Progress::Written { .. } | agents::Progress::Failed { .. } => self.bar.inc(1),
        }
    }

    /// Takes the bar away.
    pub(super) fn done(&self) {
        self.bar.finish_and_clear();
    }
}
