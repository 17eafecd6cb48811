//! What names mean in small repositories.

use std::collections::BTreeSet;

use super::Names;
use crate::codebase::outline::{Outline, ReferenceKind};
use crate::codebase::{Facts, LanguageId, RepoPath, SourceFile};
use crate::languages::csharp::CSharp;
use crate::languages::{Language, ProjectFiles, Resolver, Scope};

/// All references of the files that are wholly resolved: `file:enclosing name -> file:line#definition`, with `?` where
/// only the name tells.
fn meanings(entries: &[(&str, &str)]) -> Vec<String> {
    let mut entries = entries.to_vec();
    entries.sort_unstable();
    let mut project = ProjectFiles::new();
    let (mut files, mut facts) = (Vec::new(), Vec::new());
    for (path, text) in entries {
        let path = RepoPath::new(path);
        if CSharp.is_project_file(&path) {
            project.insert(path, text.to_owned());
        } else {
            let language = CSharp.claims(&path).unwrap_or_else(|| LanguageId::new("other"));
            facts.push(Facts { outline: CSharp.outline(&path, text), ..Facts::default() });
            files.push(SourceFile { path, language, ..SourceFile::default() });
        }
    }
    let names = Names::new(Scope { files: &files, facts: &facts, components: &[], project: &project });
    let dotted =
        |outline: &Outline, index: Option<u32>| index.map_or(String::new(), |index| outline.dotted_name(index));
    let mut found = Vec::new();
    for (file, (source, own)) in (0..).zip(files.iter().zip(&facts)) {
        for reference in &own.outline.references {
            let meaning = names.resolve_as(file, reference.enclosing, &reference.name, reference.kind);
            let Some(meaning) = meaning.filter(|meaning| meaning.rest == 0) else { continue };
            let target = meaning.symbol.file as usize;
            let to = dotted(&facts[target].outline, meaning.symbol.definition);
            let defined = meaning.symbol.definition.and_then(|index| facts[target].outline.definition(index));
            let line = defined.map_or(0, |definition| definition.line);
            let mark = if meaning.by_name { "?" } else { "" };
            let call = if reference.kind == ReferenceKind::Call { "()" } else { "" };
            found.push(format!(
                "{}:{} {}{call} -> {}:{line}#{to}{mark}",
                source.path,
                dotted(&own.outline, reference.enclosing),
                reference.name,
                files[target].path,
            ));
        }
    }
    found
}

/// Panics unless exactly these references of `file` mean something.
#[track_caller]
fn assert_meanings(entries: &[(&str, &str)], file: &str, expected: &[&str]) {
    let found = meanings(entries);
    let own: BTreeSet<&str> = found.iter().filter_map(|line| line.strip_prefix(&format!("{file}:"))).collect();
    assert_eq!(own, expected.iter().copied().collect());
}

#[test]
fn namespaces_are_searched_outward_before_usings() {
    let types = "namespace Shop {\nclass Order {}\nnamespace Orders {\nclass Order {}\nclass Line {} } }\n\
                 namespace Other {\nclass Order {}\nclass Line {}\nclass Far {} }";
    let of = |text: &'static str| [("types.cs", types), ("use.cs", text)];
    assert_meanings(
        &of(
            "using Other; namespace Shop.Orders; class A { Order a; Line b; Far c; Orders.Line d; global::Other.Line e; }",
        ),
        "use.cs",
        &[
            "A Far -> types.cs:9#Far",
            "A Line -> types.cs:5#Line",
            "A Order -> types.cs:4#Order",
            "A Orders.Line -> types.cs:5#Line",
            "A Other.Line -> types.cs:8#Line",
        ],
    );
    // Directives within a namespace come before the namespaces around it.
    assert_meanings(
        &of("namespace Shop.Sales { using Other; class A { Order a; } }"),
        "use.cs",
        &["A Order -> types.cs:7#Order"],
    );
    assert_meanings(
        &of("using Other; namespace Shop.Sales { class A { Order a; } }"),
        "use.cs",
        &["A Order -> types.cs:2#Order"],
    );
    // Two used namespaces with one name: nothing is said.
    assert_meanings(
        &of("using Other; using Shop.Orders; class A { Line a; Far b; }"),
        "use.cs",
        &["A Far -> types.cs:9#Far"],
    );
}

