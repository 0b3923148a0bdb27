//! What is offered where something about it cannot be computed.

use super::{passes, people::HANDED};

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
