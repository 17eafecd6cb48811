//! Configuration: `docagent.toml`, then the environment, then flags become one [`Config`]. Pure.

mod domains;

use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};
use secrecy::SecretString;
use serde::Deserialize;

use crate::codebase::RepoPath;
use crate::codebase::pins::DomainRules;
use crate::codebase::system_rule::SystemRule;
use crate::diagnostics::{Failure, FailureKind};

/// Name of the configuration file at the repository's root.
pub const FILE_NAME: &str = "docagent.toml";

/// Everything a run can be told.
#[derive(Clone, Debug)]
pub struct Config {
    /// Name of the system, where the repository's own does not fit.
    pub name: Option<String>,
    /// Folder of the pages below the root.
    pub output: RepoPath,
    /// Which files are read.
    pub files: FileRules,
    /// What people say of domains.
    pub domains: DomainRules,
    /// External systems besides the known ones, and more traces of these.
    pub systems: Vec<SystemRule>,
    /// The model, if one was set.
    pub model: Option<ModelConfig>,
    /// Folder that keeps facts of earlier runs, if any does.
    pub cache: Option<PathBuf>,
}

/// Which files are read.
#[derive(Clone, Debug)]
pub struct FileRules {
    /// Only these, if any are given.
    pub include: GlobSet,
    /// Never these.
    pub exclude: GlobSet,
    /// Larger files are skipped, in bytes.
    pub max_bytes: u64,
}

impl FileRules {
    /// Whether the rules let this file in.
    pub fn admit(&self, path: &RepoPath) -> bool {
        (self.include.is_empty() || self.include.is_match(path.as_str())) && !self.exclude.is_match(path.as_str())
    }
}

/// A model endpoint and its limits.
#[derive(Clone, Debug)]
pub struct ModelConfig {
    /// Model id as the endpoint knows it.
    pub name: String,
    /// Base URL of an OpenAI-compatible API.
    pub base_url: String,
    /// Key, if the endpoint wants one.
    pub api_key: Option<SecretString>,
    /// Hard cap of one run in US dollars.
    pub max_cost_usd: f64,
    /// Calls under way at once.
    pub concurrency: usize,
    /// Longest wait for one answer, in seconds.
    pub timeout_seconds: u64,
    /// Most tokens of one reply, thinking included.
    pub max_output_tokens: u32,
    /// US dollars for a million input tokens, where the built-in table does not know the model.
    pub input_price: Option<f64>,
    /// US dollars for a million output tokens.
    pub output_price: Option<f64>,
}

/// What the environment says.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `OPENAI_API_KEY`.
    pub api_key: Option<String>,
    /// `OPENAI_BASE_URL`.
    pub base_url: Option<String>,
    /// `DOCAGENT_MODEL`.
    pub model: Option<String>,
    /// `DOCAGENT_CACHE`: a folder for facts of earlier runs, or `off`.
    pub cache: Option<String>,
    /// The folder in which the user's programs keep their caches.
    pub cache_home: Option<PathBuf>,
}

/// What flags say.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--offline`.
    pub offline: bool,
    /// `--out`.
    pub out: Option<String>,
    /// `--model`.
    pub model: Option<String>,
    /// `--base-url`.
    pub base_url: Option<String>,
    /// `--max-cost`, in US dollars.
    pub max_cost_usd: Option<f64>,
}

