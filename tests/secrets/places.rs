//! A repository that holds every planted secret in every place where people leave them.

use std::fmt::Write as _;
use std::path::Path;

use super::planted::Planted;

/// Writes the repository into `root`.
pub(super) fn write(root: &Path, planted: &[Planted]) {
    for (path, text) in files(planted) {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

fn files(planted: &[Planted]) -> Vec<(String, String)> {
    let mut files = vec![
        ("README.md".to_owned(), readme(planted)),
        ("api/pyproject.toml".to_owned(), PYPROJECT.to_owned()),
        ("api/main.py".to_owned(), main_module(planted)),
        ("api/settings.py".to_owned(), settings(planted)),
        ("web/package.json".to_owned(), package(planted)),
        ("web/prisma/schema.prisma".to_owned(), PRISMA.to_owned()),
        ("shop/Shop.csproj".to_owned(), PROJECT.to_owned()),
        ("shop/appsettings.json".to_owned(), appsettings(planted)),
        ("docker-compose.yml".to_owned(), compose(planted)),
        (".env.example".to_owned(), environment(planted)),
        ("Dockerfile".to_owned(), dockerfile(planted)),
        ("chart/Chart.yaml".to_owned(), "name: shop\nversion: 1.0.0\n".to_owned()),
        ("chart/values.yaml".to_owned(), values(planted)),
        (".github/workflows/deploy.yml".to_owned(), workflow(planted)),
        ("openapi.yaml".to_owned(), openapi(planted)),
        ("db/seed.sql".to_owned(), seed(planted)),
        ("infra/main.tf".to_owned(), terraform(planted)),
        ("infra/main.bicep".to_owned(), bicep(planted)),
        ("infra/main.parameters.json".to_owned(), bicep_parameters(planted)),
    ];
    for (number, secret) in planted.iter().enumerate() {
        files.push((format!("api/routes/part_{number}.py"), python(number, secret)));
        files.push((format!("web/src/part{number}.ts"), typescript(number, secret)));
        files.push((format!("shop/Part{number}.cs"), csharp(number, secret)));
    }
    files
}

const PYPROJECT: &str = "[project]\nname = \"shop-api\"\ndependencies = [\"fastapi\", \"httpx\", \"sqlalchemy\", \"redis\", \"stripe\", \"boto3\"]\n";
const PRISMA: &str = "datasource db {\n  provider = \"postgresql\"\n  url = env(\"DATABASE_URL\")\n}\n";
const PROJECT: &str = "<Project Sdk=\"Microsoft.NET.Sdk.Web\"><ItemGroup><PackageReference Include=\"Npgsql\" Version=\"8.0.0\" /></ItemGroup></Project>\n";

/// As a setting says it: by its name, or as it is where it has a shape of its own.
fn said(secret: &Planted) -> String {
    let plain = secret.hidden == [secret.text.clone()];
    if plain { format!("{}: {}", secret.name, secret.text) } else { secret.text.clone() }
}

fn each(planted: &[Planted], line: impl Fn(&Planted) -> String) -> String {
    planted.iter().map(line).collect()
}

fn readme(planted: &[Planted]) -> String {
    let lines = each(planted, |it| format!("- `{}={}` for the {}, or {}\n", it.name, it.text, it.kind, said(it)));
    let first = &planted[0];
    format!("# Shop\n\nSells tea, with {} in the store.\n\n## Run\n\n{lines}", said(first))
}

fn main_module(planted: &[Planted]) -> String {
    let mut text = "\"\"\"The shop's API.\"\"\"\nfrom fastapi import FastAPI\n".to_owned();
    for number in 0..planted.len() {
        let _ = writeln!(text, "from routes import part_{number}");
    }
    text.push_str("\napp = FastAPI(title=\"Shop\")\n");
    for number in 0..planted.len() {
        let _ = writeln!(text, "app.include_router(part_{number}.router)");
    }
    text
}

fn settings(planted: &[Planted]) -> String {
    let mut text = "import os\nfrom pydantic_settings import BaseSettings\n\n".to_owned();
    text += &each(planted, |it| format!("{}_READ = os.environ.get(\"{}\", \"{}\")\n", it.name, it.name, it.text));
    text += "\n\nclass Settings(BaseSettings):\n";
    text + &each(planted, |it| format!("    {}: str = \"{}\"\n", it.name.to_lowercase(), it.text))
}

fn python(number: usize, secret: &Planted) -> String {
    let Planted { kind, name, text, .. } = secret;
    let said = said(secret);
    format!(
        r#""""Works with the {kind}: {said}"""
import httpx
from fastapi import APIRouter, Header, HTTPException, Query
from pydantic import BaseModel, Field
from sqlalchemy import Column, String
from sqlalchemy.orm import DeclarativeBase

router = APIRouter(prefix="/p{number}")

# {said}
{name} = "{text}"


class Base(DeclarativeBase):
    pass


class Order{number}(Base):
    """An order, kept by {said}"""

    __tablename__ = "orders_{number}"
    id = Column(String, primary_key=True, default="{text}", doc="{text}")


class Body(BaseModel):
    """Sent with {said}"""

    {lower}: str = Field(default="{text}", examples=["{text}"], description="Such as {said}")


class Client{number}:
    """Calls with {said}"""

    def __init__(self, {lower}="{text}"):
        self.{lower} = {lower}

    def connect(self, password="{text}"):
        return httpx.get("{text}", headers={{"Authorization": "{text}", "{name}": "{text}"}})


@router.post("/orders", summary="Takes {said}", description="With {said}", responses={{404: {{"description": "{said}"}}}})
def create_order(body: Body, {lower}: str = Query("{text}", example="{text}"), token: str = Header(default="{text}")):
    """Creates an order with {said}

    Example:
        curl -H "{said}" http://localhost/orders
    """
    if not body:
        raise HTTPException(400, "rejected: {said}")
    return Client{number}("{text}").connect("{text}")
"#,
        lower = name.to_lowercase(),
    )
}

fn typescript(number: usize, secret: &Planted) -> String {
    let Planted { kind, name, text, .. } = secret;
    let said = said(secret);
    format!(
        r#"/** Works with the {kind}: {said} */
import {{ Body, Controller, Post }} from "@nestjs/common";
import {{ ApiOperation, ApiProperty }} from "@nestjs/swagger";
import axios from "axios";

// {said}
export const {name} = "{text}";
export const options = {{ {name}: "{text}", url: "{text}" }};
const fromEnvironment = process.env.{name} ?? "{text}";

/** Sent with {said} */
export class Order{number} {{
  /** Such as {said} */
  @ApiProperty({{ default: "{text}", example: "{text}", description: "{said}" }})
  note: string = "{text}";
}}

/** Takes {said} */
@Controller("q{number}")
export class Orders{number} {{
  /** Creates with {said} */
  @ApiOperation({{ summary: "{said}", description: "{said}" }})
  @Post("orders")
  create(@Body() order: Order{number}, key = "{text}") {{
    if (!order) throw new Error("rejected: {said}");
    return axios.post("{text}", order, {{ headers: {{ Authorization: "{text}" }} }});
  }}
}}
"#
    )
}

fn csharp(number: usize, secret: &Planted) -> String {
    let Planted { kind, name, text, .. } = secret;
    let said = said(secret);
    format!(
        r#"using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Shop;

/// <summary>Works with the {kind}: {said}</summary>
[ApiController]
[Route("r{number}")]
public class Part{number}Controller : ControllerBase
{{
    // {said}
    public const string {name} = "{text}";

    /// <summary>Creates with {said}</summary>
    /// <remarks>Example: {said}</remarks>
    [HttpPost("orders")]
    [ProducesResponseType(typeof(Order{number}), 200)]
    public IActionResult Create([FromBody] Order{number} order, string key = "{text}")
    {{
        if (order == null) throw new InvalidOperationException("rejected: {said}");
        var client = new HttpClient {{ BaseAddress = new Uri("{text}") }};
        Environment.SetEnvironmentVariable("{name}", "{text}");
        return Ok(configuration.GetValue("{name}", "{text}"));
    }}
}}

/// <summary>An order, with {said}</summary>
public class Order{number}
{{
    public int Id {{ get; set; }}

    /// <summary>Such as {said}</summary>
    /// <example>{text}</example>
    public string Note {{ get; set; }} = "{text}";
}}

public class Store{number} : DbContext
{{
    public DbSet<Order{number}> Orders {{ get; set; }}

    protected override void OnConfiguring(DbContextOptionsBuilder options) => options.UseNpgsql("{text}");
}}
"#
    )
}

fn package(planted: &[Planted]) -> String {
    let scripts = planted.iter().enumerate().map(|(number, it)| {
        format!("\"start{number}\": \"{}={} node main.js\"", it.name, it.text.replace('\\', "\\\\"))
    });
    let scripts: Vec<String> = scripts.collect();
    format!(
        "{{\"name\": \"shop-web\", \"description\": \"Shows tea with {}\", \"scripts\": {{{}}}, \"dependencies\": {{\"@nestjs/common\": \"11\", \"axios\": \"1\"}}}}\n",
        said(&planted[0]),
        scripts.join(", ")
    )
}

fn appsettings(planted: &[Planted]) -> String {
    let pairs: Vec<String> =
        planted.iter().map(|it| format!("    \"{}\": \"{}\"", it.name.replace("__", ":"), it.text)).collect();
    format!("{{\n  \"Shop\": {{\n{}\n  }}\n}}\n", pairs.join(",\n"))
}

fn compose(planted: &[Planted]) -> String {
    let lines = each(planted, |it| format!("      {}: \"{}\"\n", it.name, it.text));
    let list = each(planted, |it| format!("      - {}={}\n", it.name, it.text));
    let health = &planted[0].text;
    format!(
        "services:\n  api:\n    build: api\n    environment:\n{lines}  web:\n    build: web\n    environment:\n{list}  db:\n    image: postgres:17\n    healthcheck:\n      test: pg_isready -d {health}\n"
    )
}

fn environment(planted: &[Planted]) -> String {
    each(planted, |it| format!("# the {}\n{}=\"{}\"\n", it.kind, it.name, it.text))
}

fn dockerfile(planted: &[Planted]) -> String {
    "FROM python:3.13\n".to_owned()
        + &each(planted, |it| {
            format!("ENV {}=\"{}\"\nARG {}_ARG={}\nRUN login \"{}\"\n", it.name, it.text, it.name, it.text, said(it))
        })
}

fn values(planted: &[Planted]) -> String {
    format!("image:\n  repository: shop/api\nenv:\n{}", each(planted, |it| format!("  {}: \"{}\"\n", it.name, it.text)))
}

fn workflow(planted: &[Planted]) -> String {
    let env = each(planted, |it| format!("      {}: \"{}\"\n", it.name, it.text));
    let runs = each(planted, |it| format!("      - run: deploy --with \"{}\"\n", said(it)));
    format!("on: push\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    env:\n{env}    steps:\n{runs}")
}

fn openapi(planted: &[Planted]) -> String {
    let properties = each(planted, |it| {
        format!(
            "        {}:\n          type: string\n          description: \"{}\"\n          example: \"{}\"\n          default: \"{}\"\n",
            it.name,
            said(it),
            it.text,
            it.text
        )
    });
    let first = said(&planted[0]);
    format!(
        "openapi: 3.1.0\ninfo:\n  title: Shop\n  version: '1'\n  description: \"{first}\"\npaths:\n  /orders:\n    post:\n      summary: \"{first}\"\n      responses:\n        '200':\n          description: \"{first}\"\ncomponents:\n  schemas:\n    Order:\n      type: object\n      properties:\n{properties}"
    )
}

fn seed(planted: &[Planted]) -> String {
    let first = "CREATE TABLE accounts (id int PRIMARY KEY, name text, password text DEFAULT 'none');\n".to_owned();
    first
        + &each(planted, |it| {
            format!("INSERT INTO accounts (name, password) VALUES ('{}', '{}');\n-- {}\n", it.name, it.text, said(it))
        })
}

fn terraform(planted: &[Planted]) -> String {
    each(planted, |it| {
        let name = it.name.to_lowercase();
        format!("variable \"{name}\" {{\n  description = \"{}\"\n  default = \"{}\"\n}}\n", said(it), it.text)
    }) + "resource \"aws_s3_bucket\" \"media\" {\n  bucket = \"media\"\n}\n"
}

fn bicep_parameters(planted: &[Planted]) -> String {
    let values: Vec<String> =
        planted.iter().map(|it| format!("\"{}\": {{\"value\": \"{}\"}}", it.name, it.text)).collect();
    format!("{{\"parameters\": {{{}}}}}\n", values.join(", "))
}

fn bicep(planted: &[Planted]) -> String {
    each(planted, |it| format!("@description('{}')\nparam {} string = '{}'\n", said(it), it.name, it.text))
}
