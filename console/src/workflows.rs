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
#[error("{path} 读不了{}", advice(source))]
pub struct Unreadable {
    /// What cannot be read.
    pub path: PathBuf,
    /// Why.
    #[source]
    pub source: std::io::Error,
}

/// What the author can do about it, where the file itself is to blame.
fn advice(source: &std::io::Error) -> &'static str {
    if source.kind() == std::io::ErrorKind::InvalidData {
        "：不是 UTF-8 编码的文本，请在编辑器里另存为 UTF-8"
    } else {
        ""
    }
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
    fn a_text_in_another_encoding_is_named_with_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("leave.yaml"), b"name: \xc7\xeb\xbc\xd9\n").unwrap();
        let error = load(Some(folder.path())).expect_err("it is not UTF-8");
        let says = error.to_string();
        assert!(says.contains("leave.yaml") && says.contains("另存为 UTF-8"), "{says}");
    }

    #[test]
    fn a_missing_folder_is_named() {
        let error = load(Some(Path::new("/nowhere/at/all"))).expect_err("no such folder");
        assert!(error.to_string().contains("/nowhere/at/all"));
    }
}