#[test]
fn directives_name_namespaces_classes_and_other_names() {
    let types = "namespace Shop.Models;\nclass Order {}\nstatic class Limits {\npublic const int Max = 1;\n\
                 public static int Half() => 0;\npublic class Inner {} }";
    assert_meanings(
        &[
            ("types.cs", types),
            ("globals.cs", "global using Shop.Models; global using L = Shop.Models.Limits;"),
            ("a.cs", "class A { Order a; int b = L.Max; }"),
            (
                "b.cs",
                "using static Shop.Models.Limits; using M = Shop.Models; using System.Text; using O = Shop.Models.Order; using Order = Lib.Order;\n\
                 class B { Order lib; M.Order a; O b; Inner c; int F() => Max + Half() + Unknown(); }",
            ),
        ],
        "b.cs",
        &[
            "B Inner -> types.cs:6#Limits.Inner",
            "B M.Order -> types.cs:2#Order",
            "B O -> types.cs:2#Order",
            "B.F Half() -> types.cs:5#Limits.Half",
            "B.F Max -> types.cs:4#Limits.Max",
        ],
    );
}

#[test]
fn projects_say_what_is_in_use_and_what_is_in_sight() {
    let core = r#"<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><ProjectReference Include="..\Base\Base.csproj"/></ItemGroup></Project>"#;
    let web = r#"<Project Sdk="Microsoft.NET.Sdk.Web"><Import Project="..\Shared.props"/><ItemGroup>
        <ProjectReference Include="$(SolutionDir)Core\Core.csproj"/>
        <ProjectReference Include="..\Tool\Tool.csproj" ReferenceOutputAssembly="false"/>
        <Compile Include="..\Linked\*.cs" Link="Linked\%(Filename)"/></ItemGroup></Project>"#;
    let shared = r#"<Project><ItemGroup><Using Include="Shop.Base"/><Using Include="Shop.Base.Clock" Static="true"/>
        <Using Include="Shop.Base.Clock" Alias="C"/></ItemGroup></Project>"#;
    let library = r#"<Project Sdk="Microsoft.NET.Sdk"/>"#;
    let clock = "namespace Shop.Base;\npublic class Clock {\npublic static int Now() => 0; }";
    assert_meanings(
        &[
            ("Shared.props", shared),
            ("Base/Base.csproj", library),
            ("Base/Clock.cs", clock),
            ("Core/Core.csproj", core),
            ("Core/Order.cs", "namespace Shop.Core; public class Order {}"),
            ("Tool/Tool.csproj", library),
            ("Tool/Gear.cs", "namespace Shop.Core; public class Gear {} public class Order {}"),
            ("Apart/Apart.csproj", library),
            ("Apart/Clock.cs", clock),
            ("Linked/Part.cs", "namespace Shop.Linked; class Part { Shop.Core.Order order; }"),
            ("Linked/deep/Other.cs", "namespace Shop.Linked; class Other {}"),
            ("Web/Web.csproj", web),
            (
                "Web/A.cs",
                "class A { Clock a; C b; Shop.Core.Order c; Shop.Core.Gear d; Shop.Linked.Part e; int F() => Now(); }",
            ),
        ],
        "Web/A.cs",
        &[
            "A C -> Base/Clock.cs:2#Clock",
            "A Clock -> Base/Clock.cs:2#Clock",
            "A Shop.Core.Order -> Core/Order.cs:1#Order",
            "A Shop.Linked.Part -> Linked/Part.cs:1#Part",
            "A.F Now() -> Base/Clock.cs:3#Clock.Now",
        ],
    );
}

