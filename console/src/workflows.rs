//! The workflow texts: those in the program, or those of a folder.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use engine::definition::Sources;
use include_dir::{Dir, include_dir};

static SHIPPED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../workflows");

/// The demonstration's records stand beside the workflows and are no part of them.
const DEMO: &str = "demo/";

/// The examples are a folder of workflows of their own.
const EXAMPLES: &str = "examples/";

/// A folder of workflows that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the workflows in {path} cannot be read")]
pub struct Unreadable {
    /// What cannot be read.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub source: std::io::Error,
}

/// The texts of the program.
#[must_use]
pub fn shipped() -> Sources {
    let mut files = BTreeMap::new();
    collect(&SHIPPED, &mut files);
    Sources { files }
}

/// The demonstration's records of this name, such as `units.yaml`.
#[must_use]
pub fn demo(name: &str) -> &'static str {
    let file = SHIPPED.get_file(format!("{DEMO}{name}"));
    file.and_then(|file| file.contents_utf8()).unwrap_or_default()
}

/// The texts of a folder, or of the program where none is named.
///
/// # Errors
/// When the folder cannot be read.
pub fn load(folder: Option<&Path>) -> Result<Sources, Unreadable> {
    match folder {
        None => Ok(shipped()),
        Some(folder) => {
            let mut files = BTreeMap::new();
            read(folder, folder, &mut files)?;
            Ok(Sources { files })
        }
    }
}

fn collect(dir: &Dir<'_>, files: &mut BTreeMap<String, String>) {
    for inner in dir.dirs() {
        collect(inner, files);
    }
    for file in dir.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        if let Some(text) = file.contents_utf8().filter(|_| is_source(&path)) {
            files.insert(path, text.to_owned());
        }
    }
}

fn read(root: &Path, at: &Path, files: &mut BTreeMap<String, String>) -> Result<(), Unreadable> {
    let fault = |source| Unreadable { path: at.to_owned(), source };
    for entry in std::fs::read_dir(at).map_err(fault)? {
        let path = entry.map_err(fault)?.path();
        if path.is_dir() {
            read(root, &path, files)?;
            continue;
        }
        let below = path.strip_prefix(root).unwrap_or(&path);
        let name = below.to_string_lossy().replace('\\', "/");
        if is_source(&name) {
            let text = std::fs::read_to_string(&path)
                .map_err(|source| Unreadable { path: path.clone(), source })?;
            files.insert(name, text);
        }
    }
    Ok(())
}

fn is_source(path: &str) -> bool {
    let is_other = [DEMO, EXAMPLES].iter().any(|folder| path.starts_with(folder));
    (path.ends_with(".yaml") || path.ends_with(".txt")) && !is_other
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_and_the_folder_hold_the_same() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../workflows");
        assert_eq!(load(Some(&folder)).unwrap(), shipped());
        assert!(shipped().files.contains_key("host.yaml"));
        assert!(shipped().files.keys().all(|path| !path.starts_with(DEMO)));
        assert!(demo("units.yaml").contains("U-AH-HRSS"));
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = load(Some(Path::new("/nowhere/at/all"))).expect_err("no such folder");
        assert!(error.to_string().contains("/nowhere/at/all"));
    }
}
