//! What the pages of cases share: status, timeline, values and buttons of a case as one viewer sees
//! them, and what a refused command answers.

mod gone;
mod groups;
pub(super) mod outdated;
pub(super) mod removed;
mod started;
pub(super) mod typed_text;
pub(super) mod ways;

pub(super) use gone::gone;
pub(super) use groups::groups;
pub(super) use started::{begun_by, start_button, start_facts, start_files};

use axum::{
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use engine::{
    decision::{FieldFault, OfferedAction},
    definition::{self, Action},
    names::{ActionName, CaseId, TaskName},
};

use super::{
    Choice, Crumb, Errors, Failure, PartGroup, Stamp, Step, Tag, TimelineEntry, Tone,
    edit::ActionButton, form,
};
use crate::{
    app::App,
    cases::{
        declarations, heading, marks, papers,
        perform::{self, NotDone},
        posted::NotARevision,
        reading::FormData,
        receive::ReceiveError,
        review_form::has_form,
        seen::{SeeError, Seen},
        timeline::Happening,
        words,
    },
    identity::Viewer,
    routes,
};

/// The workflow whose cases are library items.
pub(super) const LIBRARY: &str = "library-item";

/// The look of a tone of the workflow language.
pub(super) fn tone(tone: definition::Tone) -> Tone {
    match tone {
        definition::Tone::Plain => Tone::Plain,
        definition::Tone::Good => Tone::Ok,
        definition::Tone::Going => Tone::Go,
        definition::Tone::Warn => Tone::Warn,
        definition::Tone::Bad => Tone::Bad,
    }
}

/// The status of a case.
pub(super) fn tag(seen: &Seen) -> Tag {
    let (name, look) = seen.status();
    Tag::new(tone(look), name)
}

/// The timeline, with the state the case is in now at its end.
pub(super) fn entries(seen: &Seen) -> Vec<TimelineEntry> {
    let mut entries: Vec<_> = seen.timeline().into_iter().map(entry).collect();
    let visit = &seen.view.case.visit;
    if let Some(state) = seen.definition().states.get(&visit.state) {
        entries.push(TimelineEntry {
            step: if state.is_end { Step::Done } else { Step::Now },
            name: state.name.clone(),
            who: String::new(),
            at: Some(Stamp::moment(visit.since)),
            note: if state.is_end { "已结束" } else { "现在" }.to_owned(),
        });
    }
    entries
}

/// What happened, as an entry; what was taken back says so.
pub(super) fn entry(happening: Happening) -> TimelineEntry {
    let name = match happening.is_undone {
        true => format!("{}（已撤销）", happening.name),
        false => happening.name,
    };
    TimelineEntry {
        step: if happening.is_back { Step::Back } else { Step::Done },
        name,
        who: happening.who,
        at: Some(Stamp::moment(happening.at)),
        note: words::clauses(&happening.notes),
    }
}

/// The parts of the form that show, for marking.
pub(super) fn parts(seen: &Seen) -> Vec<PartGroup> {
    let shows = |path: &str| seen.states.get(path).is_none_or(|state| state.visible);
    let sections = seen.definition().form.sections.iter();
    let shown = sections.filter(|(name, section)| {
        shows(name.as_str()) && seen.sees.contains(name) && marks::has_mendable(section)
    });
    let read = seen.read(None);
    let group = |(name, section): (&engine::names::SectionName, &definition::Section)| {
        let option = |value: String, label: String| Choice::new(&value, &label, "");
        let whole = option(name.to_string(), format!("{}（整节）", section.name));
        let fields = section
            .fields
            .iter()
            .filter(|(field, defined)| defined.is_entered() && shows(&format!("{name}.{field}")));
        let fields = fields.map(|(field, defined)| {
            option(format!("{name}.{field}"), format!("{}，{}", section.name, defined.name))
        });
        // Of a list the rows that are there are marked, not what all rows have.
        let list = format!("{name}[");
        let rows = read.iter().filter(|group| group.part.starts_with(&list));
        let rows = rows.map(|group| option(group.part.clone(), group.name.clone()));
        let fields = if section.rows.is_some() { rows.collect() } else { fields.collect() };
        PartGroup { whole, fields }
    };
    shown.map(group).collect()
}

/// What a reviewer marked in the last submission and nobody has touched since.
pub(super) async fn untouched(app: &App, seen: &Seen) -> Result<Vec<String>, Failure> {
    let (definition, case) = (seen.definition(), &seen.view.case);
    let parts = marks::pending(definition, &seen.history);
    if parts.is_empty() || case.submission == 0 {
        return Ok(Vec::new());
    }
    let before = app.runtime.submission(&case.id, case.submission).await;
    let before = before.map_err(Failure::unavailable)?;
    let option = |path: &str, value: &str| seen.option(path, value);
    let marked = marks::marks(&definition.form, &parts, (&before, &case.form), &option);
    Ok(marks::untouched(&marked))
}

/// What came back the last time, of what the viewer sees, by page, and whether all of it was touched.
pub(super) fn answered(seen: &Seen, before: &FormData) -> Vec<(String, bool)> {
    let mut parts = marks::answered(seen.definition(), &seen.history);
    parts.retain(|part| {
        let section = part.split(['.', '[']).next().unwrap_or_default();
        seen.sees.iter().any(|seen| seen.as_str() == section)
    });
    let form = &seen.definition().form;
    let option = |path: &str, value: &str| seen.option(path, value);
    let marked = marks::marks(form, &parts, (before, &seen.view.case.form), &option);
    marked.iter().map(marks::MarkedPage::told).collect()
}

/// Facts about the case as a whole.
pub(super) fn facts(seen: &Seen) -> Vec<(String, String)> {
    let case = &seen.view.case;
    let mut facts = whose(seen);
    facts.push(("发起".to_owned(), words::moment(case.started_at)));
    if case.submission > 0 {
        facts.push(("提交次数".to_owned(), format!("{} 次", case.submission)));
    }
    let numbers = &seen.definition().numbers;
    facts.extend(case.numbers.iter().map(|(series, number)| {
        let name = numbers.get(series).map_or_else(|| series.to_string(), |it| it.name.clone());
        (name, number.clone())
    }));
    facts
}

/// Whom a case is about, and which unit it lies with.
pub(super) fn whose(seen: &Seen) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    let heading = seen.heading();
    if !heading.who.is_empty() {
        let is_person = heading::is_of_a_person(seen.definition());
        facts.push((if is_person { "申请人" } else { "对象" }.to_owned(), heading.who));
    }
    let unit = seen.unit();
    if !unit.is_empty() {
        facts.push(("单位".to_owned(), unit));
    }
    facts
}

