//! Histories that earlier versions of the engine and of the shipped workflows recorded, as they lie
//! in databases: they fold to the same cases, and are written again as they were read.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::{fs, path::Path};

use engine::{
    calendar::Moment,
    decision::{Case, Event, Recorded},
};
use serde_json::Value;

/// Each file: its name, its rows of history, and the case that was stored beside them.
fn corpus() -> Vec<(String, Vec<Value>, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/histories");
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let read = |path: std::path::PathBuf| {
        let text = fs::read_to_string(&path).unwrap();
        let mut kept: Value = serde_json::from_str(&text).unwrap();
        let Value::Array(history) = kept["history"].take() else { panic!("rows of history") };
        (path.file_name().unwrap().to_string_lossy().into_owned(), history, kept["case"].take())
    };
    files.into_iter().map(read).collect()
}

fn recorded(rows: &[Value]) -> Vec<Recorded> {
    let of_row = |row: &Value| {
        let (revision, at) = (row["revision"].as_u64().unwrap(), row["at"].as_i64().unwrap());
        let events: Vec<Event> = serde_json::from_value(row["events"].clone()).unwrap();
        let recorded = (0..).zip(events);
        recorded
            .map(|(index, event)| Recorded { revision, index, at: Moment(at), event })
            .collect::<Vec<_>>()
    };
    rows.iter().flat_map(of_row).collect()
}

#[test]
fn a_history_of_an_earlier_version_folds_to_its_case() {
    let corpus = corpus();
    assert!(corpus.len() >= 5, "the corpus is there");
    let mut forms = 0;
    for (name, rows, stored) in corpus {
        let mut folded = Case::fold(&recorded(&rows)).unwrap();
        // Databases keep the form beside the case.
        forms += usize::from(!folded.form.is_empty());
        folded.form.clear();
        let written = serde_json::to_value(&folded).unwrap();
        for (part, kept) in stored.as_object().unwrap() {
            assert_eq!(written.get(part), Some(kept), "{name}: {part}");
        }
        let read: Case = serde_json::from_value(stored).unwrap();
        assert_eq!(read, folded, "{name}");
    }
    assert!(forms >= 5, "{forms} of them have a form");
}

#[test]
fn a_history_of_an_earlier_version_is_written_as_it_was_read() {
    for (name, rows, _) in corpus() {
        for row in &rows {
            let events: Vec<Event> = serde_json::from_value(row["events"].clone()).unwrap();
            assert_eq!(serde_json::to_value(&events).unwrap(), row["events"], "{name}");
        }
    }
}
