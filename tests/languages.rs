//! What each language reads from the small files of `fixtures/languages`.

use docagent::codebase::RepoPath;
use docagent::languages;

use crate::facts::lines;

#[test]
fn outlines() {
    insta::glob!("../fixtures/languages", "**/*.*", |path| {
        let text = std::fs::read_to_string(path).expect("fixtures are text");
        let path = RepoPath::new(path.file_name().and_then(|name| name.to_str()).expect("fixtures have plain names"));
        let language = languages::ALL.iter().find(|language| language.claims(&path).is_some());
        if let Some(language) = language {
            insta::assert_snapshot!(lines(&language.outline(&path, &text)));
        }
    });
}
