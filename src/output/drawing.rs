//! Mermaid source to SVG, offline. The only user of `merman`, whose API still moves.

use std::sync::Arc;

use merman::svg::{
    DeterministicTextMeasurer, MeasurementProfileId, SvgEnvironment, SvgPipeline, TextMeasurementPolicy,
    TextMeasurementProfile, TextMeasurementProfileIdentity, TextStyle,
};
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
    let request = SvgRequest { pipeline: Some(pipeline), environment: environment(), ..SvgRequest::default() };
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
    let look = json!({ "theme": "default", "look": "classic", "fontFamily": "\"Open Sans\", sans-serif", "flowchart": { "wrappingWidth": 200 } });
    Engine::new().with_site_config(MermaidConfig::from_value(look))
}

/// Boxes are sized for the font that the site brings along, so that every browser shows whole words in them.
fn environment() -> SvgEnvironment {
    let environment = SvgEnvironment::deterministic();
    let identity = MeasurementProfileId::new("docagent.open-sans")
        .and_then(|profile| TextMeasurementProfileIdentity::new(profile, "17"));
    let Ok(identity) = identity else { return environment };
    let measure = DeterministicTextMeasurer::default().with_width_callback(width);
    let profile = TextMeasurementProfile::new(identity, Arc::clone(&measure));
    environment.with_text_measurement_policy(TextMeasurementPolicy::uniform(profile))
}

/// Advances of Open Sans from space to `~`, in thousandths of the font's size.
const ADVANCES: [u16; 95] = [
    260, 267, 401, 646, 572, 823, 730, 221, 296, 296, 552, 572, 245, 322, 266, 367, 572, 572, 572, 572, 572, 572, 572,
    572, 572, 572, 266, 266, 572, 572, 572, 429, 899, 633, 648, 631, 729, 556, 516, 728, 738, 279, 267, 614, 519, 903,
    754, 779, 602, 779, 618, 549, 553, 728, 595, 926, 577, 560, 571, 329, 367, 329, 542, 448, 577, 556, 613, 476, 613,
    561, 339, 548, 614, 253, 253, 525, 253, 930, 614, 604, 613, 613, 408, 477, 353, 614, 501, 778, 524, 504, 468, 379,
    551, 379, 572,
];

/// Width of `text` in pixels. Letters outside ASCII are taken as wide ones, those of East Asia as full squares.
fn width(text: &str, style: &TextStyle) -> f64 {
    let advance = |c: char| match u32::from(c) {
        0..=31 | 0xAD => 0,
        code @ 32..=126 => ADVANCES.get(code as usize - 32).copied().unwrap_or_default(),
        127..=0x10FF => 700,
        _ => 1000,
    };
    let thousandths: f64 = text.chars().map(|c| f64::from(advance(c))).sum();
    let is_bold = style.font_weight.as_deref().is_some_and(|weight| matches!(weight, "bold" | "600" | "700"));
    let bold = if is_bold { 1.08 } else { 1.0 };
    thousandths / 1000.0 * style.font_size * bold
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
    fn words_are_measured_in_the_font_of_the_site() {
        let style = TextStyle { font_size: 10.0, ..TextStyle::default() };
        let bold = TextStyle { font_weight: Some("bold".to_owned()), ..style.clone() };
        for (text, expected) in [("", 0.0), ("Wi", 11.79), ("~", 5.72), ("\u{e4}", 7.0), ("\u{65e5}", 10.0)] {
            assert!((width(text, &style) - expected).abs() < 1e-9, "{text}");
            assert!(text.is_empty() || width(text, &bold) > expected, "{text}");
        }
        let edge = draw("flowchart LR\n  a -->|\"Wi\"| b\n", "d").unwrap();
        assert!(edge.contains("<foreignObject width=\"18.864\""), "drawings use another measure");
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
