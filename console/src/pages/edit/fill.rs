//! Filling the form page from a case: what may be edited, why it came back, what was typed.

use std::{cell::OnceCell, collections::BTreeMap};

use engine::{
    decision::{self, Event, FieldState},
    definition::Form,
};

use super::{ActionButton, EditPage, ReturnNote, demands, leaves::Leaves};
use crate::{
    cases::{
        decode::{self, KnownFiles},
        marks,
        outline::{self, Findings},
        posted::Posted,
        references::References,
        seen::Seen,
        words,
    },
    identity::Viewer,
    pages::{
        Control, Errors, Row, RowRun, Stamp, casework,
        form::{self, SectionForm, Sources},
        left_until,
    },
    routes,
};

/// What a person typed, and what came of it.
pub(in crate::pages) struct Typed<'a> {
    pub(in crate::pages) posted: Option<&'a Posted>,
    pub(in crate::pages) known: KnownFiles,
    pub(in crate::pages) references: References,
    pub(in crate::pages) errors: Errors,
    pub(in crate::pages) notices: Vec<String>,
    /// The page of the form, where it has several.
    pub(in crate::pages) leaf: Option<String>,
    /// Whether what is missing is told, as after the form could not be handed in.
    pub(in crate::pages) tells_missing: bool,
}

impl Typed<'_> {
    /// A page that is opened.
    pub(in crate::pages) fn nothing() -> Self {
        Self {
            posted: None,
            known: KnownFiles::new(),
            references: References::default(),
            errors: Errors::none(),
            notices: Vec::new(),
            leaf: None,
            tells_missing: false,
        }
    }
}

impl EditPage {
    /// The page of a case whose form the viewer may edit.
    pub(in crate::pages) fn of(seen: &Seen, typed: &Typed<'_>) -> Self {
        let definition = seen.definition();
        let (offer, case) = (seen.editing(), &seen.view.case);
        let faults = decision::form_faults(definition, case, &seen.view.facts, seen.view.at);
        let wrong = outline::wrong(&case.form, &faults);
        let findings = Findings { checks: Vec::new(), faults, wrong };
        let edit = offer.map(|offer| offer.edit.as_slice()).unwrap_or_default();
        let marked = marked(seen, edit);
        let leaves = Leaves::of(seen, &findings, &marked, typed.leaf.as_deref());
        let href = casework::edit_href(seen);
        let page_of = |name: &str| leaves.faulty_elsewhere(name.trim_start_matches("form."), &href);
        let told = if typed.tells_missing { &findings.faults } else { &findings.wrong };
        let wrong = form::errors(told);
        let mut sections = sections(seen, typed, &wrong, &marked);
        let summary = typed.errors.with(wrong);
        let summary = summary.named(sections.iter().flat_map(|section| &section.fields));
        sections.retain(|section| leaves.shows(section.part()));
        let task = offer.and_then(|offer| definition.tasks.get(&offer.task));
        let (heading, about) = names(seen, task.map(|task| task.name.as_str()));
        let due = offer.and_then(|offer| offer.due);
        Self {
            heading,
            about,
            about_href: Some(routes::case(&case.id)),
            above: casework::above(seen),
            tag: Some(casework::tag(seen)),
            left: due.map(|due| left_until(due, seen.view.at)),
            advice: seen.advice.join(""),
            returned: returned(seen),
            marks: marked.iter().map(|part| mark(seen, part, &leaves)).collect(),
            notices: typed.notices.clone(),
            action: casework::edit_href(seen),
            revision: seen.view.case.revision.to_string(),
            ticket: seen.ticket.clone(),
            case: Some(seen.view.case.id.clone()),
            is_typed: typed.posted.is_some(),
            ask: Vec::new(),
            is_live: form::is_live(&definition.form),
            errors: summary.on_pages(page_of),
            sections,
            leaf: leaves.current().map(str::to_owned),
            next: leaves.next(),
            // What is not filled in to its end is not handed in; whoever mends knows where.
            buttons: match leaves.next().is_some() && case.submission == 0 {
                true => Vec::new(),
                false => buttons(seen),
            },
            leaves: leaves.lines(),
            has_draft: true,
            back: back(seen),
            untouched: Vec::new(),
            removed: None,
            reminders: match case.form.is_empty() {
                true => Vec::new(),
                false => offer.map(|it| demands::reminders(seen, it)).unwrap_or_default(),
            },
        }
    }
}

