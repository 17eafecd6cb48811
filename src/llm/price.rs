//! What tokens cost. Money is counted in whole nano-dollars, so that a cap is exact.

use std::fmt;
use std::net::IpAddr;
use std::ops::Add;
use std::sync::OnceLock;

use globset::{Glob, GlobMatcher};
use serde::Deserialize;

/// An amount of money, in billionths of a dollar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost(u64);

impl Cost {
    /// An amount in dollars, rounded up; nothing for what is no amount.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates, negatives give 0")]
    pub fn from_dollars(dollars: f64) -> Self {
        Self((dollars * 1e9).ceil() as u64)
    }

    /// What is left of it after `other`; never less than nothing.
    #[must_use]
    pub const fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The amount in dollars.
    #[expect(clippy::cast_precision_loss, reason = "exact up to nine million dollars")]
    pub fn dollars(self) -> f64 {
        self.0 as f64 / 1e9
    }
}

impl Add for Cost {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${:.4}", self.dollars())
    }
}

/// What a token costs, read and written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    input: Cost,
    output: Cost,
    source: PriceSource,
}

/// Where a price comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriceSource {
    /// The user set it.
    User,
    /// The price table lists the model.
    Table,
    /// The endpoint runs on the user's own machine or network.
    Local,
    /// Nobody knows it.
    Unknown,
}

impl Price {
    /// The price that the user set, in dollars for a million tokens.
    pub fn per_million(input: f64, output: f64) -> Self {
        Self::new(input, output, PriceSource::User)
    }

    /// The price of `model` at `base_url`: nothing on a local endpoint, else what the table says.
    pub fn find(model: &str, base_url: &str) -> Self {
        if is_local(base_url) {
            return Self::new(0.0, 0.0, PriceSource::Local);
        }
        let model = model.to_lowercase();
        match table().iter().find(|(pattern, _)| pattern.is_match(&model)) {
            Some((_, row)) => Self::new(row.input, row.output, PriceSource::Table),
            None => Self::new(0.0, 0.0, PriceSource::Unknown),
        }
    }

    /// What so many tokens cost.
    pub fn cost(&self, input_tokens: u64, output_tokens: u64) -> Cost {
        let input = input_tokens.saturating_mul(self.input.0);
        Cost(input.saturating_add(output_tokens.saturating_mul(self.output.0)))
    }

    /// Where it comes from.
    pub const fn source(&self) -> PriceSource {
        self.source
    }

    fn new(input: f64, output: f64, source: PriceSource) -> Self {
        // A dollar for a million tokens is a thousand nano-dollars for one.
        Self { input: Cost::from_dollars(input / 1e6), output: Cost::from_dollars(output / 1e6), source }
    }
}

/// Whether the base URL names this machine or its own network: such endpoints send no bill.
pub(super) fn is_local(base_url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(base_url) else { return false };
    let Some(host) = url.host_str() else { return false };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_unspecified() || ip.is_link_local(),
        Ok(IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unspecified() || ip.is_unique_local(),
        Err(_) => !host.contains('.') || [".local", ".internal", ".localhost"].iter().any(|end| host.ends_with(end)),
    }
}

#[derive(Deserialize)]
struct Table {
    price: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    model: String,
    input: f64,
    output: f64,
}

fn table() -> &'static [(GlobMatcher, Row)] {
    static TABLE: OnceLock<Vec<(GlobMatcher, Row)>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let rows = toml::from_str::<Table>(include_str!("prices.toml")).map(|table| table.price).unwrap_or_default();
        rows.into_iter().filter_map(|row| Some((Glob::new(&row.model).ok()?.compile_matcher(), row))).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const REMOTE: &str = "https://api.openai.com/v1";

    #[test]
    fn the_table_is_sound() {
        let rows = toml::from_str::<Table>(include_str!("prices.toml")).unwrap().price;
        assert_eq!(rows.len(), table().len(), "each pattern compiles");
        assert!(rows.iter().all(|row| 0.0 < row.input && row.input <= row.output));
    }

    #[test]
    fn the_most_specific_row_wins() {
        let cost = |model: &str| Price::find(model, REMOTE).cost(1_000_000, 0).dollars();
        assert!((cost("gpt-4o") - 2.5).abs() < 1e-9);
        assert!((cost("openai/gpt-4o-mini-2024-07-18") - 0.15).abs() < 1e-9);
        assert!((cost("gpt-5") - 1.25).abs() < 1e-9);
        assert!((cost("gpt-5-2025-08-07") - 1.25).abs() < 1e-9);
        assert!((cost("gpt-5-mini") - 0.25).abs() < 1e-9);
    }

    #[test]
    fn who_does_not_bill_costs_nothing() {
        for base in ["http://localhost:11434/v1", "http://127.0.0.1:8080", "http://[::1]/v1", "http://ollama:11434/v1"]
        {
            assert_eq!(Price::find("gpt-4o", base).source(), PriceSource::Local, "{base}");
        }
        assert_eq!(Price::find("some-new-model", REMOTE).source(), PriceSource::Unknown);
        assert_eq!(Price::find("gpt-4o", REMOTE).source(), PriceSource::Table);
    }

    #[test]
    fn amounts_are_exact_and_rounded_up() {
        assert_eq!(Price::per_million(0.15, 0.6).cost(1000, 100), Cost::from_dollars(0.00021));
        assert_eq!(Cost::from_dollars(f64::NAN), Cost::default());
        assert_eq!(Cost::from_dollars(-1.0), Cost::default());
        assert_eq!(Cost::from_dollars(0.07).to_string(), "$0.0700");
    }
}