const DEFAULT_MODEL: &str = "gpt-4.1-mini";
const OPENAI_BASE_URL: &str = "https://api.openai.com/v1";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FileForm {
    name: Option<String>,
    output: OutputForm,
    files: FilesForm,
    domains: domains::DomainsForm,
    externals: ExternalsForm,
    model: ModelForm,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ExternalsForm {
    system: Vec<SystemRule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct OutputForm {
    dir: String,
}

impl Default for OutputForm {
    fn default() -> Self {
        Self { dir: "docs/docagent".to_owned() }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FilesForm {
    include: Vec<String>,
    exclude: Vec<String>,
    max_size_kb: u64,
}

impl Default for FilesForm {
    fn default() -> Self {
        Self { include: Vec::new(), exclude: Vec::new(), max_size_kb: 1024 }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ModelForm {
    name: Option<String>,
    base_url: Option<String>,
    max_cost_usd: f64,
    concurrency: usize,
    timeout_seconds: u64,
    max_output_tokens: u32,
    input_price: Option<f64>,
    output_price: Option<f64>,
}

impl Default for ModelForm {
    fn default() -> Self {
        Self {
            name: None,
            base_url: None,
            max_cost_usd: 1.0,
            concurrency: 4,
            timeout_seconds: 120,
            max_output_tokens: 4_000,
            input_price: None,
            output_price: None,
        }
    }
}

/// Whether a path leads out of the folder that it is given from.
fn lies_outside(path: &str) -> bool {
    let mut depth = 0_i32;
    let steps_out = path.split(['/', '\\']).any(|part| {
        depth += match part {
            "" | "." => 0,
            ".." => -1,
            _ => 1,
        };
        depth < 0
    });
    steps_out || path.starts_with(['/', '\\']) || Path::new(path).is_absolute()
}

impl Config {
    /// Puts the three sources together; later ones win.
    ///
    /// # Errors
    /// A [`Failure`] of kind `Config` that names the key, the nearest right one, or the broken glob.
    pub fn resolve(file: Option<&str>, environment: Environment, flags: Flags) -> Result<Self, Failure> {
        let form: FileForm = match file {
            Some(text) => toml::from_str(text).map_err(|error| broken(&error))?,
            None => FileForm::default(),
        };
        let folder = flags.out.as_deref().unwrap_or(&form.output.dir);
        if lies_outside(folder) {
            let message = format!("the output folder `{folder}` is not below the repository");
            return Err(Failure::new(FailureKind::Config, message).help(
                "give it from the repository's root, such as `docs/docagent`: pages link to the code beside them",
            ));
        }
        let output = RepoPath::new(folder);
        if output.as_str().is_empty() {
            return Err(Failure::new(FailureKind::Config, "the output folder is the repository's root")
                .help("set `output.dir` (or `--out`) to a folder below it, such as `docs/docagent`"));
        }
        let files = FileRules {
            include: globs("files.include", &form.files.include)?,
            exclude: globs("files.exclude", &form.files.exclude)?,
            max_bytes: form.files.max_size_kb.saturating_mul(1024),
        };
        let domains = domains::rules(form.domains)?;
        let cache = match environment.cache.as_deref() {
            Some("off") => None,
            Some(folder) if !folder.is_empty() => Some(PathBuf::from(folder)),
            _ => environment.cache_home.as_ref().map(|home| home.join("docagent")),
        };
        let model = if flags.offline { None } else { model(form.model, environment, flags)? };
        Ok(Self { name: form.name, output, files, domains, systems: form.externals.system, model, cache })
    }
}

fn model(form: ModelForm, environment: Environment, flags: Flags) -> Result<Option<ModelConfig>, Failure> {
    let base_url = flags.base_url.or(environment.base_url).or(form.base_url).filter(|url| !url.is_empty());
    let api_key = environment.api_key.filter(|key| !key.is_empty());
    if base_url.is_none() && api_key.is_none() {
        return Ok(None);
    }
    let max_cost_usd = flags.max_cost_usd.unwrap_or(form.max_cost_usd);
    if !max_cost_usd.is_finite() || max_cost_usd < 0.0 {
        return Err(Failure::new(FailureKind::Config, format!("`{max_cost_usd}` is no amount of dollars"))
            .help("set `model.max_cost_usd` (or `--max-cost`) to zero or more"));
    }
    if form.concurrency == 0 || form.timeout_seconds == 0 || form.max_output_tokens == 0 {
        return Err(Failure::new(
            FailureKind::Config,
            "`model.concurrency`, `model.timeout_seconds` and `model.max_output_tokens` must be at least 1",
        )
        .help("raise them in docagent.toml"));
    }
    Ok(Some(ModelConfig {
        name: flags.model.or(environment.model).or(form.name).unwrap_or_else(|| DEFAULT_MODEL.to_owned()),
        base_url: base_url.unwrap_or_else(|| OPENAI_BASE_URL.to_owned()),
        api_key: api_key.map(SecretString::from),
        max_cost_usd,
        concurrency: form.concurrency,
        timeout_seconds: form.timeout_seconds,
        max_output_tokens: form.max_output_tokens,
        input_price: form.input_price,
        output_price: form.output_price,
    }))
}

fn globs(key: &str, patterns: &[String]) -> Result<GlobSet, Failure> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = Glob::new(pattern).map_err(|error| broken_glob(key, pattern, &error))?;
        set.add(glob);
    }
    set.build().map_err(|error| Failure::new(FailureKind::Config, format!("`{key}`: {error}")))
}

fn broken_glob(key: &str, pattern: &str, error: &globset::Error) -> Failure {
    Failure::new(FailureKind::Config, format!("`{key}` holds a broken glob: {error}"))
        .help(format!("mend `{pattern}` in {FILE_NAME}; `**/` matches any folders"))
}

fn broken(error: &toml::de::Error) -> Failure {
    let message = error.to_string();
    let failure = Failure::new(FailureKind::Config, format!("cannot read {FILE_NAME}: {}", message.trim_end()));
    match nearest(error.message()) {
        Some((wrong, right)) => failure.help(format!("did you mean `{right}` in place of `{wrong}`?")),
        None if error.message().starts_with("missing field") => failure.help("add the key to the table shown"),
        None => failure.help(format!("mend the line shown; every key of {FILE_NAME} is optional")),
    }
}

/// The unknown key of serde's message and the known key that is spelt most like it.
fn nearest(message: &str) -> Option<(String, String)> {
    let rest = message.strip_prefix("unknown field `")?;
    let (wrong, expected) = rest.split_once('`')?;
    let names = expected.split('`').skip(1).step_by(2);
    let right = names.max_by(|a, b| strsim::jaro_winkler(wrong, a).total_cmp(&strsim::jaro_winkler(wrong, b)))?;
    Some((wrong.to_owned(), right.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(text: &str) -> Result<Config, Failure> {
        Config::resolve(Some(text), Environment::default(), Flags::default())
    }

    #[test]
    fn every_key_is_optional() {
        let config = resolve("").unwrap();
        assert_eq!(config.output.as_str(), "docs/docagent");
        assert!(config.model.is_none());
        assert!(config.files.admit(&RepoPath::new("src/a.py")));
    }

    #[test]
    fn an_unknown_key_names_the_nearest() {
        let failure = resolve("[files]\nexlude = []").unwrap_err();
        assert_eq!(failure.exit_code(), 2);
        assert!(failure.to_string().contains("did you mean `exclude`"), "{failure}");
        assert!(failure.to_string().contains("line 2"), "{failure}");
    }

    #[test]
    fn flags_win_over_environment_over_file() {
        let environment =
            Environment { model: Some("env".into()), api_key: Some("k".into()), ..Environment::default() };
        let file = Some("[model]\nname = 'file'\nmax_cost_usd = 2.5");
        let flags = Flags { max_cost_usd: Some(0.1), ..Flags::default() };
        let model = Config::resolve(file, environment, flags).unwrap().model.unwrap();
        assert_eq!((model.name.as_str(), model.max_cost_usd), ("env", 0.1));
        assert_eq!(model.base_url, OPENAI_BASE_URL);
    }

    #[test]
    fn the_cache_lies_where_it_is_told_or_nowhere() {
        let cache = |cache: Option<&str>, home: Option<&str>| {
            let environment = Environment {
                cache: cache.map(str::to_owned),
                cache_home: home.map(PathBuf::from),
                ..Environment::default()
            };
            Config::resolve(None, environment, Flags::default()).unwrap().cache
        };
        assert_eq!(cache(None, Some("/home/.cache")), Some(PathBuf::from("/home/.cache/docagent")));
        assert_eq!(cache(Some("/ci"), Some("/home/.cache")), Some(PathBuf::from("/ci")));
        assert_eq!(cache(Some("off"), Some("/home/.cache")), None);
        assert_eq!(cache(None, None), None);
    }

    #[test]
    fn offline_leaves_the_model_out() {
        let environment = Environment { api_key: Some("k".into()), ..Environment::default() };
        let flags = Flags { offline: true, ..Flags::default() };
        assert!(Config::resolve(None, environment, flags).unwrap().model.is_none());
    }

    #[test]
    fn domains_are_pinned_by_name_globs_merges_and_order() {
        let text = "
            [domains]
            order = ['orders', 'Catalog']
            shared = ['src/common/**']
            [[domains.pin]]
            name = 'Orders'
            files = ['src/**/Order*']
            merge = ['checkout']
        ";
        let rules = resolve(text).unwrap().domains;
        assert_eq!((rules.order.len(), rules.shared.len(), rules.pins.len()), (2, 1, 1));
        let pin = &rules.pins[0];
        assert_eq!((pin.name.as_str(), pin.merge.as_slice()), ("Orders", &["checkout".to_owned()][..]));
        assert!(pin.files[0].matcher.is_match("src/web/pages/OrderPage.cs"));
        let refused = [
            ("[[domains.pin]]\nname = 'A'\nfiles = ['x{']", "domains.pin.files"),
            ("[[domains.pin]]\nname = ' '", "no name"),
            ("[[domains.pin]]\nname = 'A'\nid = 'A b'", "`A b`"),
            ("[[domains.pin]]\nname = 'A'\n[[domains.pin]]\nname = 'A'", "two pinned domains"),
            ("[[domains.pin]]\nname = 'A'\nfile = []", "did you mean `files`"),
        ];
        for (text, expected) in refused {
            let failure = resolve(text).unwrap_err();
            assert!(failure.to_string().contains(expected), "{failure}");
        }
    }

    #[test]
    fn rows_of_systems_are_read_and_their_keys_checked() {
        let text = "[[externals.system]]\nid = 'acme.rates'\nenv = ['ACME_*']\ncalls.python = ['RatesClient']";
        let systems = resolve(text).unwrap().systems;
        assert_eq!(
            (systems[0].id.as_str(), systems[0].env.len(), systems[0].calls["python"].len()),
            ("acme.rates", 1, 1)
        );
        for (text, expected) in [
            ("[[externals.system]]\nid = 'a'\nimage = []", "did you mean `images`"),
            ("[[externals.system]]\nname = 'A'", "missing field `id`"),
            ("[[externals.system]]\nid = 'a'\nscope = 'always'", "line 3"),
        ] {
            let failure = resolve(text).unwrap_err().to_string();
            assert!(failure.contains(expected) && failure.contains("help:"), "{failure}");
        }
    }

    #[test]
    fn a_broken_glob_or_amount_is_refused() {
        assert!(resolve("[files]\nexclude = ['a{']").unwrap_err().to_string().contains("a{"));
        let flags = Flags { base_url: Some("http://x".into()), max_cost_usd: Some(-1.0), ..Flags::default() };
        assert_eq!(Config::resolve(None, Environment::default(), flags).unwrap_err().exit_code(), 2);
    }
}
