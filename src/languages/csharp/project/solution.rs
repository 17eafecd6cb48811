//! Solution files: which projects they group.

use roxmltree::Document;

use crate::codebase::RepoPath;

/// The projects that a `.sln` or `.slnx` file names.
pub(super) fn projects(path: &RepoPath, text: &str) -> Vec<RepoPath> {
    let folder = path.folder();
    let named: Vec<String> = if path.extension() == "slnx" {
        let Ok(document) = Document::parse(text.trim_start_matches('\u{feff}')) else { return Vec::new() };
        let projects = document.descendants().filter(|node| node.tag_name().name() == "Project");
        projects.filter_map(|project| project.attribute("Path")).map(str::to_owned).collect()
    } else {
        // Project("{type}") = "Name", "src\Name\Name.csproj", "{id}"
        let projects = text.lines().filter(|line| line.starts_with("Project("));
        projects.filter_map(|line| line.split('"').nth(5)).map(str::to_owned).collect()
    };
    let own = named.iter().filter(|name| name.ends_with(".csproj"));
    own.map(|name| folder.join(&name.replace('\\', "/"))).collect()
}

#[cfg(test)]
mod tests {
    use super::projects;

    #[test]
    fn reads_both_formats() {
        let old = "Project(\"{F}\") = \"Web\", \"src\\Web\\Web.csproj\", \"{A}\"\nEndProject\nProject(\"{2}\") = \"docs\", \"docs\", \"{B}\"\n";
        let new = "<Solution><Folder Name=\"/src/\"><Project Path=\"src/Web/Web.csproj\" /></Folder></Solution>";
        for (path, text) in [("Shop.sln", old), ("Shop.slnx", new)] {
            let found: Vec<String> = projects(&path.into(), text).iter().map(ToString::to_string).collect();
            assert_eq!(found, ["src/Web/Web.csproj"], "{path}");
        }
    }
}