/// Whether it is an item of somebody's library.
pub(super) fn is_library(seen: &Seen) -> bool {
    seen.definition().key.as_str() == LIBRARY
}

/// The documents of the case that the viewer may read: name and address.
pub(super) fn papers(seen: &Seen, viewer: &Viewer) -> Vec<(String, String)> {
    let id = &seen.view.case.id;
    let link =
        |paper: papers::Paper| (paper.name, routes::case_document(id, paper.document.as_str()));
    papers::papers(seen, viewer).into_iter().map(link).collect()
}

/// Everything that can be printed of the case: its review form, and its documents.
pub(super) fn documents(seen: &Seen, viewer: &Viewer) -> Vec<(String, String)> {
    let form = (has_form(seen.definition()) && !seen.is_blind)
        .then(|| ("评审表".to_owned(), routes::case_form(&seen.view.case.id)));
    form.into_iter().chain(papers(seen, viewer)).collect()
}

/// Whether an action is asked about on a page of its own before it is done.
pub(super) fn needs_page(action: &Action, confirm: Option<&String>) -> bool {
    !action.ask.is_empty() || confirm.is_some() || action.confirm.is_some()
}

/// The class of a button.
pub(super) fn class(action: &Action) -> &'static str {
    match action.tone {
        definition::Tone::Bad | definition::Tone::Warn => "bad",
        definition::Tone::Good => "main",
        definition::Tone::Plain | definition::Tone::Going => "",
    }
}

