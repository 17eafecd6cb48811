//! How TypeORM calls tables and columns.

use crate::codebase::Atom;

use super::super::ColumnNames;

/// The naming strategies that TypeORM comes with, and that which is most often taken instead.
pub(super) struct TypeOrmNames;

impl ColumnNames for TypeOrmNames {
    fn of_property(&self, prefixes: &[Atom], property: &str, stated: Option<&str>, in_snake: bool) -> String {
        let prefix = prefixes.iter().map(Atom::as_str).collect::<Vec<_>>().join("_");
        match (prefix.is_empty(), in_snake) {
            (true, false) => stated.unwrap_or(property).to_owned(),
            (true, true) => stated.map_or_else(|| snake(property), str::to_owned),
            (false, true) => format!("{}_{}", snake(&prefix), stated.map_or_else(|| snake(property), str::to_owned)),
            (false, false) => camel(&prefix) + &title(stated.unwrap_or(property)),
        }
    }

    fn of_key(&self, property: &str, key: &str, in_snake: bool) -> String {
        let name = format!("{property}_{key}");
        if in_snake { snake(&name) } else { camel(&name) }
    }
}

/// `OrderItem` as `order_item`, `UQEntity` as `uq_entity`.
pub(super) fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| letters.get(before));
        let follows_word = before.is_some_and(|it| it.is_lowercase() || it.is_ascii_digit());
        let ends_capitals =
            before.is_some_and(|it| it.is_uppercase()) && letters.get(index + 1).is_some_and(|it| it.is_lowercase());
        if letter.is_uppercase() && (follows_word || ends_capitals) {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// `likes_id` as `likesId`: what follows a `_` is a capital, and the name starts with a small letter.
pub(super) fn camel(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    let mut is_start = false;
    for letter in name.chars() {
        match letter {
            letter if is_start => {
                camel.extend(letter.to_uppercase());
                is_start = false;
            }
            '_' | ' ' => is_start = true,
            letter if camel.is_empty() => camel.extend(letter.to_lowercase()),
            letter => camel.push(letter),
        }
    }
    camel
}

/// `secretCode` as `Secretcode`.
fn title(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|it| it.to_uppercase().collect::<String>()).unwrap_or_default()
        + &letters.as_str().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_named_after_properties_prefixes_and_keys() {
        let names = TypeOrmNames;
        let prefixes = [Atom::new("counters"), Atom::new("sub")];
        assert_eq!(names.of_property(&prefixes, "secretCode", None, false), "countersSubSecretcode");
        assert_eq!(names.of_property(&prefixes, "secretCode", None, true), "counters_sub_secret_code");
        assert_eq!(names.of_property(&[], "secretCode", None, true), "secret_code");
        assert_eq!(names.of_property(&[], "secretCode", Some("CODE"), true), "CODE");
        assert_eq!(names.of_key("author", "id", false), "authorId");
        assert_eq!(names.of_key("Entity2", "ID", false), "entity2ID");
        assert_eq!(names.of_key("user", "_id", false), "user_id");
        assert_eq!(names.of_key("mainAuthor", "id", true), "main_author_id");
        assert_eq!(snake("EmbeddedUQEntity"), "embedded_uq_entity");
    }
}
