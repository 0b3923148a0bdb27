//! Who acts in which task, and what the actions of each ask.

use indexmap::IndexMap;

use super::fields::{FieldOutline, fields_of};
use crate::definition::{
    document::{Entry, Kind, Node},
    shape::is_rows,
};

/// One way to find who acts.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::definition) enum WhoOutline {
    /// People: an account or a role.
    People,
    /// One task per row.
    Each,
    Service(String),
    Link(String),
    Case(String),
    /// Written so that it could not be understood.
    Unknown,
}

/// A task.
#[derive(Clone, Debug)]
pub(in crate::definition) struct TaskOutline {
    pub(in crate::definition) participant: String,
    pub(in crate::definition) states: Vec<String>,
    pub(in crate::definition) is_each: bool,
    pub(in crate::definition) is_secret: bool,
    pub(in crate::definition) actions: IndexMap<String, IndexMap<String, FieldOutline>>,
}

type Participants = IndexMap<String, Vec<WhoOutline>>;

/// The participants and tasks of a definition; a participant written at a task is named after it.
pub(super) fn read(root: &Node) -> (Participants, IndexMap<String, TaskOutline>) {
    let mut participants = Participants::new();
    for entry in root.entries_of("participants") {
        let rows = if is_rows(&entry.value) {
            entry.value.entries().iter().map(|row| who(&row.value)).collect()
        } else {
            vec![who(&entry.value)]
        };
        participants.insert(entry.key.text.clone(), rows);
    }
    let mut tasks = IndexMap::new();
    for state in root.entries_of("states") {
        for entry in state.value.entries_of("tasks") {
            let states = vec![state.key.text.clone()];
            tasks.insert(entry.key.text.clone(), task(entry, states, &mut participants));
        }
    }
    for entry in root.entries_of("tasks") {
        let states = entry.value.items_of("in").iter().filter_map(Node::text);
        let states = states.map(str::to_owned).collect();
        tasks.insert(entry.key.text.clone(), task(entry, states, &mut participants));
    }
    (participants, tasks)
}

/// The name of the participant of a task.
pub(in crate::definition) fn participant_name(entry: &Entry) -> String {
    match entry.value.text_of("for") {
        Some(name) => name.to_owned(),
        None => format!("{}.for", entry.key.text),
    }
}

fn task(entry: &Entry, states: Vec<String>, participants: &mut Participants) -> TaskOutline {
    let participant = participant_name(entry);
    if let Some(node) = entry.value.get("for").filter(|node| matches!(node.kind, Kind::Map(_))) {
        participants.insert(participant.clone(), vec![who(node)]);
    }
    let asks =
        |action: &Entry| (action.key.text.clone(), fields_of(action.value.entries_of("ask")));
    TaskOutline {
        is_each: participants.get(&participant).is_some_and(|who| who.contains(&WhoOutline::Each)),
        is_secret: entry.value.is_true("secret"),
        actions: entry.value.entries_of("actions").iter().map(asks).collect(),
        participant,
        states,
    }
}

fn who(node: &Node) -> WhoOutline {
    let text = |key: &str| node.text_of(key).map(str::to_owned);
    if let Some(service) = text("service") {
        WhoOutline::Service(service)
    } else if let Some(link) = text("link") {
        WhoOutline::Link(link)
    } else if let Some(workflow) = text("case") {
        WhoOutline::Case(workflow)
    } else if node.get("each").is_some() {
        WhoOutline::Each
    } else if node.get("account").is_some() || node.get("role").is_some() {
        WhoOutline::People
    } else {
        WhoOutline::Unknown
    }
}
