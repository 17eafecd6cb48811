//! Keys and passwords that look like real ones and are none: each is put together from parts when the test runs.

/// A secret as repositories hold it.
pub(super) struct Planted {
    /// What sort of secret.
    pub(super) kind: &'static str,
    /// The name that a setting with it has.
    pub(super) name: &'static str,
    /// What is written down: a connection string, a header, a token.
    pub(super) text: String,
    /// The parts of it that nobody may see.
    pub(super) hidden: Vec<String>,
}

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const HEX: &str = "0123456789abcdef";
const CAPITALS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Makes texts that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn text(&mut self, alphabet: &str, length: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        let mut roll = || {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            letters[usize::try_from(self.0 >> 33).unwrap() % letters.len()]
        };
        (0..length).map(|_| roll()).collect()
    }

    /// A password as people choose one.
    fn password(&mut self) -> String {
        format!("Winter-{}{}", self.text(HEX, 4), self.text(LETTERS, 5))
    }
}

/// A secret whose text is `before`, the part to hide, and `after`.
fn around(kind: &'static str, name: &'static str, before: &str, hidden: String, after: &str) -> Planted {
    Planted { kind, name, text: format!("{before}{hidden}{after}"), hidden: vec![hidden] }
}

/// All of them.
pub(super) fn planted() -> Vec<Planted> {
    let dice = &mut Dice(42);
    let mut all = connection_strings(dice);
    all.extend(clouds(dice));
    all.extend(tokens(dice));
    all.extend(headers(dice));
    all.extend(key_files(dice));
    all
}

fn connection_strings(dice: &mut Dice) -> Vec<Planted> {
    let forms = [
        ("PostgreSQL URL", "DATABASE_URL", "postgresql://shop:", "@db:5432/shop"),
        ("MySQL URL", "MYSQL_URL", "mysql+pymysql://root:", "@mysql/shop?charset=utf8"),
        ("MongoDB URL", "MONGO_URI", "mongodb+srv://shop:", "@cluster0.example.net/shop"),
        ("Redis URL", "REDIS_URL", "redis://:", "@cache:6379/0"),
        ("RabbitMQ URL", "RABBITMQ_URL", "amqp://shop:", "@queue:5672//"),
        ("SMTP URL", "SMTP_URL", "smtps://mailer:", "@smtp.example.net:465"),
        (
            "SQL Server",
            "ConnectionStrings__Shop",
            "Server=sql,1433;Database=Shop;User Id=sa;Password=",
            ";Encrypt=true",
        ),
        ("Npgsql", "ConnectionStrings__Ledger", "Host=db;Port=5432;Database=ledger;Username=app;Password=", ""),
        ("SQL Server, short", "ConnectionStrings__Old", "Data Source=sql;Initial Catalog=Old;UID=sa;PWD=", ";"),
        ("Oracle", "ORACLE_DSN", "User Id=shop;Password=", ";Data Source=ora:1521/XE"),
        ("StackExchange.Redis", "ConnectionStrings__Cache", "cache:6379,abortConnect=false,password=", ",ssl=True"),
        ("basic auth", "FEED_URL", "https://feed:", "@feeds.example.net/v1/items"),
    ];
    let mut all: Vec<Planted> = forms
        .map(|(kind, name, before, after)| around(kind, name, before, dice.password(), after))
        .into_iter()
        .collect();
    for (kind, name) in [
        ("password", "ADMIN_PASSWORD"),
        ("password of a database", "POSTGRES_PASSWORD"),
        ("signing secret", "JWT_SECRET_KEY"),
        ("session secret", "SESSION_SECRET"),
    ] {
        all.push(around(kind, name, "", dice.password(), ""));
    }
    all
}

fn clouds(dice: &mut Dice) -> Vec<Planted> {
    let storage = "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=";
    let cosmos = "AccountEndpoint=https://shop.documents.azure.com:443/;AccountKey=";
    let bus = "Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=";
    let sas = "https://shop.blob.core.windows.net/media?sv=2031-01-01&sr=c&sig=";
    let insights = "InstrumentationKey=";
    let uuid = [8, 4, 4, 4, 12].map(|length| dice.text(HEX, length)).join("-");
    let key = dice.text(CAPITALS, 16);
    vec![
        around("Azure Storage", "AZURE_STORAGE_CONNECTION_STRING", storage, dice.text(BASE64, 86) + "==", ";x=y"),
        around("Cosmos DB", "COSMOS_CONNECTION", cosmos, dice.text(BASE64, 86) + "==", ";"),
        around("Service Bus", "SERVICE_BUS", bus, dice.text(BASE64, 43) + "=", ""),
        around("shared access signature", "MEDIA_URL", sas, dice.text(LETTERS, 43) + "%3D", ""),
        around("Application Insights", "APPINSIGHTS", insights, uuid, ";IngestionEndpoint=https://x.example.net/"),
        around("AWS key id", "AWS_ACCESS_KEY_ID", "", ["AK", "IA", &key].concat(), ""),
        around("AWS secret key", "AWS_SECRET_ACCESS_KEY", "", dice.text(BASE64, 40), ""),
        around("Google API key", "GOOGLE_API_KEY", "", ["AI", "za", &dice.text(LETTERS, 35)].concat(), ""),
    ]
}

