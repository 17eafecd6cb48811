//! A model behind an OpenAI-compatible HTTP endpoint: one request, one answer, no retries.

use std::fmt;
use std::sync::{Mutex, Once, PoisonError};
use std::time::Duration;

use async_openai::Client;
use async_openai::config::Config;
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use super::dialect::Dialect;
use super::price::is_local;
use super::reply::{Rejection, Reply, shorten, wait_asked_for};
use super::{Answer, Completion, CompletionRequest, LanguageModel, LlmError};

/// Where a model is, and how to ask it.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// Base URL up to and with `/v1`: `https://api.openai.com/v1`.
    pub base_url: String,
    /// API key, if the endpoint wants one.
    pub key: Option<SecretString>,
    /// The model's id.
    pub model: String,
    /// Longest time for one answer.
    pub timeout: Duration,
}

/// The client of one endpoint.
pub struct OpenAi {
    client: Client<Address>,
    model: String,
    timeout: Duration,
    key: Option<SecretString>,
    dialect: Mutex<Dialect>,
}

impl OpenAi {
    /// A client of `endpoint`. Nothing is sent yet.
    ///
    /// # Errors
    /// [`LlmError::Refused`] where the base URL is none, or the key cannot be sent in a header.
    #[expect(clippy::disallowed_types, reason = "this is the network's module")]
    pub fn new(endpoint: Endpoint) -> Result<Self, LlmError> {
        install_tls();
        let address = Address::new(&endpoint)?;
        let mut http = reqwest::Client::builder()
            // A redirect would carry the request, and with it the repository's text, to a place nobody named.
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(endpoint.timeout.min(Duration::from_secs(20)));
        if is_local(&endpoint.base_url) {
            http = http.no_proxy();
        }
        let http = http.build().map_err(|error| LlmError::Refused(shorten(&error.to_string())))?;
        let service = tower::service_fn(move |request: HttpRequestFactory| send(http.clone(), request));
        Ok(Self {
            client: Client::with_config(address).with_http_service(service),
            model: endpoint.model,
            timeout: endpoint.timeout,
            key: endpoint.key,
            dialect: Mutex::new(Dialect::presumed(&endpoint.base_url)),
        })
    }

    async fn ask(&self, request: &CompletionRequest) -> Result<Completion, LlmError> {
        // Each turn leaves one thing out, so the number of turns is bounded by the dialects there are.
        loop {
            let dialect = *self.dialect.lock().unwrap_or_else(PoisonError::into_inner);
            let rejection = match self.post(&dialect, request).await? {
                Ok(reply) => return reply.into_completion(),
                Err(rejection) => rejection,
            };
            let next = rejection.is_about_the_request().then(|| dialect.without_refused(&rejection.body)).flatten();
            match next {
                Some(next) => self.learn(dialect, next),
                None => return Err(self.without_key(rejection.into_error())),
            }
        }
    }

    async fn post(&self, dialect: &Dialect, request: &CompletionRequest) -> Result<Result<Reply, Rejection>, LlmError> {
        let body = dialect.body(&self.model, request);
        let chat = self.client.chat();
        let answer = tokio::time::timeout(self.timeout, chat.create_byot::<_, Reply>(body)).await;
        let error = match answer {
            Ok(Ok(reply)) => return Ok(Ok(reply)),
            Ok(Err(error)) => error,
            Err(_elapsed) => return Err(LlmError::TimedOut { seconds: self.timeout.as_secs() }),
        };
        match error {
            OpenAIError::Boxed(error) => match error.downcast::<Rejection>() {
                Ok(rejection) => Ok(Err(*rejection)),
                Err(error) => Err(LlmError::Refused(shorten(&error.to_string()))),
            },
            OpenAIError::JSONDeserialize(error, body) => {
                Err(LlmError::Malformed(shorten(&format!("{error}, in: {body}"))))
            }
            OpenAIError::Reqwest(error) => Err(transport_error(error)),
            error => Err(LlmError::Refused(shorten(&error.to_string()))),
        }
        .map_err(|error| self.without_key(error))
    }

