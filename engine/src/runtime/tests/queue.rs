//! Queues and lists: pages, filters, counts.

use std::collections::BTreeSet;

use super::{
    on_both_databases,
    world::{HOUR, World, act, reviewer},
};
use crate::{
    names::CaseId,
    store::{
        cases::{self, CaseFilter, OwnPlace},
        queue::{self, QueueFilter, QueueOrder, QueuePlace, Search},
    },
};

on_both_databases! {
    pages_of_a_queue_meet_without_gap_or_overlap,
    a_queue_is_narrowed_by_state_and_text,
    a_queue_is_narrowed_by_labels_page_by_page,
    a_task_for_two_of_my_audiences_comes_once,
    an_answered_task_leaves_the_queue_and_the_next_is_found,
    cases_are_listed_by_label_newest_first,
    own_cases_are_listed_page_by_page_what_runs_first,
    cases_are_found_by_whoever_started_them,
}

fn unit_queue() -> QueueFilter {
    QueueFilter { audiences: vec!["role:reviewer:U1".to_owned()], ..QueueFilter::default() }
}

async fn fill(world: &World, cases: usize) {
    for number in 0..cases {
        world.pending(&format!("p{number:02}")).await;
        world.advance(HOUR / 60);
    }
}

async fn pages_of_a_queue_meet_without_gap_or_overlap(world: &World) {
    fill(world, 7).await;
    let store = world.runtime.store();
    for order in [QueueOrder::Due, QueueOrder::Opened] {
        let mut place = QueuePlace::First;
        let mut seen = Vec::new();
        loop {
            let page = queue::tasks(store, &unit_queue(), order, &place, 3).await.expect("read");
            let Some(last) = page.tasks.last() else { break };
            place = QueuePlace::After(last.cursor(order));
            seen.extend(page.tasks.iter().map(|task| task.id.clone()));
            if !page.has_more {
                break;
            }
        }
        assert_eq!(seen.len(), 7);
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 7);
        // Back from the fifth: the fourth, third and second, in the order of the queue.
        let all = queue::tasks(store, &unit_queue(), order, &QueuePlace::First, 50).await;
        let all = all.expect("read").tasks;
        let before = QueuePlace::Before(all[4].cursor(order));
        let page = queue::tasks(store, &unit_queue(), order, &before, 3).await.expect("read");
        assert_eq!(page.tasks, all[1..4]);
        assert!(page.has_more);
        let cursor = all[4].cursor(order);
        let ahead = queue::count_before(store, &unit_queue(), order, &cursor).await;
        assert_eq!(ahead.expect("counted"), 4);
    }
    assert_eq!(queue::count(store, &unit_queue()).await.expect("counted"), 7);
}

async fn a_queue_is_narrowed_by_state_and_text(world: &World) {
    fill(world, 4).await;
    let store = world.runtime.store();
    let search = |text: &str| QueueFilter {
        search: Some(Search {
            label: Some("person_name".into()),
            text: text.to_owned(),
            ..Search::default()
        }),
        ..unit_queue()
    };
    assert_eq!(queue::count(store, &search("试p02")).await.expect("counted"), 1);
    assert_eq!(queue::count(store, &search("%")).await.expect("counted"), 0);
    let elsewhere = QueueFilter { state: Some("approved".into()), ..unit_queue() };
    assert_eq!(queue::count(store, &elsewhere).await.expect("counted"), 0);
    let here = QueueFilter {
        state: Some("pending".into()),
        workflows: vec!["request".into(), "group".into()],
        ..unit_queue()
    };
    let states = queue::states(store, &unit_queue()).await.expect("read");
    assert_eq!(states, [("request".into(), "pending".into())]);
    let page = queue::tasks(store, &here, QueueOrder::Due, &QueuePlace::First, 50).await;
    let page = page.expect("read");
    assert_eq!(page.tasks.len(), 4);
    let first = &page.tasks[0];
    assert_eq!(first.due_at.map(|at| at.0 - first.opened_at.0), Some(48 * HOUR));
}

async fn a_queue_is_narrowed_by_labels_page_by_page(world: &World) {
    fill(world, 5).await;
    let store = world.runtime.store();
    let labelled = |labels: &[(&str, &str)]| QueueFilter {
        labels: labels.iter().map(|(label, value)| ((*label).into(), (*value).into())).collect(),
        ..unit_queue()
    };
    let counted = [
        (labelled(&[("unit", "U1")]), 5),
        (labelled(&[("unit", "U")]), 0),
        (labelled(&[("unit", "U1"), ("person_name", "测试p02")]), 1),
        (labelled(&[("unit", "U2"), ("person_name", "测试p02")]), 0),
    ];
    for (filter, count) in &counted {
        assert_eq!(queue::count(store, filter).await.expect("counted"), *count, "{filter:?}");
    }
    let (filter, order) = (&counted[0].0, QueueOrder::Opened);
    let first = queue::tasks(store, filter, order, &QueuePlace::First, 3).await.expect("read");
    assert!(first.has_more && first.tasks.len() == 3);
    let place = QueuePlace::After(first.tasks[2].cursor(order));
    let second = queue::tasks(store, filter, order, &place, 3).await.expect("read");
    assert!(!second.has_more && second.tasks.len() == 2);
    assert!(second.tasks.iter().all(|task| !first.tasks.contains(task)));
    let before = QueuePlace::Before(second.tasks[0].cursor(order));
    let back = queue::tasks(store, filter, order, &before, 3).await.expect("read");
    assert_eq!(back.tasks, first.tasks);
}

