//! The records that each store reads from the files of its fixtures.

use docagent::codebase::outline::Outline;
use docagent::codebase::{LanguageId, RepoPath};
use docagent::{languages, stores};

use crate::facts::lines;

#[test]
fn records() {
    insta::glob!("../fixtures/stores", "**/*.*", |path| {
        let text = std::fs::read_to_string(path).expect("fixtures are text");
        let path = RepoPath::new(path.file_name().and_then(|name| name.to_str()).expect("fixtures have plain names"));
        let language = languages::ALL.iter().find(|language| language.claims(&path).is_some());
        let outline = language.map_or_else(Outline::default, |language| language.outline(&path, &text));
        let claimed = language.and_then(|language| language.claims(&path));
        let id =
            claimed.unwrap_or_else(|| LanguageId::new(if path.extension() == "prisma" { "prisma" } else { "sql" }));
        insta::assert_snapshot!(lines(&stores::records(&path, &id, &outline, &text)));
    });
}