    /// Remembers what the endpoint understands, unless a call beside this one was faster.
    fn learn(&self, tried: Dialect, next: Dialect) {
        let mut dialect = self.dialect.lock().unwrap_or_else(PoisonError::into_inner);
        if *dialect == tried {
            *dialect = next;
        }
    }

    /// Endpoints may repeat the key that they refuse.
    fn without_key(&self, error: LlmError) -> LlmError {
        let Some(key) = self.key.as_ref().map(ExposeSecret::expose_secret).filter(|key| !key.is_empty()) else {
            return error;
        };
        let clean = |message: String| message.replace(key, "***");
        match error {
            LlmError::Refused(message) => LlmError::Refused(clean(message)),
            LlmError::Transient { message, wait } => LlmError::Transient { message: clean(message), wait },
            LlmError::Malformed(message) => LlmError::Malformed(clean(message)),
            error => error,
        }
    }
}

/// Sends one request. What is no success becomes a [`Rejection`] here, while its headers are at hand.
#[expect(clippy::disallowed_types, reason = "this is the network's module")]
async fn send(http: reqwest::Client, request: HttpRequestFactory) -> Result<reqwest::Response, OpenAIError> {
    let response = http.execute(request.build().await?).await.map_err(OpenAIError::Reqwest)?;
    if response.status().is_success() {
        return Ok(response);
    }
    let (status, wait) = (response.status(), wait_asked_for(response.headers()));
    let body = response.text().await.unwrap_or_default();
    Err(OpenAIError::Boxed(Box::new(Rejection { status, wait, body })))
}

/// Who could not connect was not heard and may ask again; an answer that broke off may have been billed.
fn transport_error(error: reqwest::Error) -> LlmError {
    let (connecting, building) = (error.is_connect(), error.is_builder());
    let error = error.without_url();
    let mut message = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        message = format!("{message}: {inner}");
        cause = inner.source();
    }
    match (connecting, building) {
        (true, _) => LlmError::Transient { message: shorten(&message), wait: None },
        (_, true) => LlmError::Refused(shorten(&message)),
        _ => LlmError::Malformed(shorten(&message)),
    }
}

/// The provider of cryptography is chosen once for the process; a choice made before stays.
fn install_tls() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
}

impl LanguageModel for OpenAi {
    fn id(&self) -> &str {
        &self.model
    }

    fn complete<'a>(&'a self, request: &'a CompletionRequest) -> Answer<'a> {
        Box::pin(self.ask(request))
    }
}

impl fmt::Debug for OpenAi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenAi").field("model", &self.model).finish_non_exhaustive()
    }
}

/// An endpoint's address and headers. The client library's own reads the environment and panics on odd keys.
struct Address {
    base_url: String,
    headers: HeaderMap,
    key: SecretString,
}

impl Address {
    fn new(endpoint: &Endpoint) -> Result<Self, LlmError> {
        let base_url = endpoint.base_url.trim_end_matches('/').to_owned();
        let url = reqwest::Url::parse(&base_url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| LlmError::Refused(format!("`{base_url}` is no http or https URL")))?;
        let mut headers = HeaderMap::new();
        if let Some(key) = &endpoint.key {
            let azure = url.host_str().is_some_and(|host| host.ends_with(".azure.com"));
            let (name, value) = if azure {
                (HeaderName::from_static("api-key"), key.expose_secret().to_owned())
            } else {
                (AUTHORIZATION, format!("Bearer {}", key.expose_secret()))
            };
            let mut value = HeaderValue::from_str(&value)
                .map_err(|_| LlmError::Refused("the key holds characters that no header can carry".into()))?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Ok(Self { base_url, headers, key: endpoint.key.clone().unwrap_or_default() })
    }
}

impl Config for Address {
    fn headers(&self) -> HeaderMap {
        self.headers.clone()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base_url)
    }

    fn query(&self) -> Vec<(&str, &str)> {
        Vec::new()
    }

    fn api_base(&self) -> &str {
        &self.base_url
    }

    fn api_key(&self) -> &SecretString {
        &self.key
    }
}
