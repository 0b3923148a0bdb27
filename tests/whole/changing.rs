//! Forms that change with what is typed, in Chromium: what hangs on a choice comes and goes at once,
//! and nothing that was typed is lost by it.

use std::time::{Duration, Instant};

use crate::{
    chromium::{Chromium, Look},
    flows::photo,
    plain::Plain,
    server::Server,
};

pub(crate) const WIDE: Look = Look { width: 1280, scripts: true, dark: false, keys: false };

pub(crate) const VISIT: &str = r#"
workflow: visit
name: 校外走访
start:
  by: who
  given: {person: person}
  name: 登记走访
  ask:
    kind: {name: 走访类型, choice: {home: 家访, other: 其他}, required: true}
    other: {name: 其他类型, when: "ask.kind == 'other'", required: true}
  to: draft
participants:
  who: {account: person.account}
  unit: {role: unit_reviewer, unit: "'U-LY-MS1'"}
labels: {person: person.id, person_name: person.name}
form:
  sections:
    a:
      name: 走访
      page: 走访情况
      fields:
        far: {name: 是否出市, type: yes_no, required: true}
        car: {name: 乘车方式, when: "form.a.far or_else false", choice: {bus: 大巴, rail: 火车}, required: true}
        note: {name: 备注, max: 30}
        paper: {name: 大巴合同, type: files, kinds: [image], when: "form.a.car == 'bus'"}
        most: {name: 最多人数, type: integer, min: 1, max: 99}
    classes:
      name: 班级
      page: 参加班级
      rows: {min: 1}
      fields:
        name: {name: 班名, required: true}
        count: {name: 人数, type: integer, min: 1}
        leaders: {name: 随队教师, type: rows, fields: {who: {name: 教师, required: true}, own: {name: 是否本校, type: yes_no, required: true}, phone: {name: 联系电话, when: "not (row.own or_else true)"}}}
        double: {name: 两倍, type: integer, computed: "(row.count or_else 0) * 2"}
    leave:
      name: 出市审批
      page: 出市
      when: "form.a.far or_else false"
      fields:
        why: {name: 出市理由, required: true}
states:
  draft:
    name: 填写
    tasks: {fill: {name: 填写走访, for: who, edit: all, actions: {submit: {name: 提交, tone: good, freeze: true, to: checking}}}}
  checking:
    name: 待确认
    tone: going
    tasks:
      check:
        name: 确认
        for: unit
        actions:
          ok:
            name: 确认
            tone: good
            ask:
              grade: {name: 等次, choice: {good: 合格, bad: 不合格}, required: true}
              why: {name: 不合格的原因, when: "ask.grade == 'bad'", required: true}
            to: done
  done: {name: 已确认, tone: good, end: true}
"#;

pub(crate) async fn signed_in(server: &Server, name: &'static str, who: &str) -> Chromium {
    let mut person = Chromium::new(&server.base, name, WIDE).await;
    person.open("/login").await;
    person.press(&format!("以{who}登录")).await;
    person
}

/// The form of a visit to a family, just begun without scripts.
pub(crate) async fn visiting(server: &Server) -> Plain {
    let mut person = server.signed_in("测试二号").await;
    person.open("/start/visit").await;
    person.page_mut().tick(Some("走访类型"), "家访", true);
    person.press("下一步").await;
    person
}

