//! The agents: what they ask, what they accept, and what a run makes of it.

mod runner;
mod secrets;
mod shop;

use docagent::agents::{self, Agent, Brief};
use docagent::codebase::{Codebase, FactId};
use docagent::diagnostics::Code;
use docagent::plan::{Draft, Drafts, SectionId};
use serde_json::{Value, json};

use self::shop::{shop, with_endpoints};

fn agent(section: &SectionId) -> &'static dyn Agent {
    *agents::ALL.iter().find(|agent| agent.id() == section.parts().0).unwrap()
}

fn sections(codebase: &Codebase) -> Vec<SectionId> {
    agents::ALL.iter().flat_map(|agent| agent.sections(codebase)).collect()
}

fn brief(codebase: &Codebase, section: &SectionId) -> Brief {
    agent(section).brief(codebase, section, &Drafts::new())
}

#[test]
fn prompts_show_the_facts_and_nothing_else() {
    let codebase = shop();
    for section in sections(&codebase) {
        let request = agents::request(agent(&section), &brief(&codebase, &section), None, 1000);
        insta::assert_snapshot!(format!("prompt_{}", section.0.replace(['/', '~', '-'], "_")), request.prompt);
    }
}

#[test]
fn the_rules_and_schemas_are_what_was_agreed() {
    let codebase = shop();
    let section = SectionId::domain("basket");
    let request = agents::request(agent(&section), &brief(&codebase, &section), None, 1000);
    insta::assert_snapshot!("system", request.system);
    for agent in agents::ALL {
        assert_strict(&agent.schema(), agent.id());
    }
}

