//! The whole set of pages for a small codebase built by hand.

use std::sync::Arc;

use thin_vec::thin_vec;

use docagent::codebase::endpoint::Exchange;
use docagent::codebase::entity::Cardinality;
use docagent::codebase::external::Direction;
use docagent::codebase::graph::{Basis, Symbol};
use docagent::codebase::outline::{
    Argument, Call, CallValue, Definition, DefinitionIndex, Outline, Parameter, SymbolKind, Value,
};
use docagent::codebase::source::{About, Command, Package, Statement};
use docagent::codebase::{
    Auth, Codebase, Component, ComponentKind, Confidence, Dependency, DependencyGraph, DependencyKind, Domain, Domains,
    Endpoint, EndpointKind, Entity, Evidence, EvidenceKind, ExternalSystem, Facts, Field, KeyKind, LanguageId, Lines,
    Place, Relation, RepoPath, Requirement, Role, Scope, SourceFile,
};
use docagent::output::{self, Input, OutputFile};
use docagent::plan::{Claim, Draft, Drafts, SectionId};

const FILES: [(&str, Role, &str); 8] = [
    ("README.md", Role::Other, "core"),
    ("core/basket.py", Role::Source, "core"),
    ("core/catalog.py", Role::Source, "core"),
    ("core/pyproject.toml", Role::Config, "core"),
    ("core/settings.py", Role::Source, "core"),
    ("tests/test_basket.py", Role::Test, "core"),
    ("web/app.py", Role::Source, "web"),
    ("web/pyproject.toml", Role::Config, "web"),
];

