//! One posted form at work: what its button does once everything typed is saved, and the page again
//! where it does nothing.

use axum::response::Response;
use engine::decision::FieldFault;

use super::{
    EditPage, demands,
    elsewhere::{self, Elsewhere},
    fill::{self, Typed},
    leaves,
    saving::{Saved, Saving},
    write::{after, lost},
};
use crate::{
    cases::{
        decode::{self, KnownFiles},
        marks::{self, UNTOUCHED},
        perform::NotDone,
        posted::Posted,
        references::References,
        seen::Seen,
    },
    pages::{Chrome, Errors, Failure, casework, done, render},
    routes,
};

/// One posted form at work.
pub(super) struct Work<'a> {
    pub(super) saving: Saving<'a>,
    pub(super) chrome: &'a Chrome,
    pub(super) known: &'a KnownFiles,
    pub(super) references: &'a References,
}

impl Work<'_> {
    /// Does what the button says, once everything typed is saved.
    pub(super) async fn act(&self, saved: Saved) -> Result<Response, Failure> {
        let Saving { app, viewer, seen, offer, posted } = self.saving;
        let here = leaves::here(seen, posted);
        if let Some(page) = leaves::led_to(posted) {
            let there = leaves::href(&casework::edit_href(seen), Some(page));
            return Ok(match saved.notices.is_empty() {
                true => casework::see_other(&there),
                false => done(&there, &saved.flash("已保存")),
            });
        }
        let button = posted.text("do").unwrap_or("save");
        let is_draft = button == "save" || posted.text("remove_file").is_some();
        let action = casework::action_name(button);
        let Some(defined) = seen.action(&offer.task, &action).filter(|_| !is_draft) else {
            return Ok(done(&here, &saved.flash("已保存草稿")));
        };
        // What cannot be done is told here, beside the fields, before anything is asked about it.
        let now = self.seen_now().await?;
        if let Some(not_done) = demands::refused(app, viewer, &now, (offer, &action)).await {
            return self.again(not_done, Vec::new()).await;
        }
        if defined.freeze && posted.text(UNTOUCHED) != Some("yes") {
            let untouched = casework::untouched(app, &now).await?;
            if !untouched.is_empty() {
                let says = vec![marks::say(&untouched)];
                return self.again(NotDone::Faults(Vec::new(), says), Vec::new()).await;
            }
        }
        if !demands::is_warned(&now, defined, posted) {
            let mut notices = saved.notices;
            notices.push(demands::look_first(&defined.name));
            return self.page(Errors::none(), notices, posted).await;
        }
        let confirm = offer.actions.iter().find(|offered| offered.action == action);
        let confirm = confirm.and_then(|offered| offered.confirm.as_ref());
        if casework::needs_page(defined, confirm) {
            let case = &seen.view.case.id;
            let page = routes::case_action(case, offer.task.as_str(), action.as_str());
            return Ok(match saved.notices.is_empty() {
                true => casework::see_other(&page),
                false => done(&page, &saved.flash("填写的内容已保存")),
            });
        }
        match self.saving.act(&action, saved.revision).await {
            Ok(outcome) => Ok(after(seen, &defined.name, &outcome)),
            Err(not_done) => self.again(not_done, Vec::new()).await,
        }
    }

    /// What could not be read, told together with what else stands against the button; the rest is saved.
    pub(super) async fn unread(
        &self,
        faults: Vec<FieldFault>,
        saved: Saved,
    ) -> Result<Response, Failure> {
        let Saving { app, viewer, offer, posted, .. } = self.saving;
        let now = self.seen_now().await?;
        let action = casework::action_name(posted.text("do").unwrap_or_default());
        let others = match demands::refused(app, viewer, &now, (offer, &action)).await {
            Some(NotDone::Faults(others, _)) => others,
            Some(NotDone::NotFound | NotDone::Conflict(_) | NotDone::Unavailable(_)) | None => {
                Vec::new()
            }
        };
        let errors = casework::errors(&decode::with_others(faults, others), &[]);
        let mut notices = saved.notices;
        notices.push("其他内容已经保存；填写有误的没有保存，还留在本页，改好后再保存".to_owned());
        self.page(errors, notices, posted).await
    }

    /// The case as it is after saving.
    async fn seen_now(&self) -> Result<Seen, Failure> {
        let Saving { app, viewer, seen, posted, .. } = self.saving;
        let id = &seen.view.case.id;
        match Seen::find(app, viewer, id).await? {
            Some(seen) => Ok(seen),
            None => Err(casework::gone(app, viewer, id, None, posted).await),
        }
    }

    /// The same page with what was typed and what is wrong.
    pub(super) async fn again(
        &self,
        not_done: NotDone,
        mut faults: Vec<FieldFault>,
    ) -> Result<Response, Failure> {
        let posted = self.saving.posted;
        let conflict = match not_done {
            NotDone::Faults(more, says) => {
                faults.extend(more);
                return self.page(casework::errors(&faults, &says), Vec::new(), posted).await;
            }
            NotDone::Conflict(say) => say,
            other @ (NotDone::NotFound | NotDone::Unavailable(_)) => {
                return Err(casework::failure(other, &casework::edit_href(self.saving.seen)));
            }
        };
        let mut seen = self.seen_now().await?;
        if seen.editing().is_none() {
            return Err(lost(&seen, posted, conflict));
        }
        let mut elsewhere = Elsewhere::of(&seen, posted, self.known);
        let mut errors: Errors = casework::errors(&faults, &[]);
        errors.say(elsewhere::say(&conflict));
        let merged = elsewhere.adopted(posted);
        let form = seen.definition().form.clone();
        fill::show_typed(&mut seen, self.saving.viewer, &form, &merged, self.known);
        elsewhere.tell_hidden(&seen, posted);
        let page = self.page_of(&seen, errors, elsewhere.notices, &merged).await?;
        Ok(casework::conflict(page))
    }

    /// The page as it stands, with what was typed.
    pub(super) async fn page(
        &self,
        errors: Errors,
        notices: Vec<String>,
        posted: &Posted,
    ) -> Result<Response, Failure> {
        let seen = self.seen_now().await?;
        if seen.editing().is_none() {
            return Err(lost(&seen, posted, "内容现在不能修改。".to_owned()));
        }
        self.page_of(&seen, errors, notices, posted).await
    }

    async fn page_of(
        &self,
        seen: &Seen,
        errors: Errors,
        notices: Vec<String>,
        posted: &Posted,
    ) -> Result<Response, Failure> {
        let Saving { app, offer, .. } = self.saving;
        let typed = Typed {
            posted: Some(posted),
            known: self.known.clone(),
            references: self.references.clone(),
            errors,
            notices,
            leaf: posted.text(leaves::PAGE).map(str::to_owned),
            tells_missing: false,
        };
        let mut page = EditPage::of(seen, &typed);
        let action = casework::action_name(posted.text("do").unwrap_or_default());
        if seen.action(&offer.task, &action).is_some_and(|action| action.freeze) {
            page.untouched = casework::untouched(app, seen).await?;
        }
        Ok(render(self.chrome, &page))
    }
}
