//! What the button of a start says, and what the start of a case asked, as it is told and shown beside
//! the form.

use std::collections::BTreeMap;

use engine::{
    decision::{Actor, Event, FileRef},
    definition::{Definition, Edit, Field, FieldKind, Options, Task},
    expression::Value,
    names::FieldName,
};

use crate::{
    app::App,
    cases::{
        seen::{SeeError, Seen},
        words,
    },
    identity::Viewer,
    routes,
};

/// The case that began this one, where the viewer may read it: what it is called, and its page.
///
/// # Errors
/// When the database does not answer.
pub(in crate::pages) async fn begun_by(
    app: &App,
    viewer: &Viewer,
    seen: &Seen,
) -> Result<Option<(String, String)>, SeeError> {
    let begun = seen.history.iter().find_map(|recorded| {
        if let Event::Started { by: Actor::Case { id, .. }, .. } = &recorded.event {
            Some(id)
        } else {
            None
        }
    });
    let Some(id) = begun else { return Ok(None) };
    let other = Seen::find(app, viewer, id).await?;
    Ok(other.map(|other| (other.heading().matter, routes::case(id))))
}

/// The answers to what the start asked, such as 申请说明.
pub(in crate::pages) fn start_facts(seen: &Seen) -> Vec<(String, String)> {
    let asked = asked_at_start(seen);
    let ask = &seen.definition().start.action.ask;
    let known = |(name, field): (&FieldName, &Field)| {
        if let FieldKind::Choice(Options::Computed(_))
        | FieldKind::Choices { options: Options::Computed(_), .. } = field.kind
        {
            return None;
        }
        let value = asked?.get(name.as_str())?;
        if matches!(field.kind, FieldKind::Files(_)) && !seen.has_files {
            return Some((field.name.clone(), "附件不公开".to_owned()));
        }
        let text = words::value(&field.kind, value, &|kind, id| seen.names.thing(kind, id));
        (!text.is_empty()).then(|| (field.name.clone(), text))
    };
    ask.iter().filter_map(known).collect()
}

/// The files that the start asked for, each with the name of its field; none where files are not open
/// to the viewer.
pub(in crate::pages) fn start_files(seen: &Seen) -> Vec<(String, FileRef)> {
    let asked = asked_at_start(seen).filter(|_| seen.has_files);
    let of_field = |(name, field): (&FieldName, &Field)| {
        let files = asked.and_then(|asked| asked.get(name.as_str())).and_then(Value::as_list);
        let files = files.unwrap_or_default().iter().filter_map(words::file);
        files.map(|file| (field.name.clone(), file)).collect::<Vec<_>>()
    };
    seen.definition().start.action.ask.iter().flat_map(of_field).collect()
}

fn asked_at_start(seen: &Seen) -> Option<&BTreeMap<String, Value>> {
    seen.history.iter().find_map(|recorded| {
        if let Event::Started { asked, .. } = &recorded.event { Some(asked) } else { None }
    })
}

/// What the button says: nobody is to believe that he has handed in what is still to be filled in.
pub(in crate::pages) fn start_button(definition: &Definition) -> &'static str {
    let start = &definition.start;
    let fills_in =
        |task: &Task| task.edit != Edit::Nothing && start.by.as_ref() == Some(&task.participant);
    let is_to_be_filled_in = start
        .action
        .targets()
        .any(|state| definition.tasks_in(state).any(|(_, task)| fills_in(task)));
    match (start.action.ask.is_empty(), is_to_be_filled_in) {
        (true, _) => "开始填写",
        (false, true) => "下一步，填写内容",
        (false, false) => "提交申请",
    }
}