#[test]
fn pages_of_a_small_shop() {
    let files = render(&shop(0), &Drafts::new());
    let mut shown = String::new();
    for file in &files {
        shown.push_str(&format!("════ {}\n{}\n", file.path, file.text));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn every_link_and_diagram_holds() {
    let codebase = shop(0);
    let folder = RepoPath::new("docs/docagent");
    let broken = output::verify::broken(&render(&codebase, &drafts()), &folder, &codebase);
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn lines_inserted_above_change_definitions_only() {
    let (before, after) = (render(&shop(0), &Drafts::new()), render(&shop(7), &Drafts::new()));
    for (before, after) in before.iter().zip(&after) {
        for (old, new) in before.text.lines().zip(after.text.lines()).filter(|(old, new)| old != new) {
            assert!(old.starts_with("[s-") && new.starts_with("[s-"), "{}: {old} became {new}", before.path);
        }
    }
    assert_ne!(before, after);
}

#[test]
fn the_model_s_words_are_shown_escaped_and_with_their_facts() {
    let files = render(&shop(0), &drafts());
    let text = |path: &str| &files.iter().find(|file| file.path == RepoPath::new(path)).unwrap().text;
    assert!(text("README.md").contains("Sells \\<b>mugs\\</b> with `Basket`. ([`Basket`][s-"));
    assert!(text("domains/basket.md").contains("# Shopping basket"));
    assert!(text("domains/basket.md").contains("Gives the basket back."));
}

#[test]
fn an_empty_repository_has_pages_without_empty_sections() {
    let files = render(&Codebase { name: "void".into(), ..Codebase::default() }, &Drafts::new());
    for file in files {
        let mut lines = file.text.lines().filter(|line| !line.is_empty()).peekable();
        while let Some(line) = lines.next() {
            let next_is_heading = lines.peek().is_none_or(|next| next.starts_with("## "));
            assert!(!(line.starts_with("## ") && next_is_heading), "{}: empty section {line}", file.path);
        }
    }
}

/// Every page, with words of a model.
pub(crate) fn sample() -> Vec<OutputFile> {
    render(&shop(0), &drafts())
}

fn render(codebase: &Codebase, drafts: &Drafts) -> Vec<OutputFile> {
    let folder = RepoPath::new("docs/docagent");
    output::ALL.iter().flat_map(|format| format.files(&Input { codebase, drafts, folder: &folder })).collect()
}

/// A shop of two components and two domains, all of whose lines stand `shift` lines further down.
fn shop(shift: u32) -> Codebase {
    let place = |file: &str, first: u32, last: u32| Place::new(file.into(), Lines::new(first + shift, last + shift));
    let source = |(path, role, component): &(&str, Role, &str)| SourceFile {
        path: (*path).into(),
        language: LanguageId::new("python"),
        lines: 100,
        role: *role,
        component: Some((*component).into()),
    };
    let domain = |id: &str, name: &str, files: &[&str]| Domain {
        id: id.into(),
        name: name.into(),
        files: files.iter().map(|&file| file.into()).collect(),
        terms: vec![id.into()],
        parts: Vec::new(),
    };
    Codebase {
        name: "shop".into(),
        about: About {
            title: Some("Mug Shop".into()),
            summary: vec![Statement {
                text: "Sells mugs | and cups to *everyone*.".into(),
                place: place("README.md", 3, 3),
            }],
        },
        files: FILES.iter().map(source).collect(),
        components: components(shift),
        facts: FILES.iter().map(|(path, ..)| Facts { outline: outline(path, shift), ..Facts::default() }).collect(),
        graph: DependencyGraph::new(vec![
            uses(1, 2, 12 + shift),
            uses(6, 1, 5 + shift),
            uses(6, 2, 6 + shift),
            uses(2, 4, 3 + shift),
            uses(5, 1, 1 + shift),
        ]),
        domains: Domains {
            domains: vec![
                domain("basket", "Basket", &["core/basket.py", "tests/test_basket.py", "web/app.py"]),
                domain("catalog", "Catalog", &["core/catalog.py"]),
            ],
            shared: vec!["core/settings.py".into()],
            ..Domains::default()
        },
        endpoints: endpoints(shift),
        externals: externals(shift),
        entities: entities(shift),
        relations: vec![Relation {
            from: "Basket".into(),
            to: "Item".into(),
            cardinality: Cardinality::OneToMany,
            via: "basket_id".into(),
        }],
        ..Codebase::default()
    }
}

fn components(shift: u32) -> Vec<Component> {
    let package = Package { name: "fastapi".into(), ecosystem: "pypi".into(), ..Package::default() };
    let start = Command {
        name: "start".into(),
        run: "poetry run start".into(),
        script: "web.app:main".into(),
        place: Place::line("web/pyproject.toml".into(), 9 + shift),
    };
    vec![
        Component {
            id: "core".into(),
            name: "core".into(),
            path: "core".into(),
            manifest: "core/pyproject.toml".into(),
            description: Some("The shop's rules.".into()),
            ..Component::default()
        },
        Component {
            id: "web".into(),
            name: "web".into(),
            path: "web".into(),
            kind: ComponentKind::Service,
            manifest: "web/pyproject.toml".into(),
            references: vec!["core".into()],
            packages: vec![package],
            commands: vec![start],
            ..Component::default()
        },
    ]
}

/// A class `Basket` with a method that refuses, and a function.
fn outline(path: &str, shift: u32) -> Outline {
    if RepoPath::new(path).extension() != "py" {
        return Outline::default();
    }
    let lines = |first: u32, last: u32| Lines::new(first + shift, last + shift);
    let class = Definition {
        name: if path.contains("basket") { "Basket".into() } else { "Mug".into() },
        kind: SymbolKind::Class,
        lines: lines(10, 30),
        line: 10 + shift,
        doc: Some("What a buyer has chosen. A basket must belong to one buyer.".into()),
        ..Definition::default()
    };
    let method = Definition {
        name: "add_item".into(),
        kind: SymbolKind::Method,
        parent: Some(0),
        lines: lines(12, 20),
        line: 12 + shift,
        parameters: thin_vec![Parameter { name: "quantity".into(), ..Parameter::default() }],
        ..Definition::default()
    };
    let argument = |name: Option<&str>, value: Value| Argument { name: name.map(Into::into), value };
    let call = |callee: &str, args: Vec<Argument>, line: u32, enclosing: Option<DefinitionIndex>| Call {
        value: Arc::new(CallValue {
            callee: callee.into(),
            args: args.into(),
            lines: lines(line, line),
            line: line + shift,
            ..CallValue::default()
        }),
        enclosing,
        conditional: false,
        statement: lines(line, line),
    };
    let refusal =
        call("ValueError", vec![argument(None, Value::Text("Quantity must be positive".into()))], 14, Some(1));
    let setting = CallValue {
        receiver: Some(Value::Name("os".into())),
        callee: "getenv".into(),
        args: thin_vec![argument(None, Value::Text("SHOP_CURRENCY".into())), argument(None, Value::Text("EUR".into()))],
        lines: lines(40, 40),
        line: 40 + shift,
        ..CallValue::default()
    };
    let setting = Call { value: Arc::new(setting), enclosing: None, conditional: false, statement: lines(40, 40) };
    Outline { definitions: vec![class, method], calls: vec![refusal, setting], ..Outline::default() }
}

fn uses(from: u32, to: u32, line: u32) -> Dependency {
    let symbol = |file, definition| Symbol { file, definition };
    Dependency {
        from: symbol(from, None),
        to: symbol(to, Some(0)),
        kind: DependencyKind::Call,
        count: 2,
        line,
        basis: Basis::Resolved,
    }
}

fn endpoints(shift: u32) -> Vec<Endpoint> {
    let endpoint = |method: &str, path: &str, symbol: &str, line: u32, kind: EndpointKind| {
        let mut endpoint =
            Endpoint { method: method.into(), path: path.into(), raw_path: path.into(), kind, ..Endpoint::default() };
        endpoint.app = "web".into();
        endpoint.framework = "fastapi".into();
        endpoint.handler.symbol = symbol.into();
        endpoint.handler.file = "web/app.py".into();
        endpoint.handler.line = line + shift;
        endpoint.handler.last_line = line + 5 + shift;
        endpoint.domain = Some("basket".into());
        endpoint
    };
    let required = Auth { required: true, roles: vec!["buyer".into()], ..Auth::default() };
    vec![
        Endpoint {
            exchange: Exchange { response: Some("Basket".into()), ..Exchange::default() },
            ..endpoint("GET", "/api/basket", "get_basket", 20, EndpointKind::Api)
        },
        Endpoint {
            exchange: Exchange { request: Some("dict[str, int | None]".into()), ..Exchange::default() },
            auth: Some(required),
            ..endpoint("POST", "/api/basket/items", "add_item", 30, EndpointKind::Api)
        },
        endpoint("GET", "/health", "", 50, EndpointKind::Health),
    ]
}

fn externals(shift: u32) -> Vec<ExternalSystem> {
    let system = |id: &str, name: &str, category: &str, confidence| ExternalSystem {
        id: id.into(),
        name: name.into(),
        category: category.into(),
        vendor: None,
        scope: Scope::Runtime,
        requirement: Requirement::Required,
        direction: Direction::Outbound,
        confidence,
        used_by: vec!["core".into()],
        evidence: vec![Evidence {
            kind: EvidenceKind::Call,
            file: "core/catalog.py".into(),
            line: 8 + shift,
            detail: format!("{id}.connect"),
        }],
        deployed_as: None,
        config_keys: vec!["DATABASE_URL".into()],
    };
    vec![
        system("postgresql", "PostgreSQL", "database", Confidence::Called),
        system("stripe", "Stripe", "payment", Confidence::Declared),
    ]
}

fn entities(shift: u32) -> Vec<Entity> {
    let field = |name: &str, type_name: &str, key| Field {
        name: name.into(),
        type_name: type_name.into(),
        key,
        ..Field::default()
    };
    let entity = |name: &str, table: &str, fields: Vec<Field>| Entity {
        id: name.into(),
        name: name.into(),
        table: table.into(),
        store: "sqlalchemy".into(),
        file: "core/basket.py".into(),
        line: 10 + shift,
        domain: Some("basket".into()),
        fields,
        ..Entity::default()
    };
    vec![
        entity("Basket", "baskets", vec![field("id", "int", KeyKind::Primary)]),
        entity(
            "Item",
            "items",
            vec![field("id", "int", KeyKind::Primary), field("basket_id", "Optional[int]", KeyKind::Foreign)],
        ),
    ]
}

fn drafts() -> Drafts {
    let claim = |text: &str, fact: &str| vec![Claim { text: text.into(), facts: vec![fact.into()] }];
    let draft = |fields: Vec<(&str, Vec<Claim>)>| Draft {
        fields: fields.into_iter().map(|(field, claims)| (field.to_owned(), claims)).collect(),
    };
    let symbol = "symbol:core/basket.py#Basket";
    Drafts::from([
        (SectionId::overview(), draft(vec![("summary", claim("Sells <b>mugs</b> with `Basket`.", symbol))])),
        (
            SectionId::domain("basket"),
            draft(vec![
                ("name", claim("Shopping basket", "domain:basket")),
                ("purpose", claim("Keeps choices.", symbol)),
            ]),
        ),
        (
            SectionId::endpoints("web", "basket"),
            draft(vec![("GET /api/basket", claim("Gives the basket back.", "endpoint:web GET /api/basket"))]),
        ),
    ])
}