/// The button of an offered action; `href` leads to its page where it needs one.
pub(super) fn button(
    seen: &Seen,
    task: &TaskName,
    offered: &OfferedAction,
) -> Option<ActionButton> {
    let action = seen.action(task, &offered.action)?;
    let has_page = needs_page(action, offered.confirm.as_ref());
    let href = has_page
        .then(|| routes::case_action(&seen.view.case.id, task.as_str(), offered.action.as_str()));
    Some(ActionButton {
        value: offered.action.to_string(),
        name: if has_page { format!("{}…", action.name) } else { action.name.clone() },
        class: class(action),
        href,
        refused: offered.refused.iter().map(|(_, say)| say.clone()).collect(),
        hint: offered.hint.clone(),
    })
}

/// Where a case is read: a library item's list beside it, or the case itself.
pub(super) fn above(seen: &Seen) -> Vec<Crumb> {
    if seen.is_own && seen.definition().key.as_str() == LIBRARY {
        let mut crumbs = vec![Crumb::new("业绩库", routes::LIBRARY)];
        if let Some((kind, name)) = library_kind(seen) {
            crumbs.push(Crumb::new(name, routes::library(&kind)));
        }
        return crumbs;
    }
    if seen.is_own && is_declaration(seen) {
        return vec![Crumb::new("我的申报", routes::DECLARATIONS)];
    }
    if seen.is_own {
        return vec![Crumb::new("首页", routes::HOME)];
    }
    vec![Crumb::new("待办", routes::TASKS)]
}

/// The kind of a library item and its name.
pub(super) fn library_kind(seen: &Seen) -> Option<(String, String)> {
    let kind = words::plain(seen.view.case.vars.get("kind")?);
    let section = seen.definition().form.sections.get(kind.as_str())?;
    Some((kind, section.name.clone()))
}

/// Whether a case is a declaration, whatever its series.
pub(super) fn is_declaration(seen: &Seen) -> bool {
    let mut lineage = seen.definition().lineage.iter();
    lineage.any(|workflow| workflow.as_str() == declarations::WORKFLOW)
}

/// Where the form of a case is written.
pub(super) fn edit_href(seen: &Seen) -> String {
    let id = &seen.view.case.id;
    match seen.definition().key.as_str() {
        LIBRARY => routes::library_item(id),
        _ if is_declaration(seen) => routes::declaration(id),
        _ => routes::case_edit(id),
    }
}

/// What a command that was not carried out answers where there is no form to show again.
pub(super) fn failure(not_done: NotDone, href: &str) -> Failure {
    match not_done {
        NotDone::NotFound => Failure::NotFound,
        NotDone::Conflict(say) => Failure::conflict(say, href.to_owned()),
        NotDone::Faults(faults, says) => {
            let faults = faults.into_iter().map(|fault| fault.message);
            Failure::Unprocessable(faults.chain(says).collect::<Vec<_>>().join("；"))
        }
        NotDone::Unavailable(error) => Failure::unavailable(error),
    }
}

/// The faults of a refused command, for a form that is shown again.
pub(super) fn errors(faults: &[FieldFault], says: &[String]) -> Errors {
    let mut errors = form::errors(faults);
    for say in says {
        errors.say(say.clone());
    }
    errors
}

/// A page that answers with 409: the state has changed, and what was typed is on it.
pub(super) fn conflict(page: Response) -> Response {
    (StatusCode::CONFLICT, page).into_response()
}

/// On to another page.
pub(super) fn see_other(href: &str) -> Response {
    Redirect::to(href).into_response()
}

/// The id of a case in an address.
pub(super) fn case_id(text: &str) -> CaseId {
    CaseId::from(text)
}

/// The name of an action in a form.
pub(super) fn action_name(text: &str) -> ActionName {
    ActionName::from(text)
}

impl From<SeeError> for Failure {
    fn from(error: SeeError) -> Self {
        Self::unavailable(error)
    }
}

impl From<NotARevision> for Failure {
    fn from(_: NotARevision) -> Self {
        Self::Unprocessable(format!("{}。", perform::NOT_A_REVISION))
    }
}

impl From<ReceiveError> for Failure {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::TooLarge => {
                Self::TooLarge("一次提交的内容超过上限，请分几次提交。".to_owned())
            }
            ReceiveError::NotAForm => Self::Unprocessable("提交的内容不是表单。".to_owned()),
            ReceiveError::Interrupted(_) => {
                Self::Unprocessable("表单没有传完，请返回上一页重新提交。".to_owned())
            }
            ReceiveError::Store(error) => Self::unavailable(error),
        }
    }
}