#[test]
fn one_name_in_two_projects_is_the_own_one_or_none() {
    let library = r#"<Project Sdk="Microsoft.NET.Sdk"/>"#;
    let user = r#"<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><ProjectReference Include="..\A\A.csproj"/><ProjectReference Include="..\B\B.csproj"/></ItemGroup></Project>"#;
    let files = |own: &'static str| {
        [
            ("A/A.csproj", library),
            ("A/T.cs", "namespace N; public class T {} public class Hidden {}"),
            ("B/B.csproj", library),
            ("B/T.cs", "namespace N; public class T {} class Hidden {}"),
            ("C/C.csproj", user),
            ("C/T.cs", own),
            ("C/Use.cs", "namespace N; class Use { T a; Hidden b; }"),
        ]
    };
    let hidden = "Use Hidden -> A/T.cs:1#Hidden";
    assert_meanings(&files("namespace N; class Other {}"), "C/Use.cs", &[hidden]);
    assert_meanings(&files("namespace N; class T {}"), "C/Use.cs", &[hidden, "Use T -> C/T.cs:1#T"]);
}

#[test]
fn arity_tells_types_of_one_name_apart() {
    let types = "class Result {\npublic static Result Ok() => null; }\nclass Result<T> {\n\
                 public static Result<T> Of(T value) => null;\npublic T Value { get; } }\nclass Result<T, E> : Result<T> {}\n\
                 class Order {\npublic int Total() => 1; }";
    assert_meanings(
        &[
            ("types.cs", types),
            (
                "use.cs",
                "class A { Result a; Result<Order> b = new(); Result<Order, int> c; Result<Order, int, int> d;\n\
                 int F() { Result.Ok(); Result<Order>.Of(null); Result<Order>.Of(null).Value.Total(); var e = typeof(Result<,>); c.Value.Total();\n\
                 return 0; } }",
            ),
        ],
        "use.cs",
        &[
            "A Order -> types.cs:7#Order",
            "A Result -> types.cs:1#Result",
            "A Result<,> -> types.cs:6#Result",
            "A Result<> -> types.cs:3#Result",
            "A Result<>() -> types.cs:3#Result",
            "A.F Order -> types.cs:7#Order",
            "A.F Result.Ok() -> types.cs:2#Result.Ok",
            "A.F Result<,> -> types.cs:6#Result",
            "A.F Result<>.Of() -> types.cs:4#Result.Of",
            "A.F c.Value.Total() -> types.cs:8#Order.Total",
        ],
    );
}

#[test]
fn parts_nested_types_and_attributes_are_found() {
    assert_meanings(
        &[
            ("Order.cs", "partial class Order {\npublic void Pay() {} }"),
            (
                "A.Order.cs",
                "partial class Order {\npublic void Ship() {}\npublic enum State {\nPaid }\npublic record Line(Order Of); }",
            ),
            (
                "Audit.cs",
                "using System;\nclass AuditAttribute : Attribute {}\nclass Trace : AuditAttribute {}\nclass Plain {}",
            ),
            (
                "use.cs",
                "[Audit, Trace, Plain] class B { Order o; Order.State s = Order.State.Paid;\n\
                 void F(Order.Line line) { o.Pay(); o?.Ship(); line.Of.Ship(); } }",
            ),
        ],
        "use.cs",
        &[
            "B Audit -> Audit.cs:2#AuditAttribute",
            "B Order -> Order.cs:1#Order",
            "B Order.State -> A.Order.cs:3#Order.State",
            "B Order.State.Paid -> A.Order.cs:4#Order.State.Paid",
            "B Trace -> Audit.cs:3#Trace",
            "B.F Order.Line -> A.Order.cs:5#Order.Line",
            "B.F line.Of.Ship() -> A.Order.cs:2#Order.Ship",
            "B.F o.Pay() -> Order.cs:2#Order.Pay",
            "B.F o.Ship() -> A.Order.cs:2#Order.Ship",
        ],
    );
}

