//! A run of all agents against a scripted model.

use std::sync::Mutex;

use docagent::agents::{Limits, Outcome, Progress, estimate, write};
use docagent::codebase::Codebase;
use docagent::diagnostics::Code;
use docagent::llm::{
    Answer, Caps, Completion, CompletionRequest, Cost, LanguageModel, Ledger, Limited, LlmError, Price, Usage,
};
use docagent::plan::{Drafts, Manifest, Reason, SectionId, read_state, state_files};
use serde_json::json;

use super::shop::shop;

/// A model that answers from a function of the request, and remembers what it was asked.
struct Scripted<F> {
    answer: F,
    asked: Mutex<Vec<CompletionRequest>>,
}

impl<F: Fn(&CompletionRequest, usize) -> Result<String, LlmError> + Send + Sync> Scripted<F> {
    fn new(answer: F) -> Self {
        Self { answer, asked: Mutex::default() }
    }

    /// What was asked for, sorted.
    fn asked(&self) -> Vec<String> {
        let mut sections: Vec<String> =
            self.asked.lock().unwrap().iter().map(|request| request.purpose.clone()).collect();
        sections.sort();
        sections
    }
}

impl<F: Fn(&CompletionRequest, usize) -> Result<String, LlmError> + Send + Sync> LanguageModel for Scripted<F> {
    fn id(&self) -> &'static str {
        "scripted"
    }

    fn complete<'a>(&'a self, request: &'a CompletionRequest) -> Answer<'a> {
        let mut asked = self.asked.lock().unwrap();
        let before = asked.iter().filter(|earlier| earlier.purpose == request.purpose).count();
        asked.push(request.clone());
        drop(asked);
        let answer = (self.answer)(request, before);
        Box::pin(async move {
            tokio::task::yield_now().await;
            answer.map(|text| Completion {
                text,
                truncated: false,
                usage: Usage { input_tokens: 2_000, output_tokens: 10 },
            })
        })
    }
}

/// A reply that cites the first facts of the prompt.
fn good(request: &CompletionRequest) -> String {
    let aliases: Vec<&str> = request
        .prompt
        .lines()
        .filter_map(|line| line.strip_prefix('[')?.split_once(']'))
        .map(|(alias, _)| alias)
        .collect();
    let statement = json!({"text": "It keeps teas.", "facts": [aliases[0]]});
    match request.schema_name {
        "overview" => json!({"summary": [statement], "audience": [], "capabilities": [statement]}),
        "domain" => json!({"name": [], "purpose": [statement], "capabilities": [], "rules": [], "words": []}),
        _ => {
            json!({"endpoints": aliases.iter().map(|id| json!({"id": id, "text": "Shows teas."})).collect::<Vec<_>>()})
        }
    }
    .to_string()
}

async fn run(codebase: &Codebase, old: &Outcome, model: &dyn LanguageModel) -> Outcome {
    let manifest = Manifest { sections: old.fingerprints.clone(), ..Manifest::default() };
    write(codebase, &old.drafts, &manifest, model, &Limits::default(), &|_| {}).await
}

async fn first_run(codebase: &Codebase) -> Outcome {
    let outcome = run(codebase, &Outcome::default(), &Scripted::new(|request, _| Ok(good(request)))).await;
    assert_eq!(outcome.diagnostics, []);
    outcome
}

