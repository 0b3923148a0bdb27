//! What people do around tasks, taking back, and moving cases to another version.

use std::collections::BTreeMap;

use super::{
    on_both_databases,
    sql::sql,
    world::{World, reviewer, sources},
};
use crate::{
    calendar::Moment,
    decision::{Aside, Audience, Case, Mapping, RejectionKind},
    expression::Value,
    names::AccountId,
    runtime::{Impact, Outcome, Refusal},
    store::queue::{self, QueueFilter},
};

on_both_databases! {
    who_was_handed_a_task_finds_it_and_acts,
    the_last_action_is_taken_back_once_and_in_time,
    a_running_case_moves_to_the_newest_version,
    an_older_release_goes_on_beside_a_newer_one,
    what_a_new_version_does_not_accept_can_be_mended_although_nobody_marked_it,
    an_impact_tells_of_people_times_holds_and_values_before_anything_moves,
    a_variable_that_is_called_otherwise_keeps_its_value,
}

/// An hour in milliseconds.
const HOUR: i64 = 60 * 60 * 1000;

async fn folds(world: &World, on: &Outcome) {
    let view = world.runtime.view(&on.case).await.expect("read").expect("there");
    let history = world.runtime.history(&on.case).await.expect("read");
    assert_eq!(Case::fold(&history), Some(view.case));
}

async fn who_was_handed_a_task_finds_it_and_acts(world: &World) {
    let pending = world.pending("p1").await;
    let aside = Aside::HandOver {
        task: "review".into(),
        to: "helper".into(),
        is_final: false,
        note: "我出差".to_owned(),
    };
    world.runtime.aside(&pending.case, reviewer("reviewer"), aside).await.expect("it is handed");
    let audiences = vec!["account:helper".to_owned()];
    let filter = QueueFilter { audiences, ..QueueFilter::default() };
    assert_eq!(queue::count(world.runtime.store(), &filter).await.expect("counted"), 1);
    let helper = crate::decision::Actor::Account {
        id: "helper".into(),
        roles: Vec::new(),
        acting_for: None,
    };
    let on = Outcome { revision: pending.revision + 1, ..pending };
    let act = super::world::act(&on, "review.approve", &helper);
    let approved = world.runtime.act(act).await.expect("the helper may act");
    assert_eq!(approved.state.as_str(), "approved");
    folds(world, &approved).await;
}

async fn the_last_action_is_taken_back_once_and_in_time(world: &World) {
    let pending = world.pending("p1").await;
    let returned = super::world::act(&pending, "review.return", &reviewer("reviewer"));
    let returned = world.runtime.act(returned).await.expect("it is returned");
    let undone = world.runtime.undo(&returned.case, reviewer("reviewer")).await;
    let undone = undone.expect("it is taken back");
    assert_eq!((undone.state.as_str(), undone.revision), ("pending", returned.revision + 1));
    folds(world, &undone).await;
    let again = world.runtime.undo(&returned.case, reviewer("reviewer")).await;
    let Err(Refusal::Rejected(rejection)) = again else { panic!("{again:?}") };
    assert!(matches!(rejection.kind, RejectionKind::Required(_)));
    let approved = world.approve(&undone).await.expect("it is approved");
    // A number was given, and a letter ordered: nothing takes that back.
    let refused = world.runtime.undo(&approved.case, reviewer("reviewer")).await;
    assert!(matches!(refused, Err(Refusal::Rejected(_))), "{refused:?}");
}

async fn a_running_case_moves_to_the_newest_version(world: &World) {
    let pending = world.pending("p1").await;
    let mut changed = sources();
    let text = changed.files.get_mut("request.yaml").expect("it is there");
    *text = text
        .replace("to: pending}", "to: waiting}")
        .replace("in: [pending]", "in: [waiting]")
        .replace("  pending:\n", "  waiting:\n")
        .replace("withdraw: {name: 撤回, to: draft}", "withdraw: {name: 取回, to: draft}");
    let published =
        world.runtime.publish(&changed, &"admin".into()).await.expect("it is published");
    let new =
        published.iter().find(|one| one.reference.key.as_str() == "request").expect("it is new");
    let nothing = Mapping::default();
    let impact = world.runtime.impact(&new.definition, &nothing).await.expect("it is told");
    let [one] = impact.as_slice() else { panic!("{impact:?}") };
    assert!(one.after.as_ref().is_err_and(|why| why.contains("pending")), "{one:?}");
    let by = AccountId::from("admin");
    let refused = world.runtime.migrate(&pending.case, &nothing, &by).await;
    assert!(matches!(refused, Err(Refusal::Rejected(_))), "{refused:?}");
    let states = BTreeMap::from([("pending".into(), "waiting".into())]);
    let states = Mapping { states, ..Mapping::default() };
    let moved = world.runtime.migrate(&pending.case, &states, &by).await.expect("it moves");
    assert_eq!(moved.state.as_str(), "waiting");
    assert!(world.runtime.behind(&"request".into()).await.expect("told").is_empty());
    folds(world, &moved).await;
    let approved = world.approve(&moved).await.expect("the new version goes on");
    assert_eq!(approved.state.as_str(), "approved");
    let told = world.runtime.history(&approved.case).await.expect("read");
    assert!(told.iter().any(|one| matches!(&one.event, crate::decision::Event::Migrated { by: Some(by), .. } if by.as_str() == "admin")));
}