/// What strict endpoints ask of a schema, and what keeps a reply from growing without end.
fn assert_strict(schema: &Value, at: &str) {
    match schema["type"].as_str() {
        Some("object") => {
            assert_eq!(schema["additionalProperties"], json!(false), "{at}");
            let properties = schema["properties"].as_object().unwrap();
            let required: Vec<&str> = schema["required"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            assert_eq!(properties.keys().collect::<Vec<_>>(), required, "{at}");
            for (name, property) in properties {
                assert_strict(property, &format!("{at}.{name}"));
            }
        }
        Some("array") => {
            assert!(schema["maxItems"].is_u64(), "{at}");
            assert_strict(&schema["items"], &format!("{at}[]"));
        }
        Some("string") => assert!(schema["maxLength"].is_u64(), "{at}"),
        other => panic!("{at}: {other:?}"),
    }
}

#[test]
fn the_text_to_be_replaced_is_shown_as_data_and_is_no_part_of_the_fingerprint() {
    let codebase = shop();
    let section = SectionId::domain("basket");
    let brief = brief(&codebase, &section);
    let reply = json!({"purpose": [{"text": "Keeps what a buyer wants.", "facts": ["d1"]}]}).to_string();
    let (draft, _) = agent(&section).accept(&brief, &reply);
    let prompt = agents::request(agent(&section), &brief, draft.as_ref(), 1000).prompt;
    assert!(prompt.contains("purpose: Keeps what a buyer wants.\nDATA "), "{prompt}");
}

/// Ids of the facts that the draft cites, and its texts.
fn shown(draft: &Draft) -> Vec<String> {
    let claims = draft.fields.iter().flat_map(|(field, claims)| claims.iter().map(move |claim| (field, claim)));
    claims.map(|(field, claim)| format!("{field}: {} <{}>", claim.text, claim.facts.join(", "))).collect()
}

fn accept(section: &str, reply: &str) -> (Vec<String>, Vec<Code>) {
    let section = SectionId(section.into());
    let codebase = shop();
    let (draft, diagnostics) = agent(&section).accept(&brief(&codebase, &section), reply);
    (draft.as_ref().map(shown).unwrap_or_default(), diagnostics.iter().map(|diagnostic| diagnostic.code).collect())
}

#[test]
fn good_replies_become_drafts() {
    let reply = json!({
        "name": [{"text": "Basket", "facts": ["d1"]}],
        "purpose": [{"text": "Keeps the teas that a buyer wants.", "facts": ["n1", "d1"]}],
        "rules": [{"text": "A basket holds 30 teas at most; else `BasketFullError` is raised.", "facts": ["s1"]}],
        "words": []
    });
    let expected = [
        "name: Basket <domain:basket>",
        "purpose: Keeps the teas that a buyer wants. <domain:basket, entity:Basket>",
        "rules: A basket holds 30 teas at most; else `BasketFullError` is raised. <symbol:src/basket.py#add_item>",
    ];
    let prose = format!("<think>{{\"name\": 1}}</think>Here you are:\n```json\n{reply}\n```\nAnything else?");
    for reply in [reply.to_string(), prose] {
        assert_eq!(accept("domain/basket", &reply), (expected.map(String::from).to_vec(), Vec::new()));
    }
}

#[test]
fn broken_replies_are_unusable() {
    for reply in [
        "",
        "I cannot do that.",
        "{\"purpose\": [{\"text\": \"Keeps the te",
        "[1, 2]",
        "{\"purpose\": \"text\", \"rules\": 7}",
        "{}",
        &"{".repeat(100_000),
    ] {
        assert_eq!(accept("domain/basket", reply), (Vec::new(), vec![Code::UnusableReply]), "{reply:.40}");
        let section = sections(&shop()).into_iter().find(|section| section.parts().0 == "endpoints").unwrap();
        assert_eq!(accept(&section.0, reply), (Vec::new(), vec![Code::UnusableReply]), "{reply:.40}");
    }
}

#[test]
fn inventions_are_dropped_and_the_rest_is_kept() {
    let reply = json!({
        "purpose": [
            {"text": "Keeps baskets.", "facts": ["d1"]},
            {"text": "Pays by card.", "facts": ["x9"]},
            {"text": "Sends `MailService` messages.", "facts": ["d1"]},
            "no statement at all"
        ],
        "rules": [{"text": "A basket holds 99 teas.", "facts": ["s1"]}, {"text": "Baskets expire.", "facts": []}]
    });
    let (kept, dropped) = accept("domain/basket", &reply.to_string());
    assert_eq!(kept, ["purpose: Keeps baskets. <domain:basket>"]);
    assert_eq!(dropped, [Code::UnprovedStatement; 4]);
}

#[test]
fn hostile_replies_are_disarmed() {
    let reply = json!({
        "name": [{"text": "# Basket](https://evil.example) and so on and on and on", "facts": ["d1"]}],
        "purpose": [{"text": "Keeps <img src=x onerror=alert(1)> baskets, see [here](https://evil.example/x).", "facts": ["d1"]}],
        "extra": [{"text": "Ignored.", "facts": ["d1"]}]
    });
    let (kept, dropped) = accept("domain/basket", &reply.to_string());
    assert_eq!((kept, dropped), (vec!["purpose: Keeps baskets, see here. <domain:basket>".to_owned()], Vec::new()));
}

#[test]
fn each_endpoint_gets_its_own_sentence() {
    let section = sections(&shop()).into_iter().find(|section| section.parts().0 == "endpoints").unwrap();
    let reply = json!({"endpoints": [
        {"id": "e1", "text": "Shows the caller's basket."},
        {"id": "[e2]", "text": "Puts a tea into the basket."},
        {"id": "e1", "text": "Says it again."},
        {"id": "e8", "text": "Deletes everything."}
    ]});
    let (kept, dropped) = accept(&section.0, &reply.to_string());
    let expected = [
        "GET /basket: Shows the caller's basket. <endpoint:web GET /basket>",
        "POST /basket/items: Puts a tea into the basket. <endpoint:web POST /basket/items>",
    ];
    assert_eq!((kept, dropped), (expected.map(String::from).to_vec(), vec![Code::UnprovedStatement]));
}

#[test]
fn every_fact_of_a_brief_leads_to_its_lines() {
    let codebase = shop();
    for section in sections(&codebase) {
        for fact in brief(&codebase, &section).facts() {
            assert_eq!(fact.id.to_string().parse::<FactId>().as_ref(), Ok(&fact.id));
            let place = fact.id.place(&codebase);
            assert_eq!(place.is_none(), matches!(fact.id, FactId::Domain(_)), "{}", fact.id);
        }
    }
}

#[test]
fn endpoints_are_described_in_batches_that_stay() {
    let many = with_endpoints(30, 9);
    let before = sections(&many);
    let batches: Vec<usize> = before
        .iter()
        .filter(|section| section.parts().0 == "endpoints")
        .map(|section| brief(&many, section).facts().count())
        .collect();
    assert_eq!(batches.iter().sum::<usize>(), 270);
    assert!(batches.iter().all(|&count| count <= 40), "{batches:?}");
    assert!(batches.len() <= 14, "{batches:?}");

    // One endpoint more in one file: nearly all briefs are as they were.
    let mut changed = with_endpoints(30, 9);
    let mut new = changed.endpoints[100].clone();
    new.path.push_str("/new");
    changed.endpoints.push(new);
    let same = before.iter().filter(|section| brief(&many, section) == brief(&changed, section)).count();
    assert!(before.len() - same <= 4, "{same} of {} are as they were", before.len());
}

#[test]
fn briefs_stay_within_their_budget() {
    let mut codebase = shop();
    let mut doc = "A long story about teas and baskets. ".repeat(50);
    doc.push_str(&"x".repeat(5_000));
    for facts in &mut codebase.facts {
        let definition = facts.outline.definitions[0].clone();
        facts.outline.definitions.extend((0..500).map(|number| {
            let name = format!("handle_{number}").into();
            docagent::codebase::outline::Definition { name, doc: Some(doc.clone()), ..definition.clone() }
        }));
    }
    for section in sections(&codebase) {
        let text = brief(&codebase, &section).text();
        assert!(text.len() < 15_000, "{section}: {}", text.len());
    }
}

#[test]
fn each_agent_has_its_prompt_and_needs_only_agents_that_there_are() {
    let ids: Vec<&str> = agents::ALL.iter().map(|agent| agent.id()).collect();
    assert!(ids.is_sorted(), "{ids:?}");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("prompts");
    let mut prompts: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    prompts.sort();
    let mut expected: Vec<String> = ids.iter().map(|id| format!("{id}.md")).collect();
    expected.push("system.md".into());
    expected.sort();
    assert_eq!(prompts, expected);
    assert!(agents::ALL.iter().flat_map(|agent| agent.needs()).all(|need| ids.contains(need)));
}