/// What the page is called, and what it belongs to where that does not say so.
fn names(seen: &Seen, task: Option<&str>) -> (String, String) {
    if let Some((_, kind)) = casework::library_kind(seen) {
        let verb = if seen.view.case.submission == 0 { "填写" } else { "修改" };
        return (format!("{verb}{kind}"), String::new());
    }
    let heading = task.map_or_else(|| seen.definition().name.clone(), str::to_owned);
    (heading, seen.heading().matter)
}

/// Lets a form, or a page of it, show what hangs on what was typed there and is not saved.
pub(in crate::pages) fn show_typed(
    seen: &mut Seen,
    viewer: &Viewer,
    form: &Form,
    posted: &Posted,
    known: &KnownFiles,
) {
    let Some(task) = seen.editing().map(|offer| offer.task.clone()) else { return };
    let typed = decode::form(form, &seen.view.case.form, posted, known);
    seen.show_with(viewer.actor(), &task, typed.values);
}

/// Whether a part shows as the form is stored, or with what was typed beside it: the page after a
/// conflict shows that too, and nothing of it is saved yet.
pub(in crate::pages) fn shows<'a>(
    seen: &'a Seen,
    viewer: &'a Viewer,
    form: &'a Form,
    posted: &'a Posted,
) -> impl Fn(&str) -> bool + 'a {
    let typed = OnceCell::new();
    let of_typed = move || {
        let task = &seen.editing()?.task;
        let changes = decode::form(form, &seen.view.case.form, posted, &seen.files()).values;
        Some(seen.states_with(viewer.actor(), task, changes))
    };
    let is_in = |states: &BTreeMap<String, FieldState>, part: &str| {
        states.get(part).is_none_or(|state| state.visible)
    };
    move |part| {
        is_in(&seen.states, part)
            || typed.get_or_init(&of_typed).as_ref().is_some_and(|states| is_in(states, part))
    }
}

/// All sections that show. What is wrong with what is filled in is told at its field, whenever the page
/// is opened.
fn sections(seen: &Seen, typed: &Typed<'_>, wrong: &Errors, marked: &[String]) -> Vec<SectionForm> {
    let edit = seen.editing().map(|offer| offer.edit.as_slice()).unwrap_or_default();
    let mut errors = typed.errors.clone();
    errors.extend(wrong.clone());
    let sources = Sources {
        states: &seen.states,
        posted: typed.posted,
        errors: &errors,
        names: &|kind, id| seen.names.thing(kind, id),
        references: &typed.references,
        parts: &[],
        files: &typed.known,
        may_edit: &|path| may_edit(edit, path),
    };
    let mut sections = form::sections(&seen.definition().form, &seen.view.case.form, &sources);
    for field in sections.iter_mut().flat_map(|section| &mut section.fields) {
        field.is_marked = marked.iter().any(|part| field.name == format!("form.{part}"));
        if let Control::Rows { runs, .. } = &mut field.control {
            unmark_what_hangs(runs, marked);
        }
    }
    sections
}

/// Rows that are open because something hangs on another part, or is asked only since, are not marked.
/// Where no more rows are open than were marked these are they, wherever they stand by now.
fn unmark_what_hangs(runs: &mut [RowRun], marked: &[String]) {
    let is_marked =
        |row: &Row| marked.iter().any(|part| row.path.strip_prefix("form.") == Some(part));
    let open: Vec<&mut Row> = runs.iter_mut().flat_map(|run| &mut run.rows).collect();
    let list = open.first().and_then(|row| row.path.strip_prefix("form.")?.split('[').next());
    let of_list = |part: &&String| part.split_once('[').map(|(own, _)| own) == list;
    let count = marked.iter().filter(of_list).count();
    if open.iter().filter(|row| row.is_marked).count() > count {
        open.into_iter().for_each(|row| row.is_marked &= is_marked(row));
    }
}