#[test]
fn extension_methods_are_told_by_what_they_extend() {
    let extensions = "namespace Ext; using System.Collections.Generic;\npublic static class Orders {\n\
        public static void Add(this Order order, int count) {}\npublic static int Sum(this IEnumerable<Order> all) => 0;\npublic static Order Mark(this Order one) => one;\n\
        public static T Same<T>(this T value) => value;\npublic static void AddOrders(this IServiceCollection services) {} }\n\
        public static class Texts {\npublic static string Mark(this string text) => text; }\npublic class Order {}";
    assert_meanings(
        &[
            ("ext.cs", extensions),
            (
                "use.cs",
                "using Ext; class A { List<Order> all; Order one; string text; Stream stream;\n\
                 void F(IServiceCollection services, dynamic any) {\n\
                 all.Sum(); one.Mark(); text.Mark(); stream.Mark(); any.Mark(); any.Add(1); Show(any.Mark); one.Same().Mark();\n\
                 services.AddOrders(); builder.Services.AddOrders(); text.Sum(); } }",
            ),
            ("blind.cs", "class B { void F(Ext.Order one) { one.Mark(); } }"),
        ],
        "use.cs",
        &[
            "A Order -> ext.cs:10#Order",
            "A.F all.Sum() -> ext.cs:4#Orders.Sum",
            "A.F builder.Services.AddOrders() -> ext.cs:7#Orders.AddOrders?",
            "A.F one.Mark() -> ext.cs:5#Orders.Mark",
            "A.F one.Same() -> ext.cs:6#Orders.Same",
            "A.F one.Same().Mark() -> ext.cs:5#Orders.Mark",
            "A.F services.AddOrders() -> ext.cs:7#Orders.AddOrders",
            "A.F text.Mark() -> ext.cs:9#Texts.Mark",
        ],
    );
}

#[test]
fn receivers_are_typed_by_declarations_and_values() {
    let types = "interface IRepo<T> {\nTask<T> Get(int id);\nIReadOnlyList<T> All();\nvoid Each(Action<T> step); }\n\
        record Order(Line First) {\npublic required Line Last { get; init; }\npublic void Pay() {} }\n\
        class Line {\npublic void Pack() {} }\nabstract class Handler<T>(IRepo<T> repo) {\nprotected IRepo<T> Repo => repo; }";
    let uses = "class A(IRepo<Line> lines) : Handler<Order>(null) {\n\
        public IRepo<Order> Orders { get; set; }\n\
        async Task F(object any, Dictionary<int, Order> map) {\n\
        var a = await Orders.Get(1); a.Pay();\n\
        provider.GetRequiredService<IRepo<Line>>().All(); \n\
        foreach (var b in Orders.All()) b.First.Pack();\n\
        if (any is Order c) c.Pay();\n\
        var d = Orders.All().Where(x => x != null).FirstOrDefault(); d?.Last.Pack();\n\
        Order e = new(null); e.Pay();\n\
        Orders.Each(f => f.Pay());\n\
        Orders.All().Select(g => g.First).ToList().ForEach(h => h.Pack());\n\
        var j = map[1]; j.Pay(); foreach (var i in map.Values) i.Pay();\n\
        this.Repo.Get(2); base.Repo.All(); lines.All();\n\
        any.Pay(); unknown.Pay(); } }";
    assert_meanings(
        &[("types.cs", types), ("use.cs", uses)],
        "use.cs",
        &[
            "A Handler<> -> types.cs:10#Handler",
            "A IRepo<> -> types.cs:1#IRepo",
            "A Line -> types.cs:8#Line",
            "A Order -> types.cs:5#Order",
            "A.F IRepo<> -> types.cs:1#IRepo",
            "A.F Line -> types.cs:8#Line",
            "A.F Order -> types.cs:5#Order",
            "A.F Order() -> types.cs:5#Order",
            "A.F Orders.All() -> types.cs:3#IRepo.All",
            "A.F a.Pay() -> types.cs:7#Order.Pay",
            "A.F b.First.Pack() -> types.cs:9#Line.Pack",
            "A.F base.Repo.All() -> types.cs:3#IRepo.All",
            "A.F c.Pay() -> types.cs:7#Order.Pay",
            "A.F d.Last.Pack() -> types.cs:9#Line.Pack",
            "A.F e.Pay() -> types.cs:7#Order.Pay",
            "A.F f.Pay() -> types.cs:7#Order.Pay",
            "A.F h.Pack() -> types.cs:9#Line.Pack",
            "A.F i.Pay() -> types.cs:7#Order.Pay",
            "A.F j.Pay() -> types.cs:7#Order.Pay",
            "A.F lines.All() -> types.cs:3#IRepo.All",
            "A.F provider.GetRequiredService().All() -> types.cs:3#IRepo.All",
            "A.F this.Repo.Get() -> types.cs:2#IRepo.Get",
            "A.F Orders.Each() -> types.cs:4#IRepo.Each",
            "A.F Orders.Get() -> types.cs:2#IRepo.Get",
            "A.Orders IRepo<> -> types.cs:1#IRepo",
            "A.Orders Order -> types.cs:5#Order",
        ],
    );
}

