//! The whole clustering on small made-up shops, whose parts are known.

use super::*;
use crate::codebase::graph::{Basis, Symbol};
use crate::codebase::outline::{Definition, Outline, Reference, SymbolKind};
use crate::codebase::source::Role;
use crate::codebase::{Dependency, DependencyKind};

const AREAS: [&str; 5] = ["Basket", "Invoice", "Catalog", "Customer", "Shipment"];
const LAYERS: [&str; 8] =
    ["Controller", "Service", "Repository", "Entity", "Validator", "Query", "ViewModel", "Mapper"];

/// A repository under test.
#[derive(Default)]
struct Shop {
    files: Vec<SourceFile>,
    facts: Vec<Facts>,
    uses: Vec<(String, String)>,
    entities: Vec<Entity>,
}

impl Shop {
    fn file(&mut self, path: &str, role: Role, class: &str, uses: &[String]) {
        self.files.push(SourceFile { path: RepoPath::new(path), role, ..SourceFile::default() });
        let definition = Definition { name: class.into(), kind: SymbolKind::Class, ..Definition::default() };
        let references = uses
            .iter()
            .map(|name| Reference { name: name.as_str().into(), count: 1, ..Reference::default() })
            .collect();
        let outline = Outline { definitions: vec![definition], references, ..Outline::default() };
        self.facts.push(Facts { outline, ..Facts::default() });
        self.uses.extend(uses.iter().map(|used| (class.to_owned(), used.clone())));
    }

    fn without(mut self, gone: impl Fn(&str) -> bool) -> Self {
        let keep: Vec<bool> = self.files.iter().map(|file| !gone(file.path.as_str())).collect();
        let mut kept = keep.iter();
        self.files.retain(|_| *kept.next().unwrap_or(&true));
        let mut kept = keep.iter();
        self.facts.retain(|_| *kept.next().unwrap_or(&true));
        self
    }

    fn cluster(&self, previous: Option<&Domains>, ignore_folders: bool) -> Domains {
        let mut order: Vec<usize> = (0..self.files.len()).collect();
        order.sort_by(|&a, &b| self.files[a].path.cmp(&self.files[b].path));
        let files: Vec<SourceFile> = order.iter().map(|&at| self.files[at].clone()).collect();
        let facts: Vec<Facts> = order.iter().map(|&at| self.facts[at].clone()).collect();
        let index_of = |class: &str| {
            let defines = |facts: &Facts| facts.outline.definitions.iter().any(|own| own.name == class);
            facts.iter().position(defines).and_then(|at| u32::try_from(at).ok())
        };
        let dependencies = self.uses.iter().filter_map(|(from, to)| {
            let symbol = |class| index_of(class).map(|file| Symbol { file, definition: None });
            let (from, to) = (symbol(from)?, symbol(to)?);
            Some(Dependency { from, to, kind: DependencyKind::Type, count: 1, line: 1, basis: Basis::Resolved })
        });
        let graph = DependencyGraph::new(dependencies.collect());
        cluster(&DomainInput {
            files: &files,
            facts: &facts,
            graph: &graph,
            components: &[],
            endpoints: &[],
            entities: &self.entities,
            previous,
            ignore_folders,
        })
    }
}

/// A shop in layers: each folder holds one layer of all areas.
fn layered_shop() -> Shop {
    let mut shop = Shop::default();
    for area in AREAS {
        for (at, layer) in LAYERS.iter().enumerate() {
            let mut uses = vec![format!("{area}{}", LAYERS[(at + 1) % LAYERS.len()]), format!("{area}Entity")];
            uses.push("Clock".to_owned());
            shop.file(&format!("src/{layer}s/{area}{layer}.cs"), Role::Source, &format!("{area}{layer}"), &uses);
        }
        let tested = [format!("{area}Service")];
        shop.file(&format!("tests/{area}ServiceTests.cs"), Role::Test, &format!("{area}ServiceTests"), &tested);
    }
    shop.file("src/Clock.cs", Role::Source, "Clock", &[]);
    shop.file("src/Views/Basket/Index.cshtml", Role::Other, "", &[]);
    shop
}

fn names(domains: &Domains) -> Vec<&str> {
    let mut names: Vec<&str> = domains.domains.iter().map(|domain| domain.name.as_str()).collect();
    names.sort_unstable();
    names
}

