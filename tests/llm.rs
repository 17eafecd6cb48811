//! The model client against an endpoint that misbehaves in every way we know of.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use docagent::llm::{
    Caps, Completion, CompletionRequest, Connection, Cost, Endpoint, LanguageModel, Limited, LlmError, OpenAi,
    Patience, Price, Recorded, Recorder, Retrying, connect,
};
use serde_json::{Value, json};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

const KEY: &str = "sk-test-0123456789abcdef";

/// Answers requests with these templates, one after the other; the last one stays.
struct Script {
    answers: Vec<ResponseTemplate>,
    next: AtomicUsize,
}

impl Respond for Script {
    fn respond(&self, _request: &Request) -> ResponseTemplate {
        let index = self.next.fetch_add(1, Ordering::SeqCst);
        self.answers[index.min(self.answers.len() - 1)].clone()
    }
}

async fn serve(answers: Vec<ResponseTemplate>) -> MockServer {
    let server = MockServer::start().await;
    let script = Script { answers, next: AtomicUsize::new(0) };
    Mock::given(method("POST")).and(path("/v1/chat/completions")).respond_with(script).mount(&server).await;
    server
}

fn connection(server: &MockServer) -> Connection {
    Connection {
        endpoint: Endpoint {
            base_url: format!("{}/v1/", server.uri()),
            key: Some(KEY.into()),
            model: "test-model".into(),
            timeout: Duration::from_millis(300),
        },
        patience: Patience {
            attempts: 3,
            first_wait: Duration::from_millis(1),
            longest_wait: Duration::from_millis(1_500),
        },
        caps: Caps::default(),
        price: Price::per_million(1.0, 2.0),
    }
}

async fn ask(server: &MockServer) -> Result<Completion, LlmError> {
    connect(connection(server)).unwrap().complete(&request()).await
}

fn request() -> CompletionRequest {
    CompletionRequest {
        system: "the rules".into(),
        prompt: "the task".into(),
        schema_name: "overview",
        schema: json!({"type": "object", "properties": {}, "required": [], "additionalProperties": false}),
        max_output_tokens: 100,
        purpose: "overview".into(),
    }
}

fn good() -> ResponseTemplate {
    let choice = json!({"message": {"role": "assistant", "content": "{\"ok\":true}"}, "finish_reason": "stop"});
    json_answer(200, json!({"choices": [choice], "usage": {"prompt_tokens": 20, "completion_tokens": 5}}))
}

fn json_answer(status: u16, body: Value) -> ResponseTemplate {
    ResponseTemplate::new(status).set_body_json(body)
}

fn refusal(status: u16, message: &str) -> ResponseTemplate {
    json_answer(status, json!({"error": {"message": message, "type": "invalid_request_error", "code": null}}))
}

async fn bodies(server: &MockServer) -> Vec<Value> {
    let requests = server.received_requests().await.unwrap_or_default();
    requests.iter().map(|request| serde_json::from_slice(&request.body).unwrap()).collect()
}

#[tokio::test]
async fn a_request_says_all_it_has_to() {
    let server = serve(vec![good()]).await;
    let completion = ask(&server).await.unwrap();
    assert_eq!((completion.text.as_str(), completion.truncated), ("{\"ok\":true}", false));
    assert_eq!((completion.usage.input_tokens, completion.usage.output_tokens), (20, 5));
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests[0].headers["authorization"], format!("Bearer {KEY}").as_str());
    let body = &bodies(&server).await[0];
    assert_eq!(body["model"], "test-model");
    assert_eq!(body["messages"][0], json!({"role": "system", "content": "the rules"}));
    assert_eq!(body["messages"][1], json!({"role": "user", "content": "the task"}));
    assert_eq!(body["max_tokens"], 100);
    assert_eq!(body["response_format"]["json_schema"]["name"], "overview");
}

#[tokio::test]
async fn passing_failures_are_waited_out() {
    let in_a_second = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(1));
    let html = ResponseTemplate::new(429).set_body_raw("<html>Too many requests</html>", "text/html");
    let cases = [
        ("seconds", ResponseTemplate::new(429).insert_header("retry-after", "0")),
        ("a date", ResponseTemplate::new(429).insert_header("retry-after", in_a_second.as_str())),
        ("a proxy's page", html),
        ("server error", ResponseTemplate::new(500).set_body_string("oops")),
        ("overloaded", json_answer(503, json!({"error": {"message": "overloaded"}}))),
        ("an error with HTTP 200", json_answer(200, json!({"error": {"message": "upstream failed", "code": 502}}))),
        ("malformed JSON", ResponseTemplate::new(200).set_body_string("<html>login</html>")),
        ("truncated JSON", ResponseTemplate::new(200).set_body_string("{\"choices\": [{\"mess")),
        ("too late", good().set_delay(Duration::from_millis(600))),
    ];
    for (name, failure) in cases {
        let server = serve(vec![failure, good()]).await;
        assert_eq!(ask(&server).await.map(|completion| completion.text), Ok("{\"ok\":true}".into()), "{name}");
        assert_eq!(bodies(&server).await.len(), 2, "{name}");
    }
}