fn codes(outcome: &Outcome) -> Vec<Code> {
    outcome.diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

#[tokio::test]
async fn everything_is_written_once_and_the_overview_last() {
    let model = Scripted::new(|request, _| Ok(good(request)));
    let codebase = shop();
    let first = run(&codebase, &Outcome::default(), &model).await;
    assert_eq!(first.written.len(), 4);
    assert_eq!(first.written, first.drafts.keys().cloned().collect::<Vec<_>>());
    let last = model.asked.lock().unwrap().last().cloned().unwrap();
    assert_eq!(last.purpose, "overview");
    assert!(last.prompt.contains("basket (basket, shop). It keeps teas."), "{}", last.prompt);

    let again = Scripted::new(|_, _| Err(LlmError::Refused("nothing should be asked".into())));
    let second = run(&codebase, &first, &again).await;
    assert_eq!(again.asked(), [""; 0]);
    let unchanged = Outcome { written: Vec::new(), ledger: Ledger::default(), ..first };
    assert_eq!(second, unchanged);
}

#[tokio::test]
async fn state_survives_its_files() {
    let codebase = shop();
    let first = first_run(&codebase).await;
    let manifest = Manifest { sections: first.fingerprints.clone(), ..Manifest::default() };
    let files = state_files(&first.drafts, &manifest);
    let (drafts, manifest, diagnostics) = read_state(files.iter().map(|file| (&file.path, file.text.as_bytes())));
    assert_eq!((&drafts, &manifest.sections, diagnostics.len()), (&first.drafts, &first.fingerprints, 0));
}

#[tokio::test]
async fn only_what_shows_changed_facts_is_written_again() {
    let first = first_run(&shop()).await;
    let mut codebase = shop();
    codebase.entities[1].doc = Some("A tea, loose or in bags.".into());
    let model = Scripted::new(|request, _| Ok(good(request)));
    let second = run(&codebase, &first, &model).await;
    // The overview shows the domain's draft, which came out as it was: nothing changed for it.
    assert_eq!(model.asked(), ["domain/catalog"]);
    assert_eq!(second.drafts, first.drafts);
    let request = model.asked.lock().unwrap()[0].clone();
    assert!(request.prompt.contains("purpose: It keeps teas."), "{}", request.prompt);
}

#[tokio::test]
async fn lines_that_move_cost_nothing() {
    let first = first_run(&shop()).await;
    let mut codebase = shop();
    for endpoint in &mut codebase.endpoints {
        endpoint.handler.line += 7;
    }
    for facts in &mut codebase.facts {
        for definition in &mut facts.outline.definitions {
            definition.line += 7;
            definition.lines.first += 7;
            definition.lines.last += 7;
        }
    }
    let model = Scripted::new(|request, _| Ok(good(request)));
    assert_eq!(run(&codebase, &first, &model).await.drafts, first.drafts);
    assert_eq!(model.asked(), [""; 0]);
}

#[tokio::test]
async fn what_is_gone_is_removed() {
    let first = first_run(&shop()).await;
    let mut codebase = shop();
    codebase.domains.domains.pop();
    let second = run(&codebase, &first, &Scripted::new(|request, _| Ok(good(request)))).await;
    assert_eq!(second.removed, [SectionId::domain("catalog")]);
    assert!(!second.drafts.contains_key(&SectionId::domain("catalog")));
}

#[tokio::test]
async fn an_unusable_reply_is_asked_for_once_more_with_the_reason() {
    let model = Scripted::new(|request, before| if before == 0 { Ok("no JSON".into()) } else { Ok(good(request)) });
    let outcome = run(&shop(), &Outcome::default(), &model).await;
    assert_eq!((outcome.written.len(), outcome.failed.len()), (4, 0));
    assert_eq!(model.asked().len(), 8);
    let second = model.asked.lock().unwrap().iter().rfind(|request| request.purpose == "overview").cloned().unwrap();
    assert!(
        second.prompt.contains("could not be used") && second.prompt.contains("no JSON object"),
        "{}",
        second.prompt
    );
}

#[tokio::test]
async fn a_failed_section_keeps_its_draft_and_stays_stale() {
    let first = first_run(&shop()).await;
    let mut codebase = shop();
    codebase.entities[1].doc = Some("A tea, loose or in bags.".into());
    let failures = [
        (Ok("never JSON".to_owned()), Code::UnusableReply),
        (Err(LlmError::Unavailable("HTTP 500".into())), Code::ModelFailure),
    ];
    for (answer, code) in failures {
        let model = Scripted::new(|_, _| answer.clone());
        let second = run(&codebase, &first, &model).await;
        assert_eq!(second.failed, [SectionId::domain("catalog")]);
        assert_eq!((&second.drafts, &second.fingerprints), (&first.drafts, &first.fingerprints));
        assert_eq!(codes(&second).first(), Some(&code));
        let third = run(&codebase, &second, &Scripted::new(|request, _| Ok(good(request)))).await;
        assert_eq!(third.written, [SectionId::domain("catalog")]);
    }
}

#[tokio::test]
async fn an_endpoint_that_refuses_the_first_call_is_asked_no_more() {
    let model = Scripted::new(|_, _| Err(LlmError::Refused("wrong key".into())));
    let limits = Limits { concurrency: 1, ..Limits::default() };
    let outcome = write(&shop(), &Drafts::new(), &Manifest::default(), &model, &limits, &|_| {}).await;
    assert_eq!(model.asked().len(), 1);
    assert_eq!((outcome.failed.len(), outcome.drafts.len()), (4, 0));
    assert_eq!(codes(&outcome), [Code::ModelFailure, Code::ModelFailure], "the refusal, and what it stopped");
}

#[tokio::test]
async fn the_budget_stops_a_run_and_the_next_one_goes_on() {
    let codebase = shop();
    let price = Price::per_million(1.0, 1.0);
    let caps = Caps { cost: Some(Cost::from_dollars(0.0115)), ..Caps::default() };
    let model = Limited::new(Scripted::new(|request, _| Ok(good(request))), Caps { concurrency: 1, ..caps }, price);
    // A call may cost some $0.008 and does cost $0.002: after two the next one no longer fits.
    let limits = Limits { concurrency: 1, max_output_tokens: 4_500 };
    let first = write(&codebase, &Drafts::new(), &Manifest::default(), &model, &limits, &|_| {}).await;
    assert!(!first.written.is_empty() && !first.failed.is_empty(), "{:?} {:?}", first.written, first.failed);
    assert_eq!(codes(&first), [Code::BudgetReached]);
    assert!(model.ledger().total().cost <= Cost::from_dollars(0.0115));

    let model = Scripted::new(|request, _| Ok(good(request)));
    let second = run(&codebase, &first, &model).await;
    assert_eq!(second.written, first.failed, "nothing is paid for twice");
}

#[tokio::test]
async fn accepted_sections_are_told_at_once() {
    let told = Mutex::new(Vec::new());
    let progress = |event: Progress<'_>| {
        if let Progress::Written { section, draft, .. } = event {
            told.lock().unwrap().push((section.clone(), draft.clone()));
        }
    };
    let model = Scripted::new(|request, _| Ok(good(request)));
    let outcome = write(&shop(), &Drafts::new(), &Manifest::default(), &model, &Limits::default(), &progress).await;
    assert_eq!(told.into_inner().unwrap().into_iter().collect::<Drafts>(), outcome.drafts);
}

#[tokio::test]
async fn an_estimate_says_what_a_run_would_ask() {
    let codebase = shop();
    let price = Price::per_million(1.0, 2.0);
    let nothing = estimate(&codebase, &Drafts::new(), &Manifest::default(), "scripted", &price);
    assert_eq!((nothing.sections.len(), nothing.fresh), (4, 0));
    assert!(nothing.sections.iter().all(|section| section.reason == Reason::New && section.input_tokens > 300));
    let (input, output, cost) = nothing.total();
    assert_eq!(cost, price.cost(input, output));

    let first = first_run(&codebase).await;
    let manifest = Manifest { sections: first.fingerprints.clone(), ..Manifest::default() };
    let fresh = estimate(&codebase, &first.drafts, &manifest, "scripted", &price);
    assert_eq!((fresh.sections.len(), fresh.fresh), (0, 4));
    let other = estimate(&codebase, &first.drafts, &manifest, "another model", &price);
    assert!(other.sections.iter().all(|section| section.reason == Reason::ModelChanged));
}
