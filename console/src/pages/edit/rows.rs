//! What the buttons of a form do with the rows of its lists: another row, one less, one that is put
//! back, and two that change places.

use axum::response::Response;

use super::saving::{Saved, Saving};
use crate::{
    app::App,
    cases::{
        posted::{Posted, RowCommand},
        seen::Seen,
    },
    identity::Viewer,
    pages::{
        casework::{self, removed},
        done,
        form::id_of,
    },
};

/// What a posted page does with the rows of its lists.
pub(in crate::pages) struct Rows {
    /// What the button asks.
    pub(in crate::pages) command: Option<RowCommand>,
    /// What it takes out, where anything is in it.
    pub(in crate::pages) taken_out: Option<removed::Row>,
    /// What it puts back.
    pub(in crate::pages) put_back: Option<removed::Row>,
}

impl Rows {
    /// What the button of a posted page asks.
    pub(in crate::pages) async fn of(
        app: &App,
        viewer: &Viewer,
        seen: &Seen,
        posted: &Posted,
    ) -> Self {
        Self {
            command: posted.row_command(),
            taken_out: None,
            put_back: removed::Row::put_back(app, viewer, seen, posted).await,
        }
    }

    /// Does it among what was sent of lists whose rows are typed.
    pub(in crate::pages) fn change(&mut self, posted: &mut Posted, seen: &Seen) {
        self.taken_out = removed::Row::typed(self.command.as_ref(), posted, seen);
        if let Some(command) = &self.command {
            posted.change_rows(command);
        }
        if let Some(row) = &self.put_back {
            row.add_to_posted(posted);
        }
    }

    /// On to the row once everything is saved, with what was taken out offered again; `None` where the
    /// button asked nothing of rows.
    pub(in crate::pages) async fn done(
        &self,
        saving: &Saving<'_>,
        here: &str,
        saved: &Saved,
    ) -> Option<Response> {
        if let Some(row) = &self.put_back {
            let place = id_of(&row.place());
            return Some(done(&format!("{here}#{place}"), &saved.flash("已放回")));
        }
        let command = self.command.as_ref()?;
        let anchor = id_of(&row_path(command));
        let Some(taken_out) = &self.taken_out else {
            return Some(row_done(&format!("{here}#{anchor}"), command, saved));
        };
        let offering = taken_out.keep(saving.app, saving.viewer, saving.seen, here).await;
        let href = format!("{offering}#{anchor}");
        Some(match saved.notices.is_empty() {
            true => casework::see_other(&href),
            false => done(&href, &saved.flash("已保存")),
        })
    }
}

/// On to the row; what was taken out, and what was set right on the way, is told.
fn row_done(href: &str, row: &RowCommand, saved: &Saved) -> Response {
    let what = match row {
        RowCommand::Remove(_, row) => format!("已移除第 {} 项", row + 1),
        RowCommand::Add(_) | RowCommand::Up(..) | RowCommand::Down(..) => "已保存".to_owned(),
    };
    match (row, saved.notices.is_empty()) {
        (RowCommand::Remove(..), _) | (_, false) => done(href, &saved.flash(&what)),
        (_, true) => casework::see_other(href),
    }
}

fn row_path(row: &RowCommand) -> String {
    match row {
        RowCommand::Add(path) => format!("{path}-rows"),
        RowCommand::Remove(path, row) => format!("{path}[{}]", row.saturating_sub(1)),
        RowCommand::Up(path, row) => format!("{path}[{}]", row.saturating_sub(1)),
        RowCommand::Down(path, row) => format!("{path}[{}]", row + 1),
    }
}