/// Waits until the page says something, or says it no more.
pub(crate) async fn until(person: &Chromium, words: &str, is_there: bool) {
    let since = Instant::now();
    while person.page().await.text().contains(words) != is_there {
        let text = person.page().await.text();
        assert!(since.elapsed() < Duration::from_secs(10), "「{words}」 {is_there}: {text}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn what_hangs_on_a_choice_comes_and_goes_as_it_is_made() {
    let server = Server::with_workflow("visit.yaml", VISIT).await;
    let mut person = signed_in(&server, "changing", "测试二号").await;
    person.open("/start/visit").await;
    person.tick(Some("走访类型"), "其他").await;
    until(&person, "多了：其他类型", true).await;
    person.fill("其他类型", "社区").await;
    person.tick(Some("走访类型"), "家访").await;
    until(&person, "其他类型必填", false).await;
    // What was typed comes back with its field.
    person.tick(Some("走访类型"), "其他").await;
    until(&person, "其他类型必填", true).await;
    assert_eq!(person.value("其他类型").await, "社区");
    person.press("下一步").await;

    on_the_first_page(&mut person).await;
    in_rows(&mut person).await;
    person.press("走访情况").await;
    assert!(person.page().await.text().contains("合同.jpg"));
    assert_eq!(person.value("备注").await, "带伞");
    // Back and forth, and what was chosen is there again.
    person.tick(Some("是否出市"), "否").await;
    until(&person, "乘车方式", false).await;
    person.tick(Some("是否出市"), "是").await;
    until(&person, "乘车方式", true).await;
    person.press("出市").await;
    person.fill("出市理由", "参观展览").await;
    person.press("提交").await;
    until(&person, "「提交」已办理", true).await;
    person.close().await;

    let mut reviewer = signed_in(&server, "changing-2", "示例审核甲").await;
    reviewer.open("/tasks").await;
    reviewer.follow("测试二号").await;
    reviewer.follow("确认…").await;
    reviewer.tick(Some("等次"), "不合格").await;
    until(&reviewer, "不合格的原因", true).await;
    reviewer.fill("不合格的原因", "缺材料").await;
    reviewer.press("确认").await;
    until(&reviewer, "「确认」已办理", true).await;
    reviewer.close().await;
}

/// Choices, what cannot be read, and a file that is not saved yet.
async fn on_the_first_page(person: &mut Chromium) {
    // What cannot be read yet stays as it was typed, and so does what is typed meanwhile.
    person.fill("最多人数", "很多").await;
    person.fill("备注", "带伞").await;
    person.tick(Some("是否出市"), "是").await;
    until(person, "乘车方式", true).await;
    assert_eq!(person.value("最多人数").await, "很多");
    assert!(person.page().await.has_button("出市"), "its page is there too");
    person.fill("最多人数", "60").await;
    person.tick(Some("乘车方式"), "大巴").await;
    // A file that is there already, and not saved, comes back with its field.
    until(person, "大巴合同", true).await;
    person.upload("大巴合同", "合同.jpg", &photo()).await;
    until(person, "已传完", true).await;
    person.tick(Some("乘车方式"), "火车").await;
    until(person, "大巴合同", false).await;
    person.tick(Some("乘车方式"), "大巴").await;
    until(person, "已传完", true).await;
}

/// A row of a row, saved by and by.
async fn in_rows(person: &mut Chromium) {
    person.press("保存，到参加班级").await;
    person.press("添加一项：班级").await;
    person.fill("班名", "一班").await;
    person.fill("人数", "31").await;
    until(person, "0", true).await;
    person.fill("班名", "一（1）班").await;
    until(person, "62", true).await;
    // One letter in a row of a row saves itself, and takes nothing away.
    person.press("添加一项：随队教师").await;
    person.fill("教师", "甲老师").await;
    person.tick(Some("是否本校"), "是").await;
    person.press("保存草稿").await;
    person.fill("教师", "丙老师").await;
    // Two seconds after the last letter.
    tokio::time::sleep(Duration::from_secs(3)).await;
    until(person, "已自动保存", true).await;
    person.reload().await;
    assert_eq!(person.value("教师").await, "丙老师");
    // Whoever goes on by a link takes along what was typed a moment ago, and no other window is blamed.
    person.fill("教师", "丁老师").await;
    person.follow("首页").await;
    person.back().await;
    assert_eq!(person.value("教师").await, "丁老师");
}

#[tokio::test]
async fn what_hangs_on_an_answer_is_followed_before_the_unit_is_chosen() {
    let visit = VISIT.replace("given: {person: person}", "given: {person: person, unit: unit}");
    let server = Server::with_workflow("visit.yaml", &visit).await;
    let mut person = signed_in(&server, "changing-3", "测试十五号").await;
    person.open("/start/visit").await;
    until(&person, "其他类型", false).await;
    person.tick(Some("走访类型"), "其他").await;
    until(&person, "其他类型必填", true).await;
    person.tick(Some("走访类型"), "家访").await;
    until(&person, "其他类型必填", false).await;
    person.close().await;
}
