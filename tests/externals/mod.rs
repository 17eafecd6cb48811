//! External systems: what each small file of `fixtures/externals` shows, and what files and manifests together prove.

mod table;

use std::path::Path;

use docagent::codebase::external::Sighting;
use docagent::codebase::source::Package;
use docagent::codebase::{Component, ComponentKind, Facts, LanguageId, Place, RepoPath, Role, SourceFile};
use docagent::externals::Table;
use docagent::{externals, languages};

fn sightings(path: &RepoPath, text: &str) -> (LanguageId, Vec<Sighting>) {
    let code = languages::ALL.iter().find_map(|language| Some((language, language.claims(path)?)));
    if let Some((language, id)) = code {
        let outline = language.outline(path, text);
        let found = externals::sightings_in_code(Table::compiled(), path, &id, &outline, text);
        return (id, found);
    }
    let id = LanguageId::new("config");
    let found = externals::sightings_in_config(Table::compiled(), path, text);
    (id, found)
}

fn told(sighting: &Sighting) -> String {
    let evidence = &sighting.evidence;
    let kind = format!("{:?}", evidence.kind).to_lowercase();
    let mut line = format!("{:>3} {} {kind} `{}`", evidence.line, sighting.system, evidence.detail);
    for (is, word) in [(sighting.weak, "weak"), (sighting.conditional, "conditional")] {
        line.push_str(&if is { format!(" {word}") } else { String::new() });
    }
    if let Some(scope) = sighting.scope {
        line.push_str(&format!(" {scope:?}").to_lowercase());
    }
    if let Some(key) = &sighting.config_key {
        line.push_str(&format!(" key={key}"));
    }
    for user in &sighting.users {
        line.push_str(&format!(" {user:?}"));
    }
    line
}

#[test]
fn sightings_of_each_file() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/externals");
    insta::glob!("../../fixtures/externals", "**/*", |path| {
        if path.is_file() {
            let text = std::fs::read_to_string(path).expect("fixtures are text");
            let path = RepoPath::new(path.strip_prefix(&root).expect("below the fixtures").to_string_lossy());
            let mut found = sightings(&path, &text).1;
            found.sort_by_key(|sighting| sighting.evidence.line);
            let lines: Vec<String> = found.iter().map(told).collect();
            assert!(!lines.iter().any(|line| line.contains("s3cret")), "a secret is shown: {lines:?}");
            insta::assert_snapshot!(lines.join("\n"));
        }
    });
}

fn component(id: &str, kind: ComponentKind, references: &[&str], packages: &[(&str, &str)]) -> Component {
    let manifest = RepoPath::new(format!("{id}/manifest"));
    let package = |(ecosystem, name): &(&str, &str)| Package {
        name: (*name).to_owned(),
        ecosystem: (*ecosystem).into(),
        place: Place::line(manifest.clone(), 1),
        ..Package::default()
    };
    Component {
        id: id.to_owned(),
        name: id.to_owned(),
        path: RepoPath::new(id),
        kind,
        manifest: manifest.clone(),
        references: references.iter().map(|id| (*id).to_owned()).collect(),
        packages: packages.iter().map(package).collect(),
        ..Component::default()
    }
}

/// What is judged of these files, each in the component that its first folder names: one line a system.
fn judged(texts: &[(&str, &str)], components: &[Component]) -> Vec<String> {
    let mut read: Vec<(SourceFile, Facts)> = texts
        .iter()
        .map(|(path, text)| {
            let path = RepoPath::new(path);
            let (language, sightings) = sightings(&path, text);
            let component = path.parts().next().map(str::to_owned);
            let file = SourceFile { path, language, role: Role::Source, component, ..SourceFile::default() };
            let template = externals::template(&file.path, text).map(Box::new);
            (file, Facts { sightings, template, ..Facts::default() })
        })
        .collect();
    read.sort_by(|a, b| a.0.path.cmp(&b.0.path));
    let (files, facts): (Vec<_>, Vec<_>) = read.into_iter().unzip();
    externals::judge(Table::compiled(), &files, &facts, components)
        .iter()
        .map(|system| {
            let words = format!("{:?} {:?} {:?}", system.scope, system.requirement, system.confidence).to_lowercase();
            let link = system.deployed_as.as_ref().map(|id| format!(" as {id}")).unwrap_or_default();
            let users =
                if system.used_by.is_empty() { String::new() } else { format!(" by {}", system.used_by.join(",")) };
            format!("{} {words}{link}{users}", system.id)
        })
        .collect()
}

