//! What people do around the tasks of a case.

use axum::http::{StatusCode, header};

use super::World;
use crate::routes;

#[tokio::test]
async fn what_could_not_be_handed_over_stays_on_the_page_of_the_case() {
    let world = World::open().await;
    let case = world.asked("a01", "投影仪").await;
    let around = routes::case_around(&case);
    for what in ["delegate", "transfer"] {
        let fields =
            [("what", what), ("task", "answer"), ("to", "没有这个人"), ("text", "我出差一周")];
        let answer = world.post("r01", &around, &fields).await;
        answer.sees(&["没有找到「没有这个人」", "我出差一周", "现在到哪了"]);
        answer.sees(&["<details open><summary>委托或转交", "value=\"没有这个人\""]);
    }
    let fields = [("what", "copy"), ("to", "R02"), ("text", "请知悉")];
    let answer = world.post("r01", &around, &fields).await;
    answer.sees(&["「R02」不是您所在单位的工作人员", "请知悉", "<details open><summary>抄送"]);
    let long = "长".repeat(1001);
    let answer = world.post("r01", &around, &[("what", "comment"), ("text", &long)]).await;
    answer.sees(&["最多 1000 个字", &long]);
    world.app.close().await;
}

#[tokio::test]
async fn people_are_found_by_their_names() {
    let world = World::open().await;
    let case = world.asked("a01", "投影仪").await;
    let around = routes::case_around(&case);
    let offered = "<option value=\"r05\">示例审核05号</option>";
    world.get("r01", &routes::case(&case)).await.sees(&["<datalist id=\"colleagues\">", offered]);
    let copy = |to: &'static str| [("what", "copy"), ("to", to), ("text", "请知悉")];
    // A colleague by name; of another office nobody is found, and nothing is told of them.
    let answer = world.post("r01", &around, &copy("示例审核05号")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.main);
    world.get("r05", &routes::case(&case)).await.sees(&["请知悉"]);
    world.post("r01", &around, &copy("示例审核乙")).await.sees(&["没有找到「示例审核乙」"]);
    // The person's own unit: whoever belongs to it, and whoever works for it.
    let answer = world.post("a01", &around, &copy("示例审核甲")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.main);
    world.post("a01", &around, &copy("测试二号")).await.sees(&["没有找到「测试二号」"]);
    world.app.close().await;
}

#[tokio::test]
async fn whoever_gives_a_task_back_comes_to_a_page_that_is_there() {
    let world = World::open().await;
    let case = world.asked("a01", "投影仪").await;
    let around = routes::case_around(&case);
    let fields = [("what", "transfer"), ("task", "answer"), ("to", "R05"), ("text", "")];
    // The colleague may answer anyway: it is refused, and the colleague is not asked.
    world.post("r01", &around, &fields).await.sees(&["对方本来就可以办理"]);
    world.act(&case, "r01", "answer.lend").await;
    let fields = [("what", "transfer"), ("task", "see"), ("to", "A02"), ("text", "")];
    let answer = world.post("a05", &around, &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.main);
    let answer = world.post("a02", &around, &[("what", "give_back"), ("task", "see")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.main);
    let href = answer.headers.get(header::LOCATION).unwrap().to_str().unwrap();
    assert_eq!(world.get("a02", href).await.status, StatusCode::OK, "{href}");
    world.app.close().await;
}

#[tokio::test]
async fn nobody_is_offered_a_form_that_cannot_work() {
    let world = World::open().await;
    let case = world.asked("a01", "投影仪").await;
    let page = routes::case(&case);
    world.get("r01", &page).await.sees(&["委托或转交", "抄送", "评论"]);
    world.alone("r01").await;
    let answer = world.get("r01", &page).await;
    answer.sees(&["评论"]);
    answer.misses(&["委托或转交", "抄送"]);
    world.app.close().await;
}
