//! A row that was taken out of a list of a form: it is kept for whoever took it out, and offered to be
//! put back with the rows and files in it.

use serde::Serialize;

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
pub(super) const REMOVED: &str = "removed";
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

/// A row as it was sent: the list, its place there, and what came of it.
pub(super) struct Row {
    path: String,
    index: usize,
    fields: Vec<(String, String)>,
}

impl Row {
    /// The row that a button takes out; `None` where nothing is in it.
    pub(super) fn taken_out(command: Option<&RowCommand>, posted: &Posted) -> Option<Self> {
        let Some(RowCommand::Remove(path, index)) = command else { return None };
        let fields = posted.of_row(path, *index);
        let is_filled =
            |(name, value): &(String, String)| !name.ends_with(".rows") && !value.trim().is_empty();
        let row = Self { path: path.clone(), index: *index, fields };
        row.fields.iter().any(is_filled).then_some(row)
    }

    /// Keeps it; the address `href` of the form with what offers it there.
    pub(super) async fn keep(&self, app: &App, viewer: &Viewer, seen: &Seen, href: &str) -> String {
        let head = [("path", self.path.as_str()), ("row", &self.index.to_string())];
        let text = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(head)
            .extend_pairs(&self.fields)
            .finish();
        let id = kept::keep_text(app, &viewer.account, &casework::edit_href(seen), &text).await;
        id.map_or_else(|| href.to_owned(), |id| kept::with_parameter(href, REMOVED, &id))
    }

    async fn kept(app: &App, viewer: &Viewer, seen: &Seen, id: &str) -> Option<Self> {
        let path = casework::edit_href(seen);
        let text = kept::kept_text(app, &viewer.account, id, Some(&path)).await?;
        let mut fields = url::form_urlencoded::parse(text.as_bytes()).into_owned();
        let (path, index) = (fields.next()?.1, fields.next()?.1.parse().ok()?);
        Some(Self { path, index, fields: fields.collect() })
    }

    /// What is said of it: its place, and what stands in it.
    fn told(&self, seen: &Seen) -> String {
        let place = format!("{}[{}]", self.path, self.index);
        let named =
            self.fields.iter().map(|(rest, value)| (format!("{place}{rest}"), value.clone()));
        let posted = Posted { pairs: named.collect(), uploads: Vec::new() };
        let typed = typed_text((&seen.definition().form, &seen.states), None, &posted);
        let mut told: Vec<String> =
            typed.iter().take(BRIEF).map(|(_, value)| words::cut(value)).collect();
        let files = posted.file_ids().len();
        if files > 0 {
            told.push(format!("文件 {files} 个"));
        }
        format!("已移除第 {} 项（{}）", self.index + 1, told.join("，"))
    }
}

/// What was taken out a moment ago, as the page offers it.
pub(super) async fn offered(app: &App, viewer: &Viewer, seen: &Seen, id: &str) -> Option<Removed> {
    let row = Row::kept(app, viewer, seen, id).await?;
    Some(Removed { id: id.to_owned(), say: row.told(seen) })
}

/// Puts back what the button names; the place where it stands.
pub(super) async fn put_back(
    app: &App,
    viewer: &Viewer,
    seen: &Seen,
    posted: &mut Posted,
) -> Option<String> {
    let row = Row::kept(app, viewer, seen, posted.text(PUT_BACK)?).await?;
    Some(posted.put_row(&row.path, row.index, &row.fields))
}
