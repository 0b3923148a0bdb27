//! The states of a case as a picture and as a list: what lies behind, where it stands, what is ahead,
//! and which ways were really taken, how often.
//!
//! Invariant: a line is lit only if the history holds that way.

mod draw;
mod map;
mod path;
mod stays;

use std::collections::BTreeMap;

use engine::{
    decision::Recorded,
    definition::{Definition, Tone},
    names::StateName,
};
use serde::Serialize;

pub use map::map;
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
    /// Where it leads, if anywhere.
    #[serde(skip)]
    href: Option<String>,
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

/// Draws the case whose history this is.
pub fn diagram(definition: &Definition, history: &[Recorded]) -> Diagram {
    let visits = visits(history);
    let main = main_path(definition);
    let nodes = nodes(definition, &main, &visits);
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
    Node { name, progress, note, href: None, state: state.clone() }
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

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use engine::decision::{Case, Event};

    use super::*;
    use crate::cases::samples::{self, History};

    fn listed(diagram: &Diagram) -> String {
        let mut text = String::new();
        for node in &diagram.nodes {
            let _ = writeln!(text, "{:?} {} {}", node.progress, node.name, node.note);
        }
        text
    }

    #[test]
    fn the_main_path_is_where_a_case_goes_if_all_goes_well() {
        let path = |key: &str| {
            let states = main_path(&samples::definition(key));
            states.iter().map(ToString::to_string).collect::<Vec<_>>().join(" → ")
        };
        assert_eq!(path("binding"), "pending → approved");
        assert_eq!(path("library-item"), "draft → pending → approved");
        assert_eq!(path("unit-registration"), "draft → pending → opening → active");
        // A way that jumps over others (确认 is not published) is not the ordinary one.
        assert_eq!(
            path("declaration"),
            "draft → unit_pending → unit_publicity → recommend_ready → office_pending → \
             accept_pending → accepted → interview_pending → interview_done → voting → passed → \
             result_publicity → filed_ready → filed → certified"
        );
    }

    #[test]
    fn a_loop_is_counted_and_only_taken_ways_are_lit() {
        let history = samples::returned_once();
        let diagram = diagram(&samples::definition("library-item"), &history.recorded);
        insta::assert_snapshot!(listed(&diagram), @r"
        Done 未提交 7-29 完成
        Back 退回修改 7-29
        Done 待单位审核 7-29 完成
        Now 审核通过 7-29 起
        ");
        insta::assert_snapshot!(diagram.svg.replace("><", ">\n<"), @r#"
        <svg class="sm" viewBox="0 0 512 176" role="img" aria-label="流程图：未提交、待单位审核已完成；退回修改已经过；审核通过进行中">
        <path class="taken" d="M136 33H183"/>
        <path class="arr taken" d="M189 33l-8-5v10z"/>
        <path class="taken" d="M322 33H369"/>
        <path class="arr taken" d="M375 33l-8-5v10z"/>
        <path class="loop" d="M240 62V86H240V107"/>
        <path class="arr loop" d="M240 113l-5 -8h10z"/>
        <text class="t2" x="200" y="90">退回 1 次</text>
        <path class="loop" d="M272 114V96H272V69"/>
        <path class="arr loop" d="M272 63l-5 8h10z"/>
        <g class="done">
        <rect x="4" y="4" width="132" height="58" rx="6"/>
        <text x="70" y="29">未提交</text>
        <text class="t2" x="70" y="49">7-29 完成</text>
        </g>
        <g class="done">
        <rect x="190" y="4" width="132" height="58" rx="6"/>
        <text x="256" y="29">待单位审核</text>
        <text class="t2" x="256" y="49">7-29 完成</text>
        </g>
        <g class="now">
        <rect x="376" y="4" width="132" height="58" rx="6"/>
        <text x="442" y="29">审核通过</text>
        <text class="t2" x="442" y="49">7-29 起</text>
        </g>
        <g class="back">
        <rect x="190" y="114" width="132" height="58" rx="6"/>
        <text x="256" y="139">退回修改</text>
        <text class="t2" x="256" y="159">7-29</text>
        </g>
        </svg>
        "#);
    }

    #[test]
    fn a_case_that_has_just_begun_shows_what_is_ahead() {
        let history = History::started(&[], "pending");
        let diagram = diagram(&samples::definition("binding"), &history.recorded);
        insta::assert_snapshot!(listed(&diagram), @r"
        Now 待单位审核 进行中
        Todo 已绑定 未到
        ");
        assert!(!diagram.svg.contains("taken"), "{}", diagram.svg);
    }

    #[test]
    fn what_was_passed_over_says_so() {
        let history = History::started(&[], "pending").acted(
            "r01",
            ("review", "reject"),
            &[],
            Vec::new(),
            "rejected",
        );
        let diagram = diagram(&samples::definition("binding"), &history.recorded);
        insta::assert_snapshot!(listed(&diagram), @r"
        Done 待单位审核 7-29 完成
        Skipped 已绑定 跳过
        Now 不予通过 7-29 结束
        ");
    }

    #[test]
    fn a_case_that_moved_to_another_version_has_gone_nowhere() {
        let definition = samples::definition("binding");
        let mut history = History::started(&[], "asked");
        history.recorded.push(Recorded {
            event: Event::Migrated {
                definition: engine::decision::DefinitionRef {
                    key: definition.key.clone(),
                    version: 2,
                    hash: definition.hash.clone(),
                },
                state: "pending".into(),
                by: None,
            },
            ..history.recorded.last().expect("something happened").clone()
        });
        let diagram = diagram(&definition, &history.recorded);
        insta::assert_snapshot!(listed(&diagram), @r"
        Now 待单位审核 进行中
        Todo 已绑定 未到
        ");
        assert!(!diagram.svg.contains("次"), "{}", diagram.svg);
    }

    #[test]
    fn what_was_taken_back_and_what_is_to_be_done_again_is_ahead() {
        let definition = samples::definition("declaration");
        let went = |states: &[&str]| {
            let mut history = History::started(&[], states[0]);
            for state in &states[1..] {
                history = history.acted("r01", ("step", "on"), &[], Vec::new(), state);
            }
            history
        };
        let listed_of = |history: &History| listed(&diagram(&definition, &history.recorded));
        // The office sent it back to the unit, which has judged it before.
        let sent_back = went(&["unit_pending", "unit_publicity", "office_pending", "unit_pending"]);
        let text = listed_of(&sent_back);
        assert!(text.contains("Todo 单位公示中 7-29 到过"), "{text}");
        // From one office to the next is no return.
        let chain = went(&["unit_pending", "office_pending", "office_pending"]);
        assert!(!diagram(&definition, &chain.recorded).svg.contains("返回"));
        // What the office did is taken back.
        let mut undone = went(&["office_pending", "accept_pending"]);
        let last = undone.recorded.last().expect("something happened").clone();
        let before = Case::fold(&undone.recorded[..2]).expect("begun");
        let event = Event::Undone {
            by: engine::decision::Actor::Service("test".into()),
            task: "step".into(),
            action: "on".into(),
            before: Box::new(before),
        };
        undone.recorded.push(Recorded { event, ..last });
        let text = listed_of(&undone);
        assert!(text.contains("Now 待上级部门审核 进行中"), "{text}");
        assert!(text.contains("Todo 待评委会组建单位受理 未到"), "{text}");
    }

    #[test]
    fn names_never_become_markup() {
        let mut definition = (*samples::definition("binding")).clone();
        if let Some(state) = definition.states.get_mut("pending") {
            "<b>&\"".clone_into(&mut state.name);
        }
        let history = History::started(&[], "pending");
        let svg = diagram(&definition, &history.recorded).svg;
        assert!(svg.contains("&lt;b&gt;&amp;&quot;") && !svg.contains("<b>"), "{svg}");
    }
}
