//! Commands: what is answered, what is kept, who wins, and what repeats.

use super::{
    on_both_databases,
    world::{HOUR, World, act, person, request, reviewer},
};
use crate::{
    decision::{Actor, Aside, Case, FormChange, RejectionKind},
    expression::Value,
    names::IdempotencyKey,
    runtime::{PublishError, Refusal, TaskId, sweeps::forget},
    store,
};

const DAY: i64 = 24 * HOUR;

on_both_databases! {
    a_case_that_goes_round_and_round_does_not_grow,
    a_case_goes_its_way_and_its_history_folds_to_it,
    a_submission_keeps_the_form_as_it_was,
    who_a_section_is_shown_to_as_somebody_else_may_write_it,
    a_repeated_key_gives_the_first_answer_again,
    a_key_used_for_another_command_is_refused,
    a_repeated_start_starts_one_case,
    an_answer_is_forgotten_after_a_week,
    who_saw_an_older_revision_is_told_what_is,
    of_two_at_once_one_wins,
    many_at_once_are_all_answered,
    what_is_not_there_is_not_found,
    a_refused_command_leaves_no_trace,
    a_caller_who_leaves_cancels_nothing,
    a_claimed_task_is_refused_to_others_until_the_lease_ends,
    whoever_hands_a_task_over_does_not_keep_others_from_it,
    what_another_hands_on_leaves_a_claim_as_it_is,
    a_task_that_opens_anew_is_nobodys_even_at_the_same_moment,
    numbers_have_no_gaps_and_no_doubles,
    shipped_texts_that_differ_are_offered_not_applied,
    nothing_is_published_over_what_nobody_looked_at,
    another_process_sees_and_continues_the_case,
}

async fn a_case_goes_its_way_and_its_history_folds_to_it(world: &World) {
    let pending = world.pending("p1").await;
    assert_eq!(pending.state.as_str(), "pending");
    let approved = world.approve(&pending).await.expect("it is approved");
    assert_eq!((approved.state.as_str(), approved.closed), ("approved", false));
    let view = world.runtime.view(&approved.case).await.expect("read").expect("there");
    assert_eq!(view.case.revision, approved.revision);
    assert_eq!(view.case.numbers["acceptance"], "U1-1");
    let history = world.runtime.history(&approved.case).await.expect("read");
    assert_eq!(Case::fold(&history), Some(view.case));
}

async fn who_a_section_is_shown_to_as_somebody_else_may_write_it(world: &World) {
    // The section is hidden from the task's participant and shown to another one, found by rows
    // whose people must be loaded first.
    let pending = world.pending("p1").await;
    let mut approval = act(&pending, "review.approve", &reviewer("reviewer"));
    approval.act.changes = vec![FormChange {
        section: "file".into(),
        field: Some("shelf".into()),
        value: Value::Text("三排二号".to_owned()),
    }];
    let approved = world.runtime.act(approval).await.expect("it is approved");
    let view = world.runtime.view(&approved.case).await.expect("read").expect("there");
    assert_eq!(view.case.form["file"].get("shelf"), Some(&Value::Text("三排二号".to_owned())));
}

async fn a_submission_keeps_the_form_as_it_was(world: &World) {
    let pending = world.pending("p1").await;
    let back = act(&pending, "review.return", &reviewer("reviewer"));
    let back = world.runtime.act(back).await.expect("it is returned");
    let again = world.submit(&back, "新标题").await.expect("it is handed in again");
    let title = async |submission| {
        let form = world.runtime.submission(&again.case, submission).await.expect("read");
        let Some(Value::Map(fields)) = form.get("basic") else { panic!("no section: {form:?}") };
        fields["title"].clone()
    };
    assert_eq!(title(1).await, Value::Text("标题".to_owned()));
    assert_eq!(title(2).await, Value::Text("新标题".to_owned()));
}

async fn a_repeated_key_gives_the_first_answer_again(world: &World) {
    let pending = world.pending("p1").await;
    let mut request = act(&pending, "review.approve", &reviewer("reviewer"));
    request.key = Some(IdempotencyKey::from("key-1"));
    let first = world.runtime.act(request.clone()).await.expect("it is approved");
    let (second, third) =
        tokio::join!(world.runtime.act(request.clone()), world.runtime.act(request));
    assert_eq!(second.expect("answered"), first);
    assert_eq!(third.expect("answered"), first);
    let history = world.runtime.history(&first.case).await.expect("read");
    assert_eq!(history.last().map(|last| last.revision), Some(first.revision));
}

