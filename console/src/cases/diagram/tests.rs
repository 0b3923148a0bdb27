//! What diagrams show of histories written by hand.

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
    let diagram = diagram(&samples::definition("library-item"), &history.recorded, &|_| None);
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
    let diagram = diagram(&samples::definition("binding"), &history.recorded, &|_| None);
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
    let diagram = diagram(&samples::definition("binding"), &history.recorded, &|_| None);
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
            renamed: BTreeMap::new(),
            by: None,
        },
        ..history.recorded.last().expect("something happened").clone()
    });
    let diagram = diagram(&definition, &history.recorded, &|_| None);
    insta::assert_snapshot!(listed(&diagram), @r"
    Now 待单位审核 进行中
    Todo 已绑定 未到
    ");
    assert!(!diagram.svg.contains("次"), "{}", diagram.svg);
}

#[test]
fn what_a_case_has_passed_before_it_moved_has_its_name_of_now_or_of_then() {
    let definition = samples::definition("binding");
    let mut history = History::started(&[], "asked");
    for state in ["queue", "gone"] {
        history = history.acted("r01", ("step", "on"), &[], Vec::new(), state);
    }
    history = history.acted("r01", ("step", "on"), &[], Vec::new(), "approved");
    let reference = |version| engine::decision::DefinitionRef {
        key: definition.key.clone(),
        version,
        hash: definition.hash.clone(),
    };
    history.recorded.push(Recorded {
        event: Event::Migrated {
            definition: reference(2),
            state: "approved".into(),
            renamed: [("asked".into(), "pending".into())].into(),
            by: None,
        },
        ..history.recorded.last().expect("something happened").clone()
    });
    let former = |state: &StateName| (state.as_str() == "queue").then(|| "等候派车".to_owned());
    let diagram = diagram(&definition, &history.recorded, &former);
    insta::assert_snapshot!(listed(&diagram), @r"
    Done 待单位审核 7-29 完成
    Done 等候派车 7-29 完成
    Done 旧版流程的环节 7-29 完成
    Now 已绑定 7-29 起
    ");
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
    let listed_of = |history: &History| listed(&diagram(&definition, &history.recorded, &|_| None));
    // The office sent it back to the unit, which has judged it before.
    let sent_back = went(&["unit_pending", "unit_publicity", "office_pending", "unit_pending"]);
    let text = listed_of(&sent_back);
    assert!(text.contains("Todo 单位公示中 7-29 到过"), "{text}");
    // From one office to the next is no return.
    let chain = went(&["unit_pending", "office_pending", "office_pending"]);
    assert!(!diagram(&definition, &chain.recorded, &|_| None).svg.contains("返回"));
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
    let svg = diagram(&definition, &history.recorded, &|_| None).svg;
    assert!(svg.contains("&lt;b&gt;&amp;&quot;") && !svg.contains("<b>"), "{svg}");
}
