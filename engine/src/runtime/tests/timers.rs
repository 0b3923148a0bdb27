//! Timers survive restarts and fire once.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, atomic::Ordering},
};

use super::{
    on_both_databases,
    world::{HOUR, Working, World, act, person, sources},
};
use crate::{
    calendar::{Calendar, CalendarYear, Moment},
    decision::Event,
    runtime::{NewCase, Outcome, workers},
    store::queue::{self, QueueFilter, QueueOrder, QueuePlace},
};

on_both_databases! {
    a_due_timer_fires_once_after_a_restart,
    a_timer_that_is_due_goes_before_the_command,
    a_new_calendar_moves_the_ends_of_running_cases,
    what_is_not_due_by_the_new_calendar_does_not_fire,
    what_has_no_timer_of_its_own_is_due_with_its_state,
    what_other_cases_refuse_at_the_end_of_a_timer_holds_nothing_else_up,
    a_fact_that_changes_moves_the_ends_that_depend_on_it,
    whoever_waits_for_a_place_gets_it_when_it_is_free,
    who_began_first_gets_the_place_however_many_wait,
    cases_that_cannot_go_on_keep_no_others_from_it,
}

/// Two days of a notice: working days, and as many as the host says.
const NOTICE: &str = "\
workflow: notice
name: 公告
start: {by: owner, given: {person: person}, to: shown}
participants: {owner: {account: person.account}}
facts: {days: {host: days}}
labels: {person: person.id}
states:
  shown:
    name: 公告
    timers:
      period: {lasts: 5 working days, over: {to: over}}
      answer: {lasts: \"{days} days\", remind: 1 days}
    tasks: {answer_it: {name: 答复, for: owner, actions: {answer: {name: 答复, to: over}}}}
  over: {name: 结束, end: true}
";

/// A case that starts another at the end of a timer, and one of which there is only one at a time.
const STARTING: &str = "\
workflow: parent
name: 主案
start: {by: owner, given: {person: person}, to: open}
participants: {owner: {account: person.account}}
vars: {n: 0}
links: {kids: {from: kid, many: true}}
states:
  open:
    name: 进行
    timers: {soon: {lasts: 24 hours, over: {start: {kids: {workflow: kid, given: {person: person.id}}}, to: started}}}
    tasks: {more: {name: 加一, for: owner, repeat: true, actions: {more: {name: 加一, set: {n: n + 1}}}}}
  started: {name: 已发起, tasks: {wait: {name: 等, for: owner, actions: {ok: {name: 好, to: gone}}}}}
  gone: {name: 完成, end: true}
---
workflow: kid
name: 子案
start: {given: {person: person}, to: running}
participants: {owner: {account: person.account}}
links: {parent: {to: parent}}
holds: {only: {of: [\"'one'\"], limit: 1, in: [running], say: 已有一件}}
states:
  running: {name: 在办, tasks: {work: {name: 办, for: owner, actions: {ok: {name: 好, to: done}}}}}
  done: {name: 办完, end: true}
";

async fn what_other_cases_refuse_at_the_end_of_a_timer_holds_nothing_else_up(world: &World) {
    let mut sources = sources();
    sources.files.insert("parent.yaml".to_owned(), STARTING.to_owned());
    world.runtime.publish(&sources, &"admin".into()).await.expect("it is published");
    let first = begin(world, "parent", "p1").await;
    let second = begin(world, "parent", "p1").await;
    world.advance(25 * HOUR);
    let state = |case: &Outcome| {
        let case = case.case.clone();
        async move {
            let view = world.runtime.view(&case).await.expect("read").expect("a case");
            view.case.visit.state.to_string()
        }
    };
    world.runtime.wake(&first.case).await.expect("it goes on");
    assert_eq!(state(&first).await, "started");
    // A person is not refused because a timer is due that another case refuses.
    let mut more = act(&second, "more.more", &person("p1"));
    more.revision = None;
    let more = world.runtime.act(more).await.expect("it is done");
    assert_eq!(state(&second).await, "open");
    world.runtime.wake(&second.case).await.expect("it waits");
    let history = world.runtime.history(&second.case).await.expect("read");
    let waits = |event: &Event| matches!(event, Event::TimerOver { why: Some(_), .. });
    assert_eq!(history.iter().filter(|recorded| waits(&recorded.event)).count(), 1);
    // Once the other is done there is room, and the background tries again.
    let view = world.runtime.view(&first.case).await.expect("read").expect("a case");
    let kid = view.case.links["kids"].iter().next().cloned().expect("a kid");
    let mut done = act(&more, "work.ok", &person("p1"));
    (done.case, done.revision) = (kid, None);
    world.runtime.act(done).await.expect("it is done");
    crate::runtime::reckoning::wake_waiting(&world.runtime).await.expect("they are woken");
    assert_eq!(state(&second).await, "started");
}

/// A notice that began on Wednesday, 2026-07-01: its period ends on the 8th.
async fn notice(world: &World) -> Outcome {
    let mut sources = sources();
    sources.files.insert("notice.yaml".to_owned(), NOTICE.to_owned());
    world.host.days.store(20, Ordering::SeqCst);
    world.runtime.publish(&sources, &"admin".into()).await.expect("it is published");
    begin(world, "notice", "p1").await
}

fn end(day: i8) -> Moment {
    Moment::end_of(jiff::civil::date(2026, 7, day))
}

/// The calendar of a year in which this day is off.
fn take_off(world: &World, day: i8) {
    let offdays = [jiff::civil::date(2026, 7, day)].into();
    let year = CalendarYear { offdays, ..CalendarYear::default() };
    let calendar = Calendar::new(BTreeMap::from([(2026, year)]));
    let mut kept = world.host.calendar.lock().unwrap_or_else(PoisonError::into_inner);
    *kept = Arc::new(calendar);
}

/// Every end a timer had, with the one it was moved from.
async fn ends(world: &World, case: &Outcome, name: &str) -> Vec<(Option<Moment>, Moment)> {
    let history = world.runtime.history(&case.case).await.expect("read");
    let ends = history.into_iter().filter_map(|recorded| {
        let Event::TimerSet { timer, was, ends, .. } = recorded.event else { return None };
        (timer.name.as_str() == name).then_some((was, ends))
    });
    ends.collect()
}

/// Lets workers sweep until a timer has had so many ends.
async fn sweep_until(world: &World, case: &Outcome, (name, count): (&str, usize)) {
    let working = Working::start(&world.runtime);
    for _ in 0..500 {
        if ends(world, case, name).await.len() >= count {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    working.stop().await;
}

async fn what_has_no_timer_of_its_own_is_due_with_its_state(world: &World) {
    let notice = notice(world).await;
    let due = || async {
        let audiences = vec!["account:account-p1".to_owned()];
        let filter = QueueFilter { audiences, ..QueueFilter::default() };
        let store = world.runtime.store();
        let page = queue::tasks(store, &filter, QueueOrder::Due, &QueuePlace::First, 50).await;
        page.expect("read").tasks.first().and_then(|task| task.due_at)
    };
    // The state is left on the 8th; that its other timer ends later means nothing to whoever answers.
    assert_eq!(due().await, Some(end(8)));
    let view = world.runtime.view(&notice.case).await.expect("read").expect("a case");
    assert_eq!(view.offers(&person("p1"))[0].due, Some(end(8)));
    take_off(world, 6);
    sweep_until(world, &notice, ("period", 2)).await;
    assert_eq!(due().await, Some(end(9)));
}

async fn a_new_calendar_moves_the_ends_of_running_cases(world: &World) {
    let notice = notice(world).await;
    take_off(world, 6);
    sweep_until(world, &notice, ("period", 2)).await;
    let moved = vec![(None, end(8)), (Some(end(8)), end(9))];
    assert_eq!(ends(world, &notice, "period").await, moved);
    let revision = |view: crate::runtime::CaseView| view.case.revision;
    let before = world.runtime.view(&notice.case).await.expect("read").map(revision);
    // Another process with the same calendar has nothing to do.
    let other = world.another().await;
    crate::runtime::reckoning::follow_world(&other, false).await.expect("it is reckoned");
    let after = world.runtime.view(&notice.case).await.expect("read").map(revision);
    assert_eq!(before, after);
}

async fn what_is_not_due_by_the_new_calendar_does_not_fire(world: &World) {
    let notice = notice(world).await;
    world.advance(8 * 24 * HOUR);
    take_off(world, 8);
    world.runtime.wake(&notice.case).await.expect("it is woken");
    let view = world.runtime.view(&notice.case).await.expect("read").expect("there");
    assert_eq!(view.case.visit.state.as_str(), "shown");
    let moved = vec![(None, end(8)), (Some(end(8)), end(9))];
    assert_eq!(ends(world, &notice, "period").await, moved);
}

async fn a_fact_that_changes_moves_the_ends_that_depend_on_it(world: &World) {
    let notice = notice(world).await;
    world.host.days.store(25, Ordering::SeqCst);
    sweep_until(world, &notice, ("answer", 2)).await;
    let moved = vec![(None, end(21)), (Some(end(21)), end(26))];
    assert_eq!(ends(world, &notice, "answer").await, moved);
    assert_eq!(ends(world, &notice, "period").await, vec![(None, end(8))]);
}

async fn a_due_timer_fires_once_after_a_restart(world: &World) {
    let pending = world.pending("p1").await;
    world.advance(47 * HOUR);
    let early = world.runtime.wake(&pending.case).await.expect("it is woken");
    assert_eq!(early.revision, pending.revision);
    world.advance(2 * HOUR);
    let (first, second) = (world.another().await, world.another().await);
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let workers = [first, second].map(|runtime| {
        let mut stopped = stopped.clone();
        tokio::spawn(workers(runtime, async move {
            let _ = stopped.wait_for(|stopped| *stopped).await;
        }))
    });
    let mut state = String::new();
    for _ in 0..500 {
        let view = world.runtime.view(&pending.case).await.expect("read").expect("there");
        state = view.case.visit.state.to_string();
        if state == "lapsed" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    stop.send(true).expect("the workers listen");
    for worker in workers {
        worker.await.expect("no panic").expect("they end well");
    }
    assert_eq!(state, "lapsed");
    let history = world.runtime.history(&pending.case).await.expect("read");
    let over = |event: &Event| matches!(event, Event::TimerOver { .. });
    assert_eq!(history.iter().filter(|recorded| over(&recorded.event)).count(), 1);
}

async fn a_timer_that_is_due_goes_before_the_command(world: &World) {
    let pending = world.pending("p1").await;
    world.advance(49 * HOUR);
    assert!(world.approve(&pending).await.is_err());
    let woken = world.runtime.wake(&pending.case).await.expect("it is woken");
    assert_eq!((woken.state.as_str(), woken.closed), ("lapsed", true));
}

/// Three want the one bed, one after another.
const BED: &str = "\
workflow: bed
name: 候床
start: {by: patient, given: {person: person}, to: waiting}
participants: {patient: {account: person.account}}
labels: {person: person.id}
holds: {bed: {of: [\"'bed'\"], in: [admitted]}}
states:
  waiting:
    name: 候床
    tasks: {leave: {name: 放弃, for: patient, optional: true, actions: {leave: {name: 放弃, to: left}}}}
    choose: {free: {when: case.id != '', to: admitted}}
  admitted:
    name: 在院
    tasks: {discharge: {name: 出院, for: patient, actions: {discharge: {name: 出院, to: left}}}}
  left: {name: 已出院, end: true}
";

/// Somebody starts a case about himself.
async fn begin(world: &World, workflow: &str, name: &str) -> Outcome {
    let new = NewCase {
        workflow: workflow.into(),
        by: person(name),
        given: BTreeMap::from([("person".into(), name.to_owned())]),
        asked: BTreeMap::new(),
        form: BTreeMap::new(),
        key: None,
    };
    world.runtime.start(new).await.expect("it starts")
}

/// So many patients, one after another: the first gets the bed.
async fn patients(world: &World, count: usize) -> Vec<Outcome> {
    let mut sources = sources();
    sources.files.insert("bed.yaml".to_owned(), BED.to_owned());
    world.runtime.publish(&sources, &"admin".into()).await.expect("it is published");
    let mut cases = Vec::new();
    for number in 1..=count {
        cases.push(begin(world, "bed", &format!("p{number}")).await);
        world.advance(1000);
    }
    cases
}

async fn state(world: &World, case: &Outcome) -> String {
    let view = world.runtime.view(&case.case).await.expect("read").expect("there");
    view.case.visit.state.to_string()
}

async fn who_began_first_gets_the_place_however_many_wait(world: &World) {
    let cases = patients(world, 130).await;
    let wake = || crate::runtime::reckoning::wake_waiting(&world.runtime);
    wake().await.expect("they are woken");
    let discharge = act(&cases[0], "discharge.discharge", &person("p1"));
    world.runtime.act(discharge).await.expect("the bed is free");
    wake().await.expect("they are woken");
    assert_eq!(state(world, &cases[1]).await, "admitted");
    // Who gives up in the middle of the row is seen in its turn.
    for (number, case) in cases.iter().enumerate().take(129).skip(2) {
        let leave = act(case, "leave.leave", &person(&format!("p{}", number + 1)));
        world.runtime.act(leave).await.expect("he gives up");
    }
    let mut discharge = act(&cases[1], "discharge.discharge", &person("p2"));
    discharge.revision = None;
    world.runtime.act(discharge).await.expect("the bed is free");
    wake().await.expect("they are woken");
    assert_eq!(state(world, &cases[129]).await, "admitted");
}

/// A page of due cases whose version is gone, and one that is well and due after them.
async fn cases_that_cannot_go_on_keep_no_others_from_it(world: &World) {
    for _ in 0..210 {
        begin(world, "watch", "p1").await;
    }
    super::sql::sql(world.runtime.store(), "UPDATE cases SET version = 99").await;
    world.advance(1000);
    let well = begin(world, "watch", "p2").await;
    world.advance(HOUR);
    let working = Working::start(&world.runtime);
    for _ in 0..1000 {
        if state(world, &well).await == "over" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    working.stop().await;
    assert_eq!(state(world, &well).await, "over");
    super::sql::sql(world.runtime.store(), "UPDATE cases SET version = 1").await;
}

async fn whoever_waits_for_a_place_gets_it_when_it_is_free(world: &World) {
    let cases = patients(world, 3).await;
    let states = async || {
        let mut states = Vec::new();
        for case in &cases {
            states.push(state(world, case).await);
        }
        states
    };
    assert_eq!(states().await, ["admitted", "waiting", "waiting"]);
    let discharge = act(&cases[0], "discharge.discharge", &person("p1"));
    world.runtime.act(discharge).await.expect("the bed is free");
    crate::runtime::reckoning::wake_waiting(&world.runtime).await.expect("they are woken");
    assert_eq!(states().await, ["left", "admitted", "waiting"]);
}
