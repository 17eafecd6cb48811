//! Statements that make tables what they are: `CREATE TABLE`, `ALTER TABLE`, `DROP TABLE`, unique indices.

use crate::codebase::Atom;
use crate::codebase::entity::{Entity, KeyKind, TableChange};
use crate::codebase::outline::last_part;

use super::columns::{self, Line, bracketed, closing, name, split};
use super::tokens::{Kind, Token};

/// Words that may stand between `CREATE` and `TABLE`.
const KINDS: &[&str] = &["external", "foreign", "or", "replace", "unlogged", "global"];
/// Words that begin a statement, where scripts go without semicolons.
const STARTS: &[&str] =
    &["go", "alter", "create", "insert", "exec", "execute", "print", "if", "begin", "end", "update", "select"];

/// What a script does to tables, in its order.
pub(super) fn read(tokens: &[Token<'_>]) -> Vec<TableChange> {
    let mut changes = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let rest = &tokens[at..];
        let read = match () {
            () if token.is("create") => create(rest, &mut changes),
            () if token.is("alter") => alter(rest, &mut changes),
            () if token.is("drop") => drop_tables(rest, &mut changes),
            () if token.is("rename") => rename(rest, &mut changes),
            () if token.is("sp_rename") => sp_rename(rest, &mut changes),
            () => None,
        };
        at += read.unwrap_or(1).max(1);
    }
    changes
}

