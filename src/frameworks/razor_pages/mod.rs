//! Razor Pages and Blazor: files with `@page`, and the page models whose handlers answer.

mod conventions;

use crate::codebase::Atom;

use crate::codebase::endpoint::{EndpointKind, Exchange};
use crate::codebase::outline::{Decorator, Definition, DefinitionIndex, Outline, SymbolKind, Value, last_part};
use crate::codebase::routing::{AuthFact, HandlerRef, PathSyntax, Route, Router, RouterRef, RouterRole, Routing};
use crate::codebase::{Lines, RepoPath};

use super::Framework;
use super::aspnet_mvc::authorize;

/// Razor Pages and Blazor.
pub struct RazorPages;

const ID: &str = "razor_pages";

impl Framework for RazorPages {
    fn id(&self) -> &'static str {
        ID
    }

    fn name(&self) -> &'static str {
        "Razor Pages"
    }

    fn languages(&self) -> &'static [&'static str] {
        &["csharp", "razor"]
    }

    fn opens_from_anywhere(&self) -> bool {
        true
    }

    fn routing(&self, path: &RepoPath, outline: &Outline) -> Routing {
        let mut routing = Routing::default();
        if path.extension() == "cs" {
            let models = (0..).zip(&outline.definitions).filter(|(_, class)| is_page_model(class));
            routing.routers = models.map(|(index, class)| page_model(index, class)).collect();
            routing.settings = conventions::read(outline);
            return routing;
        }
        let Some(class) = outline.definitions.first() else { return routing };
        let pages = class.decorators.iter().filter(|decorator| decorator.name == "page");
        routing.routes = pages.filter_map(|page| route(path, outline, class, page)).collect();
        routing
    }
}

fn is_page_model(class: &Definition) -> bool {
    class.kind == SymbolKind::Class && class.bases.iter().any(|base| last_part(base).ends_with("PageModel"))
}

/// A page model: no route of its own, but what it states of who may call holds for its pages.
fn page_model(index: DefinitionIndex, class: &Definition) -> Router {
    Router {
        name: class.name.clone(),
        enclosing: class.parent,
        class: Some(index),
        role: RouterRole::Router,
        prefixes: Vec::new(),
        tokens: Vec::new(),
        parent: None,
        returned_by: None,
        auth: authorize::stated(&class.decorators),
        framework: Atom::new(ID),
        line: class.line,
    }
}

fn route(path: &RepoPath, outline: &Outline, class: &Definition, page: &Decorator) -> Option<Route> {
    let template = page.args.first().and_then(|arg| arg.value.as_text());
    let line = page.lines.first;
    let is_component = path.extension() == "razor";
    let served = match template.map(|template| template.strip_prefix('~').unwrap_or(template)) {
        Some(template) if template.starts_with('/') => template.to_owned(),
        // A Blazor component is served by its template alone.
        Some(template) if is_component => format!("/{template}"),
        None if is_component => return None,
        template => {
            let page = page_path(path)?;
            format!("{}/{}", page.trim_end_matches('/'), template.unwrap_or_default()).trim_end_matches('/').to_owned()
        }
    };
    let served = if served.is_empty() { "/".to_owned() } else { served };
    let model = model(outline).filter(|_| !is_component);
    let own_handlers =
        (0..).zip(&outline.definitions).any(|(_, it)| it.kind == SymbolKind::Method && it.name.starts_with("On"));
    let handler = match model {
        Some(model) => HandlerRef::Name(model),
        None if own_handlers && !is_component => HandlerRef::Definition(0),
        None => HandlerRef::Inline(Lines::one(line)),
    };
    let methods = if matches!(handler, HandlerRef::Inline(_)) { vec![Atom::new("GET")] } else { Vec::new() };
    Some(Route {
        router: RouterRef::Root,
        methods,
        path: Value::Text(Atom::from(served)),
        syntax: PathSyntax::Braces,
        absolute: true,
        handler,
        tokens: Vec::new(),
        kind: EndpointKind::Page,
        auth: stated(class),
        exchange: Exchange::default(),
        summary: None,
        conditional: false,
        framework: Atom::new(ID),
        line,
    })
}

fn stated(class: &Definition) -> AuthFact {
    authorize::stated(&class.decorators)
}

/// The type that `@model` names.
fn model(outline: &Outline) -> Option<Atom> {
    let field = outline
        .definitions
        .iter()
        .find(|it| it.name == "Model" && it.kind == SymbolKind::Field && it.parent == Some(0))?;
    field.type_name.clone()
}

/// The path at which a page without a template is served: its place below `Pages`, the area before it.
fn page_path(path: &RepoPath) -> Option<String> {
    let parts: Vec<&str> = path.parts().collect();
    let pages = parts.iter().position(|part| part.eq_ignore_ascii_case("Pages"))?;
    let area = match parts.get(pages.saturating_sub(2)..pages) {
        Some([areas, area]) if areas.eq_ignore_ascii_case("Areas") => Some(*area),
        _ => None,
    };
    let folders = parts.get(pages + 1..parts.len().saturating_sub(1)).unwrap_or_default();
    let own = Some(path.stem()).filter(|stem| !stem.eq_ignore_ascii_case("Index"));
    let all = area.into_iter().chain(folders.iter().copied()).chain(own);
    Some(all.fold(String::new(), |path, part| format!("{path}/{part}")))
}

#[cfg(test)]
mod tests {
    use super::page_path;

    #[test]
    fn pages_are_served_where_they_lie() {
        let cases = [
            ("src/Web/Pages/Index.cshtml", ""),
            ("src/Web/Pages/Basket/Index.cshtml", "/Basket"),
            ("src/Web/Pages/Basket/Checkout.cshtml", "/Basket/Checkout"),
            ("src/Web/Areas/Identity/Pages/Account/Login.cshtml", "/Identity/Account/Login"),
        ];
        for (path, expected) in cases {
            assert_eq!(page_path(&path.into()).as_deref(), Some(expected), "{path}");
        }
    }
}
