//! What one command knows of and does to other cases: facts, quotas, tells, starts, links, wakes.

use super::{
    on_both_databases,
    world::{World, act, reviewer},
};
use crate::{
    decision::Event,
    runtime::{Outcome, Refusal, workers},
    store::{cases, cases::CaseFilter},
};

on_both_databases! {
    approving_the_newer_replaces_the_older_in_one_step,
    a_quota_is_never_exceeded,
    a_started_case_is_linked_on_both_sides,
    a_tell_reaches_every_member_or_none,
    a_told_case_that_refuses_is_in_the_history_of_the_one_that_told,
    a_change_wakes_the_rules_of_linked_cases,
}

async fn state(world: &World, outcome: &Outcome) -> String {
    let view = world.runtime.view(&outcome.case).await.expect("read").expect("there");
    view.case.visit.state.to_string()
}

async fn approving_the_newer_replaces_the_older_in_one_step(world: &World) {
    let older = world.approve(&world.pending("p1").await).await.expect("it is approved");
    let newer = world.approve(&world.pending("p1").await).await.expect("it is approved");
    assert_eq!(state(world, &older).await, "superseded");
    assert_eq!(state(world, &newer).await, "approved");
}

async fn a_quota_is_never_exceeded(world: &World) {
    let mut pending = Vec::new();
    for number in 0..6 {
        pending.push(world.pending(&format!("p{number}")).await);
    }
    let approvals = pending.iter().map(|pending| world.approve(pending));
    let outcomes = futures::future::join_all(approvals).await;
    let refused: Vec<String> = outcomes
        .iter()
        .filter_map(|outcome| outcome.as_ref().err())
        .map(ToString::to_string)
        .collect();
    assert_eq!(refused, ["名额已满"; 4]);
    let filter = CaseFilter {
        workflows: vec!["request".into()],
        states: vec!["approved".into()],
        ..CaseFilter::default()
    };
    assert_eq!(cases::count(world.runtime.store(), &filter).await.expect("counted"), 2);
}

/// Two approved requests in one group.
async fn group(world: &World) -> (Outcome, crate::names::CaseId) {
    let member = world.approve(&world.pending("p1").await).await.expect("it is approved");
    let gather = act(&member, "gathering.gather", &reviewer("reviewer"));
    let member = world.runtime.act(gather).await.expect("the group is started");
    let view = world.runtime.view(&member.case).await.expect("read").expect("there");
    let group = view.case.links["group"].first().expect("it is linked").clone();
    (member, group)
}

async fn a_started_case_is_linked_on_both_sides(world: &World) {
    let (member, group) = group(world).await;
    let group = world.runtime.view(&group).await.expect("read").expect("there");
    assert_eq!(group.case.visit.state.as_str(), "open");
    assert!(group.case.links["members"].contains(&member.case));
    let history = world.runtime.history(&member.case).await.expect("read");
    let folded = crate::decision::Case::fold(&history).expect("it begins");
    assert_eq!(folded.revision, member.revision);
}

async fn a_tell_reaches_every_member_or_none(world: &World) {
    let (member, group) = group(world).await;
    let view = world.runtime.view(&group).await.expect("read").expect("there");
    let group = Outcome { case: group, revision: view.case.revision, ..member.clone() };
    let end = act(&group, "ending.end", &reviewer("reviewer"));
    world.runtime.act(end.clone()).await.expect("all members obey");
    assert_eq!(state(world, &member).await, "finished");
    let again = world.runtime.act(end).await;
    assert!(matches!(again, Err(Refusal::Stale { .. } | Refusal::Rejected(_))), "{again:?}");
}

async fn a_told_case_that_refuses_is_in_the_history_of_the_one_that_told(world: &World) {
    let (member, group) = group(world).await;
    let view = world.runtime.view(&group).await.expect("read").expect("there");
    let group = Outcome { case: group, revision: view.case.revision, ..member.clone() };
    let halt = act(&group, "ending.halt", &reviewer("reviewer"));
    let halted = world.runtime.act(halt).await.expect("the rest is done");
    assert_eq!(halted.refused.len(), 1);
    assert_eq!(state(world, &member).await, "approved");
    assert_eq!(state(world, &group).await, "closed");
    let history = world.runtime.history(&group.case).await.expect("read");
    let folded = crate::decision::Case::fold(&history).expect("it begins");
    assert!(folded.is_closed);
    let unheeded: Vec<_> = history
        .iter()
        .filter_map(|recorded| {
            let Event::Unheeded { case, why, .. } = &recorded.event else { return None };
            Some((case.clone(), why.as_str()))
        })
        .collect();
    assert_eq!(unheeded, [(member.case, "还不能停")]);
}

async fn a_change_wakes_the_rules_of_linked_cases(world: &World) {
    let (member, group) = group(world).await;
    let view = world.runtime.view(&group).await.expect("read").expect("there");
    let opened = Outcome { case: group, revision: view.case.revision, ..member };
    let end = act(&opened, "ending.end", &reviewer("reviewer"));
    world.runtime.act(end).await.expect("all members obey");
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let working = tokio::spawn(workers(world.runtime.clone(), async {
        let _ = stopped.await;
    }));
    for _ in 0..500 {
        if state(world, &opened).await == "closed" {
            stop.send(()).expect("the workers listen");
            working.await.expect("no panic").expect("they end well");
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the group was not woken: {}", state(world, &opened).await);
}