async fn a_key_used_for_another_command_is_refused(world: &World) {
    let pending = world.pending("p1").await;
    let mut request = act(&pending, "review.approve", &reviewer("reviewer"));
    request.key = Some(IdempotencyKey::from("key-1"));
    world.runtime.act(request.clone()).await.expect("it is approved");
    request.act.action = "return".into();
    assert!(matches!(world.runtime.act(request).await, Err(Refusal::Reused)));
}

async fn a_repeated_start_starts_one_case(world: &World) {
    let starts = (0..8).map(|_| world.runtime.start(request("p1", Some("key-1"))));
    let outcomes = futures::future::join_all(starts).await;
    let first = outcomes[0].as_ref().expect("it starts");
    for outcome in &outcomes {
        assert_eq!(outcome.as_ref().expect("it starts"), first);
    }
}

async fn an_answer_is_forgotten_after_a_week(world: &World) {
    let first = world.runtime.start(request("p1", Some("key-1"))).await.expect("it starts");
    world.advance(6 * DAY);
    let second = world.runtime.start(request("p1", Some("key-2"))).await.expect("it starts");
    world.advance(DAY + HOUR);
    forget(&world.runtime).await.expect("what is old is forgotten");
    let first_again = world.runtime.start(request("p1", Some("key-1"))).await.expect("it starts");
    let second_again = world.runtime.start(request("p1", Some("key-2"))).await.expect("answered");
    assert_ne!(first_again.case, first.case);
    assert_eq!(second_again.case, second.case);
}

async fn who_saw_an_older_revision_is_told_what_is(world: &World) {
    let started = world.start("p1").await.expect("it starts");
    let pending = world.submit(&started, "标题").await.expect("handed in");
    match world.submit(&started, "另一标题").await {
        Err(Refusal::Stale { revision, state }) => {
            assert_eq!((revision, state.as_str()), (pending.revision, "pending"));
        }
        other => panic!("not stale: {other:?}"),
    }
}

async fn of_two_at_once_one_wins(world: &World) {
    for round in 0..10 {
        let pending = world.pending(&format!("p{round}")).await;
        let approve = act(&pending, "review.approve", &reviewer("reviewer"));
        let back = act(&pending, "review.return", &reviewer("other"));
        let both = tokio::join!(world.runtime.act(approve), world.runtime.act(back));
        let won = [both.0.is_ok(), both.1.is_ok()];
        let lost = [both.0, both.1].into_iter().filter_map(Result::err);
        let refusals: Vec<Refusal> = lost.collect();
        // The third approval finds no seat, but then the return wins.
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "{refusals:?}");
    }
}

async fn many_at_once_are_all_answered(world: &World) {
    let flows = (0..40).map(|number| async move {
        let pending = world.pending(&format!("p{number}")).await;
        let back = act(&pending, "review.return", &reviewer("reviewer"));
        world.runtime.act(back).await.expect("it is returned").state
    });
    let states = futures::future::join_all(flows).await;
    assert!(states.iter().all(|state| state.as_str() == "draft"));
}

async fn what_is_not_there_is_not_found(world: &World) {
    let mut started = world.start("p1").await.expect("it starts");
    match world.runtime.act(act(&started, "fill.vanish", &person("p1"))).await {
        Err(Refusal::Rejected(rejection)) => {
            assert_eq!(rejection.to_string(), "当前状态不能进行此操作");
        }
        other => panic!("not refused: {other:?}"),
    }
    started.case = "no-such-case".into();
    let request = act(&started, "fill.submit", &person("p1"));
    assert!(matches!(world.runtime.act(request).await, Err(Refusal::NotFound)));
    assert!(matches!(world.runtime.wake(&started.case).await, Err(Refusal::NotFound)));
    assert!(world.runtime.view(&started.case).await.expect("read").is_none());
}

async fn a_refused_command_leaves_no_trace(world: &World) {
    let first = world.pending("p1").await;
    let second = world.start("p1").await.expect("it starts");
    match world.submit(&second, "标题").await {
        Err(Refusal::Rejected(rejection)) => {
            assert_eq!(rejection.to_string(), "已有一件申请在审");
            assert!(matches!(
                rejection.kind,
                RejectionKind::Held { holders, .. } if holders == vec![first.case.clone()]
            ));
        }
        other => panic!("not refused: {other:?}"),
    }
    let view = world.runtime.view(&second.case).await.expect("read").expect("there");
    assert_eq!((view.case.revision, view.case.submission), (second.revision, 0));
}

