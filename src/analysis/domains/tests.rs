//! The whole clustering on small made-up shops, whose parts are known.

use super::*;
use crate::codebase::graph::{Basis, Symbol};
use crate::codebase::outline::{Definition, Outline, Reference, SymbolKind};
use crate::codebase::pins::{DomainPin, PathGlob};
use crate::codebase::source::Role;
use crate::codebase::{Dependency, DependencyKind};
use crate::diagnostics::Code;

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

    fn cluster(&self, kept: Option<&KeptDomains>, ignore_folders: bool) -> Domains {
        self.find(kept, ignore_folders, None).domains
    }

    fn find(&self, kept: Option<&KeptDomains>, ignore_folders: bool, rules: Option<&DomainRules>) -> Found {
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
            kept,
            rules,
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
    let mut kept = layered_shop().without(|path| changed.contains(&path)).find(None, false, None).kept;
    for domain in &mut kept.domains {
        domain.id = format!("kept-{}", domain.id);
        domain.name = format!("Kept {}", domain.name);
    }
    let after = whole.cluster(Some(&kept), false);
    for domain in &kept.domains {
        for file in domain.files.keys() {
            assert_eq!(after.of(file).map(|after| &after.id), Some(&domain.id), "{file}");
        }
    }
    assert_eq!(domain_of(&after, changed[0]), Some("Kept Basket"));
    assert_eq!(domain_of(&after, changed[1]), Some("Kept Shipment"));
}

#[test]
fn an_earlier_run_on_the_same_code_is_reproduced() {
    let first = layered_shop().find(None, false, None);
    assert_eq!(layered_shop().find(Some(&first.kept), false, None), first);
}

#[test]
fn what_was_kept_wins_over_what_the_code_shows_until_the_file_changes() {
    let mut kept = layered_shop().find(None, false, None).kept;
    let file = RepoPath::new("src/Services/BasketService.cs");
    let place = |kept: &KeptDomains, id: &str| kept.domains.iter().position(|domain| domain.id == id).unwrap();
    let (from, to) = (place(&kept, "basket"), place(&kept, "invoice"));
    let mark = kept.domains[from].files.remove(&file).unwrap();
    kept.domains[to].files.insert(file.clone(), mark);
    let after = |kept: &KeptDomains| layered_shop().cluster(Some(kept), false);
    assert_eq!(domain_of(&after(&kept), file.as_str()), Some("Invoice"), "nobody touched it");
    kept.domains[to].files.insert(file.clone(), "other".to_owned());
    assert_eq!(domain_of(&after(&kept), file.as_str()), Some("Basket"), "it changed, and its ties run elsewhere");
}

#[test]
fn renamed_and_moved_files_stay_in_their_domains() {
    let mut shop = layered_shop();
    let first = shop.find(None, false, None);
    let mut moved = Vec::new();
    for (at, file) in shop.files.iter_mut().enumerate().filter(|(at, _)| at % 3 == 0) {
        let new = match at % 2 {
            0 => format!("{}/renamed{at}.cs", file.path.folder()),
            _ => format!("elsewhere/{}", file.path.file_name()),
        };
        moved.push((file.path.clone(), RepoPath::new(&new)));
        file.path = RepoPath::new(&new);
    }
    let after = shop.cluster(Some(&first.kept), false);
    for (old, new) in moved {
        assert_eq!(domain_of(&after, new.as_str()), domain_of(&first.domains, old.as_str()), "{old} is now {new}");
    }
}

#[test]
fn a_new_area_becomes_a_new_domain() {
    let before = layered_shop().without(|path| path.contains("Catalog")).find(None, false, None);
    let after = layered_shop().cluster(Some(&before.kept), false);
    assert_eq!(names(&after), ["Basket", "Catalog", "Customer", "Invoice", "Shipment"]);
}

#[test]
fn kept_domains_that_the_code_left_are_told() {
    let mut kept = layered_shop().find(None, false, None).kept;
    let all: Vec<_> = kept.domains.iter().flat_map(|domain| domain.files.clone()).collect();
    let count = kept.domains.len();
    for (at, domain) in kept.domains.iter_mut().enumerate() {
        domain.files = all.iter().skip(at).step_by(count).cloned().collect();
    }
    let notes = layered_shop().find(Some(&kept), false, None).diagnostics;
    assert_eq!(notes.iter().map(|note| note.code).collect::<Vec<_>>(), [Code::DriftedDomains]);
}