fn service(packages: &[(&str, &str)]) -> Vec<Component> {
    vec![component("app", ComponentKind::Service, &[], packages)]
}

#[test]
fn comments_and_other_peoples_words_prove_nothing() {
    let python =
        "# import sendgrid\nNOTE = 'ask https://api.sendgrid.com about it'\nSITES = ['https://api.bank.dev/v1']\n";
    assert_eq!(judged(&[("app/main.py", python)], &service(&[])), Vec::<String>::new());
    let own = "BASE_URL = 'https://api.warehouse.dev/v1'\n";
    let components = [component("warehouse", ComponentKind::Service, &[], &[])];
    assert_eq!(judged(&[("warehouse/main.py", own)], &components), Vec::<String>::new());
}

#[test]
fn a_package_alone_is_declared_and_code_makes_it_used() {
    let components = service(&[("npm", "ioredis"), ("npm", "stripe")]);
    let code = "import Redis from 'ioredis';\nexport const cache = new Redis();\n";
    assert_eq!(
        judged(&[("app/cache.ts", code)], &components),
        ["redis runtime required called by app", "stripe runtime required declared by app"]
    );
}

#[test]
fn a_name_that_anybody_may_use_needs_a_second_kind() {
    let components = service(&[("pypi", "pyodbc")]);
    let code = ("app/db.py", "import pyodbc\n");
    assert_eq!(judged(&[code], &components), Vec::<String>::new());
    let settings = ("app/.env", "DB=Server=db;Initial Catalog=Shop;Password=x\n");
    assert_eq!(judged(&[code, settings], &components), ["microsoft.sql_server runtime required imported by app"]);
}

#[test]
fn a_module_of_the_repository_is_no_driver() {
    let code = ("app/main.py", "import kafka\n\nkafka.start()\n");
    assert_eq!(judged(&[code], &service(&[("pypi", "fastapi")])), Vec::<String>::new());
    assert_eq!(judged(&[code], &service(&[("pypi", "kafka-python")])), ["kafka runtime required called by app"]);
}

#[test]
fn places_tell_when_a_system_is_used() {
    let code = "import { MongoClient } from 'mongodb';\nnew MongoClient('mongodb://db');\n";
    assert_eq!(judged(&[("app/tests/a.ts", code)], &service(&[])), ["mongodb test required called by app"]);
    let compose = "services:\n  mail:\n    image: axllent/mailpit\n  db:\n    image: postgres:16\n";
    assert_eq!(
        judged(&[("docker-compose.yml", compose)], &[]),
        ["postgresql runtime required provisioned", "mailpit dev required provisioned"]
    );
    assert_eq!(
        judged(&[("compose.override.yml", compose)], &[]),
        ["postgresql dev required provisioned", "mailpit dev required provisioned"]
    );
}

#[test]
fn conditions_make_systems_optional_or_alternative() {
    let choice = "if (a) { options.UseSqlServer(x); } else { options.UseNpgsql(x); }\n";
    assert_eq!(
        judged(&[("app/Program.cs", choice)], &service(&[])),
        ["postgresql runtime alternative called by app", "microsoft.sql_server runtime alternative called by app"]
    );
    let optional = "import sentry_sdk\nif DSN:\n    sentry_sdk.init(DSN)\n";
    let components = service(&[("pypi", "sentry-sdk")]);
    assert_eq!(judged(&[("app/main.py", optional)], &components), ["sentry runtime optional called by app"]);
}

