//! Razor files: directives, code and markup, read as the class that the file stands for.

mod scan;
mod sheet;

use crate::codebase::outline::{
    Assignment, Call, Definition, DefinitionIndex, Literal, Outline, Reference, SymbolKind,
};
use crate::codebase::{Atom, Lines, RepoPath};

use super::extract;
use sheet::Sheet;

/// Whether what a Razor file has in use holds in all files of its folder and below.
pub(super) fn is_shared(path: &RepoPath) -> bool {
    matches!(path.file_name(), "_ViewImports.cshtml" | "_Imports.razor")
}

/// Reads a `.cshtml` or `.razor` file.
pub(super) fn outline(path: &RepoPath, text: &str) -> Outline {
    let text = text.trim_start_matches('\u{feff}');
    let mut sheet = scan::read(text, path.extension() == "razor");
    let says_little = sheet.members.trim().is_empty() && sheet.bases.is_empty();
    if path.file_name() == "_ViewStart.cshtml" || is_shared(path) && says_little {
        return Outline { imports: sheet.imports, ..Outline::default() };
    }
    let mut outline = class(path, &mut sheet, text);
    let statements = extract::outline(&sheet.statements);
    outline.imports = sheet.imports;
    // Wholly blank text says nothing of the file; what is cut off at markup is no error of its author.
    outline.given_up |= statements.given_up;
    add_body(&mut outline, statements);
    outline.references.append(&mut sheet.references);
    merge_references(&mut outline.references);
    outline
}

/// The class that a file stands for, with its members.
fn class(path: &RepoPath, sheet: &mut Sheet, text: &str) -> Outline {
    let bases = if sheet.bases.is_empty() { String::new() } else { format!(" : {}", sheet.bases.join(", ")) };
    let (attributes, members) = (sheet.attributes.join(" "), sheet.members.trim_end());
    let mut outline = extract::outline(&format!("{attributes} partial class Page{bases} {{ {members} }}"));
    for definition in &mut outline.definitions {
        definition.namespace = sheet.namespace.clone();
    }
    if outline.definitions.is_empty() {
        outline.definitions.push(Definition { kind: SymbolKind::Class, ..Definition::default() });
    }
    if let Some(class) = outline.definitions.first_mut() {
        class.name = Atom::new(path.stem());
        class.line = sheet.pages.first().map_or(1, |page| page.lines.first);
        class.lines = Lines::new(1, u32::try_from(text.lines().count().max(1)).unwrap_or(u32::MAX));
        class.decorators.splice(0..0, std::mem::take(&mut sheet.pages));
    }
    outline
}

/// Adds what the page's statements say as said by its class.
fn add_body(outline: &mut Outline, body: Outline) {
    let count = DefinitionIndex::try_from(outline.definitions.len()).unwrap_or(DefinitionIndex::MAX);
    let namespace = outline.definitions.first().map(|class| class.namespace.clone()).unwrap_or_default();
    let within = |enclosing: Option<DefinitionIndex>| Some(enclosing.map_or(0, |index| index.saturating_add(count)));
    outline.definitions.extend(body.definitions.into_iter().map(|definition| Definition {
        parent: within(definition.parent),
        namespace: namespace.clone(),
        ..definition
    }));
    let references = body.references.into_iter();
    outline.references.extend(references.map(|it| Reference { enclosing: within(it.enclosing), ..it }));
    let calls = body.calls.into_iter();
    outline.calls.extend(calls.map(|it| Call { enclosing: within(it.enclosing), ..it }));
    outline.calls.sort_by_key(|call| call.value.line);
    let assignments = body.assignments.into_iter();
    outline.assignments.extend(assignments.map(|it| Assignment { enclosing: within(it.enclosing), ..it }));
    outline.assignments.sort_by_key(|assignment| assignment.line);
    let literals = body.literals.into_iter();
    outline.literals.extend(literals.map(|it| Literal { enclosing: within(it.enclosing), ..it }));
    outline.literals.sort_by_key(|literal| literal.line);
}

/// Makes one of the references of one name, kind and place.
fn merge_references(references: &mut Vec<Reference>) {
    references.sort_unstable_by(|one, other| {
        let key = |it: &Reference| (it.kind, it.enclosing, it.line);
        one.name.cmp(&other.name).then_with(|| key(one).cmp(&key(other)))
    });
    references.dedup_by(|later, first| {
        let same = (&later.name, later.kind, later.enclosing) == (&first.name, first.kind, first.enclosing);
        if same {
            first.count += later.count;
        }
        same
    });
    references.sort_unstable();
}

#[cfg(test)]
mod tests {
    use super::outline;
    use crate::codebase::outline::{ReferenceKind, Value};

    #[test]
    fn a_page_is_a_class_with_what_its_directives_and_code_declare() {
        let text = "@page \"{id:int}\"\n@using Shop.Orders\n@namespace Shop.Web\n@inject IOrders Orders\n@attribute [Authorize]\n<OrderCard Order=\"order\" />\n<p>@Model.Total</p>\n@code {\n    /// <summary>Loads.</summary>\n    protected override async Task OnInitializedAsync() { await Orders.LoadAsync(\"}\"); }\n}\n";
        let outline = outline(&"Pages/Detail.razor".into(), text);
        let names: Vec<_> = outline.definitions.iter().map(|it| (it.name.as_str(), it.line)).collect();
        assert_eq!(names, [("Detail", 1), ("Orders", 4), ("OnInitializedAsync", 10)]);
        let class = &outline.definitions[0];
        assert_eq!(class.decorators[0].args[0].value, Value::Text("{id:int}".into()));
        assert!(class.decorator("Authorize").is_some());
        assert_eq!(class.namespace, "Shop.Web");
        assert_eq!(outline.imports[0].module, "Shop.Orders");
        let has = |name: &str, kind| outline.references.iter().any(|it| it.name == name && it.kind == kind);
        assert!(has("OrderCard", ReferenceKind::Type) && has("Model.Total", ReferenceKind::Name));
        assert!(has("Orders.LoadAsync", ReferenceKind::Call) && has("IOrders", ReferenceKind::Type));
        assert_eq!(outline.syntax_errors, 0);
    }

