//! The rule table itself: every word of every row is reached by a line that holds it, and names follow the conventions.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use docagent::codebase::ComponentKind;
use docagent::codebase::RepoPath;
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

use super::{component, judged, sightings};

/// Names of OpenTelemetry's semantic conventions for systems that Python, TypeScript and C# programs talk to.
const CONVENTION: &[&str] = &[
    // db.system.name
    "aws.dynamodb",
    "aws.redshift",
    "azure.cosmosdb",
    "cassandra",
    "clickhouse",
    "cockroachdb",
    "couchbase",
    "couchdb",
    "elasticsearch",
    "firebirdsql",
    "gcp.spanner",
    "ibm.db2",
    "influxdb",
    "mariadb",
    "memcached",
    "microsoft.sql_server",
    "mongodb",
    "mysql",
    "neo4j",
    "opensearch",
    "oracle.db",
    "postgresql",
    "redis",
    "sap.hana",
    "sqlite",
    "teradata",
    "trino",
    // messaging.system
    "activemq",
    "aws.sns",
    "aws_sqs",
    "eventgrid",
    "eventhubs",
    "gcp_pubsub",
    "kafka",
    "pulsar",
    "rabbitmq",
    "rocketmq",
    "servicebus",
    // gen_ai.provider.name
    "anthropic",
    "aws.bedrock",
    "azure.ai.inference",
    "azure.ai.openai",
    "cohere",
    "deepseek",
    "gcp.gemini",
    "gcp.vertex_ai",
    "groq",
    "ibm.watsonx.ai",
    "mistral_ai",
    "openai",
    "perplexity",
    "x_ai",
];

/// Lists of a row that are evidence.
const EVIDENCE: &[&str] = &[
    "nuget",
    "npm",
    "pypi",
    "values",
    "schemes",
    "env",
    "images",
    "charts",
    "arm",
    "terraform",
    "cloudformation",
    "orm",
    "backends",
    "hosts",
    "actions",
    "commands",
    "files",
    "azd",
    "addons",
];

/// A row as its file writes it.
struct Row {
    id: String,
    lists: BTreeMap<String, Vec<String>>,
}

fn texts(value: &toml::Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|text| Some(text.as_str()?.to_owned())).collect()
}

/// All rows; lists by language are named `calls.python`, `modules.csharp`.
fn rows() -> Vec<Row> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/externals/rules");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut rows = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let table: toml::Table = text.parse().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for row in table["system"].as_array().unwrap() {
            let mut lists = BTreeMap::new();
            for (name, value) in row.as_table().unwrap() {
                match value {
                    toml::Value::Array(_) => drop(lists.insert(name.clone(), texts(value))),
                    toml::Value::Table(languages) => {
                        lists.extend(
                            languages.iter().map(|(language, list)| (format!("{name}.{language}"), texts(list))),
                        );
                    }
                    _ => {}
                }
            }
            rows.push(Row { id: row["id"].as_str().unwrap().to_owned(), lists });
        }
    }
    rows
}

#[test]
fn the_table_is_large_and_named_by_the_convention() {
    let rows = rows();
    let packages = |list: &str| rows.iter().filter_map(|row| row.lists.get(list)).map(Vec::len).sum::<usize>();
    assert!(rows.len() >= 330, "{}", rows.len());
    assert!(packages("nuget") >= 350 && packages("npm") >= 450 && packages("pypi") >= 400);
    let ids: BTreeSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let missing: Vec<_> = CONVENTION.iter().filter(|name| !ids.contains(*name)).collect();
    assert_eq!(missing, Vec::<&&str>::new());
}

#[test]
fn what_anybody_may_use_has_a_second_kind_of_evidence() {
    let mut lonely = Vec::new();
    for Row { id, lists } in rows() {
        let is_weak = |text: &String| text.ends_with('?');
        let kinds = lists.iter().filter(|(name, list)| {
            let is_evidence = EVIDENCE.contains(&name.as_str()) || name.contains('.');
            is_evidence && !list.is_empty()
        });
        let packages = ["nuget", "npm", "pypi"];
        let others = kinds.clone().filter(|(name, list)| {
            !packages.contains(&name.as_str()) && !name.starts_with("modules.") || !list.iter().all(is_weak)
        });
        if kinds.clone().any(|(name, list)| packages.contains(&name.as_str()) && list.iter().any(is_weak))
            && others.count() == 0
        {
            lonely.push(id);
        }
    }
    assert_eq!(lonely, Vec::<String>::new());
}

#[test]
fn every_word_of_the_table_is_reached() {
    let mut unreached = Vec::new();
    for Row { id, lists } in rows() {
        for (list, words) in lists.iter().filter(|(list, _)| *list != "own_packages") {
            for word in words {
                let told = told(list, word);
                if !told.contains(&id) {
                    unreached.push(format!("{id}: {list} {word} gives {told:?}"));
                }
            }
        }
    }
    assert_eq!(unreached, Vec::<String>::new());
}

/// The systems that a minimal file with this word tells of.
fn told(list: &str, word: &str) -> BTreeSet<String> {
    let plain = word.trim_end_matches('?');
    if matches!(list, "nuget" | "npm" | "pypi") && plain == word {
        let components = [component("app", ComponentKind::Service, &[], &[(list, &packaged(word).0)])];
        let components = components.map(|mut component| {
            component.packages[0].extras = packaged(word).1.into_iter().map(Into::into).collect();
            component
        });
        let judged = judged(&[], &components);
        let declared: BTreeSet<String> =
            judged.iter().map(|line| line.split(' ').next().unwrap_or_default().to_owned()).collect();
        let is_module = list != "nuget" || !word.contains('-');
        if declared.is_empty() || word.contains('[') || !is_module {
            return declared;
        }
    }
    let (path, text) = minimal(list, plain, word);
    let found = sightings(&RepoPath::new(path), &text).1;
    found.iter().map(|sighting| sighting.system.to_string()).collect()
}

