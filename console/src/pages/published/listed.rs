//! Where a case is found, and what it is called there.

use super::{LENDING, World};
use crate::routes;

#[tokio::test]
async fn whoever_started_a_case_or_has_a_part_in_it_finds_it_again() {
    let world = World::open().await;
    let case = world.asked("a01", "投影仪").await;
    let id = case.as_str();
    let mine = world.get("a01", routes::MINE).await;
    mine.sees(&[id, "设备借用「投影仪」", "待答复", "保管员两天内答复", "正在进行"]);
    let home = world.get("a01", routes::HOME).await;
    home.sees(&[id, "设备借用「投影仪」", "保管员两天内答复", "全部"]);
    assert!(home.navigation.contains("我的事项"), "{}", home.navigation);
    world.get("a05", routes::MINE).await.misses(&[id]);
    world.act(&case, "r01", "answer.lend").await;
    world.get("a05", routes::MINE).await.sees(&[id, "测试一号", "已借出"]);
    world.act(&case, "a05", "see.seen").await;
    world.act(&case, "r01", "back.back").await;
    for account in ["a01", "a05"] {
        let mine = world.get(account, routes::MINE).await;
        mine.sees(&[id, "已经结束", "还清"]);
        mine.misses(&["正在进行"]);
    }
    world.get("a01", routes::HOME).await.misses(&[id]);
    for account in ["a02", "r01", "r02", "s01", "s03"] {
        world.get(account, routes::MINE).await.misses(&[id]);
    }
    world.app.close().await;
}

#[tokio::test]
async fn own_cases_come_page_by_page_what_runs_first() {
    let world = World::open().await;
    let mut running = Vec::new();
    for _ in 0..22 {
        running.push(world.begun("a01").await);
    }
    let ended = world.asked("a01", "投影仪").await;
    world.act(&ended, "r01", "answer.lend").await;
    world.act(&ended, "r01", "back.back").await;
    let first = world.get("a01", routes::MINE).await;
    first.misses(&[running[0].as_str(), running[1].as_str(), ended.as_str()]);
    first.sees(&[running[2].as_str(), running[21].as_str()]);
    let next = first.main.split("href=\"/mine?after=").nth(1).unwrap();
    let next = next.split('"').next().unwrap();
    let second = world.get("a01", &format!("/mine?after={next}")).await;
    second.sees(&[running[0].as_str(), running[1].as_str(), ended.as_str(), "已经结束"]);
    second.misses(&[running[2].as_str()]);
    world.app.close().await;
}

#[tokio::test]
async fn what_may_be_done_at_any_time_is_found_by_the_post_that_may() {
    let world = World::open().await;
    let case = world.asked("a01", "投影仪").await;
    world.get("r01", routes::CASES).await.misses(&[case.as_str()]);
    world.act(&case, "r01", "answer.lend").await;
    for account in ["r01", "r05"] {
        let cases = world.get(account, routes::CASES).await;
        cases.sees(&[case.as_str(), "设备借用「投影仪」", "测试一号", "已借出"]);
        let narrowed = world.get(account, "/cases?workflow=lending").await;
        narrowed.sees(&[case.as_str()]);
    }
    for account in ["r02", "t01", "s01", "a01", "a05"] {
        world.get(account, routes::CASES).await.misses(&[case.as_str()]);
    }
    // Library items rest there for good: they are listed where they are asked for.
    world.get("r01", routes::CASES).await.misses(&["年度考核"]);
    world.get("r01", "/cases?workflow=library-item").await.sees(&["年度考核", "第九十九中学"]);
    world.app.close().await;
}

#[tokio::test]
async fn what_the_workflow_advises_stands_on_every_page_of_its_reader() {
    let world = World::open().await;
    let case = world.begun("a01").await;
    for path in [routes::HOME, &routes::case(&case), &routes::case_edit(&case)] {
        world.get("a01", path).await.sees(&["写明借什么再提交"]);
    }
    world.app.close().await;
}

#[tokio::test]
async fn lists_say_whose_case_it_is_and_which_and_the_search_finds_both() {
    let world = World::open().await;
    let one = world.asked("a01", "投影仪").await;
    let other = world.asked("a05", "摄像机").await;
    let queue = world.get("r01", "/tasks?workflow=lending").await;
    queue.sees(&["测试一号", "设备借用「投影仪」", "测试五号", "设备借用「摄像机」"]);
    let found = world.get("r01", "/tasks?q=%E6%B5%8B%E8%AF%95%E4%BA%94%E5%8F%B7").await;
    found.sees(&[other.as_str()]);
    found.misses(&[one.as_str()]);
    world.act(&other, "r01", "answer.lend").await;
    world.act(&one, "r01", "answer.lend").await;
    let found = world.get("r01", "/cases?q=%E6%B5%8B%E8%AF%95%E4%BA%94%E5%8F%B7").await;
    found.sees(&[other.as_str()]);
    found.misses(&[one.as_str()]);
    world.app.close().await;
}

#[tokio::test]
async fn no_list_and_no_search_says_whose_it_is_to_whom_that_is_hidden() {
    let hidden = LENDING.replace(
        "borrower: {account: person.account}",
        "borrower: {account: person.account, unnamed_to: [keeper]}",
    );
    let world = World::of(&hidden).await;
    let case = world.asked("a01", "投影仪").await;
    let queue = world.get("r01", "/tasks?workflow=lending").await;
    queue.sees(&[case.as_str(), "设备借用"]);
    queue.misses(&["测试一号"]);
    world.get("r01", "/tasks?q=%E6%B5%8B%E8%AF%95").await.misses(&[case.as_str()]);
    world.act(&case, "r01", "answer.lend").await;
    let cases = world.get("r01", routes::CASES).await;
    cases.sees(&[case.as_str(), "设备借用"]);
    cases.misses(&["测试一号"]);
    world.get("r01", "/cases?q=%E6%B5%8B%E8%AF%95").await.misses(&[case.as_str()]);
    world.app.close().await;
}

#[tokio::test]
async fn a_case_in_which_nobody_acts_says_what_it_waits_for() {
    let line = "  line:\n    name: 排队\n    tone: going\n    timers: {wait: {lasts: 3 days, over: {to: refused}}}\n    choose: {free: {when: form.thing.what == '投影仪', to: asked}}\n  lent:\n    name: 已借出";
    let flow = LENDING.replace("freeze: true, to: asked", "freeze: true, to: line");
    let world = World::of(&flow.replace("  lent:\n    name: 已借出", line)).await;
    let case = world.asked("a01", "相机").await;
    world.get("a01", &routes::case(&case)).await.sees(&["在等条件满足（例如名额"]);
    let case = world.asked("a01", "投影仪").await;
    world.get("a01", &routes::case(&case)).await.misses(&["在等条件满足"]);
    world.app.close().await;
}