#[test]
fn settings_siblings_and_plugins_tell_what_may_be_left_out() {
    let components = service(&[("pypi", "sentry-sdk"), ("npm", "stripe"), ("npm", "ioredis")]);
    let sentry = "import sentry_sdk\nsentry_sdk.init(settings.SENTRY_DSN)\n";
    let settings = |value: &str| {
        format!("class Settings(BaseSettings):\n    SENTRY_DSN: str | None = {value}\n    SENTRY_RATE: float = 1.0\n")
    };
    for (value, word) in [("None", "optional"), ("\"https://k@o1.ingest.sentry.io/1\"", "required")] {
        let found = judged(&[("app/main.py", sentry), ("app/settings.py", &settings(value))], &components);
        assert_eq!(
            found.iter().find(|line| line.starts_with("sentry")).unwrap(),
            &format!("sentry runtime {word} called by app")
        );
    }
    let schema = "export const env = createEnv({ server: { STRIPE_SECRET_KEY: z.string().optional(), REDIS_HOST: z.string(), REDIS_PASSWORD: z.string().optional() }, runtimeEnv: { STRIPE_SECRET_KEY: process.env.STRIPE_SECRET_KEY } });\n";
    let code = "import Stripe from 'stripe';\nimport Redis from 'ioredis';\nnew Stripe();\nnew Redis();\n";
    assert_eq!(
        judged(&[("app/env.ts", schema), ("app/pay.ts", code)], &components),
        [
            "redis runtime required called by app",
            "sentry runtime required declared by app",
            "stripe runtime optional called by app"
        ]
    );
    let senders = [
        ("app/mail/SmtpMailSender.cs", "var client = new SmtpClient();\n"),
        ("app/mail/SendGridMailSender.cs", "using SendGrid;\nvar client = new SendGridClient(key);\n"),
        ("app/plugins/pay/Pay.cs", "using Braintree;\nvar gateway = new BraintreeGateway();\n"),
    ];
    assert_eq!(
        judged(&senders, &service(&[])),
        [
            "smtp runtime alternative called by app",
            "sendgrid runtime alternative called by app",
            "braintree runtime optional imported by app"
        ]
    );
}

#[test]
fn switches_addresses_and_credentials_tell_what_may_be_left_out() {
    let components = service(&[("pypi", "openai"), ("pypi", "python-ldap"), ("pypi", "redis"), ("pypi", "sentry-sdk")]);
    let code = "import ldap\nimport openai\nimport redis\nimport sentry_sdk\n\nldap.initialize(settings.LDAP_SERVER_URL)\n\
                openai.AsyncOpenAI()\nredis.Redis()\nsentry_sdk.init()\n";
    let cases = [
        // What else has a value does not make the key of a service needed.
        ("openai", "    OPENAI_API_KEY: str | None = None\n    OPENAI_WORKERS: int = 2\n", "optional"),
        ("openai", "    OPENAI_API_KEY: str\n    OPENAI_WORKERS: int = 2\n", "required"),
        ("ldap", "    LDAP_AUTH_ENABLED: bool = False\n    LDAP_SERVER_URL: str = 'ldap://localhost'\n", "optional"),
        ("redis", "    USE_REDIS: bool = False\n    REDIS_URL: str = 'redis://localhost'\n", "optional"),
        // A part of it is off.
        ("redis", "    REDIS_CLUSTER_ENABLED: bool = False\n    REDIS_URL: str = 'redis://localhost'\n", "required"),
        ("redis", "    REDIS_URL: str = get_text('REDIS_URL', 'redis://localhost')\n", "required"),
        ("sentry", "    SENTRY_DSN: str = get_text('SENTRY_DSN', '')\n", "optional"),
    ];
    for (system, fields, word) in cases {
        let settings = format!("class Settings(BaseSettings):\n{fields}");
        let found = judged(&[("app/main.py", code), ("app/settings.py", &settings)], &components);
        let line = found.iter().find(|line| line.starts_with(system)).unwrap();
        assert_eq!(line, &format!("{system} runtime {word} called by app"), "{fields}");
    }
    // A constant of the code is no setting.
    let env = "export const env = createEnv({ server: { SENTRY_DSN: z.string().optional() } });\n";
    let constants = "export const SENTRY_SCRIPT_ID = 'sentry-script';\n";
    let code = "import * as Sentry from '@sentry/node';\nSentry.init();\n";
    let files = [("app/env.ts", env), ("app/constants.ts", constants), ("app/main.ts", code)];
    assert_eq!(judged(&files, &service(&[("npm", "@sentry/node")])), ["sentry runtime optional called by app"]);
}

