//! Secrets of a repository never reach a prompt, wherever they stand.

use docagent::agents;
use docagent::codebase::Codebase;
use docagent::codebase::outline::{Argument, Assignment, Call, CallValue, Value};
use docagent::codebase::source::Statement;
use docagent::plan::{Claim, Draft, Drafts};
use proptest::prelude::*;
use thin_vec::thin_vec;

use super::shop::shop;
use super::{agent, sections};

/// Ways in which a secret stands in text: the text, and the part that must not be seen.
fn planted() -> impl Strategy<Value = (String, String)> {
    let password = "[A-Za-z][A-Za-z0-9!@#%^*]{8,20}[0-9]";
    prop_oneof![
        password.prop_map(|s| (format!("Server=db;User Id=sa;Password={s};Encrypt=true"), s)),
        "[a-zA-Z0-9]{8,20}[0-9]".prop_map(|s| (format!("postgresql://shop:{s}@db:5432/shop"), s)),
        "[A-Za-z0-9]{24,40}".prop_map(|s| (format!("uses sk-{s} for now"), s)),
        "[A-Za-z0-9]{36}".prop_map(|s| (format!("token ghp_{s}"), s)),
        "[A-Z0-9]{16}".prop_map(|s| (format!("key id AKIA{s}"), s)),
        "[A-Za-z0-9+]{60,80}".prop_map(|s| (format!("-----BEGIN PRIVATE KEY-----\n{s}\n-----END PRIVATE KEY-----"), s)),
        "[a-z0-9]{10,20}".prop_map(|s| (format!("api_key = \"{s}\""), s)),
        "[a-z0-9]{10,20}".prop_map(|s| (format!("{{'client_secret': '{s}'}}"), s)),
        "[A-Za-z0-9_]{20,40}".prop_map(|s| (format!("Authorization: Bearer {s}1"), s)),
        "[A-Za-z0-9_-]{20,40}".prop_map(|s| (format!("eyJhbGciOiJIUzI1NiJ9.{s}.{s}"), s)),
    ]
}

/// Puts `text` into every place that briefs quote.
fn plant(codebase: &mut Codebase, text: &str) {
    codebase.about.summary.push(Statement { text: text.into(), ..Statement::default() });
    for component in &mut codebase.components {
        component.description = Some(text.into());
    }
    for endpoint in &mut codebase.endpoints {
        endpoint.summary = Some(text.into());
    }
    for entity in &mut codebase.entities {
        entity.doc = Some(text.into());
    }
    for domain in &mut codebase.domains.domains {
        domain.terms.push(text.into());
    }
    for facts in &mut codebase.facts {
        for definition in &mut facts.outline.definitions {
            definition.doc = Some(text.into());
        }
        let args = vec![
            Argument { name: None, value: Value::Text(text.into()) },
            Argument {
                name: None,
                value: Value::Join(thin_vec![Value::Text(text.into()), Value::Name("user".into())]),
            },
        ];
        let value = CallValue { callee: "AccessError".into(), args: args.into(), ..CallValue::default() };
        facts.outline.calls.push(Call { value: value.into(), ..Call::default() });
        facts.outline.assignments.push(Assignment {
            target: "DEFAULT_PASSWORD".into(),
            value: Value::Text(text.into()),
            ..Assignment::default()
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_secret_reaches_a_prompt((text, secret) in planted()) {
        let mut codebase = shop();
        plant(&mut codebase, &text);
        let claim = Claim { text: text.clone(), facts: Vec::new() };
        let previous = Draft { fields: [("purpose".to_owned(), vec![claim])].into() };
        let drafts: Drafts = sections(&codebase).into_iter().map(|section| (section, previous.clone())).collect();
        for section in sections(&codebase) {
            let agent = agent(&section);
            let brief = agent.brief(&codebase, &section, &drafts);
            let request = agents::request(agent, &brief, Some(&previous), 1000);
            prop_assert!(!request.prompt.contains(&secret), "{secret} in {}", request.prompt);
        }
    }
}