async fn a_task_for_two_of_my_audiences_comes_once(world: &World) {
    fill(world, 2).await;
    let mut filter = unit_queue();
    filter.audiences.push("role:reviewer:U1".to_owned());
    filter.audiences.push("account:nobody-else".to_owned());
    let store = world.runtime.store();
    let page = queue::tasks(store, &filter, QueueOrder::Opened, &QueuePlace::First, 50).await;
    assert_eq!(page.expect("read").tasks.len(), 2);
    assert_eq!(queue::count(store, &filter).await.expect("counted"), 2);
}

async fn an_answered_task_leaves_the_queue_and_the_next_is_found(world: &World) {
    fill(world, 3).await;
    let store = world.runtime.store();
    let order = QueueOrder::Due;
    let page = queue::tasks(store, &unit_queue(), order, &QueuePlace::First, 50).await;
    let tasks = page.expect("read").tasks;
    let view = world.runtime.view(&tasks[1].id.case).await.expect("read").expect("there");
    let mut back = act(&world.pending("other").await, "review.return", &reviewer("reviewer"));
    back.case = tasks[1].id.case.clone();
    back.revision = Some(view.case.revision);
    world.runtime.act(back).await.expect("it is returned");
    let (found, audiences) =
        queue::find(store, &tasks[2].id).await.expect("read").expect("it is open");
    assert_eq!((found.id, audiences), (tasks[2].id.clone(), unit_queue().audiences));
    assert!(queue::find(store, &tasks[1].id).await.expect("read").is_none());
    let next = queue::next(store, &unit_queue(), order, &tasks[1].cursor(order)).await;
    assert_eq!(next.expect("read").map(|task| task.id), Some(tasks[2].id.clone()));
    let mine = queue::of_case(store, &tasks[1].id.case).await.expect("read");
    assert_eq!(mine.iter().map(|task| task.id.task.as_str()).collect::<Vec<_>>(), ["fill"]);
}

async fn cases_are_listed_by_label_newest_first(world: &World) {
    let mut expected: Vec<CaseId> = Vec::new();
    for _ in 0..5 {
        expected.insert(0, world.start("p1").await.expect("it starts").case);
        world.advance(1);
    }
    world.start("p2").await.expect("it starts");
    let store = world.runtime.store();
    let filter = CaseFilter {
        workflows: vec!["request".into()],
        labels: [("person".into(), "p1".to_owned())].into(),
        ..CaseFilter::default()
    };
    let first = cases::list(store, &filter, None, 3).await.expect("read");
    assert!(first.has_more);
    let last = first.cases.last().map(|case| case.id.clone());
    let second = cases::list(store, &filter, last.as_ref(), 3).await.expect("read");
    assert!(!second.has_more);
    let listed: Vec<CaseId> =
        first.cases.iter().chain(&second.cases).map(|case| case.id.clone()).collect();
    assert_eq!(listed, expected);
    let all = CaseFilter { labels: [].into(), ..filter.clone() };
    assert_eq!(cases::count(store, &all).await.expect("counted"), 6);
    let counts = cases::counts_by_label(store, &all, &"person_name".into()).await;
    let counts: Vec<(String, i64)> =
        counts.expect("counted").into_iter().map(|(name, _, cases)| (name, cases)).collect();
    assert_eq!(counts, [("测试p1".to_owned(), 5), ("测试p2".to_owned(), 1)]);
    let states = cases::counts(store, &filter).await.expect("counted");
    assert_eq!((states[0].state.as_str(), states[0].cases), ("draft", 5));
}

async fn own_cases_are_listed_page_by_page_what_runs_first(world: &World) {
    let ended = world.start("p1").await.expect("it starts");
    let by = world.applicant(&ended.case).await;
    world.runtime.act(act(&ended, "fill.delete", &by)).await.expect("it is deleted");
    let mut running = Vec::new();
    for _ in 0..3 {
        world.advance(1);
        running.insert(0, world.start("p1").await.expect("it starts").case);
    }
    world.start("p2").await.expect("it starts");
    let store = world.runtime.store();
    let view = world.runtime.view(&ended.case).await.expect("read").expect("there");
    let account = view.case.started_by.clone().expect("somebody");
    let mut listed = Vec::new();
    let mut place = None;
    loop {
        let page = cases::of_account(store, &account, &["request".into()], place.as_ref(), 2).await;
        let page = page.expect("read");
        place = page
            .cases
            .last()
            .map(|case| OwnPlace { is_closed: case.is_closed, case: case.id.clone() });
        listed.extend(page.cases.iter().map(|case| case.id.clone()));
        if !page.has_more {
            break;
        }
    }
    running.push(ended.case);
    assert_eq!(listed, running);
    let other = cases::of_account(store, &account, &["group".into()], None, 2).await;
    assert!(other.expect("read").cases.is_empty());
}

async fn cases_are_found_by_whoever_started_them(world: &World) {
    fill(world, 2).await;
    let store = world.runtime.store();
    let first = queue::tasks(store, &unit_queue(), QueueOrder::Opened, &QueuePlace::First, 1).await;
    let first = first.expect("read").tasks.remove(0).id.case;
    let view = world.runtime.view(&first).await.expect("read").expect("there");
    let search = Some(Search {
        text: "没有这样的标签".to_owned(),
        starters: view.case.started_by.into_iter().collect(),
        ..Search::default()
    });
    let filter = QueueFilter { search: search.clone(), ..unit_queue() };
    let found = queue::tasks(store, &filter, QueueOrder::Due, &QueuePlace::First, 50).await;
    let found: Vec<_> = found.expect("read").tasks.into_iter().map(|task| task.id.case).collect();
    assert_eq!(found, std::slice::from_ref(&first));
    let filter = CaseFilter { workflows: vec!["request".into()], search, ..CaseFilter::default() };
    let listed = cases::list(store, &filter, None, 50).await.expect("read").cases;
    assert_eq!(listed.iter().map(|case| &case.id).collect::<Vec<_>>(), [&first]);
}