#[test]
fn what_may_not_be_there_is_not_provisioned() {
    let bicep = "resource a 'Microsoft.Insights/components@2020-02-02' existing = if (!empty(name)) {\n}\n";
    assert_eq!(judged(&[("infra/main.bicep", bicep)], &[]), Vec::<String>::new());
}

#[test]
fn coats_of_one_system_are_merged_or_linked() {
    let compose =
        "services:\n  app:\n    environment:\n      - URL=mysql+pymysql://u:p@db/x\n  db:\n    image: mariadb:11\n";
    assert_eq!(judged(&[("compose.yml", compose)], &[]), ["mysql runtime required provisioned"]);
    let texts = [
        ("app/Program.cs", "options.UseSqlServer(x);\n"),
        ("infra/main.bicep", "resource a 'Microsoft.Sql/servers@2022-05-01' = {\n}\n"),
    ];
    assert_eq!(
        judged(&texts, &service(&[])),
        [
            "azure.sql runtime required provisioned by app",
            "microsoft.sql_server runtime required called as azure.sql by app"
        ]
    );
}

#[test]
fn programs_use_what_their_libraries_use() {
    let components = [
        component("api", ComponentKind::Service, &["store"], &[]),
        component("store", ComponentKind::Library, &[], &[]),
        component("store-tests", ComponentKind::Test, &["store"], &[]),
        component("worker", ComponentKind::Executable, &["jobs"], &[]),
        component("jobs", ComponentKind::Library, &["store"], &[]),
    ];
    assert_eq!(
        judged(&[("store/Db.cs", "options.UseNpgsql(x);\n")], &components),
        ["postgresql runtime required called by api,worker"]
    );
}

#[test]
fn a_repository_that_serves_sign_ins_needs_nobody_elses() {
    let client = ("app/Program.cs", "services.AddAuthentication().AddOpenIdConnect(o => {});\n");
    assert_eq!(judged(&[client], &service(&[])), ["oidc runtime required called by app"]);
    assert_eq!(judged(&[client], &service(&[("nuget", "Duende.IdentityServer")])), Vec::<String>::new());
}

#[test]
fn compose_files_tell_who_uses_their_services() {
    let components =
        [component("api", ComponentKind::Service, &[], &[]), component("jobs", ComponentKind::Service, &[], &[])];
    let compose = "services:
  api:
    build: {context}
    depends_on: [db]
    environment:
      QUEUE_URL: amqp://guest@rabbit:5672
  jobs:
    build:
      context: .
      dockerfile: jobs/Dockerfile
    depends_on:
      store:
        condition: service_healthy
    links:
      - search:es
    environment: &jobs
      - CACHE_HOST=cache
  other:
    image: acme/other
    depends_on: [mongo]
    environment: *jobs
  db:
    image: postgres
  store:
    image: minio/minio
  search:
    image: elasticsearch:8
  cache:
    image: redis
  mongo:
    image: mongo
  rabbit:
    image: rabbitmq
";
    assert_eq!(
        judged(&[("compose.yml", &compose.replace("{context}", "./api"))], &components),
        [
            "redis runtime required provisioned by jobs",
            "mongodb runtime required provisioned",
            "postgresql runtime required provisioned by api",
            "rabbitmq runtime required provisioned by api",
            "elasticsearch runtime required provisioned by jobs",
            "minio runtime required provisioned by jobs",
        ]
    );
}

