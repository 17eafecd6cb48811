//! The schema language, read line by line: blocks, columns, attributes.

/// What a schema file declares.
#[derive(Debug, Default)]
pub(super) struct Schema<'t> {
    pub(super) models: Vec<Model<'t>>,
    pub(super) enums: Vec<&'t str>,
    /// Names of `type` blocks: parts of documents.
    pub(super) composites: Vec<&'t str>,
}

/// A `model` block.
#[derive(Debug, Default)]
pub(super) struct Model<'t> {
    pub(super) name: &'t str,
    pub(super) line: u32,
    pub(super) doc: Option<String>,
    pub(super) columns: Vec<Column<'t>>,
    /// Its own attributes: `@@id([a, b])`.
    attributes: Vec<String>,
}

/// A line of a model.
#[derive(Debug, Default)]
pub(super) struct Column<'t> {
    pub(super) name: &'t str,
    pub(super) type_name: &'t str,
    pub(super) is_list: bool,
    pub(super) is_optional: bool,
    attributes: &'t str,
}

impl<'t> Schema<'t> {
    pub(super) fn read(text: &'t str) -> Self {
        let mut schema = Self::default();
        let mut model: Option<Model<'t>> = None;
        let mut doc: Vec<&str> = Vec::new();
        let mut is_inside = false;
        for (number, raw) in (1..).zip(text.lines()) {
            let line = without_comment(raw).trim();
            if let Some(words) = raw.trim().strip_prefix("///") {
                doc.push(words.trim());
                continue;
            }
            if line == "}" {
                schema.models.extend(model.take());
                is_inside = false;
            } else if is_inside {
                if let Some(model) = &mut model {
                    model.read_line(line);
                }
            } else if let Some((kind, name)) = opening(line) {
                is_inside = true;
                let words = doc.join(" ").trim().to_owned();
                match kind {
                    "model" => {
                        let doc = (!words.is_empty()).then_some(words);
                        model = Some(Model { name, line: number, doc, ..Model::default() });
                    }
                    "enum" => schema.enums.push(name),
                    "type" => schema.composites.push(name),
                    _ => {}
                }
            }
            doc.clear();
        }
        schema
    }

    pub(super) fn model(&self, name: &str) -> Option<&Model<'t>> {
        self.models.iter().find(|model| model.name == name)
    }
}

impl<'t> Model<'t> {
    fn read_line(&mut self, line: &'t str) {
        if line.starts_with("@@") || self.attributes.last().is_some_and(|last| is_open(last)) {
            match self.attributes.last_mut().filter(|last| is_open(last)) {
                Some(last) => last.push_str(line),
                None => self.attributes.push(line.to_owned()),
            }
            return;
        }
        let mut words = line.split_whitespace();
        let (Some(name), Some(stated)) = (words.next(), words.next()) else { return };
        let attributes = line.find('@').and_then(|at| line.get(at..)).unwrap_or_default();
        let type_name = stated.split(['[', '?', '(', '@']).next().unwrap_or(stated);
        self.columns.push(Column {
            name,
            type_name,
            is_list: stated.contains("[]"),
            is_optional: stated.ends_with('?'),
            attributes,
        });
    }

    /// The table it is mapped to.
    pub(super) fn mapped(&self) -> Option<&str> {
        let map = self.attributes.iter().find(|attribute| attribute.starts_with("@@map"))?;
        map.split('"').nth(1)
    }

    /// The columns of each attribute of this name.
    pub(super) fn lists<'s>(&'s self, attribute: &'s str) -> impl Iterator<Item = Vec<&'s str>> {
        let own =
            self.attributes.iter().filter(move |own| own.strip_prefix(attribute).is_some_and(|it| it.starts_with('(')));
        own.map(|own| listed(own))
    }

    /// All columns of the attributes of this name.
    pub(super) fn attribute_fields(&self, attribute: &str) -> Vec<&str> {
        self.attributes
            .iter()
            .filter(|own| own.strip_prefix(attribute).is_some_and(|it| it.starts_with('(')))
            .flat_map(|own| listed(own))
            .collect()
    }

    /// Whether these columns together name at most one row.
    pub(super) fn is_unique(&self, fields: &[&str]) -> bool {
        if let [field] = fields {
            let alone = self.columns.iter().find(|column| column.name == *field);
            if alone.is_some_and(|column| column.has("@id") || column.has("@unique")) {
                return true;
            }
        }
        let same = |own: Vec<&str>| own.len() == fields.len() && own.iter().all(|it| fields.contains(it));
        self.lists("@@id").chain(self.lists("@@unique")).any(same)
    }
}

impl<'t> Column<'t> {
    /// Whether it carries an attribute: `@id`, `@unique(map: "x")`.
    pub(super) fn has(&self, attribute: &str) -> bool {
        self.attribute(attribute).is_some()
    }

    /// What follows an attribute's name.
    fn attribute(&self, attribute: &str) -> Option<&'t str> {
        let starts = self.attributes.match_indices(attribute).map(|(at, _)| at);
        starts
            .filter_map(|at| self.attributes.get(at + attribute.len()..))
            .find(|rest| rest.chars().next().is_none_or(|next| !next.is_alphanumeric() && !matches!(next, '_' | '.')))
    }

    /// The column's name in the table, where it is another: `@map("created_at")`.
    pub(super) fn mapped(&self) -> Option<&'t str> {
        self.attribute("@map")?.split('"').nth(1)
    }

    /// The columns of this model that a relation is kept in.
    pub(super) fn relation_fields(&self) -> Vec<&'t str> {
        let Some(rest) = self.attribute("@relation") else { return Vec::new() };
        rest.split_once("fields:").map_or_else(Vec::new, |(_, fields)| listed(fields))
    }

    /// The relation's name, where it has one.
    pub(super) fn relation_name(&self) -> Option<&'t str> {
        let rest = self.attribute("@relation")?.strip_prefix('(')?;
        let inner = rest.split_once(')').map_or(rest, |(inner, _)| inner);
        let named = inner
            .strip_prefix("name:")
            .map(str::trim_start)
            .or_else(|| inner.trim_start().starts_with('"').then_some(inner))?;
        named.split('"').nth(1)
    }
}

/// `model Order {` as its kind and name.
fn opening(line: &str) -> Option<(&str, &str)> {
    let mut words = line.strip_suffix('{')?.split_whitespace();
    Some((words.next()?, words.next()?))
}

/// The names in the first pair of square brackets, sort orders and lengths left out.
fn listed(text: &str) -> Vec<&str> {
    let inner = text.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map_or("", |(inner, _)| inner);
    let names = inner.split(',').map(|name| name.split('(').next().unwrap_or(name).trim());
    names.filter(|name| !name.is_empty() && !name.contains([':', ')'])).collect()
}

fn is_open(attribute: &str) -> bool {
    attribute.matches('(').count() > attribute.matches(')').count()
}

/// The line up to a comment that stands outside of quotes.
fn without_comment(line: &str) -> &str {
    let mut is_quoted = false;
    let mut last = ' ';
    for (at, letter) in line.char_indices() {
        match letter {
            '"' if last != '\\' => is_quoted = !is_quoted,
            '/' if last == '/' && !is_quoted => return &line[..at - 1],
            _ => {}
        }
        last = letter;
    }
    line
}