#[test]
fn rules_win_and_are_told_when_they_match_nothing() {
    let glob = |pattern: &str| PathGlob {
        pattern: pattern.into(),
        matcher: globset::Glob::new(pattern).unwrap().compile_matcher(),
    };
    let rules = DomainRules {
        pins: vec![
            DomainPin {
                name: "Sales".into(),
                files: vec![glob("src/Services/CatalogService.cs"), glob("gone/**")],
                merge: vec!["basket".into(), "Invoice".into(), "nowhere".into()],
                ..DomainPin::default()
            },
            DomainPin { name: "Customer".into(), id: Some("people".into()), ..DomainPin::default() },
        ],
        shared: vec![glob("src/Mappers/**")],
        order: vec!["shipment".into(), "Sales".into(), "gone".into()],
    };
    let plain = layered_shop().find(None, false, None);
    let found = layered_shop().find(None, false, Some(&rules));
    let ids: Vec<&str> = found.domains.domains.iter().map(|domain| domain.id.as_str()).collect();
    assert_eq!(ids, ["shipment", "sales", "people", "catalog"]);
    for (file, domain) in [
        ("src/Services/CatalogService.cs", Some("Sales")),
        ("src/Services/InvoiceService.cs", Some("Sales")),
        ("src/Services/CustomerService.cs", Some("Customer")),
        ("src/Mappers/CatalogMapper.cs", None),
    ] {
        assert_eq!(domain_of(&found.domains, file), domain, "{file}");
    }
    let ruled = found.domains.reasons.values().filter(|why| why.contains("docagent.toml")).count();
    assert_eq!(ruled, 5, "each file that a rule takes out says so");
    assert_eq!(found.diagnostics.len(), 3, "{:?}", found.diagnostics);
    assert!(found.diagnostics.iter().all(|note| note.code == Code::UnmatchedRule && note.help.is_some()));
    assert_eq!(found.kept, plain.kept, "rules can be taken back");
    assert_eq!(layered_shop().find(Some(&found.kept), false, Some(&rules)).domains, found.domains);
}

#[test]
fn copies_of_libraries_belong_to_no_domain() {
    let mut shop = layered_shop();
    for library in ["zipper", "clocks", "router", "unlicensed"] {
        let class = format!("{library}Archive");
        shop.file(&format!("server/libs/{library}/index.js"), Role::Source, &class, &["BasketService".to_owned()]);
        if library != "unlicensed" {
            shop.file(&format!("server/libs/{library}/LICENSE"), Role::Other, "", &[]);
        }
    }
    let domains = shop.cluster(None, false);
    assert_eq!(names(&domains), ["Basket", "Catalog", "Customer", "Invoice", "Shipment"]);
    for library in ["zipper", "unlicensed"] {
        let file = RepoPath::new(format!("server/libs/{library}/index.js"));
        assert!(domains.reasons[&file].contains("copy of a library"), "{:?}", domains.reasons);
    }
}

#[test]
fn a_general_word_names_a_domain_only_beside_another() {
    let mut shop = Shop::default();
    for area in ["Admin", "Customer"] {
        for (at, layer) in LAYERS.iter().enumerate() {
            let other = if area == "Admin" { "AdminRole" } else { "Customer" };
            let class = if at % 2 == 0 { format!("{area}{layer}") } else { format!("{other}{layer}") };
            let uses = [format!("{area}Controller"), format!("{other}Service")];
            shop.file(&format!("src/{layer}s/{class}.cs"), Role::Source, &class, &uses);
        }
    }
    assert_eq!(names(&shop.cluster(None, true)), ["Admin Role", "Customer"]);
}

#[test]
fn projects_of_one_area_stay_together() {
    let mut shop = layered_shop();
    for (area, projects) in
        [("Ordering", &["API", "Domain", "Infrastructure"][..]), ("Pricing", &["API", "Domain"]), ("Stock", &["API"])]
    {
        for (at, project) in projects.iter().enumerate() {
            // Each project speaks of another area: only its name tells where it belongs.
            for layer in LAYERS {
                let class = format!("{}{layer}{at}{area}", AREAS[at]);
                let uses = [format!("{}{layer}", AREAS[at])];
                shop.file(&format!("src/{area}.{project}/{layer}.cs"), Role::Source, &class, &uses);
            }
        }
    }
    let domains = shop.cluster(None, false);
    let of = |project: &str| domain_of(&domains, &format!("src/{project}/Service.cs")).map(str::to_owned);
    assert!(of("Ordering.API").is_some());
    assert_eq!(of("Ordering.API"), of("Ordering.Domain"));
    assert_eq!(of("Ordering.API"), of("Ordering.Infrastructure"));
    assert_eq!(of("Pricing.API"), of("Pricing.Domain"));
}

