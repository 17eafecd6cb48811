//! Dependencies between members as weights: what many use ties less.

use std::collections::BTreeMap;

use crate::codebase::DependencyKind;

use super::DomainInput;
use super::roster::{Member, Roster};

/// How much less a file ties for each that uses it: between the root (0.5) and the full number (1).
const DAMPING: f64 = 0.75;

/// A weighted dependency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Link {
    /// Who uses.
    pub(super) from: Member,
    /// What is used.
    pub(super) to: Member,
    /// How much it ties.
    pub(super) weight: f64,
}

/// All dependencies between members, damped by the number of shaping files that use the target.
pub(super) fn between(input: &DomainInput, roster: &Roster) -> Vec<Link> {
    let mut weights: BTreeMap<(Member, Member), f64> = BTreeMap::new();
    for (from, to, kind, edge) in input.graph.file_edges() {
        if let (Some(from), Some(to)) = (roster.member(from as usize), roster.member(to as usize)) {
            *weights.entry((from, to)).or_default() += kind_weight(kind) * (1.0 + f64::from(edge.count.max(1)).ln());
        }
    }
    let mut users = vec![0.0_f64; roster.len()];
    for &(from, to) in weights.keys() {
        users[to] += f64::from(u8::from(roster.shaping[from]));
    }
    weights
        .into_iter()
        .map(|((from, to), weight)| Link { from, to, weight: weight / users[to].max(1.0).powf(DAMPING) })
        .collect()
}

/// A base type says most about where a file belongs, a bare import least.
const fn kind_weight(kind: DependencyKind) -> f64 {
    match kind {
        DependencyKind::Inherit => 3.0,
        DependencyKind::Type => 2.0,
        DependencyKind::Call => 1.5,
        DependencyKind::Import | DependencyKind::Binding => 1.0,
    }
}