/// The types that the receivers of the following tests have.
const SHOP: &str = "interface IPaid {\nvoid Pay(); }\nclass Order : IPaid {\npublic void Pay() {}\npublic Line this[int at] => null;\n\
    public static bool TryRead(string text, out Order order) => true;\npublic static (Order One, List<Line> Rest) Split() => default;\n\
    public void Deconstruct(out int a) {} }\nclass Line {\npublic void Pack() {} }\nrecord Pair(Order Left, Line Right);\n\
    delegate void Step(Order order, Line line);\nclass Steps {\npublic void Each(Step step) {} }\n\
    static class Paying {\npublic static void Settle(this IPaid paid) {}\npublic static T Twice<T>(this T paid) where T : IPaid => paid; }";

/// The members that the calls in a method of this body mean.
#[track_caller]
fn assert_calls(body: &str, expected: &[&str]) {
    let text =
        format!("class A {{ Dictionary<string, Order> map; List<Line> lines; void F(object any) {{\n{body}\n}} }}");
    let found = meanings(&[("shop.cs", SHOP), ("use.cs", &text)]);
    let calls = found.iter().filter_map(|line| line.strip_prefix("use.cs:A.F ")?.split_once("() -> shop.cs:"));
    let calls: Vec<String> = calls.map(|(name, member)| format!("{name} {member}")).collect();
    assert_eq!(calls, expected, "{body}");
}

#[test]
fn variables_are_typed_by_what_hands_them_out() {
    assert_calls("if (map.TryGetValue(k, out var a)) a.Pay();", &["a.Pay 4#Order.Pay"]);
    assert_calls("stack.TryPop(out Line a); a.Pack();", &["a.Pack 10#Line.Pack"]);
    assert_calls("Order.TryRead(t, out var a); a.Pay();", &["Order.TryRead 6#Order.TryRead", "a.Pay 4#Order.Pay"]);
    assert_calls("cache.TryGet<Order>(k, out var a); a.Pay();", &["a.Pay 4#Order.Pay"]);
    assert_calls("cache.TryGet(k, out var a); a.Pay();", &[]);
}

#[test]
fn tuples_and_records_are_taken_apart() {
    assert_calls(
        "var (a, b) = Order.Split(); a.Pay(); b[0].Pack();",
        &[".Pack 10#Line.Pack", "Order.Split 7#Order.Split", "a.Pay 4#Order.Pay"],
    );
    assert_calls("(var a, _) = Order.Split(); a.Pay();", &["Order.Split 7#Order.Split", "a.Pay 4#Order.Pay"]);
    assert_calls("Pair p = null; var (a, b) = p; a.Pay(); b.Pack();", &["a.Pay 4#Order.Pay", "b.Pack 10#Line.Pack"]);
    assert_calls("foreach (var (k, v) in map) v.Pay();", &["v.Pay 4#Order.Pay"]);
    assert_calls("foreach (var p in map) p.Value.Pay();", &["p.Value.Pay 4#Order.Pay"]);
    assert_calls("(Order a, Line b) t = default; t.Item2.Pack();", &["t.Item2.Pack 10#Line.Pack"]);
}