#[tokio::test]
async fn retry_after_is_kept() {
    let server = serve(vec![ResponseTemplate::new(429).insert_header("retry-after-ms", "250"), good()]).await;
    let started = tokio::time::Instant::now();
    ask(&server).await.unwrap();
    assert!(started.elapsed() >= Duration::from_millis(250));
    let too_long = serve(vec![ResponseTemplate::new(429).insert_header("retry-after", "3600"), good()]).await;
    assert!(matches!(ask(&too_long).await, Err(LlmError::Unavailable(_))));
    assert_eq!(bodies(&too_long).await.len(), 1);
}

#[tokio::test]
async fn lasting_failures_end_after_a_few_attempts() {
    let cases = [
        (ResponseTemplate::new(502), 3, "not available: HTTP 502"),
        (good().set_delay(Duration::from_millis(600)), 2, "no answer within"),
        (ResponseTemplate::new(200).set_body_string("no JSON"), 2, "something else than a completion"),
    ];
    for (failure, attempts, words) in cases {
        let server = serve(vec![failure]).await;
        let error = ask(&server).await.unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        assert_eq!(bodies(&server).await.len(), attempts, "{error}");
    }
}

#[tokio::test]
async fn what_asking_again_cannot_mend_is_final() {
    let quota = json!({"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}});
    let cases = [
        json_answer(429, quota.clone()),
        json_answer(200, quota),
        refusal(401, &format!("Incorrect API key provided: {KEY}")),
        refusal(404, "The model `test-model` does not exist"),
        refusal(400, "This model's maximum context length is 4096 tokens"),
    ];
    for refusal in cases {
        let server = serve(vec![refusal]).await;
        let error = ask(&server).await.unwrap_err();
        assert!(matches!(error, LlmError::Refused(_)), "{error}");
        assert!(!error.to_string().contains(KEY), "{error}");
        assert_eq!(bodies(&server).await.len(), 1, "{error}");
    }
}

#[tokio::test]
async fn a_reply_cut_off_is_marked() {
    let choice = json!({"message": {"content": "{\"ok\":tr"}, "finish_reason": "length"});
    let server = serve(vec![json_answer(200, json!({"choices": [choice]}))]).await;
    assert!(ask(&server).await.unwrap().truncated);
}

#[tokio::test]
async fn what_the_endpoint_does_not_understand_is_left_out_for_good() {
    let server = serve(vec![
        refusal(400, "Invalid value: response_format of type 'json_schema' is not supported"),
        refusal(400, "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead."),
        refusal(422, "temperature: only the default (1) is supported"),
        refusal(400, "response_format is not supported by this model"),
        good(),
    ])
    .await;
    let model = connect(connection(&server)).unwrap();
    model.complete(&request()).await.unwrap();
    model.complete(&request()).await.unwrap();
    let bodies = bodies(&server).await;
    assert_eq!(bodies.len(), 6, "the second call knows what the first one learned");
    assert_eq!(bodies[1]["response_format"], json!({"type": "json_object"}));
    assert!(bodies[1]["messages"][1]["content"].as_str().unwrap().contains("additionalProperties"));
    let last = bodies[5].as_object().unwrap();
    assert_eq!(last.get("response_format"), None);
    assert_eq!(last.get("temperature"), None);
    assert_eq!(last.get("max_completion_tokens"), Some(&json!(100)));
}

#[tokio::test]
async fn an_address_that_nobody_answers_is_unavailable() {
    let free_port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut connection = connection(&serve(vec![good()]).await);
    connection.endpoint.base_url = format!("http://127.0.0.1:{free_port}/v1");
    let model = connect(connection).unwrap();
    assert!(matches!(model.complete(&request()).await, Err(LlmError::Unavailable(_))));
}

#[test]
fn unusable_settings_are_refused_before_anything_is_sent() {
    let endpoint = |base_url: &str, key: &str| Endpoint {
        base_url: base_url.into(),
        key: Some(key.into()),
        model: "m".into(),
        timeout: Duration::from_secs(1),
    };
    for (base_url, key) in [("api.example.com/v1", "k"), ("file:///v1", "k"), ("", "k"), ("http://x/v1", "two\nlines")]
    {
        assert!(matches!(OpenAi::new(endpoint(base_url, key)), Err(LlmError::Refused(_))), "{base_url}");
    }
    assert!(!format!("{:?}", endpoint("http://x/v1", KEY)).contains(KEY));
}

/// A model that answers at once, and says that it used `usage` tokens of output.
struct Fixed(Result<Completion, LlmError>);

impl LanguageModel for Fixed {
    fn id(&self) -> &'static str {
        "fixed"
    }

    fn complete<'a>(&'a self, _request: &'a CompletionRequest) -> docagent::llm::Answer<'a> {
        Box::pin(async {
            tokio::task::yield_now().await;
            self.0.clone()
        })
    }
}

fn completion(input_tokens: u64, output_tokens: u64) -> Completion {
    let usage = docagent::llm::Usage { input_tokens, output_tokens };
    Completion { text: "{}".into(), truncated: false, usage }
}

/// Asks `calls` times, all at once, under a cap in dollars; gives how many were answered and what they cost.
async fn spend(answer: Result<Completion, LlmError>, cap: f64, calls: usize) -> (usize, Cost, Cost) {
    let caps = Caps { concurrency: 8, requests: None, cost: Some(Cost::from_dollars(cap)) };
    let model = Limited::new(Fixed(answer), caps, Price::per_million(1.0, 10.0));
    let request = request();
    let results = futures::future::join_all((0..calls).map(|_| model.complete(&request))).await;
    let answered = results.iter().filter(|result| !matches!(result, Err(LlmError::Budget(_)))).count();
    (answered, model.ledger().total().cost, Cost::from_dollars(cap))
}

#[tokio::test]
async fn the_cost_cap_is_never_passed() {
    for cap in [0.0, 0.0001, 0.001, 0.002, 0.01] {
        for answer in [
            Ok(completion(600, 100)),
            Ok(completion(10, 1)),
            Ok(Completion { text: "no usage".into(), ..Completion::default() }),
            Err(LlmError::TimedOut { seconds: 1 }),
            Err(LlmError::Malformed("half an answer".into())),
        ] {
            let (answered, cost, cap) = spend(answer.clone(), cap, 40).await;
            assert!(cost <= cap, "{cost} of {cap} with {answer:?}");
            assert_eq!(answered > 0, cost > Cost::default(), "{answer:?}");
        }
    }
    let (answered, cost, _) = spend(Err(LlmError::Refused("no".into())), 0.01, 40).await;
    assert_eq!((answered, cost), (40, Cost::default()), "what is not billed is not counted");
}

#[tokio::test]
async fn cheap_calls_make_room_for_more() {
    // At worst a call costs some $0.0018, so five at once would fill the cap; in truth it costs $0.00002.
    let (answered, cost, _) = spend(Ok(completion(10, 1)), 0.01, 200).await;
    assert!(answered >= 200, "{answered}");
    assert_eq!(cost, Cost::from_dollars(0.000_02 * f64::from(u32::try_from(answered).unwrap())));
}

#[tokio::test]
async fn the_number_of_requests_is_capped_and_attempts_count() {
    let caps = Caps { requests: Some(3), ..Caps::default() };
    let failing = Fixed(Err(LlmError::Transient { message: "busy".into(), wait: None }));
    let patience = Patience { attempts: 9, first_wait: Duration::ZERO, longest_wait: Duration::ZERO };
    let model = Retrying::new(Limited::new(failing, caps, Price::per_million(1.0, 1.0)), patience);
    assert!(matches!(model.complete(&request()).await, Err(LlmError::Budget(_))));
    assert_eq!(model.ledger().lines["overview"].calls, 3);
}

#[tokio::test]
async fn a_recording_answers_like_the_model() {
    let recorder = Recorder::new(Fixed(Ok(completion(7, 3))));
    let answer = recorder.complete(&request()).await;
    let lines = recorder.lines();
    assert_eq!(lines.lines().count(), 1);
    let recorded = Recorded::parse("fixed", &lines).unwrap();
    assert_eq!(recorded.complete(&request()).await, answer);
    let other = CompletionRequest { prompt: "another task".into(), ..request() };
    let error = recorded.complete(&other).await.unwrap_err().to_string();
    assert!(error.contains("another task"), "{error}");
    assert!(Recorded::parse("fixed", "{]").is_err());
}
