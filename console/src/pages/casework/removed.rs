//! A row that was taken out of a list of a form: it is kept for whoever took it out, and offered to be
//! put back with the rows and files in it.

use std::collections::BTreeMap;

use engine::expression::Value;
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    cases::{
        posted::{Posted, RowCommand},
        seen::Seen,
        words,
    },
    identity::{Viewer, kept},
    pages::casework::{self, typed_text::typed_text},
};

/// The part of the address that names what was taken out.
const REMOVED: &str = "removed";
/// What the button sends that puts it back.
const PUT_BACK: &str = "put_back";
/// So much of a row is told.
const BRIEF: usize = 3;

/// A row that may be put back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Removed {
    /// Under which it is kept.
    pub id: String,
    /// What is said of it.
    pub say: String,
}

/// A row that was taken out of a list.
#[derive(Debug, Deserialize, Serialize)]
pub(in crate::pages) struct Row {
    /// The list, such as `form.classes`.
    path: String,
    /// Its place there.
    index: usize,
    /// What is said of it.
    say: String,
    content: Content,
}

/// What is in a row.
#[derive(Debug, Deserialize, Serialize)]
enum Content {
    /// As it was sent, by what stands behind the row in the names.
    Typed(Vec<(String, String)>),
    /// As it is stored: a list whose rows are not typed.
    Stored(Value),
}

impl Row {
    /// The typed row that a button takes out; `None` where nothing is in it.
    pub(in crate::pages) fn typed(
        command: Option<&RowCommand>,
        posted: &Posted,
        seen: &Seen,
    ) -> Option<Self> {
        let Some(RowCommand::Remove(path, index)) = command else { return None };
        let fields = posted.of_row(path, *index);
        let is_filled =
            |(name, value): &(String, String)| !name.ends_with(".rows") && !value.trim().is_empty();
        if !fields.iter().any(is_filled) {
            return None;
        }
        let say = format!("已移除第 {} 项（{}）", index + 1, told(seen, path, *index, &fields));
        Some(Self { path: path.clone(), index: *index, say, content: Content::Typed(fields) })
    }

    /// The stored row that was taken out, and what it is called.
    pub(in crate::pages) fn stored(list: &str, index: usize, row: Value, name: &str) -> Self {
        let say = format!("已移除「{}」", words::cut(name));
        Self { path: list.to_owned(), index, say, content: Content::Stored(row) }
    }

    /// Where it stands, such as `form.classes[2]`.
    pub(in crate::pages) fn place(&self) -> String {
        format!("{}[{}]", self.path, self.index)
    }

    /// Keeps it; the address `href` of the form with what offers it there.
    pub(in crate::pages) async fn keep(
        &self,
        app: &App,
        viewer: &Viewer,
        seen: &Seen,
        href: &str,
    ) -> String {
        let Ok(text) = serde_json::to_string(self) else { return href.to_owned() };
        let id = kept::keep_text(app, &viewer.account, &casework::edit_href(seen), &text).await;
        id.map_or_else(|| href.to_owned(), |id| kept::with_parameter(href, REMOVED, &id))
    }

    /// What the button that was pressed puts back.
    pub(in crate::pages) async fn put_back(
        app: &App,
        viewer: &Viewer,
        seen: &Seen,
        posted: &Posted,
    ) -> Option<Self> {
        Self::kept(app, viewer, seen, posted.text(PUT_BACK)?).await
    }

    async fn kept(app: &App, viewer: &Viewer, seen: &Seen, id: &str) -> Option<Self> {
        let path = casework::edit_href(seen);
        let text = kept::kept_text(app, &viewer.account, id, Some(&path)).await?;
        serde_json::from_str(&text).ok()
    }

    /// Puts a typed row among what was sent.
    pub(in crate::pages) fn add_to_posted(&self, posted: &mut Posted) {
        if let Content::Typed(fields) = &self.content {
            posted.put_row(&self.path, self.index, fields);
        }
    }

    /// Puts a stored row among the rows of its list, once; among those of another list it has no place.
    pub(in crate::pages) fn add_to_rows(&self, list: &str, rows: &mut Vec<Value>) {
        if let Content::Stored(row) = &self.content
            && self.path == list
            && !rows.contains(row)
        {
            rows.insert(self.index.min(rows.len()), row.clone());
        }
    }
}

/// What stands in a row, in brief.
fn told(seen: &Seen, path: &str, index: usize, fields: &[(String, String)]) -> String {
    let place = format!("{path}[{index}]");
    let named = fields.iter().map(|(rest, value)| (format!("{place}{rest}"), value.clone()));
    let posted = Posted { pairs: named.collect(), uploads: Vec::new() };
    let typed = typed_text((&seen.definition().form, &seen.states), None, &posted);
    let mut told: Vec<String> =
        typed.iter().take(BRIEF).map(|(_, value)| words::cut(value)).collect();
    let files = posted.file_ids().len();
    if files > 0 {
        told.push(format!("文件 {files} 个"));
    }
    told.join("，")
}

/// What was taken out a moment ago, as the page at this address offers it.
pub(in crate::pages) async fn offered(
    app: &App,
    viewer: &Viewer,
    seen: &Seen,
    query: &BTreeMap<String, String>,
) -> Option<Removed> {
    let id = query.get(REMOVED)?;
    let row = Row::kept(app, viewer, seen, id).await?;
    Some(Removed { id: id.clone(), say: row.say })
}
