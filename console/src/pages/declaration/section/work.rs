//! One posted page of a declaration at work: where its button leads once everything is saved, and the
//! page again with what was typed.

use axum::response::Response;

use super::{Kind, of_leaf, page};
use crate::{
    cases::{outline::Leaf, perform::NotDone},
    pages::{
        Chrome, Failure, casework,
        declaration::desk::Desk,
        done,
        edit::{
            elsewhere::{self, Elsewhere},
            fill::{self, Typed},
            rows::Rows,
            saving::{Saved, Saving},
            write,
        },
        render,
    },
    routes,
};

/// One posted page at work.
pub(super) struct Work<'a> {
    pub(super) desk: &'a Desk,
    pub(super) leaf: &'a Leaf,
    pub(super) kind: Kind,
    pub(super) saving: Saving<'a>,
}

impl Work<'_> {
    /// Where the button leads once everything is saved.
    pub(super) async fn go_on(&self, rows: &Rows, saved: &Saved) -> Response {
        let here = self.desk.href(self.leaf);
        if let Some(answer) = rows.done(&self.saving, &here, saved).await {
            return answer;
        }
        let next = self.desk.after(&self.leaf.key);
        let href = match (self.saving.posted.text("do"), next) {
            (Some("next"), Some(next)) => self.desk.href(next),
            (Some("import"), _) => {
                let case = &self.desk.seen.view.case.id;
                return casework::see_other(&routes::declaration_import(case, &self.leaf.key));
            }
            (Some("next" | "index"), _) => routes::declaration(&self.desk.seen.view.case.id),
            (_, _) => here,
        };
        done(&href, &saved.flash(&format!("{}已保存", self.leaf.name)))
    }

    /// The declaration as it is after saving.
    pub(super) async fn now(&self) -> Result<Desk, Failure> {
        let Saving { app, viewer, .. } = self.saving;
        Desk::open(app, viewer, self.desk.seen.view.case.id.as_str()).await
    }

    /// The page with what was typed and what is wrong.
    pub(super) async fn again(
        &self,
        chrome: &Chrome,
        not_done: NotDone,
        typed: Typed<'_>,
    ) -> Result<Response, Failure> {
        let posted = self.saving.posted;
        let mut desk = self.now().await?;
        let leaf = desk.leaf(&self.leaf.key)?.clone();
        let (say, conflict) = match not_done {
            NotDone::Faults(faults, says) => {
                let typed = Typed { errors: casework::errors(&faults, &says), ..typed };
                return match desk.seen.editing() {
                    Some(_) => Ok(render(chrome, &page(&desk, &leaf, &typed))),
                    None => Err(write::lost(&desk.seen, posted, "内容现在不能修改。".to_owned())),
                };
            }
            NotDone::Conflict(say) => (elsewhere::say(&say), say),
            other @ (NotDone::NotFound | NotDone::Unavailable(_)) => {
                return Err(casework::failure(other, &self.desk.href(self.leaf)));
            }
        };
        if desk.seen.editing().is_none() {
            return Err(write::lost(&desk.seen, posted, conflict));
        }
        let mut elsewhere = Elsewhere::of(&desk.seen, posted, &typed.known);
        // Items and attachments are read in ways of their own: what was sent of them stands.
        let merged = match self.kind {
            Kind::Fields => {
                let merged = elsewhere.adopted(posted);
                let form = of_leaf(&desk, &leaf);
                let viewer = self.saving.viewer;
                fill::show_typed(&mut desk.seen, viewer, &form, &merged, &typed.known);
                elsewhere.tell_hidden(&desk.seen, posted);
                merged
            }
            Kind::Entries | Kind::Attachments => posted.clone(),
        };
        let errors = casework::errors(&[], &[say]);
        let notices = elsewhere.notices;
        let typed = Typed { posted: Some(&merged), errors, notices, ..typed };
        Ok(casework::conflict(render(chrome, &page(&desk, &leaf, &typed))))
    }
}