    /// What a file refers to, without where it does so.
    #[track_caller]
    fn assert_names(path: &str, text: &str, expected: &[(&str, u32)]) {
        let outline = outline(&path.into(), text);
        let mut names: Vec<_> = outline.references.iter().map(|it| (it.name.as_str(), it.line)).collect();
        names.sort_unstable_by_key(|(name, line)| (*line, *name));
        assert_eq!(names, expected);
        assert!(outline.references.iter().all(|it| it.enclosing.is_some()));
        assert_eq!(outline.syntax_errors, 0);
    }

    #[test]
    fn code_and_markup_take_turns() {
        assert_names(
            "a.cshtml",
            "@{\n  var a = Load();\n  <p>it's @a.Name</p> a.Save();\n}\n@a.Name",
            &[("Load", 2), ("a.Save", 3)],
        );
        assert_names(
            "a.cshtml",
            "@if (Ready()) {\n<p>@One()</p>\n}\nelse if (Two()) { <br> Three(); }\n@Five()",
            &[("Ready", 1), ("One", 2), ("Three", 4), ("Two", 4), ("Five", 5)],
        );
        assert_names(
            "a.cshtml",
            "@foreach (var a in All()) {\n  @:text @Show(a) }\n  <input value=\"@a.Id\">\n}\n",
            &[("All", 1), ("Show", 2)],
        );
        assert_names(
            "a.cshtml",
            "@for (var i = 0; i < Max; i++)\n{ <b>@Text(i)</b> }\n@while (Next()) { Go(); }",
            &[("Max", 1), ("Text", 2), ("Go", 3), ("Next", 3)],
        );
        assert_names(
            "a.cshtml",
            "@switch (Kind) {\n case Kind.Plain: <i>@A()</i> break;\n default: <text>@B()</text> break; }",
            &[("Kind", 1), ("A", 2), ("Kind.Plain", 2), ("B", 3)],
        );
        assert_names(
            "a.cshtml",
            "@using (Html.Form()) { <p>@A</p> }\n@try { B(); } catch (Oops) { C(); } finally { D(); }\n@do { E(); } while (F());\n",
            &[("A", 1), ("Html.Form", 1), ("B", 2), ("C", 2), ("D", 2), ("Oops", 2), ("E", 3), ("F", 3)],
        );
    }

    #[test]
    fn expressions_end_where_markup_goes_on() {
        assert_names(
            "a.cshtml",
            "<a b=\"@(A ? B(\")\") : 1)\">@C.D(x: \"a)\")[0]?.E().</a>.\n@await F(')') g@h.com @@No @* @No *@ @I!.J\n@K<p>",
            &[(".E", 1), ("A", 1), ("B", 1), ("C.D", 1), ("F", 2), ("I", 2), ("I.J", 2), ("K", 3)],
        );
    }

    #[test]
    fn scripts_and_comments_have_no_tags() {
        assert_names(
            "a.cshtml",
            "@{\n<script>if (a<b) { x = '@A()'; }</script>\nB();\n<!-- <p> @C() -->\nD();\n}",
            &[("A", 2), ("B", 3), ("C", 4), ("D", 5)],
        );
    }

    #[test]
    fn attributes_of_components_are_code() {
        assert_names(
            "a.razor",
            "<Card @onclick=\"Pay\" @bind-Value='order.Name' @ref=\"card\" />\n<p @onclick=\"() => Add(1)\" @bind:event=\"oninput\" @onclick:stopPropagation>@X</p>\n<Card Title=\"@(Y())\" @onchange=\"@Z\"></Card>",
            &[("Card", 1), ("Pay", 1), ("card", 1), ("order.Name", 1), ("Add", 2), ("X", 2), ("Y", 3), ("Z", 3)],
        );
    }

    #[test]
    fn fragments_are_values_of_members() {
        assert_names(
            "a.razor",
            "@code {\n  RenderFragment One => @<p>@A()</p>;\n  void Two() {\n    <Card>@B()</Card>\n  } // }\n  string C = $@\"{\"\"}\"; }\n@D()",
            &[("A", 2), ("RenderFragment", 2), ("B", 4), ("Card", 4), ("D", 7)],
        );
    }

    #[test]
    fn directives_stand_in_code_too() {
        let text = "@{\n  Layout = \"_Main\";\n  @model Order\n  @using (Form()) { }\n}\n<p>@model.Name</p>";
        let outline = outline(&"a.cshtml".into(), text);
        let model = &outline.definitions[1];
        assert_eq!((model.name.as_str(), model.line, model.type_name.as_deref()), ("Model", 3, Some("Order")));
        assert!(outline.references.iter().any(|it| it.name == "Form" && it.line == 4));
    }
}
