//! A tree of files for the tests of the rules.

use std::path::Path;

use tempfile::TempDir;

use super::source::Source;

/// A throw-away folder with these files in it.
pub(super) fn plant(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

/// One file as the rules see it.
pub(super) fn source(path: &str, text: &str) -> Source {
    Source::parse(path, text).unwrap()
}
