//! What each framework reads from the files of its own fixtures, and that the others of its language leave them alone
//! where they should.

use docagent::codebase::RepoPath;
use docagent::{frameworks, languages};

use crate::facts::lines;

#[test]
fn routing() {
    insta::glob!("../fixtures/frameworks", "**/*.*", |path| {
        let text = std::fs::read_to_string(path).expect("fixtures are text");
        let path = RepoPath::new(path.file_name().and_then(|name| name.to_str()).expect("fixtures have plain names"));
        let language = languages::ALL.iter().find(|language| language.claims(&path).is_some());
        if let Some(language) = language {
            let id = language.claims(&path).expect("the language claims it");
            let outline = language.outline(&path, &text);
            insta::assert_snapshot!(lines(&frameworks::routing(&path, &id, &outline)));
        }
    });
}
