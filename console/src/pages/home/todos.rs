//! 待处理事项 (R15): the viewer's own tasks, each with what is to be mended, documents to print, and a
//! binding that was not granted. Each leaves when it is acted on.

use engine::{
    calendar::Moment, definition, names::CaseId, runtime::TaskId, store::queue::QueuedTask,
};

use super::Todo;
use crate::{
    app::App,
    cases::{
        bindings::Bindings, declarations, papers, seen::Seen, standing::Standing, waiting, words,
    },
    identity::Viewer,
    pages::{
        Failure, Tag, casework, edit::fill, left_until, my_unit, queue::listed::Listed,
        typed::today,
    },
    routes,
};

/// So many tasks are shown.
const MOST: usize = 20;
/// Of so many that came back it is told why.
const EXPLAINED: usize = 5;

/// What the viewer has to do.
pub(super) async fn todos(
    app: &App,
    viewer: &Viewer,
    person: Option<&str>,
    now: Moment,
) -> Result<Vec<Todo>, Failure> {
    let mut todos = Vec::new();
    let mut explained = 0;
    let tasks = waiting::own(app, viewer, MOST).await?;
    let listed = Listed::of(app, viewer, &tasks).await?;
    for task in &tasks {
        let standing = Standing::in_state(app, &task.workflow, &task.state, &task.status);
        let is_back = matches!(standing.tone, definition::Tone::Bad | definition::Tone::Warn);
        let is_told = is_back || has_advice(app, task);
        let why = if is_told && explained < EXPLAINED {
            explained += 1;
            why(app, viewer, &task.id).await?
        } else {
            String::new()
        };
        todos.push(Todo {
            name: listed.task_name(task),
            href: routes::task(&task.id.to_string()),
            tag: Tag::new(standing.tone.into(), standing.name),
            note: about(&listed, viewer, &task.id.case),
            why,
            left: task.due_at.map(|due| left_until(due, now)),
            button: "去办理".to_owned(),
        });
    }
    if let Some(person) = person {
        todos.extend(refused_binding(app, viewer, person).await?);
        todos.extend(of_declarations(app, viewer, person, now).await?);
    }
    Ok(todos)
}

/// What a task is about: the matter, and of somebody else's whose it is.
fn about(listed: &Listed, viewer: &Viewer, case: &CaseId) -> String {
    match listed.called(case) {
        (who, matter, _) if who == viewer.name => matter,
        _ => listed.full_name(case),
    }
}

/// Whether the workflow says something to do in the state of a task. Declarations say it themselves.
fn has_advice(app: &App, task: &QueuedTask) -> bool {
    let published = app.runtime.newest(&task.workflow);
    published.is_some_and(|published| {
        let state = published.definition.states.get(&task.state);
        !published.definition.covers(&declarations::WORKFLOW.into())
            && state.is_some_and(|state| !state.advice.is_empty())
    })
}

/// What whoever sent it back wrote, and what the workflow says to do.
async fn why(app: &App, viewer: &Viewer, id: &TaskId) -> Result<String, Failure> {
    let Some(seen) = Seen::find(app, viewer, &id.case).await? else { return Ok(String::new()) };
    let notes = fill::returned(&seen).into_iter().flat_map(|note| note.notes);
    let advice = seen.advice.iter().filter(|_| !casework::is_declaration(&seen)).cloned();
    Ok(notes.chain(advice).collect::<Vec<_>>().join("；"))
}

/// The newest request, where the unit refused it and none has been made since.
async fn refused_binding(
    app: &App,
    viewer: &Viewer,
    person: &str,
) -> Result<Option<Todo>, Failure> {
    let bindings = Bindings::of_person(app, person).await?;
    let Some(refused) = bindings.refused() else { return Ok(None) };
    let seen = Seen::find(app, viewer, &refused.case).await?;
    let last = seen.and_then(|seen| seen.timeline().pop());
    Ok(Some(Todo {
        name: "重新申请绑定单位".to_owned(),
        href: routes::MY_UNIT.to_owned(),
        tag: my_unit::tag(refused),
        note: refused.unit_name.clone(),
        why: last.map(|last| words::clauses(&last.notes)).unwrap_or_default(),
        left: None,
        button: "去申请".to_owned(),
    }))
}

/// What declarations say that is to be done, and documents with a button of their own, such as the
/// ticket of an interview, while they are there.
async fn of_declarations(
    app: &App,
    viewer: &Viewer,
    person: &str,
    now: Moment,
) -> Result<Vec<Todo>, Failure> {
    let mut todos = Vec::new();
    for one in declarations::of_person(app, person).await? {
        if one.is_finished || one.is_past(today(now)) {
            continue;
        }
        let Some(seen) = Seen::find(app, viewer, &one.case).await? else { continue };
        let mut advice = seen.advice.join("");
        let before = todos.len();
        for paper in papers::papers(&seen, viewer) {
            let Some(name) = paper.button else { continue };
            todos.push(Todo {
                name,
                href: routes::case_document(&one.case, paper.document.as_str()),
                tag: Tag::new(one.standing.tone.into(), one.standing.name.clone()),
                note: one.name(),
                why: std::mem::take(&mut advice),
                left: None,
                button: "去打印".to_owned(),
            });
        }
        if todos.len() == before && !advice.is_empty() {
            todos.push(Todo {
                name: "看申报的情况".to_owned(),
                href: routes::declaration(&one.case),
                tag: Tag::new(one.standing.tone.into(), one.standing.name.clone()),
                note: one.name(),
                why: advice,
                left: None,
                button: "去查看".to_owned(),
            });
        }
    }
    Ok(todos)
}
