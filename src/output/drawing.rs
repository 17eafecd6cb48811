//! Mermaid source to SVG, offline. The only user of `merman`, whose API still moves.

use merman::svg::SvgPipeline;
use merman::{
    Engine, MermaidConfig, OperationControl, ParseOptions, RenderOutput, RenderRequest, Renderer, SvgRequest,
};
use serde_json::json;

/// Whether `source` is a diagram that Mermaid understands.
///
/// # Errors
/// The parser's words, on one line.
pub(super) fn parse(source: &str) -> Result<(), String> {
    match Engine::new().parse_diagram_sync(source, ParseOptions::strict()) {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err("no diagram type".to_owned()),
        Err(error) => Err(one_line(&error.to_string())),
    }
}

/// Draws `source` as one line of SVG whose ids all start with `id`, so that several drawings share a page.
///
/// # Errors
/// The parser's or the layout's words, on one line.
pub(super) fn draw(source: &str, id: &str) -> Result<String, String> {
    let pipeline = SvgPipeline::parity().with_browser_inline_contract(format!("{id}-"));
    let request = SvgRequest { pipeline: Some(pipeline), ..SvgRequest::default() };
    // Strict, because the default draws an "error" picture in the place of a diagram that it cannot read.
    let renderer = Renderer::new().with_engine(engine()).with_parse_options(ParseOptions::strict());
    match renderer.render(RenderRequest::svg(source, OperationControl::new(), request)) {
        Ok(RenderOutput::Svg(Some(drawing))) => Ok(one_line(drawing.svg())),
        Ok(_) => Err("no diagram type".to_owned()),
        Err(error) => Err(one_line(&error.to_string())),
    }
}

/// The look that code hosts give the same diagrams.
fn engine() -> Engine {
    let look = json!({ "theme": "default", "look": "classic", "fontFamily": "system-ui, sans-serif" });
    Engine::new().with_site_config(MermaidConfig::from_value(look))
}

/// A Markdown parser ends an HTML block at the first empty line.
fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [&str; 3] = [
        "flowchart LR\n  a[\"Web #quot;shop#quot;\"] -->|reads| b[(\"Catalog\")]\n",
        "sequenceDiagram\n  participant a as Browser\n  a->>b: GET /items\n  b-->>a: 200\n",
        "erDiagram\n  ORDER ||--o{ ITEM : holds\n  ORDER {\n    int id PK\n  }\n",
    ];

    #[test]
    fn every_kind_of_diagram_is_drawn_on_one_line() {
        for source in KINDS {
            assert_eq!(parse(source), Ok(()));
            let svg = draw(source, "d1").unwrap();
            assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"), "{svg}");
            assert!(!svg.contains('\n'));
        }
    }

    #[test]
    fn equal_sources_give_equal_bytes_and_ids_keep_drawings_apart() {
        for source in KINDS {
            assert_eq!(draw(source, "d1"), draw(source, "d1"));
            let second = draw(source, "other-2").unwrap();
            for id in second.split(" id=\"").skip(1) {
                let id = id.split('"').next().unwrap_or_default();
                assert!(id.starts_with("other-2"), "`{id}` of `{source}` has no prefix");
            }
        }
    }

    #[test]
    fn what_mermaid_refuses_is_refused_in_one_line() {
        for source in ["flowchart LR\n  a[x (y)] --> b\n", "sequenceDiagram\n  a->b->c\n", "no diagram", ""] {
            for refusal in [parse(source).unwrap_err(), draw(source, "d").unwrap_err()] {
                assert!(!refusal.is_empty() && !refusal.contains('\n'), "{refusal}");
            }
        }
    }
}
