//! Age and size: a case with a long history acts like a young one, and saving one field does not
//! write a large form anew.

use std::time::Instant;

use engine::{
    decision::FormChange,
    expression::Value,
    runtime::{Outcome, Runtime, SaveRequest},
};

use super::{
    report::{Line, quantile},
    world::{act, applicant, new_case, reviewer, submit},
};

/// Entries that the old case has in the end.
const ENTRIES: u64 = 10_000;
/// Actions timed at the beginning and at the end.
const TIMED: usize = 300;
/// Bytes of the large section.
const LARGE: usize = 200_000;
/// Times that one field is saved.
const SAVES: usize = 100;

/// One case is submitted, passed and returned until its history is long.
pub(crate) async fn history(runtime: &Runtime) -> Line {
    let mut at = runtime.start(new_case("old")).await.expect("it is begun");
    let mut times = Vec::new();
    let mut round = 0;
    while at.revision < ENTRIES {
        round += 1;
        let steps = [
            submit(&at, "old", round),
            act(&at, "unit_review.pass", reviewer()),
            act(&at, "department_review.return", reviewer()),
        ];
        for mut step in steps {
            step.revision = Some(at.revision);
            let began = Instant::now();
            at = runtime.act(step).await.expect("it is accepted");
            times.push(began.elapsed().as_secs_f64() * 1000.0);
        }
    }
    let last = times.len() - TIMED;
    let mut line = Line::new("age: a case of 10,000 entries", 1);
    line.number("young_p50_ms", quantile(&mut times[..TIMED].to_vec(), 0.5));
    line.number("old_p50_ms", quantile(&mut times[last..].to_vec(), 0.5));
    line
}

/// One field is saved beside a large section, against the same beside a small one.
pub(crate) async fn autosave(runtime: &Runtime) -> Line {
    let mut line = Line::new("age: one field saved", 1);
    for (name, bytes) in [("small_p50_ms", 100), ("large_p50_ms", LARGE)] {
        let person = format!("saves-{bytes}");
        let mut at = runtime.start(new_case(&person)).await.expect("it is begun");
        at = save(runtime, &at, &person, ("long", "text"), "x".repeat(bytes)).await;
        let mut times = Vec::new();
        for round in 0..SAVES {
            let began = Instant::now();
            at = save(runtime, &at, &person, ("basic", "title"), format!("第{round}稿")).await;
            times.push(began.elapsed().as_secs_f64() * 1000.0);
        }
        line.number(name, quantile(&mut times, 0.5));
    }
    line
}

async fn save(
    runtime: &Runtime,
    on: &Outcome,
    person: &str,
    (section, field): (&str, &str),
    text: String,
) -> Outcome {
    let change =
        FormChange { section: section.into(), field: Some(field.into()), value: Value::Text(text) };
    let request = SaveRequest {
        case: on.case.clone(),
        revision: Some(on.revision),
        by: applicant(person),
        task: "fill".into(),
        changes: vec![change],
        key: None,
    };
    runtime.save(request).await.expect("it is saved")
}