#[test]
fn app_hosts_tell_who_uses_their_resources() {
    let project = |id: &str, project: &str| Component {
        manifest: RepoPath::new(format!("{id}/{project}.csproj")),
        ..component(id, ComponentKind::Service, &[], &[])
    };
    let components = [project("ordering", "Ordering.API"), project("shop", "Shop-Web"), project("jobs", "Jobs")];
    let host = "var builder = DistributedApplication.CreateBuilder(args);
var redis = builder.AddRedis(\"cache\").WithDataVolume();
var server = builder.AddPostgres(\"pg\").WithPgAdmin();
var orders = server.AddDatabase(\"ordersdb\");
var mongo = builder.AddMongoDB(\"mongo\");
var web = builder.AddProject<Projects.Shop_Web>(\"web\").WithReference(redis).WaitFor(redis);
builder.AddProject<Projects.Ordering_API>(\"ordering\").WithReference(orders);
web.WithReference(mongo);
";
    let jobs = "var store = configuration.GetConnectionString(\"ordersdb\");\n";
    let found = judged(&[("host/Program.cs", host), ("jobs/Program.cs", jobs)], &components);
    assert_eq!(
        found,
        [
            "redis runtime required called by shop",
            "mongodb runtime required called by shop",
            "postgresql runtime required called by jobs,ordering",
        ]
    );
}

#[test]
fn azd_tells_which_project_is_hosted() {
    let azd = "services:\n  web:\n    project: ./app/src\n    host: containerapp\n";
    assert_eq!(
        judged(&[("azure.yaml", azd)], &service(&[])),
        ["azure.container_apps deployment required provisioned by app"]
    );
}

#[test]
fn modules_are_there_where_a_deployment_reaches_them() {
    let resource = |kind: &str| format!("param name string\nresource it '{kind}@2024-01-01' = {{\n  name: name\n}}\n");
    let (sql, cache, bus, vault, search) = (
        resource("Microsoft.Sql/servers"),
        resource("Microsoft.Cache/redis"),
        resource("Microsoft.ServiceBus/namespaces"),
        resource("Microsoft.KeyVault/vaults"),
        "param use bool = false\nresource it 'Microsoft.Search/searchServices@2024-01-01' = if (use) {\n}\n",
    );
    let main = "param cacheName string = ''\nparam busName string = ''\nparam useSearch bool = false\n\
        module sql './core/sql.bicep' = {\n  name: 'sql'\n  params: {\n    name: 'shop'\n  }\n}\n\
        module cache './core/cache.bicep' = if (!empty(cacheName)) {\n  name: 'cache'\n}\n\
        module bus './core/bus.bicep' = if (!empty(busName) && true) {\n  name: 'bus'\n}\n\
        module search './core/search.bicep' = {\n  name: 'search'\n  params: {\n    use: useSearch\n  }\n}\n";
    let files = |parameters: &'static str| {
        vec![
            ("infra/main.bicep", main),
            ("infra/main.parameters.json", parameters),
            ("infra/core/sql.bicep", sql.as_str()),
            ("infra/core/cache.bicep", cache.as_str()),
            ("infra/core/bus.bicep", bus.as_str()),
            ("infra/core/vault.bicep", vault.as_str()),
            ("infra/core/search.bicep", search),
        ]
    };
    let systems = |parameters: &'static str| {
        let found = judged(&files(parameters), &[]);
        found.iter().filter_map(|line| Some(line.split(' ').next()?.to_owned())).collect::<Vec<_>>()
    };
    assert_eq!(systems(r#"{"parameters": {"busName": {"value": "${BUS}"}}}"#), ["azure.sql", "servicebus"]);
    let on = r#"{"parameters": {"useSearch": {"value": true}, "cacheName": {"value": "shop"}}}"#;
    assert_eq!(systems(on), ["redis", "azure.sql", "azure.ai.search"]);
}

#[test]
fn platforms_say_what_they_provide() {
    let systems = |path: &str, text: &str| {
        let found = judged(&[(path, text)], &[]);
        found.iter().filter_map(|line| Some(line.split(' ').next()?.to_owned())).collect::<Vec<_>>()
    };
    let render = "services:\n  - type: web\n    name: api\n    envVars:\n      - key: QUEUE\n        value: amqp://rabbit\n  \
        - type: keyvalue\n    name: cache\ndatabases:\n  - name: shop\n";
    assert_eq!(systems("render.yaml", render), ["redis", "postgresql", "render", "rabbitmq"]);
    let fly = "app = 'shop'\n[env]\n  STORE = 'mongodb://db'\n[http_service]\n  URL = 'mysql://no'\n";
    assert_eq!(systems("fly.toml", fly), ["mongodb", "fly.io"]);
    let app =
        r#"{"addons": ["heroku-postgresql:mini", {"plan": "cloudamqp:lemur"}], "env": {"A": {"value": "redis://x"}}}"#;
    assert_eq!(systems("app.json", app), ["redis", "postgresql", "rabbitmq"]);
    assert_eq!(systems("app.json", r#"{"expo": {"plugins": ["sendgrid"]}}"#), Vec::<String>::new());
    let serverless = "provider:\n  name: aws\nfunctions:\n  mail:\n    handler: mail.send\n    events:\n      \
        - sqs: arn:aws:sqs:eu:1:mail\n      - http: GET /mail\n      - stream:\n          arn: arn:aws:kinesis:eu:1:x\n\
        resources:\n  Resources:\n    Orders:\n      Type: AWS::DynamoDB::Table\n";
    assert_eq!(systems("serverless.yml", serverless), ["aws.dynamodb", "aws.lambda", "aws.kinesis", "aws_sqs"]);
    let sam = "Resources:\n  Resize:\n    Type: AWS::Serverless::Function\n    Properties:\n      Events:\n        Put:\n          \
        Type: S3\n        Page:\n          Type: Api\n";
    assert_eq!(systems("template.yaml", sam), ["aws.lambda", "aws.s3"]);
}

#[test]
fn services_of_compose_take_over_what_they_extend() {
    let components =
        [component("api", ComponentKind::Service, &[], &[]), component("jobs", ComponentKind::Service, &[], &[])];
    let compose = "services:
  api:
    build: {context: ., dockerfile: api/Dockerfile}
    depends_on: [db]
  jobs:
    extends: {service: base}
  base:
    build: ./jobs
    links: [cache]
  db:
    image: postgres
  cache:
    image: redis
";
    let expected = ["redis runtime required provisioned by jobs", "postgresql runtime required provisioned by api"];
    assert_eq!(judged(&[("compose.yml", compose)], &components), expected);
    let base = "services:\n  db:\n    image: mysql:8\n";
    assert_eq!(judged(&[("common.yml", base)], &[]), ["mysql runtime required provisioned"]);
}

#[test]
fn a_connection_string_leads_to_one_system_wherever_it_is_named() {
    let components = [
        component("host", ComponentKind::Service, &["data"], &[]),
        component("data", ComponentKind::Library, &[], &[]),
        component("jobs", ComponentKind::Executable, &[], &[]),
    ];
    let code = ("data/Setup.cs", "services.AddSingleton(new Store(configuration.GetConnectionString(\"Orders\")));\n");
    let settings = r#"{"ConnectionStrings": {"orders": "Server=db;Initial Catalog=Shop;Password=x"}}"#;
    let expected = ["microsoft.sql_server runtime required configured by host"];
    assert_eq!(judged(&[code, ("jobs/appsettings.json", settings)], &components), expected);
    assert_eq!(
        judged(&[code, ("jobs/.env", "ConnectionStrings__Orders=Server=db;Initial Catalog=S;\n")], &components),
        expected
    );
    let other = ("jobs/appsettings.json", r#"{"ConnectionStrings": {"Stock": "Server=db;Initial Catalog=Shop"}}"#);
    assert_eq!(judged(&[code, other], &components), ["microsoft.sql_server runtime required configured by jobs"]);
}
