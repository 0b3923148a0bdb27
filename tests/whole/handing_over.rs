//! What people do around a task without deciding: urging, commenting, letting a colleague act, passing
//! a task on and giving it back.

use crate::{
    plain::Plain,
    server::{Server, on_both_databases},
};

on_both_databases!(a_task_goes_to_a_colleague_and_comes_back);

/// Opens the one waiting request of the unit, with everything about it.
async fn open_request(reviewer: &mut Plain) {
    reviewer.open("/tasks").await;
    reviewer.follow("测试十五号").await;
    reviewer.follow("全部情况和沟通").await;
}

fn sees(browser: &Plain, all: &[&str]) {
    let text = browser.page().text();
    for words in all {
        assert!(text.contains(words), "{words}: {}", browser.page().describe());
    }
}

/// A colleague of the same unit who does not decide requests himself.
async fn make_colleague(server: &Server) {
    let mut security = server.signed_in("示例安全员").await;
    security.open("/admin/users?q=测试二号").await;
    security.follow("测试二号").await;
    security.page_mut().fill("角色", "主管部门审核人");
    security.page_mut().fill("单位全称或编号", "U-HF-CONS");
    security.press("授予角色").await;
}

async fn a_task_goes_to_a_colleague_and_comes_back(server: Server) {
    make_colleague(&server).await;
    let mut person = server.signed_in("测试十五号").await;
    person.open("/me/unit").await;
    person.page_mut().fill("查找单位", "筑梦");
    person.press("查找").await;
    person.press("选择").await;
    person.page_mut().fill("申请说明", "技术员");
    person.press("提交绑定申请").await;

    let mut reviewer = server.signed_in("示例审核14号").await;
    open_request(&mut reviewer).await;
    let case = reviewer.page().url.path().to_owned();
    reviewer.page_mut().fill("对方的姓名或登录名", "没有这个人");
    reviewer.press("转交").await;
    sees(&reviewer, &["没有找到「没有这个人」"]);
    // What the office knows stays in the office.
    reviewer.open(&case).await;
    reviewer.page_mut().fill("对方的姓名或登录名", "R01");
    reviewer.press("转交").await;
    sees(&reviewer, &["不是您所在单位的工作人员"]);
    reviewer.open(&case).await;
    reviewer.page_mut().fill("对方的姓名或登录名", "A02");
    reviewer.press("转交").await;
    sees(&reviewer, &["已转交，对方可以退回给您"]);
    assert!(!reviewer.page().has_button("转交"), "{}", reviewer.page().describe());

    let mut colleague = server.signed_in("测试二号").await;
    open_request(&mut colleague).await;
    colleague.press("退回转交给我的「审核绑定申请」").await;
    sees(&colleague, &["已退回，由转交给您的人办理"]);
    server.settle().await;
    reviewer.open("/me/notices").await;
    sees(&reviewer, &["测试二号退回了您转交的单位绑定的「审核绑定申请」，请您办理"]);
    open_request(&mut reviewer).await;
    sees(&reviewer, &["退回转交的「审核绑定申请」"]);
    reviewer.page_mut().fill("对方的姓名或登录名", "A02");
    reviewer.press("委托").await;
    sees(&reviewer, &["已委托，您仍可办理"]);
    open_request(&mut colleague).await;
    colleague.press("结束「审核绑定申请」的委托").await;
    sees(&colleague, &["委托已结束"]);
    reviewer.open("/tasks").await;
    reviewer.follow("测试十五号").await;
    assert!(reviewer.page().has_button("同意绑定"), "{}", reviewer.page().describe());
}