fn tokens(dice: &mut Dice) -> Vec<Planted> {
    let forms: [(&str, &str, &[&str], &str, usize); 19] = [
        ("GitHub", "GITHUB_TOKEN", &["gh", "p_"], LETTERS, 36),
        ("GitHub, fine-grained", "GH_PAT", &["github", "_pat_"], LETTERS, 82),
        ("GitLab", "GITLAB_TOKEN", &["gl", "pat-"], LETTERS, 20),
        ("Slack", "SLACK_BOT_TOKEN", &["xo", "xb-", "2031-4711-"], LETTERS, 24),
        ("Stripe", "STRIPE_SECRET_KEY", &["sk_", "live_"], LETTERS, 24),
        ("Stripe webhook", "STRIPE_WEBHOOK_SECRET", &["wh", "sec_"], LETTERS, 32),
        ("OpenAI", "OPENAI_API_KEY", &["sk-", "proj-"], LETTERS, 48),
        ("Anthropic", "ANTHROPIC_API_KEY", &["sk-", "ant-api03-"], LETTERS, 80),
        ("Twilio", "TWILIO_AUTH_TOKEN", &[], HEX, 32),
        ("Twilio API key", "TWILIO_API_KEY", &["S", "K"], HEX, 32),
        ("Mailgun", "MAILGUN_API_KEY", &["key", "-"], HEX, 32),
        ("npm", "NPM_TOKEN", &["np", "m_"], LETTERS, 36),
        ("PyPI", "PYPI_TOKEN", &["py", "pi-"], LETTERS, 60),
        ("Hugging Face", "HF_TOKEN", &["h", "f_"], LETTERS, 34),
        ("DigitalOcean", "DO_TOKEN", &["dop", "_v1_"], HEX, 64),
        ("Shopify", "SHOPIFY_TOKEN", &["shp", "at_"], HEX, 32),
        ("Telegram", "TELEGRAM_BOT_TOKEN", &["1234567", "89:AA"], LETTERS, 33),
        ("Square", "SQUARE_ACCESS_TOKEN", &["EAA", "A"], LETTERS, 60),
        ("Datadog", "DD_API_KEY", &[], HEX, 32),
    ];
    let mut all: Vec<Planted> = forms
        .map(|(kind, name, start, alphabet, length)| {
            around(kind, name, "", start.concat() + &dice.text(alphabet, length), "")
        })
        .into_iter()
        .collect();
    let parts = [["S", "G."].concat() + &dice.text(LETTERS, 22), dice.text(LETTERS, 43)];
    all.push(around("SendGrid", "SENDGRID_API_KEY", "", parts.join("."), ""));
    let hook = ["T0", "/B0/"].map(|part| part.to_owned() + &dice.text(CAPITALS, 8)).concat();
    let hook = format!("{hook}/{}", dice.text(LETTERS, 24));
    all.push(around("Slack webhook", "SLACK_WEBHOOK", "https://hooks.slack.com/services/", hook, ""));
    let hook = dice.text(LETTERS, 68);
    all.push(around("Discord webhook", "DISCORD_WEBHOOK", "https://discord.com/api/webhooks/123456789/", hook, ""));
    all
}

fn headers(dice: &mut Dice) -> Vec<Planted> {
    let part = |dice: &mut Dice, length| dice.text(LETTERS, length);
    let jwt =
        [["ey", "J"].concat() + &part(dice, 33), ["ey", "J"].concat() + &part(dice, 60), part(dice, 43)].join(".");
    vec![
        around("JWT", "SERVICE_JWT", "", jwt, ""),
        around("bearer header", "AUTH_HEADER", "Authorization: Bearer ", part(dice, 40) + "7", ""),
        around("basic header", "BASIC_HEADER", "Authorization: Basic ", part(dice, 26) + "7==", ""),
        around("key header", "KEY_HEADER", "X-Api-Key: ", dice.text(HEX, 24), ""),
    ]
}

fn key_files(dice: &mut Dice) -> Vec<Planted> {
    let pem = |dice: &mut Dice, sort: &str| {
        let lines: Vec<String> = (0..4).map(|_| dice.text(BASE64, 64)).collect();
        let (begin, end) = (["-----BE", "GIN "].concat(), ["-----E", "ND "].concat());
        // Written on one line, as settings and JSON hold it.
        let text = format!("{begin}{sort}PRIVATE KEY-----\\n{}\\n{end}{sort}PRIVATE KEY-----\\n", lines.join("\\n"));
        (text, lines)
    };
    let mut all = Vec::new();
    for (kind, name, sort) in [
        ("RSA key", "SIGNING_PEM", "RSA "),
        ("elliptic key", "APPLE_PEM", "EC "),
        ("SSH key", "DEPLOY_PEM", "OPENSSH "),
        ("Google service account", "FIREBASE_PEM", ""),
    ] {
        let (text, hidden) = pem(dice, sort);
        all.push(Planted { kind, name, text, hidden });
    }
    all
}
