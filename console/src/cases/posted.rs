//! A posted form as text pairs and uploads, before anything is known of their types. Input names
//! are the paths of the engine's field faults: `ask.reason`, `form.basic.name`,
//! `form.honours[2].title`.

use std::collections::BTreeMap;

use engine::{decision::FileRef, definition::MOST_ROWS, names::IdempotencyKey};

/// What came as the revision of a page is none: no page of ours sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the revision is not a number")]
pub struct NotARevision;

/// What came with a form.
#[derive(Clone, Debug, Default)]
pub struct Posted {
    /// Name and value, in the order they came.
    pub pairs: Vec<(String, String)>,
    /// Uploads by input name: kept, or refused with what the person is told.
    pub uploads: Vec<(String, Result<FileRef, String>)>,
}

/// A change of the rows of a list, asked for by a button, so that it works without scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowCommand {
    /// Another row at the end of this list.
    Add(String),
    /// Not this row.
    Remove(String, usize),
    /// This row before the one above it.
    Up(String, usize),
    /// This row behind the one below it.
    Down(String, usize),
}

impl Posted {
    /// The last value of this name.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.pairs.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The revision of the case that the page was made from; none where the page has none.
    ///
    /// # Errors
    /// Where something else came: it must not pass for a page without one, which is not compared.
    pub fn revision(&self) -> Result<Option<u64>, NotARevision> {
        let sent = self.text("rev").filter(|sent| !sent.is_empty());
        sent.map(|sent| sent.parse().map_err(|_| NotARevision)).transpose()
    }

    /// What makes sending the form twice one command.
    pub fn key(&self) -> Option<IdempotencyKey> {
        self.text("key").filter(|key| !key.is_empty()).map(IdempotencyKey::from)
    }

    /// All values of this name that are not empty.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let of_name = self.pairs.iter().filter(move |(key, _)| key == name);
        of_name.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Whether the page held this field: its name or a part of it came.
    pub fn has(&self, path: &str) -> bool {
        let mut names = self.pairs.iter().map(|(key, _)| key);
        names.any(|key| is_within(key, path))
            || self.uploads.iter().any(|(key, _)| is_within(key, path))
    }

    /// The inputs that something is searched for, each with what was typed: the one whose button was
    /// pressed or, at the Enter key, all where anything is typed.
    pub fn searches(&self) -> Vec<(String, String)> {
        if let Some(input) = self.text("find") {
            let text = self.text(&format!("{input}{QUERY}")).unwrap_or_default().trim();
            return vec![(input.to_owned(), text.to_owned())];
        }
        let is_entered = self.text("do") == Some(ENTER);
        let typed = self.pairs.iter().filter(|(_, text)| is_entered && !text.trim().is_empty());
        let typed = typed.filter_map(|(name, text)| Some((name.strip_suffix(QUERY)?, text.trim())));
        typed.map(|(input, text)| (input.to_owned(), text.to_owned())).collect()
    }

    /// Whether the script only asks how the form stands with what is typed so far: which fields show,
    /// what may be chosen, what is computed.
    pub fn is_look(&self) -> bool {
        self.text("do") == Some(LOOK)
    }

    /// How many rows of a list came: of more than any list has one too many, so that they are refused
    /// and not cut, and a forged count does not make us build a million.
    pub fn rows(&self, path: &str) -> usize {
        let rows = self.text(&format!("{path}.rows")).and_then(|rows| rows.parse().ok());
        rows.unwrap_or(0).min(MOST_ROWS + 1)
    }

    /// The names that came under `root`, such as `form` or `ask`.
    pub fn names_under<'a>(&'a self, root: &'a str) -> impl Iterator<Item = &'a str> {
        let uploads = self.uploads.iter().map(|(key, _)| key.as_str());
        let pairs = self.pairs.iter().map(|(key, _)| key.as_str());
        pairs.chain(uploads).filter(move |key| is_within(key, root))
    }

    /// What the button asks to do with the rows of a list, if one of those was pressed.
    pub fn row_command(&self) -> Option<RowCommand> {
        let (word, target) = self.text("rows")?.split_once(':')?;
        if word == "add" {
            return Some(RowCommand::Add(target.to_owned()));
        }
        let (path, index) = target.strip_suffix(']')?.rsplit_once('[')?;
        let (path, index) = (path.to_owned(), index.parse().ok()?);
        match word {
            "remove" => Some(RowCommand::Remove(path, index)),
            "up" => Some(RowCommand::Up(path, index)),
            "down" => Some(RowCommand::Down(path, index)),
            _ => None,
        }
    }

