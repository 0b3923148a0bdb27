//! Saving what was typed into a form, and what the script is told of it; shared by every page that
//! writes a form.

use axum::{
    Json,
    response::{IntoResponse as _, Response},
};
use engine::{
    decision::{Act, FieldFault, FormChange, Offer},
    definition::Form,
    names::{ActionName, IdempotencyKey},
    runtime::{ActRequest, Outcome, Refusal, SaveRequest},
};
use serde_json::json;

use crate::{
    app::App,
    cases::{
        perform::{self, NotDone, explain},
        posted::Posted,
        refused::without_refused,
        seen::Seen,
        words,
    },
    identity::Viewer,
    pages::{Flash, Tone, casework::typed_text::Input},
};

/// One posted form at work.
pub(in crate::pages) struct Saving<'a> {
    pub(in crate::pages) app: &'a App,
    pub(in crate::pages) viewer: &'a Viewer,
    pub(in crate::pages) seen: &'a Seen,
    pub(in crate::pages) offer: &'a Offer,
    pub(in crate::pages) posted: &'a Posted,
}

/// What is on disk now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::pages) struct Saved {
    /// The revision.
    pub(in crate::pages) revision: u64,
    /// What the person is told, such as values that were set right (R120).
    pub(in crate::pages) notices: Vec<String>,
}

impl Saved {
    /// What is said of it: `done`, and what was set right.
    pub(in crate::pages) fn flash(&self, done: &str) -> Flash {
        match self.notices.is_empty() {
            true => Flash::new(Tone::Ok, format!("{done}。")),
            false => Flash::new(Tone::Warn, format!("{done}；{}。", self.notices.join("；"))),
        }
    }
}

/// So many faults are told in one line; the others are at their fields.
const MOST_TOLD: usize = 2;

/// What the script says once it has saved: which fields could not be, and why.
pub(in crate::pages) fn kept(form: &Form, faults: &[FieldFault]) -> String {
    if faults.is_empty() {
        return "已自动保存".to_owned();
    }
    let told = faults.iter().take(MOST_TOLD).map(|fault| {
        let path = fault.field.strip_prefix("form.").unwrap_or(&fault.field);
        match Input::of_form(form, path) {
            Some(input) if !fault.message.contains(&input.name) => {
                format!("{}：{}", input.name, fault.message)
            }
            Some(_) | None => fault.message.clone(),
        }
    });
    let told = told.collect::<Vec<_>>().join("；");
    let more = if faults.len() > MOST_TOLD { "等" } else { "" };
    format!("有 {} 处没有保存（{told}{more}），其他内容已自动保存", faults.len())
}

impl Saving<'_> {
    /// Saves what changed, but for the fields that the engine refuses: those are told among the faults.
    pub(in crate::pages) async fn save_what_can_be(
        &self,
        changes: Vec<FormChange>,
        faults: &mut Vec<FieldFault>,
    ) -> Result<Saved, NotDone> {
        match self.save(changes.clone()).await {
            Err(NotDone::Faults(refused, _)) if !refused.is_empty() => {
                let kept = without_refused(changes, &refused, &self.seen.view.case.form);
                let saved = self.save(kept).await?;
                faults.extend(refused);
                Ok(saved)
            }
            answer => answer,
        }
    }

    /// Saves what changed, all of it or nothing.
    pub(in crate::pages) async fn save(&self, changes: Vec<FormChange>) -> Result<Saved, NotDone> {
        let revision = self.seen.revision_to_save(self.posted.revision()?);
        let case = &self.seen.view.case;
        if changes.is_empty() {
            // A page that is looked at as a whole, and holds what is saved, is as good as a new one.
            let read = revision.filter(|_| !self.posted.is_look());
            return Ok(Saved { revision: read.unwrap_or(case.revision), ..Saved::default() });
        }
        let request = SaveRequest {
            case: case.id.clone(),
            revision,
            by: self.viewer.actor(),
            task: self.offer.task.clone(),
            changes,
            key: self.key("save"),
        };
        match self.app.runtime.save(request).await {
            Ok(outcome) => Ok(Saved { revision: outcome.revision, notices: outcome.notices }),
            Err(Refusal::Stale { .. } | Refusal::Reused) => {
                let state = self.seen.status().0;
                let say = format!("这份内容在另一个窗口改过，现在的状态是「{state}」。");
                Err(NotDone::Conflict(say))
            }
            Err(refusal) => Err(explain(self.app, self.seen.definition(), refusal).await),
        }
    }

    /// Takes an action of the task, on the revision that was saved.
    pub(in crate::pages) async fn act(
        &self,
        action: &ActionName,
        revision: u64,
    ) -> Result<Outcome, NotDone> {
        let request = ActRequest {
            case: self.seen.view.case.id.clone(),
            revision: Some(revision),
            act: Act {
                by: self.viewer.actor(),
                task: self.offer.task.clone(),
                action: action.clone(),
                row: self.offer.row.clone(),
                asked: Default::default(),
                changes: Vec::new(),
            },
            key: self.key("act"),
        };
        match perform::act(self.app, request).await {
            Ok(outcome) => Ok(outcome),
            Err(refusal) => Err(explain(self.app, self.seen.definition(), refusal).await),
        }
    }

    fn key(&self, what: &str) -> Option<IdempotencyKey> {
        let key = self.posted.key()?;
        // A form is saved many times with one key by the script, and once by the button.
        let is_script = self.is_autosave() || self.posted.is_look();
        (!is_script).then(|| IdempotencyKey::from(format!("{key}:{what}")))
    }

    /// Whether the script sends it.
    pub(in crate::pages) fn is_autosave(&self) -> bool {
        self.posted.text("do") == Some("autosave")
    }

    /// What the script is told.
    pub(in crate::pages) fn autosaved(
        &self,
        saved: Result<Saved, NotDone>,
        faults: &[FieldFault],
    ) -> Response {
        let now = words::clock(self.seen.view.at);
        let answer = match saved {
            Ok(Saved { revision, notices }) => {
                let kept = kept(&self.seen.definition().form, faults);
                let say = match (faults.is_empty(), notices.is_empty()) {
                    (false, _) => kept,
                    (true, true) => format!("{now} {kept}"),
                    (true, false) => format!("{now} {kept}；{}", notices.join("；")),
                };
                // What is wrong is shown at its field by the page as it stands now.
                json!({"rev": revision, "say": say, "look": !faults.is_empty()})
            }
            Err(NotDone::Conflict(say)) => json!({"stop": true, "say": format!("未保存：{say}")}),
            Err(NotDone::Faults(faults, says)) => {
                let told = faults.iter().map(|fault| &fault.message).chain(&says);
                let told = told.map(String::as_str).collect::<Vec<_>>().join("；");
                json!({"say": format!("未保存：{told}")})
            }
            Err(NotDone::NotFound | NotDone::Unavailable(_)) => {
                json!({"say": "未保存，正在重试"})
            }
        };
        Json(answer).into_response()
    }
}
