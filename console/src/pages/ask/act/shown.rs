//! The page of an action: what it is about, what follows from it, and what it asks.

use engine::{definition::FieldKind, expression::Value};

use super::{Asked, Typed};
use crate::{
    cases::{items, marks},
    identity::Viewer,
    pages::{
        Crumb, Stamp,
        ask::{
            AskPage, carried,
            queue::{from_queue, told},
        },
        casework,
        form::{self, Sources},
    },
    routes,
};

/// What is marked and goes along, in words.
fn marked(asked: &Asked<'_>, carried: &[(String, String)]) -> Option<(String, String)> {
    let is_mark = |name: &str| {
        let field = name.strip_prefix("ask.").and_then(|name| asked.action.ask.get(name));
        field.is_some_and(|field| field.kind == FieldKind::Parts)
    };
    let parts: Vec<String> =
        carried.iter().filter(|(name, _)| is_mark(name)).map(|(_, part)| part.clone()).collect();
    if parts.is_empty() {
        return None;
    }
    let form = &asked.seen.definition().form;
    let rows =
        |list: &str, place: usize| items::rows(&asked.seen.view.case.form, list).get(..=place);
    let option = |path: &str, value: &str| asked.seen.option(path, value);
    let names = marks::names(form, &parts, &rows, &option);
    Some(("标记的内容".to_owned(), format!("{}（退回给申报人时一并告知）", names.join("；"))))
}

/// What is said above the form: what follows from it, and how a secret vote is taken.
fn said(asked: &Asked<'_>) -> String {
    let (definition, offer) = (asked.seen.definition(), asked.offer);
    let is_secret = definition.tasks.get(&offer.task).is_some_and(|task| task.secret);
    let secret =
        is_secret.then(|| "无记名：只记谁投了票，计票后只留合计；投出后不能更改".to_owned());
    let due = offer.due.filter(|_| is_secret);
    let due = due.map(|due| format!("请在 {} 前投", Stamp::deadline(due).text));
    let own = [&asked.offered.confirm, &asked.offered.hint].into_iter().flatten().cloned();
    own.chain(secret).chain(due).collect::<Vec<_>>().join("；")
}

/// The page as it stands, with what was typed.
pub(super) fn page(viewer: &Viewer, asked: &Asked<'_>, typed: &Typed<'_>) -> AskPage {
    let (seen, action) = (asked.seen, asked.action);
    let view = &seen.view;
    let states = asked.states(viewer, &typed.asked);
    let sources = Sources {
        states: &states,
        posted: typed.posted,
        errors: &typed.errors,
        names: &|kind, id| seen.names.thing(kind, id),
        references: &typed.references,
        parts: &casework::parts(seen),
        files: &typed.known,
        may_edit: &|_| true,
    };
    let values = Value::Map(typed.asked.clone());
    let heading = seen.heading();
    let mut facts = vec![("事项".to_owned(), heading.matter.clone())];
    let (told, groups) = match &typed.queue {
        Some(_) => told(seen),
        None => (casework::whose(seen), Vec::new()),
    };
    facts.extend(told);
    let mut above = casework::above(seen);
    above.push(Crumb::new(heading.matter, routes::case(&view.case.id)));
    let (task, name) = asked.names();
    let here = routes::case_action(&view.case.id, task.as_str(), name.as_str());
    let fields = form::fields(&action.ask, "ask", &values, &sources);
    let errors = typed.errors.clone().named(fields.iter());
    let carried = carried(&fields, typed.posted);
    facts.extend(marked(asked, &carried));
    AskPage {
        heading: action.name.clone(),
        above,
        say: said(asked),
        facts,
        groups,
        fields,
        is_live: form::are_live(&action.ask),
        carried,
        action: match &typed.queue {
            Some(queue) => from_queue(&here, &queue.asked),
            None => here,
        },
        revision: view.case.revision.to_string(),
        ticket: seen.ticket.clone(),
        value: name.to_string(),
        button: action.name.clone(),
        class: if casework::class(action) == "bad" { "bad" } else { "main" },
        refused: asked.offered.refused.iter().map(|(_, say)| say.clone()).collect(),
        // Whoever fills in a form goes back to it.
        back: match (&typed.queue, asked.offer.edit.is_empty()) {
            (Some(queue), _) => queue.asked.task(&queue.task),
            (None, true) => routes::case(&view.case.id),
            (None, false) => casework::edit_href(seen),
        },
        errors,
    }
}