/// `celery[redis]` is `celery` with the extra `redis`.
fn packaged(word: &str) -> (String, Vec<String>) {
    match word.split_once('[') {
        Some((name, extra)) => (name.to_owned(), vec![extra.trim_end_matches(']').to_owned()]),
        None => (word.to_owned(), Vec::new()),
    }
}

/// A file that holds little more than the word.
fn minimal(list: &str, plain: &str, word: &str) -> (&'static str, String) {
    let filled = plain.replace('*', "x");
    match list {
        "nuget" | "modules.csharp" => ("a.cs", format!("using {plain};\n")),
        "npm" | "modules.typescript" => ("a.ts", format!("import x from '{plain}';\n")),
        "pypi" | "modules.python" => ("a.py", format!("import {}\n", plain.replace('-', "_"))),
        "calls.csharp" => ("a.cs", call(word, "csharp")),
        "calls.typescript" => ("a.ts", call(word, "typescript")),
        "calls.python" => ("a.py", call(word, "python")),
        "values" if plain.contains('^') => (".env", format!("SETTING={}\n", sample(word))),
        "values" => (".env", format!("SETTING=Server={}\n", sample(word))),
        "schemes" => (".env", format!("SETTING={plain}://host/name\n")),
        "env" => (".env", format!("{}=1\n", plain.replace('*', "X"))),
        "images" => ("compose.yml", format!("services:\n  a:\n    image: {plain}\n")),
        "charts" => ("Chart.yaml", format!("dependencies:\n  - name: {plain}\n")),
        "arm" => ("a.bicep", format!("resource a '{plain}@2024-01-01' = {{\n}}\n")),
        "terraform" => ("a.tf", format!("resource \"{filled}\" \"a\" {{\n}}\n")),
        "cloudformation" => ("a.yaml", format!("Resources:\n  A:\n    Type: {plain}\n")),
        "orm" => provider(plain),
        "backends" => ("settings.py", format!("BACKEND = \"{plain}\"\n")),
        "hosts" => ("a.py", format!("import requests\nrequests.get('https://{filled}/api/v1')\n")),
        "actions" => (".github/workflows/a.yml", format!("jobs:\n  a:\n    steps:\n      - uses: {plain}@v1\n")),
        "commands" => (".github/workflows/a.yml", format!("jobs:\n  a:\n    steps:\n      - run: {plain} x\n")),
        "azd" => ("azure.yaml", format!("services:\n  a:\n    host: {plain}\n")),
        "addons" => ("app.json", format!("{{\"addons\": [\"{plain}:mini\"]}}")),
        "files" => (Box::leak(plain.to_owned().into_boxed_str()), "x = 1\n".to_owned()),
        other => panic!("the test knows no file for `{other}`"),
    }
}

fn provider(word: &str) -> (&'static str, String) {
    let (orm, provider) = word.split_once(':').unwrap_or((word, ""));
    let code =
        |module: &str, key: &str| ("a.ts", format!("import {{ x }} from '{module}';\nx({{ {key}: '{provider}' }});\n"));
    match orm {
        "prisma" => ("a.prisma", format!("datasource db {{\n  provider = \"{provider}\"\n}}\n")),
        "drizzle" => code("drizzle-kit", "dialect"),
        "sequelize" => code("sequelize", "dialect"),
        "knex" => code("knex", "client"),
        "mikro-orm" => code("@mikro-orm/core", "type"),
        other => code(other, "type"),
    }
}

/// A call that a rule such as `new receiver.callee<Type>:regex` is about.
fn call(word: &str, language: &str) -> String {
    let (head, pattern) = word.split_once(':').map_or((word, None), |(head, pattern)| (head, Some(pattern)));
    let head = head.trim_end_matches('?');
    let (head, is_new) = head.strip_prefix("new ").map_or((head, false), |head| (head, true));
    let (head, types) = head.split_once('<').map_or((head, ""), |(head, types)| (head, types.trim_end_matches('>')));
    let argument = pattern.map(|pattern| format!("\"{}\"", sample(pattern))).unwrap_or_default();
    let types = if types.is_empty() { String::new() } else { format!("<{types}>") };
    let new = if is_new && language != "python" { "new " } else { "" };
    let end = if language == "python" { "" } else { ";" };
    format!("x = {new}{head}{types}({argument}){end}\n")
}

/// A text that a regular expression matches.
fn sample(pattern: &str) -> String {
    let mut plain = pattern.replace("(?i)", "").replace("(?s:.*)", "x").replace(".*", "x").replace("\\s", " ");
    plain = regex::Regex::new(r"\[\^[^\]]*\]").unwrap().replace_all(&plain, "[a-z]").replace("\\b", "");
    plain = regex::Regex::new(r"\\d").unwrap().replace_all(&plain, "[0-9]").replace(['^', '$'], "");
    let texts = proptest::string::string_regex(&plain).unwrap_or_else(|error| panic!("{pattern}: {error}"));
    // The same in every run.
    texts.new_tree(&mut TestRunner::deterministic()).unwrap().current()
}
