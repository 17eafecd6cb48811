//! Which routes each framework reads from the files of `fixtures/frameworks`.

use docagent::codebase::RepoPath;
use docagent::{frameworks, languages};

use crate::facts::lines;

#[test]
fn routing() {
    insta::glob!("../fixtures/frameworks", "**/*.*", |file| {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/frameworks");
        let path = RepoPath::new(file.strip_prefix(root).expect("the glob lists what lies below").to_string_lossy());
        let text = std::fs::read_to_string(file).expect("fixtures are text");
        let found = languages::ALL.iter().find_map(|language| Some((language, language.claims(&path)?)));
        let (language, id) = found.unwrap_or_else(|| panic!("no language reads {path}"));
        let found = lines(&frameworks::routing(&path, &id, &language.outline(&path, &text)));
        insta::with_settings!({ snapshot_suffix => path.as_str().replace('/', "__") }, { insta::assert_snapshot!(found) });
    });
}
