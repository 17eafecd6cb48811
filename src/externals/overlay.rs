//! Rows of the configuration, laid over those that are compiled in.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use super::rules::Rule;
use super::table::Family;
use crate::diagnostics::{Failure, FailureKind};

/// The rows with `own` laid over: a row whose id is known extends that row.
///
/// # Errors
/// A [`Failure`] that names the first row that cannot be.
pub(super) fn lay_over(mut rows: Vec<Rule>, own: &[Rule]) -> Result<Vec<Rule>, Failure> {
    let categories: BTreeSet<String> = rows.iter().map(|row| row.category.clone()).collect();
    let mut places: BTreeMap<String, usize> = rows.iter().enumerate().map(|(at, row)| (row.id.clone(), at)).collect();
    for row in own {
        check(row, &categories)?;
        if let Some(known) = places.get(&row.id).and_then(|at| rows.get_mut(*at)) {
            known.extend(row.clone());
        } else {
            check_new(row, &categories)?;
            places.insert(row.id.clone(), rows.len());
            rows.push(row.clone());
        }
    }
    for row in own {
        let links = [&row.variant_of, &row.deployed_as].into_iter().flatten();
        if let Some(unknown) = links.into_iter().find(|id| !places.contains_key(*id)) {
            let near = nearest(unknown, places.keys());
            return Err(
                refusal(row, &format!("there is no system `{unknown}`")).help(format!("did you mean `{near}`?"))
            );
        }
    }
    Ok(rows)
}

/// A hash of rows, whatever their order in a file's maps.
pub(super) fn fingerprint(own: &[Rule]) -> Vec<u8> {
    let written = serde_json::to_vec(own).unwrap_or_default();
    blake3::hash(&written).as_bytes().to_vec()
}

/// What any row must keep to.
fn check(row: &Rule, categories: &BTreeSet<String>) -> Result<(), Failure> {
    let plain = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || "._-".contains(char);
    if row.id.is_empty() || !row.id.chars().all(plain) {
        return Err(refusal(row, "the id is empty or no plain word")
            .help("use small letters, digits, `.`, `_` and `-`: `acme.billing`"));
    }
    if !row.category.is_empty() && !categories.contains(&row.category) {
        let near = nearest(&row.category, categories);
        return Err(refusal(row, &format!("there is no category `{}`", row.category))
            .help(format!("did you mean `{near}`? Others are {}", listed(categories))));
    }
    if let Some(language) = row.modules.keys().chain(row.calls.keys()).find(|language| Family::of(language).is_none()) {
        return Err(
            refusal(row, &format!("`{language}` is no language")).help("use `csharp`, `python` or `typescript`")
        );
    }
    let of_calls = row.calls.values().flatten().filter_map(|call| call.split_once(':').map(|(_, pattern)| pattern));
    for pattern in row.values.iter().map(String::as_str).chain(of_calls) {
        if let Err(error) = Regex::new(pattern) {
            return Err(refusal(row, &format!("`{pattern}` is no regular expression: {error}"))
                .help("mend it; a plain word is one too"));
        }
    }
    Ok(())
}

/// What a row must say that extends no other.
fn check_new(row: &Rule, categories: &BTreeSet<String>) -> Result<(), Failure> {
    if row.name.is_empty() {
        return Err(refusal(row, "a new system needs a name").help("add `name = \"...\"`, as its maker spells it"));
    }
    if row.category.is_empty() {
        return Err(refusal(row, "a new system needs a category").help(format!("add one of {}", listed(categories))));
    }
    Ok(())
}

fn refusal(row: &Rule, what: &str) -> Failure {
    Failure::new(FailureKind::Config, format!("`[[externals.system]]` with id `{}`: {what}", row.id))
}

fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a String>) -> &'a str {
    let likeness = |name: &&String| strsim::jaro_winkler(word, name);
    names.into_iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b))).map_or("", String::as_str)
}

fn listed(categories: &BTreeSet<String>) -> String {
    categories.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::table::Table;
    use super::Rule;

    fn row(change: impl FnOnce(&mut Rule)) -> Rule {
        let mut row = Rule { id: "acme".to_owned(), name: "Acme".to_owned(), ..Rule::default() };
        row.category = "web-api".to_owned();
        change(&mut row);
        row
    }

    #[test]
    fn a_row_of_a_known_id_extends_that_row() {
        let own = Rule { id: "redis".into(), npm: vec!["@acme/cache".into()], ..Rule::default() };
        let table = Table::with(&[own, row(|row| row.env = vec!["acme_*".into()])]).unwrap();
        let redis = table.by_id("redis").unwrap();
        assert_eq!((redis.name.as_str(), redis.category.as_str()), ("Redis", "cache"));
        let system = |name: &str| table.rule(table.package("npm", name)?.rule).map(|rule| rule.id.as_str());
        assert_eq!((system("@acme/cache"), system("ioredis")), (Some("redis"), Some("redis")));
        assert_eq!(table.key("ACME_URL").and_then(|rule| table.rule(rule)).unwrap().name, "Acme");
        assert!(Table::compiled().fingerprint().is_empty() && !table.fingerprint().is_empty());
        assert_ne!(table.fingerprint(), Table::with(&[row(|_| ())]).unwrap().fingerprint());
    }

    #[test]
    fn bad_rows_are_refused_with_help() {
        for (row, expected) in [
            (row(|row| row.id = "A b".into()), "`A b`"),
            (row(|row| row.name = String::new()), "needs a name"),
            (row(|row| row.category = String::new()), "needs a category"),
            (row(|row| row.category = "databse".into()), "did you mean `database`"),
            (row(|row| row.variant_of = Some("postgres".into())), "did you mean `postgresql`"),
            (row(|row| row.values = vec!["(".into()]), "`(` is no regular expression"),
            (row(|row| drop(row.calls.insert("cobol".into(), Vec::new()))), "`cobol` is no language"),
        ] {
            let failure = Table::with(&[row]).unwrap_err().to_string();
            assert!(failure.contains(expected) && failure.contains("help:"), "{failure}");
        }
    }
}
