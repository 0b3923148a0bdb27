//! The states of a case as a picture and as a list: what lies behind, where it stands, what is ahead,
//! and which ways were really taken, how often.
//!
//! Invariant: a line is lit only if the history holds that way.

mod boxes;
mod draw;
mod map;
mod path;
mod stays;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use engine::{
    decision::Recorded,
    definition::{Definition, Tone},
    names::StateName,
};
use serde::Serialize;

pub use map::{Map, Mapped, map};
pub use path::main_path;
use stays::{Stay, visits};

use super::words;

/// What a state is in this case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// 已完成.
    Done,
    /// 进行中, or where it ended.
    Now,
    /// 未到.
    Todo,
    /// 跳过.
    Skipped,
    /// 退回.
    Back,
}

/// One box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Node {
    /// What people see.
    pub name: String,
    /// What it is in this case.
    pub progress: Progress,
    /// A short line: when it was left, or the word for what it is.
    pub note: String,
    #[serde(skip)]
    state: StateName,
}

/// A way between two boxes, by their positions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Way {
    from: usize,
    to: usize,
    times: u32,
    is_back: bool,
}

/// A diagram of one case.
#[derive(Clone, Debug, Serialize)]
pub struct Diagram {
    /// The picture, as SVG text that is safe to put into a page.
    pub svg: String,
    /// The same states as a list, in the order in which the case passed them.
    pub nodes: Vec<Node>,
}

/// The name of a state that only earlier versions have.
pub type FormerName<'a> = &'a dyn Fn(&StateName) -> Option<String>;

/// Draws the case whose history this is; `former` names states that the definition has no more.
pub fn diagram(definition: &Definition, history: &[Recorded], former: FormerName<'_>) -> Diagram {
    let visits = visits(history);
    let main = main_path(definition);
    let mut nodes = nodes(definition, &main, &visits);
    for node in nodes.iter_mut().filter(|node| !definition.states.contains_key(&node.state)) {
        node.name = former(&node.state).unwrap_or_else(|| "旧版流程的环节".to_owned());
    }
    let ways = ways(&nodes, main.len(), &visits);
    let label = Diagram::sentence(&nodes);
    let svg = draw::svg(&nodes, main.len(), &ways, &label);
    Diagram { svg, nodes: in_order_of_time(nodes, &visits) }
}

/// What was left in the order in which it was left last, then where the case is, then what is ahead;
/// what was passed over follows what stands before it on the main path.
fn in_order_of_time(nodes: Vec<Node>, visits: &[Stay]) -> Vec<Node> {
    let mut before = None;
    let mut ranked: Vec<(Option<usize>, Node)> = Vec::with_capacity(nodes.len());
    for node in nodes {
        let rank = match node.progress {
            Progress::Skipped => before,
            Progress::Todo => Some(visits.len()),
            Progress::Done | Progress::Now | Progress::Back => {
                visits.iter().rposition(|stay| stay.state == node.state)
            }
        };
        before = rank;
        ranked.push((rank, node));
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, node)| node).collect()
}

/// The boxes: the main path, then what was visited beside it.
fn nodes(definition: &Definition, main: &[StateName], visits: &[Stay]) -> Vec<Node> {
    let mut states = main.to_vec();
    for stay in visits {
        if !states.contains(&stay.state) {
            states.push(stay.state.clone());
        }
    }
    let furthest =
        visits.iter().filter_map(|stay| main.iter().position(|state| *state == stay.state));
    let furthest = furthest.max().unwrap_or(0);
    let is_over = visits
        .last()
        .is_some_and(|stay| definition.states.get(&stay.state).is_some_and(|state| state.is_end));
    let now = visits.last().and_then(|stay| main.iter().position(|state| *state == stay.state));
    let node = |state: &StateName| {
        let position = main.iter().position(|other| other == state);
        let is_passed = is_over || position.is_some_and(|position| position < furthest);
        let mut node = node(definition, state, visits, is_passed);
        // What was done before the case was sent back is to be done again.
        let is_ahead = position.zip(now).is_some_and(|(position, now)| position > now);
        if is_ahead && node.progress == Progress::Done {
            node.progress = Progress::Todo;
            node.note = node.note.replace("完成", "到过");
        }
        node
    };
    states.iter().map(node).collect()
}

fn node(definition: &Definition, state: &StateName, visits: &[Stay], is_passed: bool) -> Node {
    let defined = definition.states.get(state);
    let name = defined.map_or_else(|| state.to_string(), |state| state.name.clone());
    let last = visits.iter().rev().find(|stay| stay.state == *state);
    let is_back = defined.is_some_and(|state| matches!(state.tone, Tone::Bad | Tone::Warn));
    let is_good = defined.is_some_and(|state| state.tone == Tone::Good);
    let is_end = defined.is_some_and(|state| state.is_end);
    let (progress, note) = match last {
        None if is_passed => (Progress::Skipped, "跳过".to_owned()),
        None => (Progress::Todo, "未到".to_owned()),
        Some(stay) => match stay.until {
            None if is_end => (Progress::Now, format!("{} 结束", words::short_day(stay.since))),
            // A case may rest here for good, such as an item that is approved.
            None if is_good => (Progress::Now, format!("{} 起", words::short_day(stay.since))),
            None => (Progress::Now, "进行中".to_owned()),
            Some(until) if is_back => (Progress::Back, words::short_day(until)),
            Some(until) => (Progress::Done, format!("{} 完成", words::short_day(until))),
        },
    };
    Node { name, progress, note, state: state.clone() }
}

/// Each step of the main path, and every other way that was taken.
fn ways(nodes: &[Node], main: usize, visits: &[Stay]) -> Vec<Way> {
    let position = |state: &StateName| nodes.iter().position(|node| node.state == *state);
    let mut taken: BTreeMap<(usize, usize), u32> = BTreeMap::new();
    for pair in visits.windows(2) {
        // From one office of a chain to the next is no way between boxes.
        if let (Some(from), Some(to)) = (position(&pair[0].state), position(&pair[1].state))
            && from != to
        {
            *taken.entry((from, to)).or_default() += 1;
        }
    }
    let mut ways: Vec<Way> = (1..main)
        .map(|to| (to - 1, to))
        .filter(|way| !taken.contains_key(way))
        .map(|(from, to)| Way { from, to, times: 0, is_back: false })
        .collect();
    ways.extend(taken.into_iter().map(|((from, to), times)| Way {
        from,
        to,
        times,
        is_back: to < from || nodes[to].progress == Progress::Back,
    }));
    ways
}

impl Diagram {
    /// The whole picture in one sentence, for those who do not see it.
    pub fn sentence(nodes: &[Node]) -> String {
        let of = |progress: Progress, word: &str| {
            let names = nodes.iter().filter(|node| node.progress == progress);
            let names = names.map(|node| node.name.as_str()).collect::<Vec<_>>();
            (!names.is_empty()).then(|| format!("{}{word}", names.join("、")))
        };
        let parts = [
            of(Progress::Done, "已完成"),
            of(Progress::Back, "已经过"),
            of(Progress::Now, "进行中"),
            of(Progress::Skipped, "跳过"),
            of(Progress::Todo, "未到"),
        ];
        format!("流程图：{}", parts.into_iter().flatten().collect::<Vec<_>>().join("；"))
    }
}
