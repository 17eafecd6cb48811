//! Which records each store reads from the files of `fixtures/stores`.

use docagent::codebase::outline::Outline;
use docagent::codebase::{LanguageId, RepoPath};
use docagent::{languages, stores};

use crate::facts::lines;

#[test]
fn records() {
    insta::glob!("../fixtures/stores", "**/*.*", |file| {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/stores");
        let path = RepoPath::new(file.strip_prefix(root).expect("the glob lists what lies below").to_string_lossy());
        let text = std::fs::read_to_string(file).expect("fixtures are text");
        let found = languages::ALL.iter().find_map(|language| Some((language, language.claims(&path)?)));
        let (id, outline) = match found {
            Some((language, id)) => (id, language.outline(&path, &text)),
            // A schema language: the extension is its name.
            None => (LanguageId::new(path.extension()), Outline::default()),
        };
        let found = lines(&stores::records(&path, &id, &outline, &text));
        insta::with_settings!({ snapshot_suffix => path.as_str().replace('/', "__") }, { insta::assert_snapshot!(found) });
    });
}