    /// Does what the button asked of the rows of a list; whether it was one of those.
    pub fn obey_row_command(&mut self) -> bool {
        let command = self.row_command();
        if let Some(command) = &command {
            self.change_rows(command);
        }
        command.is_some()
    }

    /// Does what the button asked: the names of the rows change places.
    pub fn change_rows(&mut self, command: &RowCommand) {
        match command {
            RowCommand::Add(path) => {
                let rows = self.rows(path) + 1;
                self.set_rows(path, rows);
            }
            RowCommand::Remove(path, index) => {
                let rows = self.rows(path);
                if *index >= rows {
                    return;
                }
                self.renumber(path, |row| match row {
                    row if row == *index => None,
                    row if row > *index => Some(row - 1),
                    row => Some(row),
                });
                self.set_rows(path, rows - 1);
            }
            RowCommand::Up(path, index) if *index > 0 => self.swap(path, *index - 1),
            RowCommand::Down(path, index) if index + 1 < self.rows(path) => self.swap(path, *index),
            RowCommand::Up(..) | RowCommand::Down(..) => {}
        }
    }

    /// What came of a row, under what stands behind it in the names.
    pub fn of_row(&self, path: &str, index: usize) -> Vec<(String, String)> {
        let of_row = self.pairs.iter().filter_map(|(key, value)| match row_of(key, path) {
            Some((row, rest)) if row == index => Some((rest.to_owned(), value.clone())),
            Some(_) | None => None,
        });
        of_row.collect()
    }

    /// Puts what came of a row into a list again.
    pub fn put_row(&mut self, path: &str, index: usize, row: &[(String, String)]) {
        let rows = self.rows(path);
        let index = index.min(rows);
        self.renumber(path, |row| Some(if row < index { row } else { row + 1 }));
        self.set_rows(path, rows + 1);
        let place = format!("{path}[{index}]");
        let row = row.iter().map(|(rest, value)| (format!("{place}{rest}"), value.clone()));
        self.pairs.extend(row);
    }

    fn swap(&mut self, path: &str, upper: usize) {
        self.renumber(path, |row| match row {
            row if row == upper => Some(upper + 1),
            row if row == upper + 1 => Some(upper),
            row => Some(row),
        });
    }

    fn set_rows(&mut self, path: &str, rows: usize) {
        let name = format!("{path}.rows");
        self.pairs.retain(|(key, _)| *key != name);
        self.pairs.push((name, rows.to_string()));
    }

    fn renumber(&mut self, path: &str, to: impl Fn(usize) -> Option<usize>) {
        let rename = |key: &str| match row_of(key, path) {
            None => Some(key.to_owned()),
            Some((row, rest)) => to(row).map(|row| format!("{path}[{row}]{rest}")),
        };
        self.pairs = std::mem::take(&mut self.pairs)
            .into_iter()
            .filter_map(|(key, value)| Some((rename(&key)?, value)))
            .collect();
        self.uploads = std::mem::take(&mut self.uploads)
            .into_iter()
            .filter_map(|(key, upload)| Some((rename(&key)?, upload)))
            .collect();
    }

    /// The uploads that were kept, by id.
    pub fn kept_uploads(&self) -> BTreeMap<String, FileRef> {
        let kept = self.uploads.iter().filter_map(|(_, upload)| upload.as_ref().ok());
        kept.map(|file| (file.id.clone(), file.clone())).collect()
    }

    /// The ids of all files that the form names or has just brought.
    pub fn file_ids(&self) -> Vec<String> {
        let named = self.pairs.iter().filter(|(key, id)| key.ends_with(".kept") && !id.is_empty());
        let brought = self.uploads.iter().filter_map(|(_, upload)| upload.as_ref().ok());
        named.map(|(_, id)| id.clone()).chain(brought.map(|file| file.id.clone())).collect()
    }
}

/// Behind the name of an input: what is looked for.
const QUERY: &str = ".query";
/// What a form sends where the Enter key was hit in a field, and no button pressed.
const ENTER: &str = "enter";
/// What the script sends to see the form again with what is typed so far.
const LOOK: &str = "look";

fn is_within(name: &str, path: &str) -> bool {
    name.strip_prefix(path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with('['))
}