/// The number of tokens of `IF [NOT] EXISTS`.
fn guard(tokens: &[Token<'_>]) -> usize {
    if !tokens.first().is_some_and(|it| it.is("if")) {
        return 0;
    }
    tokens.iter().take(3).position(|it| it.is("exists")).map_or(0, |at| at + 1)
}

fn create(tokens: &[Token<'_>], changes: &mut Vec<TableChange>) -> Option<usize> {
    let kinds = tokens.iter().skip(1).take_while(|it| it.is_any(KINDS)).count();
    let at = 1 + kinds;
    if tokens.get(at)?.is("unique") {
        return unique_index(tokens, changes);
    }
    if !tokens.get(at)?.is("table") {
        return None;
    }
    let at = at + 1 + guard(tokens.get(at + 1..)?);
    let (table, taken) = name(tokens.get(at..)?)?;
    let open = at + taken;
    if last_part(&table).starts_with(['#', '@']) || !tokens.get(open)?.is_sign("(") {
        return None;
    }
    let inner = tokens.get(open + 1..)?;
    let end = closing(inner)?;
    let mut entity = Entity {
        name: last_part(&table).to_owned(),
        store: "sql".into(),
        line: tokens.get(at)?.line,
        ..Entity::default()
    };
    let mut later = Vec::new();
    for line in split(&inner[..end]).filter_map(columns::line) {
        match line {
            Line::Column { field, target } => {
                let name = field.name.clone();
                later.extend(target.map(|target| TableChange::Reference(table.clone(), vec![name], target)));
                entity.fields.push(field);
            }
            other => later.push(said(&table, other)),
        }
    }
    entity.table.clone_from(&table);
    if !entity.fields.is_empty() {
        changes.push(TableChange::Create(Box::new(entity)));
        changes.append(&mut later);
    }
    Some(open + end)
}

/// A line of a table that exists already.
fn said(table: &str, line: Line) -> TableChange {
    match line {
        Line::Column { field, .. } => TableChange::AddColumn(table.to_owned(), field),
        Line::Key(names, kind) => TableChange::Key(table.to_owned(), names, kind),
        Line::Reference(names, target) => TableChange::Reference(table.to_owned(), names, target),
    }
}

/// `CREATE UNIQUE INDEX x ON t (a, b)`; one over some rows only makes nothing unique.
fn unique_index(tokens: &[Token<'_>], changes: &mut Vec<TableChange>) -> Option<usize> {
    let end = statement(tokens);
    let tokens = &tokens[..end];
    let on = tokens.iter().position(|it| it.is("on"))?;
    let (table, taken) = name(tokens.get(on + 1..)?)?;
    let (names, after) = bracketed(tokens.get(on + 1 + taken..)?)?;
    if !after.iter().any(|it| it.is("where")) && !names.is_empty() {
        changes.push(TableChange::Key(table, names, KeyKind::Unique));
    }
    Some(end)
}

/// Where a statement ends: at a semicolon, or where another begins on a line of its own.
fn statement(tokens: &[Token<'_>]) -> usize {
    let mut depth = 0_i32;
    for (at, token) in tokens.iter().enumerate().skip(1) {
        if token.kind == Kind::Sign {
            depth += i32::from(token.text == "(") - i32::from(token.text == ")");
        }
        let is_new_line = tokens.get(at - 1).is_some_and(|before| before.line < token.line);
        let continues = token.is("alter") && tokens.get(at + 1).is_some_and(|next| !next.is("table"));
        if token.is_sign(";") || depth <= 0 && is_new_line && token.is_any(STARTS) && !continues {
            return at;
        }
    }
    tokens.len()
}

fn alter(tokens: &[Token<'_>], changes: &mut Vec<TableChange>) -> Option<usize> {
    if !tokens.get(1)?.is("table") {
        return None;
    }
    let end = statement(tokens);
    let tokens = &tokens[..end];
    let mut at = 2 + guard(tokens.get(2..)?);
    at += usize::from(tokens.get(at)?.is("only"));
    let (table, taken) = name(tokens.get(at..)?)?;
    let mut rest = tokens.get(at + taken..)?;
    if rest.first().is_some_and(|it| it.is("with")) {
        // `WITH CHECK ADD`.
        rest = rest.get(2..)?;
    }
    let mut verb = None;
    for action in split(rest) {
        let Some(first) = action.first() else { continue };
        // `ADD a int, b int`: what follows a comma goes on with what was said first.
        let goes_on = !first.is_any(&["add", "drop", "alter", "rename", "modify", "change", "set", "with"]);
        if !goes_on {
            verb = Some(*first);
        }
        let said = if goes_on { action } else { action.get(1..).unwrap_or_default() };
        match verb {
            Some(verb) if verb.is("add") => add(&table, said, changes),
            Some(verb) => changes.extend(change(&table, verb, said)),
            None => {}
        }
    }
    Some(end)
}

fn add(table: &str, said: &[Token<'_>], changes: &mut Vec<TableChange>) {
    let said = without(said, "column");
    let said = said.get(guard(said)..).unwrap_or_default();
    let lines: Vec<&[Token<'_>]> = match said {
        [open, inner @ ..] if open.is_sign("(") => {
            split(closing(inner).and_then(|end| inner.get(..end)).unwrap_or_default()).collect()
        }
        _ => vec![said],
    };
    for line in lines.into_iter().filter_map(columns::line) {
        let target = match &line {
            Line::Column { field, target: Some(target) } => Some((field.name.clone(), target.clone())),
            _ => None,
        };
        changes.push(self::said(table, line));
        changes.extend(target.map(|(name, target)| TableChange::Reference(table.to_owned(), vec![name], target)));
    }
}

/// What follows a word that may be left out.
fn without<'s, 't>(tokens: &'s [Token<'t>], word: &str) -> &'s [Token<'t>] {
    match tokens {
        [first, rest @ ..] if first.is(word) => rest,
        _ => tokens,
    }
}

/// Every action but `ADD`.
fn change(table: &str, verb: Token<'_>, said: &[Token<'_>]) -> Option<TableChange> {
    let is_column = said.first()?.is("column");
    let said = without(said, "column");
    let said = said.get(guard(said)..)?;
    let table = table.to_owned();
    let column: Atom = said.first()?.text.into();
    let has = |one: &str, two: &str| said.windows(2).any(|pair| pair[0].is(one) && pair[1].is(two));
    if verb.is("drop") {
        let is_other = said.first()?.is_any(&["constraint", "index", "key", "primary", "foreign", "default"]);
        return (is_column || !is_other).then_some(TableChange::DropColumn(table, column));
    }
    if verb.is("rename") {
        let to = said.iter().position(|it| it.is_any(&["to", "as"]))?;
        let (target, _) = name(said.get(to + 1..)?)?;
        return Some(if to == 0 {
            TableChange::Rename(table, target)
        } else {
            TableChange::RenameColumn(table, column, target.into())
        });
    }
    if verb.is("change") {
        let renamed = said.get(1)?.text.into();
        return Some(TableChange::RenameColumn(table, column, renamed));
    }
    if !verb.is_any(&["alter", "modify"]) {
        return None;
    }
    match () {
        () if has("drop", "not") => Some(TableChange::Nullable(table, column, true)),
        () if has("not", "null") => Some(TableChange::Nullable(table, column, false)),
        () if said.last()?.is("null") => Some(TableChange::Nullable(table, column, true)),
        () => None,
    }
}

fn drop_tables(tokens: &[Token<'_>], changes: &mut Vec<TableChange>) -> Option<usize> {
    if !tokens.get(1)?.is("table") {
        return None;
    }
    let end = statement(tokens);
    let listed = tokens.get(2 + guard(tokens.get(2..)?)..end)?;
    changes.extend(split(listed).filter_map(|item| Some(TableChange::Drop(name(item)?.0))));
    Some(end)
}

/// `RENAME TABLE a TO b`.
fn rename(tokens: &[Token<'_>], changes: &mut Vec<TableChange>) -> Option<usize> {
    if !tokens.get(1)?.is("table") {
        return None;
    }
    let end = statement(tokens);
    for item in split(tokens.get(2..end)?) {
        let to = item.iter().position(|it| it.is("to"))?;
        changes.push(TableChange::Rename(name(item)?.0, name(item.get(to + 1..)?)?.0));
    }
    Some(end)
}

/// `EXEC sp_rename 'dbo.a', 'b'`, or of a column `'dbo.a.x', 'y', 'COLUMN'`.
fn sp_rename(tokens: &[Token<'_>], changes: &mut Vec<TableChange>) -> Option<usize> {
    let texts: Vec<&str> = tokens.iter().take(10).filter(|it| it.kind == Kind::Text).map(|it| it.text).collect();
    let [from, to, kind @ ..] = texts.as_slice() else { return None };
    let parts: Vec<&str> = from.split('.').map(|part| part.trim_matches(['[', ']'])).collect();
    let to = to.trim_matches(['[', ']']);
    if kind.first().is_some_and(|kind| kind.eq_ignore_ascii_case("column")) {
        let [.., table, column] = parts.as_slice() else { return None };
        changes.push(TableChange::RenameColumn((*table).to_owned(), (*column).into(), to.into()));
    } else if kind.first().is_none_or(|kind| kind.eq_ignore_ascii_case("object")) {
        changes.push(TableChange::Rename((*parts.last()?).to_owned(), to.to_owned()));
    }
    Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebase::entity::Field;
    use crate::stores::sql::tokens;

    fn told(text: &str) -> Vec<String> {
        let plain =
            |field: &Field| format!("{} {} {:?} null={}", field.name, field.type_name, field.key, field.nullable);
        let changes = read(&tokens::read(text)).into_iter().map(|change| match change {
            TableChange::Create(entity) => {
                format!("{}: {}", entity.table, entity.fields.iter().map(plain).collect::<Vec<_>>().join(", "))
            }
            TableChange::AddColumn(table, field) => format!("{table} + {}", plain(&field)),
            other => format!("{other:?}"),
        });
        changes.collect()
    }

    #[test]
    fn each_dialect_is_read() {
        let cases = [
            (
                "CREATE TABLE [dbo].[Bike] ([Id] INT IDENTITY (1, 1) NOT NULL, [Note] NVARCHAR (MAX) NULL,
                 CONSTRAINT [PK_Bike] PRIMARY KEY CLUSTERED ([Id] ASC));\nGO",
                "Bike: Id INT None null=false, Note NVARCHAR(MAX) None null=true|Key(\"Bike\", [\"Id\"], Primary)",
            ),
            (
                "create table if not exists `ride` (`id` bigint unsigned not null auto_increment, `key` varchar(9),
                 primary key (`id`), unique key `uq` (`key`), key `ix` (`id`)) engine=InnoDB;",
                "ride: id bigint unsigned None null=false, key varchar(9) None null=true|\
                 Key(\"ride\", [\"id\"], Primary)|Key(\"ride\", [\"key\"], Unique)",
            ),
            (
                "CREATE TABLE \"city\".dock (id serial PRIMARY KEY, tags text[], at timestamp with time zone DEFAULT now(),
                 bike_id int REFERENCES public.bike(id) ON DELETE SET NULL, price numeric(8, 2) CHECK (price > 0) NOT NULL)",
                "city.dock: id serial Primary null=false, tags text[] None null=true, \
                 at timestamp with time zone None null=true, bike_id int Foreign null=true, \
                 price numeric(8, 2) None null=false|Reference(\"city.dock\", [\"bike_id\"], \"bike\")",
            ),
            (
                "ALTER TABLE ONLY public.bike ADD COLUMN IF NOT EXISTS colour text NOT NULL DEFAULT 'x, y', DROP COLUMN note,
                 ADD CONSTRAINT fk FOREIGN KEY (dock_id, n) REFERENCES dock (id, n);",
                "bike + colour text None null=false|DropColumn(\"bike\", \"note\")|\
                 Reference(\"bike\", [\"dock_id\", \"n\"], \"dock\")",
            ),
            (
                "ALTER TABLE a ADD b int, c int NULL\nGO\nALTER TABLE a ALTER COLUMN b INT NOT NULL\nEXEC sp_rename 'dbo.a.c', 'd', 'COLUMN'",
                "a + b int None null=true|a + c int None null=true|Nullable(\"a\", \"b\", false)|RenameColumn(\"a\", \"c\", \"d\")",
            ),
            ("drop table if exists a, b cascade; -- create table c (id int)", "Drop(\"a\")|Drop(\"b\")"),
            ("CREATE TABLE #t (id int); CREATE TEMP TABLE t (id int); CREATE TABLE t AS SELECT 1", ""),
            ("create table a (id int);\n-- +goose Down\ndrop table a;", "a: id int None null=true"),
            ("COPY public.a (id) FROM stdin;\n1\tdon't; drop table a\n\\.\nDROP TABLE b;", "Drop(\"b\")"),
        ];
        for (text, expected) in cases {
            assert_eq!(told(text).join("|"), expected, "{text}");
        }
    }
}