/// The newer release has added columns, an index and a table while the older one was at work, and has
/// published a definition that the older one has yet to learn.
async fn an_older_release_goes_on_beside_a_newer_one(world: &World) {
    let older = &world.runtime;
    let under_way = world.pending("p1").await;
    let newer = world.another().await;
    for change in [
        "ALTER TABLE cases ADD COLUMN added TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE tasks ADD COLUMN added BIGINT NOT NULL DEFAULT 0",
        "ALTER TABLE history ADD COLUMN added TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE outbox ADD COLUMN added TEXT NOT NULL DEFAULT ''",
        "CREATE TABLE added (id TEXT NOT NULL PRIMARY KEY)",
        "CREATE INDEX cases_added ON cases (added, id)",
    ] {
        sql(newer.store(), change).await;
    }
    let mut changed = sources();
    let request = changed.files.get_mut("request.yaml").expect("it is there");
    request.push_str("# Of the newer release.\n");
    newer.publish(&changed, &AccountId::from("admin")).await.expect("it is published");

    // A case under way is handled by both in turn, one of the newer version by the older release.
    let by = reviewer("reviewer");
    let returned = newer.act(super::world::act(&under_way, "review.return", &by)).await;
    let returned = returned.expect("the newer one returns it");
    let again = world.submit(&returned, "新标题").await.expect("the older one takes it");
    newer.act(super::world::act(&again, "review.approve", &by)).await.expect("approved");
    let fresh = newer.start(super::world::request("p2", None)).await.expect("it starts");
    let view = older.view(&fresh.case).await.expect("read").expect("there");
    assert_eq!(view.case.definition.version, 2);
    let handed_in = world.submit(&fresh, "标题").await.expect("the older one takes it too");
    world.approve(&handed_in).await.expect("approved");
    for on in [&under_way, &fresh] {
        folds(world, on).await;
    }
}

/// Only what is marked is open after a return; a field that the new version wants would otherwise keep
/// the case from ever being submitted again.
async fn what_a_new_version_does_not_accept_can_be_mended_although_nobody_marked_it(world: &World) {
    let mut narrow = sources();
    let text = narrow.files.get_mut("request.yaml").expect("it is there");
    *text = text
        .replace("edit: all", "edit: \"['more'] if case.submission > 0 else ['basic', 'more']\"");
    world.runtime.publish(&narrow, &"admin".into()).await.expect("it is published");
    let pending = world.pending("p1").await;
    let returned = super::world::act(&pending, "review.return", &reviewer("reviewer"));
    let returned = world.runtime.act(returned).await.expect("it is returned");
    let locked = world.submit(&returned, "别的标题").await;
    assert!(matches!(locked, Err(Refusal::Rejected(_))), "{locked:?}");

    let mut stricter = narrow.clone();
    let text = stricter.files.get_mut("request.yaml").expect("it is there");
    *text = text.replace("note: {name: 说明}", "note: {name: 说明, required: true}");
    let published = world.runtime.publish(&stricter, &"admin".into()).await.expect("published");
    let new = published.iter().find(|one| one.reference.key.as_str() == "request").expect("new");
    let nothing = Mapping::default();
    let impact = world.runtime.impact(&new.definition, &nothing).await.expect("it is told");
    let after = impact[0].after.as_ref().expect("it fits");
    assert!(after.unfit.iter().any(|say| say.contains("说明")), "{after:?}");
    let by = AccountId::from("admin");
    let moved = world.runtime.migrate(&returned.case, &nothing, &by).await.expect("it moves");
    let person = world.applicant(&moved.case).await;
    let mut again = super::world::act(&moved, "fill.submit", &person);
    again.act.changes = vec![crate::decision::FormChange {
        section: "basic".into(),
        field: Some("note".into()),
        value: crate::expression::Value::Text("补上".to_owned()),
    }];
    let submitted = world.runtime.act(again).await.expect("what is missing can be added");
    assert_eq!(submitted.state.as_str(), "pending");
}

