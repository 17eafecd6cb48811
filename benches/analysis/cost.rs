//! What a run costs: processor time, wall time, peak memory.

use std::time::Instant;

/// A moment of this process.
pub(crate) struct Stamp {
    cpu: f64,
    at: Instant,
}

/// What a run used.
#[derive(Clone, Copy)]
pub(crate) struct Cost {
    /// Seconds of processor time of all threads.
    pub(crate) cpu: f64,
    /// Seconds on the wall.
    pub(crate) wall: f64,
}

impl Stamp {
    pub(crate) fn now() -> Self {
        Self { cpu: cpu_seconds(), at: Instant::now() }
    }

    pub(crate) fn to(&self, later: &Self) -> Cost {
        Cost { cpu: later.cpu - self.cpu, wall: later.at.duration_since(self.at).as_secs_f64() }
    }
}

impl Cost {
    pub(crate) fn of(run: impl FnOnce()) -> Self {
        let start = Stamp::now();
        run();
        start.to(&Stamp::now())
    }

    pub(crate) fn median(costs: &[Self]) -> Self {
        let median = |value: fn(&Self) -> f64| {
            let mut values: Vec<f64> = costs.iter().map(value).collect();
            values.sort_by(f64::total_cmp);
            values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
        };
        Self { cpu: median(|cost| cost.cpu), wall: median(|cost| cost.wall) }
    }
}

/// User and system time of all threads, in steps of 10 ms; not a number where there is no `/proc`.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default();
    let ticks: Vec<f64> = fields.split(' ').skip(11).take(2).filter_map(|field| field.parse().ok()).collect();
    if ticks.len() == 2 { ticks.iter().sum::<f64>() / 100.0 } else { f64::NAN }
}

/// Most memory that this process had so far, in MB of 1,000,000 bytes.
pub(crate) fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kib.map_or(f64::NAN, |kib| kib * 1024.0 / 1e6)
}