fn domain_of<'a>(domains: &'a Domains, path: &str) -> Option<&'a str> {
    domains.of(&RepoPath::new(path)).map(|domain| domain.name.as_str())
}

#[test]
fn areas_are_found_across_layers() {
    for ignore_folders in [false, true] {
        let domains = layered_shop().cluster(None, ignore_folders);
        assert_eq!(names(&domains), ["Basket", "Catalog", "Customer", "Invoice", "Shipment"]);
        assert_eq!(domain_of(&domains, "src/Mappers/CatalogMapper.cs"), Some("Catalog"));
    }
}

#[test]
fn tests_and_views_lie_beside_what_they_are_about() {
    let domains = layered_shop().cluster(None, false);
    assert_eq!(domain_of(&domains, "tests/InvoiceServiceTests.cs"), Some("Invoice"));
    assert_eq!(domain_of(&domains, "src/Views/Basket/Index.cshtml"), Some("Basket"));
}

#[test]
fn what_all_use_is_shared() {
    let domains = layered_shop().cluster(None, false);
    assert!(domains.shared.contains(&RepoPath::new("src/Clock.cs")), "{:?}", domains.shared);
}

#[test]
fn order_of_files_changes_nothing() {
    let mut shuffled = layered_shop();
    shuffled.files.rotate_left(17);
    shuffled.facts.rotate_left(17);
    shuffled.uses.reverse();
    assert_eq!(shuffled.cluster(None, false), layered_shop().cluster(None, false));
}

#[test]
fn folders_of_one_shape_are_modules() {
    let mut shop = Shop::default();
    for module in ["billing", "calendar", "inventory", "rental", "payroll"] {
        for (file, class) in [("models", "Alpha"), ("views", "Beta"), ("urls", "Gamma"), ("admin", "Delta")] {
            let class = format!("{}{class}", module.to_uppercase());
            shop.file(&format!("project/{module}/{file}.py"), Role::Source, &class, &[]);
        }
    }
    let domains = shop.cluster(None, false);
    assert_eq!(domain_of(&domains, "project/payroll/models.py"), domain_of(&domains, "project/payroll/urls.py"));
    assert_eq!(domains.domains.len(), 5);
}

#[test]
fn an_earlier_partition_is_kept_when_a_few_files_change() {
    let whole = layered_shop();
    let changed = ["src/Querys/BasketQuery.cs", "src/Mappers/ShipmentMapper.cs"];
    let before = layered_shop().without(|path| changed.contains(&path)).cluster(None, false);
    let mut renamed = before.clone();
    for domain in &mut renamed.domains {
        domain.id = format!("kept-{}", domain.id);
        domain.name = format!("Kept {}", domain.name);
    }
    let after = whole.cluster(Some(&renamed), false);
    for domain in &renamed.domains {
        for file in &domain.files {
            assert_eq!(after.of(file).map(|after| &after.id), Some(&domain.id), "{file}");
        }
    }
    assert_eq!(domain_of(&after, changed[0]), Some("Kept Basket"));
    assert_eq!(domain_of(&after, changed[1]), Some("Kept Shipment"));
}

#[test]
fn an_earlier_run_on_the_same_code_is_reproduced() {
    let first = layered_shop().cluster(None, false);
    assert_eq!(layered_shop().cluster(Some(&first), false), first);
}

#[test]
fn a_new_area_becomes_a_new_domain() {
    let before = layered_shop().without(|path| path.contains("Catalog")).cluster(None, false);
    let after = layered_shop().cluster(Some(&before), false);
    assert_eq!(names(&after), ["Basket", "Catalog", "Customer", "Invoice", "Shipment"]);
}

#[test]
fn records_make_their_words_business() {
    let mut shop = Shop::default();
    for area in ["Item", "Customer"] {
        for layer in LAYERS {
            let uses = [format!("{area}Entity"), format!("{area}Service")];
            shop.file(&format!("src/{layer}s/{area}{layer}.cs"), Role::Source, &format!("{area}{layer}"), &uses);
        }
        shop.entities.push(Entity { name: area.to_owned(), ..Entity::default() });
    }
    assert_eq!(names(&shop.cluster(None, true)), ["Customer", "Item"]);
}

#[test]
fn nothing_gives_nothing() {
    assert_eq!(Shop::default().cluster(None, false), Domains::default());
}
