//! What is decided, and what is told of it.

use axum::http::StatusCode;

use super::World;
use crate::routes;

#[tokio::test]
async fn an_opinion_that_an_action_does_not_take_is_not_lost_without_a_word() {
    let world = World::open().await;
    let case = world.asked("a01", "投影仪").await;
    let task = routes::task(&format!("{case}~answer"));
    let decide = |action: &'static str, opinion: &'static str| {
        let fields = [("do", action), ("opinion", opinion), ("rev", "3")];
        let (world, task) = (&world, task.clone());
        async move { world.post("r01", &task, &fields).await }
    };
    let answer = decide("lend", "下周再来").await;
    answer.sees(&["「借出」不带意见", "下周再来"]);
    world.get("r01", &routes::case(&case)).await.sees(&["待答复"]);
    let answer = decide("lend", "").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.main);
    world.app.close().await;
}

#[tokio::test]
async fn what_was_taken_back_says_so_and_who_reads_along_is_no_reason() {
    let world = World::open().await;
    let case = world.asked("a01", "投影仪").await;
    let around = routes::case_around(&case);
    let line = [("what", "copy"), ("to", "R05"), ("text", "请知悉这一件")];
    let answer = world.post("r01", &around, &line).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.main);
    world.act(&case, "r01", "answer.line").await;
    let answer = world.post("r01", &around, &[("what", "undo")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.main);
    let page = world.get("r01", &routes::case(&case)).await;
    page.sees(&["排队（已撤销）", "撤销「排队」", "请知悉这一件"]);
    let desk = world.get("r01", &routes::task(&format!("{case}~answer"))).await;
    let reasons = desk.main.split("经过（").next().unwrap_or_default();
    assert!(!reasons.contains("请知悉这一件"), "{reasons}");
    world.app.close().await;
}

#[tokio::test]
async fn administrators_find_the_jobs_and_how_many_have_failed() {
    let world = World::open().await;
    let quiet = world.get("s01", routes::HOME).await.navigation;
    assert!(quiet.contains("后台任务</a>"), "{quiet}");
    world.give_up_a_job().await;
    let told = world.get("s01", routes::HOME).await.navigation;
    assert!(told.contains("后台任务<span class=\"n\">1"), "{told}");
    let others = world.get("r01", routes::HOME).await.navigation;
    assert!(!others.contains("后台任务"), "{others}");
    world.app.close().await;
}
