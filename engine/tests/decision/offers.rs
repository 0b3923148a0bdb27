//! What is offered where something about it cannot be computed.

use std::collections::BTreeMap;

use engine::{
    calendar::Moment,
    decision::{Actor, Facts, start_offer},
    definition::compile,
    expression::Value,
};

use super::{handing::HANDED, passes, sources};

#[test]
fn a_hint_that_cannot_be_said_keeps_nobody_from_acting() {
    let flow = HANDED.replace(
        "pass: {name: 过, to: deciding}",
        "pass: {name: 过, hint: '{1 / parts}', confirm: '{1 / parts}', to: deciding}",
    );
    let flow = flow.replace("states:", "vars: {parts: 1}\nstates:");
    let flow = flow.replace("to: checking}", "set: {parts: 0}, to: checking}");
    passes(
        &flow,
        r#"
- given: {roles: {r: [reviewer@U]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, tasks: {check: [r]}, offers: {r: [check.pass]}, says: {r: 过}}
- act: {case: c, by: r, do: check.pass}
"#,
    );
    // What cannot be judged is offered with the reason why it cannot be done; the others can be.
    let flow = flow.replace(
        "hint: '{1 / parts}', confirm: '{1 / parts}', to: deciding}",
        "when: 1 / parts > 0, to: deciding}, other: {name: 不过, to: done}",
    );
    passes(
        &flow,
        r#"
- given: {roles: {r: [reviewer@U]}}
- start: {as: c, by: a, given: {person: A, unit: U}}
- expect: {case: c, tasks: {check: [r]}, says: {r: [除数为零, 不过]}}
- refused: {act: {case: c, by: r, do: check.pass}, because: 除数为零}
- act: {case: c, by: r, do: check.other}
"#,
    );
}

#[test]
fn a_start_that_cannot_be_judged_is_offered_with_the_reason() {
    let flow = HANDED.replace(
        "to: checking}",
        "require: {many: {that: 1 / parts > 0, say: 太多}}, to: checking}",
    );
    let flow = flow.replace("states:", "vars: {parts: 0}\nstates:");
    let compiled = compile(&sources(&flow, ""));
    let definition = compiled.definition("handed").unwrap();
    let row = |fields: &[(&str, &str)]| {
        let fields = fields.iter().map(|(name, text)| ((*name).to_owned(), Value::from(*text)));
        Value::Map(fields.collect())
    };
    let mut facts = Facts::default();
    facts.subjects.insert("person".into(), row(&[("id", "A"), ("account", "a"), ("name", "甲")]));
    facts.subjects.insert("unit".into(), row(&[("id", "U")]));
    let given: BTreeMap<_, _> =
        [("person".into(), "A".to_owned()), ("unit".into(), "U".to_owned())].into();
    let offer = |id: &str| {
        let actor = Actor::Account { id: id.into(), roles: Vec::new(), acting_for: None };
        start_offer(definition, &actor, &given, &facts, Moment(0))
    };
    let refused = offer("a").unwrap().refused;
    assert!(refused[0].1.contains("除数为零"), "{refused:?}");
    assert!(offer("b").is_none(), "it is not b's to start");
}
