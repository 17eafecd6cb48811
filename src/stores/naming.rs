//! How stores name tables and columns after classes and properties.

/// `OrderItem` as `order_item`.
pub(super) fn snake(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut was_lower = false;
    for letter in name.chars() {
        if letter.is_uppercase() && was_lower {
            snake.push('_');
        }
        was_lower = letter.is_lowercase() || letter.is_numeric();
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// `OrderItem` as `orderItem`.
pub(super) fn camel(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// Words whose plural no rule makes, and words that have none.
const IRREGULAR: &[(&str, &str)] = &[
    ("child", "children"),
    ("man", "men"),
    ("person", "people"),
    ("woman", "women"),
    ("equipment", "equipment"),
    ("information", "information"),
    ("media", "media"),
    ("money", "money"),
    ("news", "news"),
    ("series", "series"),
    ("species", "species"),
];

/// A word in the plural: `category` as `categories`.
pub(super) fn plural(word: &str) -> String {
    let lower = word.to_lowercase();
    if let Some((one, many)) = IRREGULAR.iter().find(|(one, many)| lower.ends_with(one) || lower.ends_with(many)) {
        let kept = if lower.ends_with(many) { many.len() } else { one.len() };
        let stem = word.get(..word.len() - kept).unwrap_or_default();
        // The first letter stays as it is written.
        let first = word.get(word.len() - kept..).and_then(|rest| rest.chars().next());
        let is_upper = first.is_some_and(char::is_uppercase);
        let many = if is_upper { format!("{}{}", many[..1].to_uppercase(), &many[1..]) } else { (*many).to_owned() };
        return format!("{stem}{many}");
    }
    let before_y = lower.strip_suffix('y').and_then(|stem| stem.chars().last());
    if before_y.is_some_and(|letter| !"aeiou".contains(letter)) {
        return format!("{}ies", &word[..word.len() - 1]);
    }
    if ["ss", "x", "z", "ch", "sh", "us", "is"].iter().any(|end| lower.ends_with(end)) {
        return format!("{word}es");
    }
    if ["lf", "rf"].iter().any(|end| lower.ends_with(end)) {
        return format!("{}ves", &word[..word.len() - 1]);
    }
    if lower.ends_with('s') { word.to_owned() } else { format!("{word}s") }
}

#[cfg(test)]
mod tests {
    use super::{plural, snake};

    #[test]
    fn names_follow_the_rules_of_english_and_of_case() {
        let cases = [
            ("user", "users"),
            ("Category", "Categories"),
            ("day", "days"),
            ("box", "boxes"),
            ("shelf", "shelves"),
            ("SalesPerson", "SalesPeople"),
            ("settings", "settings"),
            ("address", "addresses"),
            ("socialMedia", "socialMedia"),
        ];
        for (one, many) in cases {
            assert_eq!(plural(one), many);
        }
        assert_eq!(snake("OrderItem2Line"), "order_item2_line");
    }
}
