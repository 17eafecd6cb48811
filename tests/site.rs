//! The site in a real browser: no console message, diagrams drawn, search at work, without a server or a network.

use std::path::Path;
use std::process::Command;

use docagent::codebase::RepoPath;
use docagent::output::OutputFile;
use docagent::output::site::{Site, book};
use docagent::workspace::site::publish;

use crate::required;

const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

#[test]
fn a_browser_shows_the_site_without_complaint() {
    let runs = |name: &&str| Command::new(name).arg("--version").output().is_ok_and(|out| out.status.success());
    let Some(browser) = BROWSERS.into_iter().find(|name| runs(name)) else {
        return required("a Chromium: `apt-get install chromium`");
    };
    let temp = tempfile::tempdir().unwrap();
    let site = temp.path().join("site");
    let folder = RepoPath::from("docs/docagent");
    let (files, notes) = book(&Site { title: "Shop", pages: &pages(), folder: &folder, host: None });
    assert_eq!(notes, []);
    publish(&files, &site).unwrap();

    let start = shown(browser, &temp.path().join("one"), &format!("file://{}/index.html", site.display()));
    let drawings: Vec<&str> = start.split("<svg id=\"d-readme-md-").skip(1).collect();
    assert_eq!(drawings.len(), 2);
    for drawing in drawings {
        // The browser spells the names so only where it took the element for SVG.
        assert!(drawing.contains("viewBox=") && drawing.contains("<foreignObject"), "the diagram is not drawn");
    }

    let search = format!("file://{}/index.html?search=grapefruit", site.display());
    let found = shown(browser, &temp.path().join("two"), &search);
    let results = found.split("id=\"mdbook-searchresults\"").nth(1).unwrap().split("</ul>").next().unwrap();
    assert!(results.contains("domains/basket.html"), "the search does not find the page: {results}");
}

/// The page's document once its scripts have run. A message on its console is a failure.
fn shown(browser: &str, profile: &Path, url: &str) -> String {
    let options = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--enable-logging=stderr",
        "--dump-dom",
    ];
    let output = Command::new(browser)
        .args(options)
        .arg("--virtual-time-budget=5000")
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(url)
        .output()
        .unwrap();
    let log = String::from_utf8_lossy(&output.stderr);
    let console: Vec<&str> = log.lines().filter(|line| line.contains(":CONSOLE")).collect();
    assert!(console.is_empty(), "{url}: {}", console.join("\n"));
    assert!(output.status.success(), "{url}: {log}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn pages() -> Vec<OutputFile> {
    let drawing = "```mermaid\nflowchart LR\n  a[\"Storefront\"] -->|\"reads\"| b[(\"Orders\")]\n```\n";
    [
        ("README.md", format!("# Shop\n\n{drawing}\n[Basket](domains/basket.md)\n\n{drawing}")),
        (
            "domains/basket.md",
            "# Basket\n\nHolds one grapefruit.\n\n```mermaid\nerDiagram\n  A ||--o{ B : has\n```\n".to_owned(),
        ),
    ]
    .map(|(path, text)| OutputFile { path: path.into(), text })
    .into()
}