#[test]
fn elements_are_typed_by_what_holds_them() {
    assert_calls("map[k].Pay(); lines[0].Pack();", &[".Pack 10#Line.Pack", ".Pay 4#Order.Pay"]);
    assert_calls("map[k].Pay(); unknown[0].Pay();", &[]);
    assert_calls("map[k].Pay();", &[".Pay 4#Order.Pay"]);
    assert_calls("map[\"a\"].Pay(); map[k]?.Pay();", &[".Pay 4#Order.Pay", "map.a.Pay 4#Order.Pay"]);
    assert_calls(
        "lines[^1].Pack(); foreach (var a in lines) a.Pack();",
        &[".Pack 10#Line.Pack", "a.Pack 10#Line.Pack"],
    );
    assert_calls("Order a = null; a[1].Pack();", &[".Pack 10#Line.Pack"]);
}

#[test]
fn patterns_name_what_they_find() {
    assert_calls("if (any is Order a && a.Pay()) {}", &["a.Pay 4#Order.Pay"]);
    assert_calls(
        "switch (any) { case Line a: a.Pack(); break; case Order b when b.Pay(): break; }",
        &["a.Pack 10#Line.Pack", "b.Pay 4#Order.Pay"],
    );
    assert_calls("_ = any switch { Order { Id: 1 } a => a.Pay(), _ => 0 };", &["a.Pay 4#Order.Pay"]);
    assert_calls("if (any is not Line a) return; a?.Pack();", &["a.Pack 10#Line.Pack"]);
}

#[test]
fn function_literals_are_given_what_their_place_says() {
    assert_calls("Func<Order, int> f = a => a.Pay();", &["a.Pay 4#Order.Pay"]);
    assert_calls(
        "Steps s = null; s.Each((a, b) => { a.Pay(); b.Pack(); });",
        &["a.Pay 4#Order.Pay", "b.Pack 10#Line.Pack", "s.Each 14#Steps.Each"],
    );
    assert_calls("lines.Where(a => a.Pack());", &["a.Pack 10#Line.Pack"]);
    assert_calls("Unknown(a => a.Pack());", &[]);
}

#[test]
fn extensions_reach_what_implements_the_interface() {
    assert_calls(
        "Order a = null; a.Settle(); a.Twice().Pay();",
        &["a.Settle 16#Paying.Settle", "a.Twice 17#Paying.Twice", "a.Twice().Pay 4#Order.Pay"],
    );
    assert_calls("Line a = null; a.Settle(); a.Twice();", &[]);
}

#[test]
fn type_parameters_are_what_they_must_be() {
    let text = "class Till<T, U> where T : class, IPaid, new() where U : List<T> {\n\
        public T Held; void F<V>(T a, V b, U c) where V : Order { a.Pay(); b.Pay(); Held.Settle(); c.Pay(); } }";
    assert_meanings(
        &[("shop.cs", SHOP), ("use.cs", text)],
        "use.cs",
        &[
            "Till IPaid -> shop.cs:1#IPaid",
            "Till.F Held.Settle() -> shop.cs:16#Paying.Settle",
            "Till.F Order -> shop.cs:3#Order",
            "Till.F a.Pay() -> shop.cs:2#IPaid.Pay",
            "Till.F b.Pay() -> shop.cs:4#Order.Pay",
        ],
    );
}

#[test]
fn overloads_are_told_apart_by_what_is_passed() {
    let types = "class Base {\npublic void Do(int a) {} }\nclass T : Base {\npublic Line Do(int a, int b) {}\npublic Order Do(int a, int b, int c = 0) {}\n\
        public void Do(params string[] all) {}\npublic static T Of() => null; }\nclass Order {\npublic void Pay() {} }\nclass Line {\npublic void Pack() {} }\n\
        static class Ext {\npublic static void Put(this T t) {}\npublic static void Put(this T t, int a) {} }";
    let of = |body: &str, expected: &[&str]| {
        let text = format!("class A {{ T t; void F() {{ {body} }} }}");
        let found = meanings(&[("types.cs", types), ("use.cs", &text)]);
        let calls = found.iter().filter_map(|line| line.strip_prefix("use.cs:A.F ")?.split_once("() -> types.cs:"));
        let calls: Vec<String> = calls.map(|(name, member)| format!("{name} {member}")).collect();
        assert_eq!(calls, expected, "{body}");
    };
    of("t.Do(1);", &["t.Do 2#Base.Do"]);
    of("t.Do(1, 2);", &["t.Do 4#T.Do"]);
    of("t.Do(1, c: 3, b: 2);", &["t.Do 5#T.Do"]);
    of("t.Do();", &["t.Do 6#T.Do"]);
    of("t.Do(1, 2, 3, 4);", &["t.Do 6#T.Do"]);
    of("var a = t.Do(1, 2); a.Pack();", &["a.Pack 11#Line.Pack", "t.Do 4#T.Do"]);
    of("var a = t.Do(1, 2, 3); a.Pay();", &["a.Pay 9#Order.Pay", "t.Do 5#T.Do"]);
    of("t.Put(); T.Of().Put(1); ", &["T.Of 7#T.Of", "T.Of().Put 14#Ext.Put", "t.Put 13#Ext.Put"]);
    of("Ext.Put(t, 1);", &["Ext.Put 14#Ext.Put"]);
}

