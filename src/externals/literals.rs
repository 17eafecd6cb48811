//! URL and connection string literals in code.

use super::hosts::{self, Url};
use super::redaction::redact;
use super::sightings::Found;
use super::table::Table;
use crate::codebase::EvidenceKind;
use crate::codebase::outline::{Literal, Outline};

/// All literals of `outline` that name a system.
pub(super) fn read(table: &Table, outline: &Outline, found: &mut Found) {
    for literal in &outline.literals {
        read_literal(table, literal, found);
    }
}

fn read_literal(table: &Table, literal: &Literal, found: &mut Found) {
    let text = literal.text.as_str();
    let Some(url) = Url::parse(text) else {
        if let Some(rule) = text.contains('=').then(|| table.value(text)).flatten() {
            found.add(rule, EvidenceKind::Url, literal.line, redact(text), literal.context.is_empty());
        }
        return;
    };
    if !matches!(url.scheme, "http" | "https" | "ws" | "wss") {
        // A scheme on its own, as in a list of schemes that are allowed, is no connection.
        let connects = !literal.context.is_empty() && url.rest.len() > 1;
        if let Some(rule) = table.scheme(url.scheme) {
            found.add(rule, EvidenceKind::Url, literal.line, redact(text), !connects);
        }
        return;
    }
    if hosts::is_shown_to_people(&literal.context) {
        return;
    }
    if let Some(rule) = table.host(&url.host, url.path) {
        found.add(rule, EvidenceKind::Url, literal.line, redact(text), hosts::is_page(&url, &literal.context));
    } else if hosts::is_called(&url, &literal.context) {
        found.push(format!("host:{}", url.host).into(), EvidenceKind::Url, literal.line, redact(text));
    }
}