/// Two pending requests of one unit, of which the new version lets only one be, decided by others
/// within an hour of which two are gone.
async fn an_impact_tells_of_people_times_holds_and_values_before_anything_moves(world: &World) {
    let [first, second] = [world.pending("p1").await, world.pending("p2").await];
    world.advance(2 * HOUR);
    let mut changed = sources();
    let text = changed.files.get_mut("request.yaml").expect("it is there");
    *text = text.replace("one_pending: {of: [person.id]", "one_pending: {of: [unit.id]").replace(
        "        for: unit\n        timers: {answer: {lasts: 48 hours",
        "        for: applicant\n        timers: {answer: {lasts: 1 hours",
    );
    let published = world.runtime.publish(&changed, &"admin".into()).await.expect("published");
    let new = published.iter().find(|one| one.reference.key.as_str() == "request").expect("new");
    let nothing = Mapping::default();
    let impact = world.runtime.impact(&new.definition, &nothing).await.expect("it is told");
    let fitting: Vec<_> = impact.iter().filter_map(|one| one.after.as_ref().ok()).collect();
    let [after] = fitting.as_slice() else { panic!("{impact:?}") };
    assert!(impact.iter().any(|one| one.after.as_ref().is_err_and(|why| why.contains("在审"))));
    let [handed] = after.handed.as_slice() else { panic!("{after:?}") };
    assert_eq!(handed.task.as_str(), "review");
    assert!(matches!(handed.from.as_slice(), [Audience::Role { .. }]), "{handed:?}");
    assert!(matches!(handed.to.as_slice(), [Audience::Account(_)]), "{handed:?}");
    let [moved] = after.moved.as_slice() else { panic!("{after:?}") };
    let hours = |from: Option<Moment>, to: Option<Moment>| Some((from?.0 - to?.0) / HOUR);
    assert_eq!(hours(moved.from, moved.to), Some(47), "{moved:?}");
    assert_eq!(after.at_once.as_ref().map(|state| state.as_str()), Some("lapsed"));

    // It is what happens: one moves and lapses, the other stays.
    let by = AccountId::from("admin");
    let mut moved = 0;
    for one in [&first, &second] {
        moved += usize::from(world.runtime.migrate(&one.case, &nothing, &by).await.is_ok());
    }
    assert_eq!(moved, 1);
}

async fn a_variable_that_is_called_otherwise_keeps_its_value(world: &World) {
    let mut noted = sources();
    let text = noted.files.get_mut("request.yaml").expect("it is there");
    *text = text.replace(
        "submit: {name: 提交, freeze: true,",
        "submit: {name: 提交, freeze: true, set: {note: form.basic.title or_else ''},",
    );
    world.runtime.publish(&noted, &"admin".into()).await.expect("it is published");
    let pending = world.pending("p1").await;
    let mut renamed = noted.clone();
    let text = renamed.files.get_mut("request.yaml").expect("it is there");
    *text = text
        .replace("vars: {note: \"\"}", "vars: {subject: \"\"}")
        .replace("set: {note:", "set: {subject:");
    let published = world.runtime.publish(&renamed, &"admin".into()).await.expect("published");
    let new = published.iter().find(|one| one.reference.key.as_str() == "request").expect("new");
    let unused = |impact: &[Impact]| {
        impact[0].after.as_ref().map(|after| after.unused.clone()).map_err(Clone::clone)
    };
    let nothing = Mapping::default();
    let impact = world.runtime.impact(&new.definition, &nothing).await.expect("it is told");
    assert_eq!(unused(&impact), Ok(vec!["note".into()]));
    let map = |new: &str| Mapping {
        vars: BTreeMap::from([("note".into(), new.into())]),
        ..Mapping::default()
    };
    let impact = world.runtime.impact(&new.definition, &map("subject")).await.expect("it is told");
    assert_eq!(unused(&impact), Ok(Vec::new()));
    let by = AccountId::from("admin");
    let refused = world.runtime.migrate(&pending.case, &map("subjekt"), &by).await;
    assert!(matches!(refused, Err(Refusal::Rejected(_))), "{refused:?}");
    let moved = world.runtime.migrate(&pending.case, &map("subject"), &by).await.expect("it moves");
    let view = world.runtime.view(&moved.case).await.expect("read").expect("there");
    let value = |var: &str| view.case.vars.get(var).and_then(Value::as_text).map(str::to_owned);
    assert!(value("subject").is_some_and(|value| !value.is_empty()));
    assert_eq!(value("subject"), value("note"));
    folds(world, &moved).await;
}
