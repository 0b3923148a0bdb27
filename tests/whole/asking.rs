//! What is asked at the beginning of a case and in its actions: what is told of it, and what stays.

use reqwest::StatusCode;

use crate::{
    flows::photo,
    page::{Entry, Submission},
    plain::Plain,
    server::Server,
};

const LOAN: &str = r#"
workflow: loan
name: 借用设备
start:
  by: who
  given: {person: person}
  name: 借用
  to: lent
  ask:
    days: {name: 天数, type: integer, min: 1, required: true}
    what: {name: 设备, choice: {camera: 相机, other: 其他}, required: true}
    other: {name: 其他设备, when: ask.what == 'other', required: true}
    use: {name: 用途, required: true}
    proof: {name: 借条, type: files, kinds: [image], max: 1}
participants:
  who: {account: person.account}
labels: {person: person.id, person_name: person.name}
states:
  lent:
    name: 借用中
    tasks:
      give:
        name: 归还
        for: who
        actions:
          give:
            name: 归还
            tone: good
            ask: {cost: {name: 赔偿, type: integer, min: 0}, note: {name: 情况, required: true}}
            to: back
  back: {name: 已归还, tone: good, end: true}
"#;

pub(crate) fn told(person: &Plain, words: &[&str]) {
    let text = person.page().text();
    for words in words {
        assert!(text.contains(words), "no 「{words}」: {}", person.page().describe());
    }
}

#[tokio::test]
async fn what_cannot_be_read_and_what_is_missing_in_answers_are_told_at_once() {
    let server = Server::with_workflow("loan.yaml", LOAN).await;
    let mut person = server.signed_in("测试二号").await;
    person.open("/start/loan").await;
    person.page_mut().fill("天数", "两天");
    person.page_mut().tick(Some("设备"), "其他", true);
    person.press("提交申请").await;
    assert_eq!(person.page().status, StatusCode::UNPROCESSABLE_ENTITY);
    told(&person, &["还有 3 处需要改", "天数：请填写整数", "请填写其他设备", "请填写用途"]);
    assert!(!person.page().text().contains("请填写天数"), "it was: {}", person.page().describe());
    for (field, value) in [("天数", "2"), ("其他设备", "无人机"), ("用途", "航拍")] {
        person.page_mut().fill(field, value);
    }
    person.page_mut().upload("借条", vec![("借条.jpg".to_owned(), photo())]);
    person.press("提交申请").await;
    person.follow("归还").await;
    // What was sent in at the start stands among the documents of whoever decides.
    told(&person, &["材料", "借条.jpg", "放大"]);
    person.follow("归还…").await;
    person.page_mut().fill("赔偿", "一百");
    person.press("归还").await;
    told(&person, &["还有 2 处需要改", "赔偿：请填写整数", "请填写情况"]);
}

#[tokio::test]
async fn what_hangs_on_a_choice_is_there_after_signing_in_anew() {
    let server = Server::with_workflow("loan.yaml", LOAN).await;
    let mut person = server.signed_in("测试二号").await;
    person.open("/start/loan").await;
    person.page_mut().tick(Some("设备"), "其他", true);
    let sent = person.page().press("提交申请");
    server.end_sessions().await;
    person.submit(sent).await;
    person.press("以测试二号登录").await;
    assert_eq!(person.page().url.path(), "/start/loan", "{}", person.page().describe());
    person.page_mut().fill("其他设备", "无人机");
}

const DIARY: &str = r#"
workflow: diary
name: 值班日志
start: {by: who, given: {person: person}, to: draft}
participants: {who: {account: person.account}}
labels: {person: person.id, person_name: person.name}
form: {sections: {a: {name: 日志, fields: {note: {name: 记事, required: true}}}}}
states:
  draft:
    name: 填写
    timers: {late: {lasts: 7 days, remind: 2 days, over: {to: gone}}}
    tasks: {fill: {name: 写日志, for: who, edit: all, actions: {submit: {name: 提交, tone: good, freeze: true, to: done}}}}
  done: {name: 已交, tone: good, end: true}
  gone: {name: 过期, end: true}
"#;

#[tokio::test]
async fn a_reminder_makes_no_form_old_that_is_being_filled_in() {
    let server = Server::with_workflow("diary.yaml", DIARY).await;
    let mut person = server.signed_in("测试二号").await;
    person.open("/start/diary").await;
    person.press("开始填写").await;
    person.page_mut().fill("记事", "一切正常");
    let sent = person.page().press("保存草稿");
    let mut clock = server.signed_in("测试二号").await;
    for _ in 0..6 {
        clock.press("＋1 天").await;
    }
    server.settle().await;
    clock.open(person.page().url.path()).await;
    let revision = |sent: &Submission| {
        sent.entries.iter().find_map(|entry| match entry {
            Entry::Text(name, value) if name == "rev" => Some(value.clone()),
            Entry::Text(..) | Entry::File(..) => None,
        })
    };
    assert_ne!(revision(&clock.page().press("保存草稿")), revision(&sent), "it was reminded of");
    person.submit(sent).await;
    assert_eq!(person.page().status, StatusCode::OK, "{}", person.page().describe());
    assert_eq!(person.page().value("记事"), "一切正常");
}

#[tokio::test]
async fn what_was_typed_is_kept_in_words_where_the_questions_were_changed_meanwhile() {
    let server = Server::with_workflow("loan.yaml", LOAN).await;
    let mut person = server.signed_in("测试二号").await;
    person.open("/start/loan").await;
    for (field, value) in [("天数", "2"), ("用途", "航拍")] {
        person.page_mut().fill(field, value);
    }
    person.page_mut().tick(Some("设备"), "相机", true);
    let mut admin = server.signed_in("示例管理员").await;
    admin.open("/admin/workflows/loan/edit").await;
    let changed = LOAN.replace("use: {name: 用途", "purpose: {name: 用途");
    admin.page_mut().fill("loan.yaml", &changed);
    admin.press("保存草稿").await;
    admin.open("/admin/workflows/loan/publish").await;
    admin.press("发布新版本").await;
    person.press("提交申请").await;
    assert_eq!(person.page().status, StatusCode::CONFLICT, "{}", person.page().describe());
    told(&person, &["要填的内容刚刚改过", "用途 航拍", "设备 相机"]);
}