async fn a_caller_who_leaves_cancels_nothing(world: &World) {
    let pending = world.pending("p1").await;
    let request = act(&pending, "review.approve", &reviewer("reviewer"));
    let mut acting = Box::pin(world.runtime.act(request));
    assert!(futures::poll!(acting.as_mut()).is_pending());
    drop(acting);
    for _ in 0..500 {
        let view = world.runtime.view(&pending.case).await.expect("read").expect("there");
        if view.case.visit.state.as_str() == "approved" {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("the command was lost");
}

async fn a_claimed_task_is_refused_to_others_until_the_lease_ends(world: &World) {
    let pending = world.pending("p1").await;
    let task = TaskId { case: pending.case.clone(), task: "review".into(), row: None };
    let stranger = world.runtime.claim(&task, &person("p1")).await;
    assert!(matches!(stranger, Err(Refusal::NotFound)), "{stranger:?}");
    let claim = world.runtime.claim(&task, &reviewer("reviewer")).await.expect("it is claimed");
    assert_eq!(claim.until.0 - super::world::MORNING, 15 * 60 * 1000);
    match world.runtime.claim(&task, &reviewer("other")).await {
        Err(Refusal::Claimed { by, until }) => {
            assert_eq!((by.as_str(), until), ("reviewer", claim.until));
        }
        other => panic!("claimed twice: {other:?}"),
    }
    let by_other = act(&pending, "review.return", &reviewer("other"));
    let refused = world.runtime.act(by_other.clone()).await;
    assert!(matches!(refused, Err(Refusal::Claimed { .. })), "{refused:?}");
    world.advance(15 * 60 * 1000);
    world.runtime.claim(&task, &reviewer("other")).await.expect("the lease has ended");
    world.runtime.release(&task, &"other".into()).await.expect("it is given back");
    world.runtime.act(by_other).await.expect("nobody has it");
    let gone = world.runtime.claim(&task, &reviewer("other")).await;
    assert!(matches!(gone, Err(Refusal::NotFound)), "{gone:?}");
}

async fn whoever_hands_a_task_over_does_not_keep_others_from_it(world: &World) {
    let pending = world.pending("p1").await;
    let task = TaskId { case: pending.case.clone(), task: "review".into(), row: None };
    let (own, runtime) = (reviewer("reviewer"), &world.runtime);
    let colleague = Actor::Account { id: "colleague".into(), roles: Vec::new(), acting_for: None };
    let hand_over = |is_final| Aside::HandOver {
        task: "review".into(),
        to: "colleague".into(),
        is_final,
        note: String::new(),
    };
    runtime.claim(&task, &own).await.expect("it is claimed");
    runtime.aside(&pending.case, own.clone(), hand_over(true)).await.expect("passed on");
    runtime.claim(&task, &colleague).await.expect("it is his");
    let back = Aside::TakeBack { task: "review".into() };
    runtime.aside(&pending.case, colleague.clone(), back).await.expect("given back");
    runtime.claim(&task, &own).await.expect("nobody keeps him from it");
    runtime.aside(&pending.case, own, hand_over(false)).await.expect("handed over");
    let mut approval = act(&pending, "review.approve", &colleague);
    approval.revision = None;
    runtime.act(approval).await.expect("nobody keeps him from it");
}

async fn what_another_hands_on_leaves_a_claim_as_it_is(world: &World) {
    let pending = world.pending("p1").await;
    let task = TaskId { case: pending.case.clone(), task: "review".into(), row: None };
    let runtime = &world.runtime;
    let colleague = Actor::Account { id: "colleague".into(), roles: Vec::new(), acting_for: None };
    let hand_over = Aside::HandOver {
        task: "review".into(),
        to: "colleague".into(),
        is_final: false,
        note: String::new(),
    };
    runtime.claim(&task, &reviewer("other")).await.expect("it is claimed");
    runtime.aside(&pending.case, reviewer("reviewer"), hand_over).await.expect("handed over");
    for actor in [&colleague, &reviewer("reviewer")] {
        let claimed = runtime.claim(&task, actor).await;
        assert!(matches!(claimed, Err(Refusal::Claimed { .. })), "{claimed:?}");
        let mut approval = act(&pending, "review.approve", actor);
        approval.revision = None;
        let approved = runtime.act(approval).await;
        assert!(matches!(approved, Err(Refusal::Claimed { .. })), "{approved:?}");
    }
    runtime.release(&task, &"other".into()).await.expect("given back");
    runtime.claim(&task, &colleague).await.expect("nobody has it");
}

async fn a_task_that_opens_anew_is_nobodys_even_at_the_same_moment(world: &World) {
    let pending = world.pending("p1").await;
    let task = TaskId { case: pending.case.clone(), task: "review".into(), row: None };
    world.runtime.claim(&task, &reviewer("reviewer")).await.expect("it is claimed");
    let again = act(&pending, "review.again", &reviewer("reviewer"));
    let anew = world.runtime.act(again).await.expect("it opens anew");
    let approval = act(&anew, "review.approve", &reviewer("other"));
    world.runtime.act(approval).await.expect("nobody has it");
}

async fn numbers_have_no_gaps_and_no_doubles(world: &World) {
    let approvals = (0..2).map(|number| async move {
        let pending = world.pending(&format!("p{number}")).await;
        let approved = world.approve(&pending).await.expect("it is approved");
        let view = world.runtime.view(&approved.case).await.expect("read").expect("there");
        view.case.numbers["acceptance"].clone()
    });
    let mut numbers = futures::future::join_all(approvals).await;
    numbers.sort();
    assert_eq!(numbers, ["U1-1", "U1-2"]);
}

async fn shipped_texts_that_differ_are_offered_not_applied(world: &World) {
    let mut sources = super::world::sources();
    let text = sources.files.get_mut("request.yaml").expect("it is there");
    *text = text.replace("name: 已失效", "name: 过期");
    let shipped = world.runtime.install_shipped(&sources).await.expect("it is compared");
    assert!(shipped.installed.is_empty());
    let updates: Vec<_> =
        shipped.updates.iter().map(|update| (update.workflow.as_str(), update.version)).collect();
    assert_eq!(updates, [("request", 1)]);
    let before = world.start("p1").await.expect("it starts");
    let published = world.runtime.publish(&sources, &"admin".into()).await.expect("published");
    assert_eq!(published.len(), 1);
    let after = world.start("p2").await.expect("it starts");
    let version = async |case| {
        let view = world.runtime.view(case).await.expect("read").expect("there");
        view.definition.reference.version
    };
    assert_eq!((version(&before.case).await, version(&after.case).await), (1, 2));
    // Another process compiles both from the stored texts.
    let another = world.another().await;
    let view = another.view(&before.case).await.expect("read").expect("there");
    assert_eq!(view.definition.reference.version, 1);
    assert_eq!(another.newest(&"request".into()).map(|p| p.reference.version), Some(2));
}

async fn nothing_is_published_over_what_nobody_looked_at(world: &World) {
    let runtime = &world.runtime;
    let workflow = crate::names::WorkflowKey::from("request");
    let mut sources = super::world::sources();
    let text = sources.files.get_mut("request.yaml").expect("it is there");
    *text = text.replace("name: 已失效", "name: 过期");
    let over = runtime.newest_all();
    let over = over.iter().map(|it| (it.reference.key.clone(), it.reference.version)).collect();
    let workflows = [workflow.clone()].into();
    let changed = ["request.yaml".to_owned()].into();
    let by = crate::names::AccountId::from("admin");
    let publication = crate::runtime::Publication {
        sources: &sources,
        workflows: &workflows,
        changed: &changed,
        over: &over,
        by: &by,
        note: "说清楚",
        shipped: &sources,
    };
    let published = runtime.publish_over(publication).await.expect("published");
    assert_eq!(published.len(), 1);
    // The second of two who looked at the same version is told.
    let refused = runtime.publish_over(publication).await;
    assert!(
        matches!(&refused, Err(PublishError::Outdated(key)) if *key == workflow),
        "{refused:?}"
    );
    let versions = runtime.versions(&workflow).await.expect("read");
    let versions: Vec<_> =
        versions.iter().map(|info| (info.version, info.published_by.as_str())).collect();
    assert_eq!(versions, [(2, "admin"), (1, "shipped")]);
    let kept = runtime.sources(&workflow, 2).await.expect("read");
    assert_eq!(kept, sources, "byte for byte");
}

async fn another_process_sees_and_continues_the_case(world: &World) {
    let pending = world.pending("p1").await;
    let another = world.another().await;
    let request = act(&pending, "review.return", &reviewer("reviewer"));
    let back = another.act(request).await.expect("it is returned");
    world.submit(&back, "标题").await.expect("it is handed in again");
}

/// What is read and written with every command does not grow with the history.
async fn a_case_that_goes_round_and_round_does_not_grow(world: &World) {
    let mut at = world.start("p1").await.expect("it starts");
    let mut sizes = Vec::new();
    for round in 0..150 {
        at = world.submit(&at, &format!("第{:04}稿", round)).await.expect("it is handed in");
        at = world
            .runtime
            .act(act(&at, "review.return", &reviewer("reviewer")))
            .await
            .expect("returned");
        let ids = [at.case.to_string()].into();
        let mut held = world.runtime.store().reader().await.expect("a connection");
        let stored = store::stored_cases(&mut held.connection(), &ids, store::Lock::Read).await;
        let core = stored.expect("read").remove(0).core;
        sizes.push(core.len());
    }
    assert!(sizes[149] <= sizes[110] + 80, "{sizes:?}");
}