/// The parts that a reviewer marked and that may be mended now.
fn marked(seen: &Seen, edit: &[String]) -> Vec<String> {
    if seen.view.case.submission == 0 {
        return Vec::new();
    }
    let mut parts = marks::pending(seen.definition(), &seen.history);
    parts.retain(|part| may_edit(edit, &format!("form.{part}")));
    parts
}

/// What a marked part is called, and the place where it stands.
fn mark(seen: &Seen, part: &str, leaves: &Leaves) -> (String, String) {
    let form = &seen.definition().form;
    let page = leaves.elsewhere(part, &casework::edit_href(seen));
    (marks::part_name(form, part), format!("{page}#{}", form::id_of(&format!("form.{part}"))))
}

fn back(seen: &Seen) -> String {
    match casework::library_kind(seen)
        .filter(|_| seen.definition().key.as_str() == casework::LIBRARY)
    {
        Some((kind, _)) => routes::library(&kind),
        None => routes::case(&seen.view.case.id),
    }
}

/// Buttons save first, then lead to the page that asks: a link would lose what was typed.
fn buttons(seen: &Seen) -> Vec<ActionButton> {
    let Some(offer) = seen.editing() else { return Vec::new() };
    let buttons = offer.actions.iter().filter_map(|offered| {
        let mut button = casework::button(seen, &offer.task, offered)?;
        button.href = None;
        Some(button)
    });
    buttons.collect()
}

/// Whether a path lies in one of the parts that may be edited.
pub(in crate::pages) fn may_edit(edit: &[String], path: &str) -> bool {
    let Some(path) = path.strip_prefix("form.") else { return true };
    let mut steps = path.split('.');
    let row = steps.next().unwrap_or_default();
    let section = row.split('[').next().unwrap_or_default();
    let field = steps.next().map(|field| field.split('[').next().unwrap_or_default());
    let part = field.map(|field| format!("{section}.{field}"));
    edit.iter().any(|open| open == section || open == row || Some(open) == part.as_ref())
}

/// The last action that brought the case to the state it is in, if that state means mending.
pub(in crate::pages) fn returned(seen: &Seen) -> Vec<ReturnNote> {
    let state = seen.definition().states.get(&seen.view.case.visit.state);
    let is_returned = state.is_some_and(|state| {
        matches!(state.tone, engine::definition::Tone::Bad | engine::definition::Tone::Warn)
    });
    if !is_returned {
        return Vec::new();
    }
    // A case that was moved to another version may stand in a state that has another name since.
    let mut entered = seen.history.iter().rev();
    let entered = entered.find(|recorded| matches!(recorded.event, Event::Entered { .. }));
    let Some(entered) = entered else { return Vec::new() };
    let last = seen.timeline().into_iter().rev().find(|entry| entry.at == entered.at);
    let note = last.map(|entry| ReturnNote {
        name: entry.name,
        who: entry.who,
        at: Stamp::moment(entry.at),
        // The sentence has its own end.
        notes: entry.notes.iter().map(|note| words::clause(note).to_owned()).collect(),
    });
    note.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_unlocked_may_be_edited() {
        let edit = ["basic.phone".to_owned(), "works".to_owned()];
        assert!(may_edit(&edit, "form.basic.phone"));
        assert!(!may_edit(&edit, "form.basic.name"));
        assert!(!may_edit(&edit, "form.basic"));
        assert!(may_edit(&edit, "form.works"));
        assert!(may_edit(&edit, "form.works[3].title"));
        assert!(!may_edit(&edit, "form.workshops"));
        assert!(may_edit(&edit, "ask.reason"));
        let row = ["works[3]".to_owned()];
        assert!(may_edit(&row, "form.works[3].title") && may_edit(&row, "form.works[3]"));
        assert!(!may_edit(&row, "form.works[2].title") && !may_edit(&row, "form.works"));
    }
}
