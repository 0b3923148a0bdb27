//! The page of a start is for those who may begin the case, and offers what they may begin it for.

use reqwest::StatusCode;

use crate::{asking::told, page::Entry, server::Server};

const ERRAND: &str = r#"
workflow: errand
name: 代办登记
start: {by: clerk, given: {unit: unit}, to: open, ask: {what: {name: 代办什么, required: true}}}
participants: {clerk: {role: unit_reviewer, unit: unit.id}}
labels: {unit: unit.id}
states:
  open: {name: 待办, tasks: {do: {name: 代办, for: clerk, actions: {done: {name: 办完, tone: good, to: closed}}}}}
  closed: {name: 办完了, tone: good, end: true}
---
workflow: outing
name: 组织活动
start: {by: organiser, given: {plan: plan}, to: open, ask: {what: {name: 什么活动, required: true}}}
participants: {organiser: {role: unit_reviewer, unit: "plan.organiser or_else ''"}}
labels: {plan: plan.id}
states:
  open: {name: 筹备, tasks: {do: {name: 组织, for: organiser, actions: {done: {name: 办完, tone: good, to: closed}}}}}
  closed: {name: 办完了, tone: good, end: true}
"#;

fn split(text: &str) -> (String, String) {
    let (one, other) = text.split_once("---\n").expect("two workflows");
    (one.to_owned(), other.to_owned())
}

#[tokio::test]
async fn a_start_page_is_for_those_who_may_begin_and_offers_only_their_units() {
    let server = Server::with_workflow("errand.yaml", &split(ERRAND).0).await;
    let teacher = server.signed_in("测试二号").await;
    let answer = teacher.get("/start/errand").await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);

    let mut clerk = server.signed_in("示例审核甲").await;
    clerk.open("/start/errand").await;
    let mut units = clerk.page().attributes("[name='given.unit']", "value");
    units.retain(|unit| !unit.is_empty());
    assert_eq!(units, ["U-LY-MS1"], "{}", clerk.page().describe());
    assert!(!clerk.page().has_button("查找单位"), "{}", clerk.page().describe());
    // The unit of somebody else is not taken, and what was typed stays.
    clerk.page_mut().fill("代办什么", "取文件");
    let mut forged = clerk.page().press("提交申请");
    for entry in &mut forged.entries {
        if let Entry::Text(name, value) = entry
            && name == "given.unit"
        {
            "U-HF-HRSS".clone_into(value);
        }
    }
    clerk.submit(forged).await;
    assert_eq!(clerk.page().status, StatusCode::UNPROCESSABLE_ENTITY);
    told(&clerk, &["请选择单位"]);
    assert_eq!(clerk.page().value("代办什么"), "取文件");
    // The only unit is chosen from the beginning.
    clerk.open("/start/errand").await;
    clerk.page_mut().fill("代办什么", "取文件");
    clerk.press("提交申请").await;
    told(&clerk, &["已发起代办登记"]);
}

#[tokio::test]
async fn whoever_may_not_begin_for_what_was_chosen_is_told_beside_what_was_typed() {
    let server = Server::with_workflow("outing.yaml", &split(ERRAND).1).await;
    let mut clerk = server.signed_in("示例审核甲").await;
    clerk.open("/start/outing").await;
    clerk.page_mut().fill("什么活动", "春游");
    clerk.page_mut().fill("评审计划的名称", "合肥市中小学教师高级");
    clerk.press("查找评审计划").await;
    clerk.page_mut().tick(Some("评审计划"), "2026年度示例·合肥市中小学教师高级职称评审计划", true);
    clerk.press("提交申请").await;
    assert_eq!(clerk.page().status, StatusCode::UNPROCESSABLE_ENTITY);
    told(&clerk, &["您不能就所选的评审计划发起组织活动"]);
    assert_eq!(clerk.page().value("什么活动"), "春游");
    assert!(clerk.page().has_button("提交申请"), "another plan may be chosen");
}

const TRIP: &str = r#"
workflow: trip
name: 外出申请
start: {by: who, given: {person: person}, to: waiting, set: {unit: "'U-LY-MS1'"}}
participants: {who: {account: person.account}}
vars: {unit: ""}
labels: {person: person.id, person_name: person.name, unit: unit}
links: {checks: {to: trip-check, many: true}}
states:
  waiting:
    name: 等核查
    enter: {start: {checks: {workflow: trip-check, given: {person: person.id}}}}
    choose: {done: {when: "count(checks) > 0 and all(checks, it.ended)", to: closed}}
  closed: {name: 核查过, tone: good, end: true}
---
workflow: trip-check
name: 外出核查
start: {given: {person: person}, to: checking}
participants: {unit: {role: unit_reviewer, unit: "'U-LY-MS1'"}}
labels: {person: person.id, person_name: person.name}
links: {trip: {from: trip}}
states:
  checking: {name: 核查, tasks: {check: {name: 核查, for: unit, actions: {ok: {name: 属实, tone: good, to: closed}}}}}
  closed: {name: 核查过, tone: good, end: true}
"#;

#[tokio::test]
async fn the_task_of_a_case_that_another_began_leads_to_that() {
    let server = Server::with_workflow("trip.yaml", TRIP).await;
    let mut person = server.signed_in("测试二号").await;
    person.open("/start/trip").await;
    person.press("开始填写").await;
    let trip = person.page().url.path().to_owned();
    server.settle().await;
    let mut clerk = server.signed_in("示例审核甲").await;
    clerk.open("/tasks?workflow=trip-check").await;
    clerk.follow("测试二号").await;
    assert_eq!(clerk.page().link("外出申请").path(), trip, "{}", clerk.page().describe());
    clerk.press("属实").await;
    told(&clerk, &["测试二号：「属实」已办理"]);
}