#[test]
fn a_record_that_all_use_stays_in_its_domain() {
    let mut shop = layered_shop();
    let users = shop.files.iter().map(|file| file.path.stem().to_owned()).collect::<Vec<_>>();
    shop.uses.extend(users.into_iter().map(|user| (user, "CustomerEntity".to_owned())));
    let file = "src/Entitys/CustomerEntity.cs";
    assert_eq!(domain_of(&shop.cluster(None, false), file), None, "what all use is shared");
    shop.entities.push(Entity { name: "Customer".into(), file: RepoPath::new(file), ..Entity::default() });
    assert_eq!(domain_of(&shop.cluster(None, false), file), Some("Customer"));
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

/// A hospital of four areas, and rules that make two large domains of them.
fn hospital() -> (Shop, DomainRules) {
    let mut shop = Shop::default();
    let domains = [("Clinic", ["Surgery", "Nursing"]), ("Finance", ["Invoice", "Payroll"])];
    for area in domains.iter().flat_map(|(_, areas)| areas) {
        for kind in ["", "Factory", "Handler"] {
            for layer in LAYERS {
                let uses = [format!("{area}Service{kind}"), format!("{area}Entity{kind}"), format!("{area}{layer}")];
                let class = format!("{area}{layer}{kind}");
                shop.file(&format!("src/{layer}s/{class}.cs"), Role::Source, &class, &uses);
            }
        }
        let tested = [format!("{area}Service")];
        shop.file(&format!("tests/{area}Tests.cs"), Role::Test, &format!("{area}Tests"), &tested);
    }
    let pins = domains.map(|(domain, areas)| DomainPin {
        name: domain.to_owned(),
        merge: areas.map(str::to_owned).to_vec(),
        ..DomainPin::default()
    });
    (shop, DomainRules { pins: pins.to_vec(), ..DomainRules::default() })
}

fn parts(domains: &Domains) -> Vec<(&str, Vec<&str>)> {
    let mut all: Vec<(&str, Vec<&str>)> = domains
        .domains
        .iter()
        .map(|domain| (domain.name.as_str(), domain.parts.iter().map(|part| part.name.as_str()).collect()))
        .collect();
    all.sort_unstable();
    all
}

#[test]
fn a_large_domain_falls_into_parts() {
    let (shop, rules) = hospital();
    let found = shop.find(None, false, Some(&rules));
    assert_eq!(
        parts(&found.domains),
        [("Clinic", vec!["Nursing", "Surgery"]), ("Finance", vec!["Invoice", "Payroll"])]
    );
    let clinic = found.domains.get("clinic").unwrap();
    let part = |path: &str| clinic.part_of(&RepoPath::new(path)).map(|part| part.name.as_str());
    assert_eq!(part("src/Mappers/SurgeryMapperFactory.cs"), Some("Surgery"));
    assert_eq!(part("tests/NursingTests.cs"), Some("Nursing"), "a test lies beside what it is about");
    assert_eq!(shop.find(Some(&found.kept), false, Some(&rules)), found, "the same code gives the same parts");
    assert!(shop.cluster(None, false).domains.iter().all(|domain| domain.parts.is_empty()), "small ones have none");
}

#[test]
fn parts_stay_put_with_their_names() {
    let (shop, rules) = hospital();
    let mut kept = shop.find(None, false, Some(&rules)).kept;
    let moved = RepoPath::new("src/Mappers/SurgeryMapperFactory.cs");
    for domain in &mut kept.domains {
        for (file, part) in domain.parts.iter_mut().filter(|(_, part)| *part == "Surgery") {
            let name = if *file == moved { "Nursing" } else { "Operations" };
            name.clone_into(part);
        }
    }
    let after = shop.find(Some(&kept), false, Some(&rules)).domains;
    assert_eq!(parts(&after)[0], ("Clinic", vec!["Nursing", "Operations"]));
    let clinic = after.get("clinic").unwrap();
    assert_eq!(clinic.part_of(&moved).map(|part| part.name.as_str()), Some("Nursing"), "nobody touched it");
}

#[test]
fn large_modules_are_the_domains_themselves() {
    let mut shop = Shop::default();
    for (module, other) in [("desk", "till"), ("till", "desk"), ("yard", "dock"), ("dock", "yard")] {
        for (file, layer) in [("models", "Model"), ("views", "View"), ("urls", "Url"), ("admin", "Admin")] {
            // Each module uses the next one more than itself: only its folder tells what it is.
            let uses = [format!("{other}Model"), format!("{other}View"), format!("{other}Url")];
            shop.file(&format!("project/{module}/{file}.py"), Role::Source, &format!("{module}{layer}"), &uses);
        }
    }
    assert_eq!(names(&shop.cluster(None, false)), ["Desk", "Dock", "Till", "Yard"]);
}

#[test]
fn an_area_is_one_in_all_layers() {
    let mut shop = layered_shop();
    for (at, area) in ["Ledger", "Tariff", "Voucher", "Refund"].into_iter().enumerate() {
        for (layer, folder) in [("Api", "src/Api"), ("Core", "src/Core"), ("Sql", "db/Sql")] {
            // What lies in each layer speaks of another thing: only the folder tells the area.
            for file in ["Alpha", "Beta"] {
                let class = format!("{}{layer}{file}{at}", AREAS[at]);
                shop.file(&format!("{folder}/{area}/{class}.cs"), Role::Source, &class, &[]);
            }
        }
    }
    let domains = shop.cluster(None, false);
    let of = |path: &str| domain_of(&domains, path).map(str::to_owned);
    for (at, area) in ["Ledger", "Tariff", "Voucher", "Refund"].into_iter().enumerate() {
        let places: BTreeSet<_> = [("src/Api", "Api"), ("src/Core", "Core"), ("db/Sql", "Sql")]
            .map(|(folder, layer)| of(&format!("{folder}/{area}/{}{layer}Alpha{at}.cs", AREAS[at])))
            .into();
        assert_eq!(places.len(), 1, "{area}: {places:?}");
    }
}

#[test]
fn nothing_gives_nothing() {
    assert_eq!(Shop::default().cluster(None, false), Domains::default());
}