#[test]
fn razor_files_use_what_their_directives_name() {
    let web = r#"<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><RootNamespace>Shop.Web</RootNamespace></PropertyGroup></Project>"#;
    assert_meanings(
        &[
            ("Web/Web.csproj", web),
            (
                "Web/Services/Orders.cs",
                "namespace Shop.Web.Services;\npublic class Orders {\npublic int Count() => 1; }",
            ),
            ("Web/Pages/_Imports.razor", "@using Shop.Web.Services\n@using Shop.Web.Parts\n"),
            ("Web/Parts/OrderCard.razor", "<p>@Title</p>\n@code {\n[Parameter] public string Title { get; set; }\n}\n"),
            (
                "Web/Pages/List.razor",
                "@page \"/list\"\n@inject Orders Store\n<OrderCard Title=\"a\" />\n<p>@Store.Count()</p>\n@code {\nprivate int n = 0;\nvoid Load() { n = Store.Count(); }\n}\n",
            ),
        ],
        "Web/Pages/List.razor",
        &[
            "List OrderCard -> Web/Parts/OrderCard.razor:1#OrderCard",
            "List Orders -> Web/Services/Orders.cs:2#Orders",
            "List Store.Count() -> Web/Services/Orders.cs:3#Orders.Count",
            "List.Load Store.Count() -> Web/Services/Orders.cs:3#Orders.Count",
            "List.Load n -> Web/Pages/List.razor:6#List.n",
        ],
    );
}

#[test]
fn razor_code_and_markup_are_resolved() {
    let types = "namespace Shop;\npublic class Order {\npublic void Pay() {}\npublic List<Order> Parts; }\n\
        public class Store {\npublic Order Find(int id) => null; }\npublic class Base<T> {\npublic string Text(string key) => key; }";
    assert_meanings(
        &[
            ("types.cs", types),
            ("Views/_ViewImports.cshtml", "@using Shop\n@inherits Base<TModel>\n@inject Store Store\n"),
            ("Views/Sub/_ViewImports.cshtml", "@inject Order Store\n"),
            ("Other/_Imports.razor", "@using Shop\n@inject Store Store\n"),
            (
                "Other/B.razor",
                "@code { void F() { Store.Find(1); item.Pay(); } }\n@foreach (var item in new List<Order>()) { <p @onclick=\"F\">@item.Pay()</p> }",
            ),
            ("Other/C.cshtml", "@{ Store.Find(1); }"),
            ("Views/Sub/D.cshtml", "@{ Store.Pay(); }"),
            (
                "Views/A.cshtml",
                "@model Order\n@{ var a = Store.Find(1); }\n@foreach (var b in Model.Parts) {\n<p>@b.Pay() @Text(\"x\")</p>\n}\n@(a.Pay())",
            ),
        ],
        "Views/A.cshtml",
        &[
            "A Model.Parts -> types.cs:4#Order.Parts",
            "A Order -> types.cs:2#Order",
            "A Store.Find() -> types.cs:6#Store.Find",
            "A Text() -> types.cs:8#Base.Text",
            "A a.Pay() -> types.cs:3#Order.Pay",
            "A b.Pay() -> types.cs:3#Order.Pay",
        ],
    );
}
