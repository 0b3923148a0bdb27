//! A fuller pair of definitions that uses most of the language has no fault.

use engine::{
    definition::{Edge, Target},
    expression::Type,
};

use crate::compiled;

const DECLARATION: &str = include_str!("declaration.yaml");
const MEETING: &str = include_str!("committee-meeting.yaml");
const HOST: &str = include_str!("host.yaml");

fn files<'t>() -> Vec<(&'static str, &'t str)> {
    vec![
        ("declaration/base.yaml", DECLARATION),
        ("meeting.yaml", MEETING),
        ("host.yaml", HOST),
        (
            "catalog/codes.yaml",
            "declaration_status: {draft: 填报中, unit_pending: 待单位审核, unit_returned: 单位退回修改, unit_publicity: 单位公示中, recommending: 待推荐, office_pending: 待上级审核, upper_returned: 上级退回, accept_pending: 待受理, supplement: 补正中, examining: 审查中, accepted: 已受理, voting: 评审中, passed: 通过, not_passed: 未通过, certified: 已发证, rejected: 不予通过, lapsed: 视为放弃, deleted: 已删除, withdrawn: 已撤回}\n",
        ),
        (
            "catalog/eligibility.yaml",
            "regular:\n  - {level: middle, years: 5, degrees: [硕士, 学士]}\n  - {level: junior, years: 1, degrees: []}\n",
        ),
        ("letters/returned.txt", "主题：退回修改\n\n请修改。\n"),
        ("letters/due.txt", "主题：快到期了\n\n请尽快办理。\n"),
    ]
}

#[test]
fn a_full_definition_compiles_without_a_remark() {
    let compiled = compiled(&files());
    let says: Vec<String> = compiled.diagnostics.iter().map(ToString::to_string).collect();
    assert_eq!(says, Vec::<String>::new(), "\n{}\n", says.join("\n"));
    assert_eq!(compiled.definitions.len(), 2);
}

#[test]
fn the_model_says_what_the_text_says() {
    let compiled = compiled(&files());
    let declaration = compiled.definition("declaration").unwrap();
    let office = &declaration.tasks["office_review"];
    assert_eq!(office.states, ["office_pending".into()]);
    let returned = &office.actions["return_to_applicant"];
    assert_eq!(returned.step.target, Target::To("upper_returned".into()));
    assert!(returned.ask["reason"].required == engine::definition::Condition::Always);
    let Target::Among { among, .. } =
        &declaration.tasks["amend_upper"].actions["submit"].choose["otherwise"].step.target
    else {
        panic!("the target is computed");
    };
    assert_eq!(among, &["office_pending".into(), "accept_pending".into()]);
    assert_eq!(declaration.label_type(&"total".into()), Some(&Type::Decimal));
    assert_eq!(declaration.tasks_in(&"voting".into()).count(), 2);
    let edge = |from: &str, to: &str, label: &str| Edge {
        from: Some(from.into()),
        to: to.into(),
        label: label.to_owned(),
    };
    let edges = declaration.edges();
    assert!(edges.contains(&edge("unit_pending", "unit_returned", "退回修改")));
    assert!(edges.contains(&edge("supplement", "lapsed", "")));
    assert_eq!(edges[0].from, None);
    let values: Vec<&str> = declaration.values.keys().map(|name| name.as_str()).collect();
    assert!(values.iter().position(|v| *v == "base") < values.iter().position(|v| *v == "total"));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(32))]

    /// A mutilated text is told, and nothing worse.
    #[test]
    fn nothing_written_makes_the_linter_fail(
        lines in proptest::collection::vec(0_usize..200, 0..4),
        from in 0_usize..15_000,
        length in 0_usize..40,
        put in "[a-z:{}\\[\\]\"'|&*!#> 汉\n-]{0,6}",
    ) {
        let kept = DECLARATION.lines().enumerate().filter(|(index, _)| !lines.contains(index));
        let mut text: Vec<char> =
            kept.flat_map(|(_, line)| line.chars().chain(['\n'])).collect();
        let from = from.min(text.len());
        let to = (from + length).min(text.len());
        text.splice(from..to, put.chars());
        let text: String = text.into_iter().collect();
        let mut files = files();
        files[0].1 = &text;
        let compiled = compiled(&files);
        proptest::prop_assert!(
            compiled.definition("declaration").is_some() || !compiled.diagnostics.is_empty()
        );
    }
}