fn row_of<'a>(name: &'a str, path: &str) -> Option<(usize, &'a str)> {
    let (row, rest) = name.strip_prefix(path)?.strip_prefix('[')?.split_once(']')?;
    Some((row.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posted(pairs: &[(&str, &str)]) -> Posted {
        let pairs = pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        Posted { pairs: pairs.collect(), uploads: Vec::new() }
    }

    fn titles(posted: &Posted) -> Vec<String> {
        let rows = 0..posted.rows("form.honours");
        rows.map(|row| posted.text(&format!("form.honours[{row}].title")).unwrap_or("-").to_owned())
            .collect()
    }

    #[test]
    fn rows_move_and_go_without_scripts() {
        let mut posted = posted(&[
            ("form.honours.rows", "3"),
            ("form.honours[0].title", "a"),
            ("form.honours[1].title", "b"),
            ("form.honours[2].title", "c"),
        ]);
        posted.change_rows(&RowCommand::Up("form.honours".to_owned(), 2));
        assert_eq!(titles(&posted), ["a", "c", "b"]);
        posted.change_rows(&RowCommand::Down("form.honours".to_owned(), 0));
        assert_eq!(titles(&posted), ["c", "a", "b"]);
        posted.change_rows(&RowCommand::Remove("form.honours".to_owned(), 1));
        assert_eq!(titles(&posted), ["c", "b"]);
        posted.change_rows(&RowCommand::Add("form.honours".to_owned()));
        assert_eq!(titles(&posted), ["c", "b", "-"]);
    }

    #[test]
    fn a_row_that_was_taken_out_comes_back_with_the_rows_in_it() {
        let mut posted = posted(&[
            ("form.honours.rows", "2"),
            ("form.honours[0].title", "a"),
            ("form.honours[0].files.rows", "1"),
            ("form.honours[0].files[0].kept", "f-1"),
            ("form.honours[1].title", "b"),
        ]);
        let row = posted.of_row("form.honours", 0);
        posted.change_rows(&RowCommand::Remove("form.honours".to_owned(), 0));
        assert_eq!(titles(&posted), ["b"]);
        posted.put_row("form.honours", 0, &row);
        assert_eq!(titles(&posted), ["a", "b"]);
        assert_eq!(posted.text("form.honours[0].files[0].kept"), Some("f-1"));
    }

    #[test]
    fn a_row_that_is_not_there_changes_nothing() {
        let mut posted = posted(&[("form.honours.rows", "1"), ("form.honours[0].title", "a")]);
        posted.change_rows(&RowCommand::Remove("form.honours".to_owned(), 7));
        posted.change_rows(&RowCommand::Up("form.honours".to_owned(), 0));
        posted.change_rows(&RowCommand::Down("form.honours".to_owned(), 0));
        assert_eq!(titles(&posted), ["a"]);
    }

    #[test]
    fn a_forged_count_is_bounded() {
        assert_eq!(posted(&[("form.honours.rows", "4000000000")]).rows("form.honours"), 501);
        assert_eq!(posted(&[("form.honours.rows", "-1")]).rows("form.honours"), 0);
    }

    #[test]
    fn a_revision_that_is_none_is_refused() {
        assert_eq!(posted(&[("rev", "7")]).revision(), Ok(Some(7)));
        assert_eq!(posted(&[("rev", "")]).revision(), Ok(None));
        assert_eq!(posted(&[]).revision(), Ok(None));
        for rubbish in ["abc", "-1", "7 ", "1e3", "99999999999999999999"] {
            assert_eq!(posted(&[("rev", rubbish)]).revision(), Err(NotARevision), "{rubbish}");
        }
    }

    #[test]
    fn enter_searches_wherever_anything_is_typed_and_a_button_only_its_own() {
        let typed =
            [("form.a.unit.query", " 九十九 "), ("form.a.other.query", " "), ("do", "enter")];
        let sought = [("form.a.unit".to_owned(), "九十九".to_owned())];
        assert_eq!(posted(&typed).searches(), sought);
        assert_eq!(posted(&typed[..2]).searches(), []);
        let pressed = posted(&[("form.a.unit.query", "九"), ("find", "form.b")]);
        assert_eq!(pressed.searches(), [("form.b".to_owned(), String::new())]);
    }

    #[test]
    fn buttons_name_their_row() {
        let pressed = posted(&[("rows", "remove:form.honours[2]")]);
        let remove = RowCommand::Remove("form.honours".to_owned(), 2);
        assert_eq!(pressed.row_command(), Some(remove));
        assert_eq!(posted(&[("rows", "jump:form.honours[2]")]).row_command(), None);
    }
}
