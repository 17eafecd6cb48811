//! Made-up systems of any size, one a language: services of forty modules that import, derive from and call each other.

use std::fmt::Write;
use std::path::Path;

/// Languages that a corpus can be made in.
pub(crate) const LANGUAGES: [&str; 3] = ["python", "typescript", "csharp"];

const MODULES: usize = 40;
const METHODS: usize = 10;

/// Writes about `lines` lines of code below `root`.
pub(crate) fn write(root: &Path, language: &str, lines: usize) {
    let mut written = 0;
    let mut service = 0;
    while written < lines {
        let folder = root.join(format!("services/billing{service}"));
        std::fs::create_dir_all(&folder).unwrap();
        write_project(&folder, language, service);
        for module in 0..MODULES {
            let (name, text) = match language {
                "python" => (format!("item{module}.py"), python(service, module)),
                "typescript" => (format!("item{module}.ts"), typescript(service, module)),
                _ => (format!("Item{module}.cs"), csharp(service, module)),
            };
            written += text.lines().count();
            std::fs::write(folder.join(name), text).unwrap();
            if written >= lines {
                return;
            }
        }
        service += 1;
    }
}

fn write_project(folder: &Path, language: &str, service: usize) {
    let (name, text) = match language {
        "python" => ("__init__.py".to_owned(), String::new()),
        "typescript" => ("package.json".to_owned(), format!("{{ \"name\": \"@shop/billing{service}\" }}\n")),
        _ => (
            format!("Billing{service}.csproj"),
            "<Project Sdk=\"Microsoft.NET.Sdk\"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>\n".to_owned(),
        ),
    };
    std::fs::write(folder.join(name), text).unwrap();
}

/// The module that a module derives from and the one that it calls.
const fn neighbours(module: usize) -> (usize, usize) {
    (module / 2, (module + 7) % MODULES)
}

fn python(service: usize, module: usize) -> String {
    let (base, other) = neighbours(module);
    let mut text = format!(
        "\"\"\"Item {module} of service {service}.\"\"\"\nfrom dataclasses import dataclass\n\nfrom .item{base} import Item{base}\nfrom .item{other} import Item{other}, LIMIT as OTHER_LIMIT\n\nLIMIT = {module}\n\n\n@dataclass\nclass Item{module}(Item{base}):\n    \"\"\"Keeps item {module}.\"\"\"\n\n    name: str = \"item {module}\"\n    other: Item{other} | None = None\n"
    );
    for method in 0..METHODS {
        write!(
            text,
            "\n    def step_{method}(self, value: int, options: dict[str, int] | None = None) -> int:\n        \"\"\"Takes step {method}.\"\"\"\n        # The limit of the other item holds here too.\n        if value > OTHER_LIMIT or self.other is None:\n            raise ValueError(f\"item {module} has no step {{value}}\")\n        local = Item{other}(name=f\"{{self.name}}/{method}\")\n        total = sum(local.step_{method}(part, options=options) for part in range(value))\n        result = {{\"value\": value, \"total\": total, \"names\": [local.name, self.name]}}\n        return self.other.step_{method}(result[\"total\"] + {method}) + len(result)\n"
        )
        .unwrap();
    }
    text
}

fn typescript(service: usize, module: usize) -> String {
    let (base, other) = neighbours(module);
    let mut text = format!(
        "import {{ Item{base} }} from './item{base}';\nimport {{ Item{other}, LIMIT as OTHER_LIMIT }} from './item{other}';\n\nexport const LIMIT = {module};\n\nexport interface Options{module} {{\n  name: string;\n  parts?: number[];\n}}\n\n/** Item {module} of service {service}. */\nexport class Item{module} extends Item{base} {{\n  constructor(private readonly other: Item{other}, public name = 'item {module}') {{\n    super();\n  }}\n"
    );
    for method in 0..METHODS {
        write!(
            text,
            "\n  /** Takes step {method}. */\n  async step{method}(value: number, options?: Options{module}): Promise<number> {{\n    // The limit of the other item holds here too.\n    if (value > OTHER_LIMIT || !this.other) {{\n      throw new Error(`item {module} has no step ${{value}}`);\n    }}\n    const parts = (options?.parts ?? [value]).filter((part) => part > {method}).map((part) => part + 1);\n    const result = {{ value, total: parts.length, names: [this.name, options?.name] }};\n    const next = await this.other.step{method}(result.total + {method});\n    return next + result.names.length;\n  }}\n"
        )
        .unwrap();
    }
    text.push_str("}\n");
    text
}

fn csharp(service: usize, module: usize) -> String {
    let (base, other) = neighbours(module);
    let derived = if module == base { String::new() } else { format!(" : Item{base}") };
    let mut text = format!(
        "using System.Collections.Generic;\nusing System.Linq;\nusing System.Threading.Tasks;\n\nnamespace Shop.Billing{service};\n\n/// <summary>Item {module} of service {service}.</summary>\npublic class Item{module}{derived}\n{{\n    public const int Limit{module} = {module};\n    private readonly Item{other} _other;\n\n    public string Name{module} {{ get; set; }} = \"item {module}\";\n"
    );
    for method in 0..METHODS {
        write!(
            text,
            "\n    /// <summary>Takes step {method}.</summary>\n    public async Task<int> Step{method}Async(int value, IReadOnlyDictionary<string, int> options = null)\n    {{\n        // The limit of the other item holds here too.\n        if (value > Item{other}.Limit{other} || _other is null)\n        {{\n            throw new System.InvalidOperationException($\"item {module} has no step {{value}}\");\n        }}\n\n        var parts = Enumerable.Range(0, value).Where(part => part > {method}).Select(part => part + 1).ToList();\n        var result = new Dictionary<string, int> {{ [\"value\"] = value, [\"total\"] = parts.Count }};\n        var next = await _other.Step{method}Async(result[\"total\"] + {method}, options);\n        return next + result.Count;\n    }}\n"
        )
        .unwrap();
    }
    text.push_str("}\n");
    text
}
