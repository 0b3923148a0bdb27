//! Filling in a form on the page that every workflow has: choosing what is found, what is told before
//! anything is confirmed, two windows at once, and what came back to be mended.

use reqwest::StatusCode;

use crate::{flows::photo, plain::Plain, server::Server};

const TRIP: &str = r#"
workflow: trip
name: 外出培训
start: {by: who, given: {person: person}, name: 登记培训, to: draft}
participants:
  who: {account: person.account}
  unit: {role: unit_reviewer, unit: "form.a.unit or_else ''"}
labels: {person: person.id, person_name: person.name}
vars: {open: {type: list of text}}
form:
  sections:
    a:
      name: 培训
      fields:
        unit: {name: 主办单位, type: reference, of: unit, required: true}
        goal: {name: 目标, required: true}
        note: {name: 备注}
        ride: {name: 交通, choice: {train: 火车, car: 自驾}}
        plate: {name: 车牌, required: true, when: form.a.ride == 'car'}
        proof: {name: 通知, type: files, kinds: [image], max: 1}
        work: {name: 工作年限, type: integer, min: 0, max: 60}
        years: {name: 专业年限, type: integer, correct: {when: "it > (row.work or_else 0)", to: row.work, say: "专业年限已改为 {form.a.work or_else 0} 年"}}
    stops:
      name: 行程
      rows: {min: 1}
      fields:
        host: {name: 接待单位, type: reference, of: unit}
        guide: {name: 接待人, type: reference, of: person}
        who: {name: 同行, type: rows, min: 1, max: 3, fields: {name: {name: 同行人, required: true}}}
checks:
  noted: {severity: warn, name: 有备注, that: not blank(form.a.note), say: 没有备注, part: a.note}
states:
  draft:
    name: 填写
    tasks: {fill: {name: 填写登记表, for: who, edit: all, actions: {submit: {name: 提交, tone: good, confirm: "共 {count(form.stops)} 处", checks: all, freeze: true, to: checking}}}}
  checking:
    name: 待确认
    tone: going
    tasks:
      check:
        name: 确认
        for: unit
        actions:
          ok: {name: 确认, tone: good, to: done}
          back: {name: 退回, tone: warn, ask: {parts: {name: 要改的, type: parts, required: true}, reason: {name: 理由, required: true}}, set: {open: ask.parts}, to: mending}
  mending:
    name: 修改
    tone: warn
    tasks: {mend: {name: 修改登记表, for: who, edit: open, actions: {submit: {name: 重新提交, tone: good, freeze: true, to: checking}}}}
  done: {name: 已登记, tone: good, end: true}
"#;

const SCHOOL: &str = "示例·合肥市庐阳区第九十九中学";

async fn begun(server: &Server, name: &str) -> Plain {
    let mut person = server.signed_in(name).await;
    person.open("/start/trip").await;
    person.press("开始填写").await;
    person
}

fn told(person: &Plain, words: &str) {
    assert!(person.page().text().contains(words), "no 「{words}」: {}", person.page().describe());
}

fn not_told(person: &Plain, words: &str) {
    assert!(!person.page().text().contains(words), "「{words}」: {}", person.page().describe());
}

async fn find(person: &mut Plain, field: &str, text: &str, wanted: &str) {
    person.page_mut().fill(&format!("{field}的名称"), text);
    person.press(&format!("查找{field}")).await;
    person.page_mut().tick(Some(field), wanted, true);
}

/// A trip with everything that must be filled in, saved.
async fn filled(server: &Server) -> Plain {
    let mut person = begun(server, "测试二号").await;
    person.page_mut().fill("目标", "学习");
    person.page_mut().fill("备注", "带午餐");
    find(&mut person, "主办单位", "庐阳区第九十九", SCHOOL).await;
    person.press("添加一项：行程").await;
    person.press("添加一项：同行").await;
    person.page_mut().fill("同行人", "甲");
    person
}

#[tokio::test]
async fn what_a_field_refers_to_is_found_and_chosen_while_filling_in() {
    let server = Server::with_workflow("trip.yaml", TRIP).await;
    let mut person = begun(&server, "测试一号").await;
    person.page_mut().fill("目标", "学习");
    find(&mut person, "主办单位", "庐阳区第九十九", SCHOOL).await;
    assert_eq!(person.page().value("目标"), "学习");
    person.press("保存草稿").await;
    told(&person, SCHOOL);
    // Another search leaves what was chosen, and finds nothing.
    person.page_mut().fill("主办单位的名称", "没有这个单位");
    person.press("查找主办单位").await;
    told(&person, "没有找到「没有这个单位」");
    assert_eq!(person.page().value(SCHOOL), "U-LY-MS1");
    // In a row too, and people of one's own unit only.
    person.press("添加一项：行程").await;
    find(&mut person, "接待单位", "芜湖市镜湖区第九十九", "示例·芜湖市镜湖区第九十九中学").await;
    person.press("保存草稿").await;
    told(&person, "示例·芜湖市镜湖区第九十九中学");
    find(&mut person, "接待人", "测试一", "测试一号").await;
    person.press("保存草稿").await;
    person.page_mut().fill("接待人的名称", "测试二号");
    person.press("查找接待人").await;
    told(&person, "没有找到「测试二号」");
    // What was not found is not kept, and its name is not told.
    let mut forged = person.page().press("保存草稿");
    for entry in &mut forged.entries {
        if let crate::page::Entry::Text(name, value) = entry
            && name == "form.stops[0].guide"
        {
            "P-A02".clone_into(value);
        }
    }
    person.submit(forged).await;
    told(&person, "现在选不了这一项，请重新查找并选择");
}

#[tokio::test]
async fn what_stands_against_it_is_told_beside_the_fields_before_it_is_confirmed() {
    let server = Server::with_workflow("trip.yaml", TRIP).await;
    let mut person = begun(&server, "测试一号").await;
    person.page_mut().fill("目标", "学习");
    person.press("提交…").await;
    let page = person.page();
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.describe());
    assert!(page.url.path().ends_with("/edit"), "{}", page.describe());
    told(&person, "行程至少 1 条，现在 0 条");
    assert_eq!(person.page().texts("#form-a-unit-e"), ["错误：请选择主办单位"]);

    let mut person = filled(&server).await;
    person.page_mut().fill("工作年限", "10");
    person.page_mut().fill("专业年限", "20");
    person.page_mut().fill("备注", "");
    not_told(&person, "没有备注");
    // What a check only reminds of is told before it is done, once.
    person.press("提交…").await;
    told(&person, "专业年限已改为 10 年");
    told(&person, "还没有提交：请先看看下面的提醒");
    told(&person, "没有备注");
    person.page_mut().fill("工作年限", "8");
    person.press("提交…").await;
    // What was set right on the way is told where it is confirmed.
    told(&person, "专业年限已改为 8 年");
    told(&person, "共 1 处");
    assert!(person.page().link("返回，不办理").path().ends_with("/edit"), "back to the form");
    person.press("提交").await;
    told(&person, "「提交」已办理");

    let mut reviewer = server.signed_in("示例审核甲").await;
    reviewer.open("/tasks").await;
    reviewer.follow("测试二号").await;
    told(&reviewer, "检测提醒");
    told(&reviewer, "没有备注");
}

#[tokio::test]
async fn what_cannot_be_kept_and_what_is_missing_are_told_at_once() {
    let server = Server::with_workflow("trip.yaml", TRIP).await;
    let mut person = begun(&server, "测试一号").await;
    told(&person, "0 至 60");
    person.page_mut().fill("目标", "学习");
    person.page_mut().fill("工作年限", "十年");
    let files = ["一.jpg", "二.jpg"].map(|name| (name.to_owned(), photo()));
    person.page_mut().upload("通知", files.to_vec());
    person.press("提交…").await;
    told(&person, "工作年限：请填写整数");
    told(&person, "请选择主办单位");
    told(&person, "「通知」最多 1 个文件，多出的 1 个没有保存");
    told(&person, "其他内容已经保存");
    assert_eq!(person.page().texts(".ups li").len(), 1, "{}", person.page().describe());
    assert_eq!(person.page().value("工作年限"), "十年");
    let path = person.page().url.path().to_owned();
    person.open(&path).await;
    assert_eq!(person.page().value("目标"), "学习");
    assert_eq!(person.page().texts(".ups li").len(), 1, "{}", person.page().describe());
}

const LONG: &str = r#"
workflow: long
name: 长表
start: {by: who, given: {person: person}, name: 填写长表, to: draft}
participants:
  who: {account: person.account}
  unit: {role: unit_reviewer, unit: "'U-LY-MS1'"}
labels: {person: person.id, person_name: person.name}
vars: {open: {type: list of text}}
form:
  sections:
    a: {name: 基本情况, page: 申请, fields: {goal: {name: 目标, required: true}}}
    b: {name: 时间, page: 申请, fields: {day: {name: 日期, type: date}}}
    c: {name: 经费, page: 经费, rows: {min: 1}, fields: {what: {name: 用途, required: true}}}
    d: {name: 说明, fields: {note: {name: 补充说明}}}
states:
  draft: {name: 填写, tasks: {fill: {name: 填写长表, for: who, edit: all, actions: {submit: {name: 提交, tone: good, freeze: true, to: checking}}}}}
  checking:
    name: 待确认
    tone: going
    tasks:
      check:
        name: 确认
        for: unit
        actions:
          ok: {name: 确认, tone: good, batch: true, ask: {plan: {name: 安排, type: rows, min: 1, fields: {what: {name: 内容, required: true}}}}, to: done}
          back: {name: 退回, tone: warn, ask: {parts: {name: 要改的, type: parts, required: true}}, set: {open: ask.parts}, to: mending}
  mending: {name: 修改, tone: warn, tasks: {mend: {name: 修改长表, for: who, edit: open, actions: {submit: {name: 重新提交, tone: good, freeze: true, to: checking}}}}}
  done: {name: 已确认, tone: good, end: true}
"#;

#[tokio::test]
async fn a_long_form_is_filled_in_page_by_page() {
    let server = Server::with_workflow("long.yaml", LONG).await;
    let mut person = server.signed_in("测试二号").await;
    person.open("/start/long").await;
    person.press("开始填写").await;
    assert_eq!(
        person.page().texts(".leaves li"),
        ["申请 未填", "经费 未填", "说明 已填"],
        "{}",
        person.page().describe()
    );
    not_told(&person, "补充说明");
    assert!(!person.page().has_button("提交"), "it goes on before it is handed in");
    person.page_mut().fill("日期", "2026-13-40");
    person.press("保存，到经费").await;
    // What cannot be kept is told where it stands, before anything else is shown.
    told(&person, "需要改");
    person.page_mut().fill("日期", "2026-12-01");
    person.press("保存，到经费").await;
    person.press("添加一项：经费").await;
    assert!(person.page().url.query() == Some("page=c"), "{}", person.page().describe());
    person.page_mut().fill("用途", "车费");
    person.press("保存草稿").await;
    assert_eq!(person.page().value("用途"), "车费");
    // No page of ours sends this.
    let mut forged = person.page().press("保存草稿");
    for entry in &mut forged.entries {
        if let crate::page::Entry::Text(name, value) = entry
            && ["page", "do"].contains(&name.as_str())
        {
            "page:经\r\nX: 1".clone_into(value);
        }
    }
    person.submit(forged).await;
    assert_eq!(person.page().status, StatusCode::OK, "{}", person.page().describe());
    person.press("经费").await;
    person.press("保存，到说明").await;
    person.page_mut().fill("补充说明", "无");
    person.press("提交").await;
    told(&person, "请填写目标");
    person.follow("请填写目标").await;
    assert_eq!(person.page().value("日期"), "2026-12-01");
    assert_eq!(person.page().texts(".err"), ["错误：请填写目标"], "it is marked there too");
    person.page_mut().fill("目标", "学习");
    // Without going through the pages again: any of them leads to any other.
    person.press("说明").await;
    assert_eq!(person.page().value("补充说明"), "无");
    person.press("提交").await;
    told(&person, "「提交」已办理");

    let mut reviewer = server.signed_in("示例审核甲").await;
    reviewer.open("/tasks").await;
    reviewer.follow("测试二号").await;
    reviewer.page_mut().tick(None, "标记问题：经费 1", true);
    reviewer.press("退回").await;
    // It comes back to the page on which something is marked, and may be handed in from there.
    person.open("/").await;
    person.follow("修改长表").await;
    told(&person, "有标出的内容");
    person.page_mut().fill("用途", "车费和餐费");
    person.press("重新提交").await;
    told(&person, "「重新提交」已办理");
}

#[tokio::test]
async fn another_row_of_what_is_asked_of_many_decides_none_of_them() {
    let server = Server::with_workflow("long.yaml", LONG).await;
    for name in ["测试一号", "测试二号"] {
        let mut person = server.signed_in(name).await;
        person.open("/start/long").await;
        person.press("开始填写").await;
        person.page_mut().fill("目标", name);
        person.press("经费").await;
        person.press("添加一项：经费").await;
        person.page_mut().fill("用途", "车费");
        person.press("说明").await;
        person.press("提交").await;
        told(&person, "「提交」已办理");
    }
    let mut reviewer = server.signed_in("示例审核甲").await;
    reviewer.open("/tasks?workflow=long").await;
    reviewer.page_mut().tick(None, "改选符合条件的全部", true);
    reviewer.press("确认").await;
    told(&reviewer, "测试一号");
    reviewer.press("添加一项：安排").await;
    reviewer.page_mut().fill("内容", "周五出发");
    reviewer.press("添加一项：安排").await;
    assert_eq!(reviewer.page().texts(".items li b").len(), 2, "{}", reviewer.page().describe());
    reviewer.press("移除第 2 项").await;
    reviewer.press("确认 2 件").await;
    told(&reviewer, "办成 2 件");
}

#[tokio::test]
async fn two_windows_hear_only_of_what_the_other_changed() {
    let server = Server::with_workflow("trip.yaml", TRIP).await;
    let mut one = filled(&server).await;
    one.press("保存草稿").await;
    let path = one.page().url.path().to_owned();
    let mut other = server.signed_in("测试二号").await;
    other.open(&path).await;
    one.page_mut().fill("备注", "带伞");
    one.page_mut().fill("目标", "学习交流");
    one.press("保存草稿").await;
    other.page_mut().fill("目标", "参观");
    other.page_mut().fill("工作年限", "5");
    other.page_mut().tick(Some("交通"), "自驾", true);
    other.press("保存草稿").await;
    assert_eq!(other.page().status, StatusCode::CONFLICT, "{}", other.page().describe());
    told(&other, "「培训，目标」在另一处保存的是：学习交流");
    told(&other, "「培训，备注」在另一处改成了：带伞");
    not_told(&other, "工作年限」在另一处");
    not_told(&other, "行程」在另一处");
    let values = ["目标", "备注", "工作年限"].map(|field| other.page().value(field));
    assert_eq!(values, ["参观", "带伞", "5"], "nothing typed is lost, nothing newer overwritten");
    other.page_mut().fill("车牌", "皖A12345");
    other.press("保存草稿").await;
    one.open(&path).await;
    let values = ["目标", "备注", "车牌"].map(|field| one.page().value(field));
    assert_eq!(values, ["参观", "带伞", "皖A12345"], "what hangs on a choice came with it");
}

#[tokio::test]
async fn a_form_that_came_back_leads_to_what_was_marked_and_folds_the_rest() {
    let server = Server::with_workflow("trip.yaml", TRIP).await;
    let mut person = filled(&server).await;
    for _ in 0..3 {
        person.press("添加一项：行程").await;
    }
    for row in 2..5 {
        let mut more = person.page().press("保存草稿");
        let list = format!("form.stops[{}].who", row - 1);
        let text = |name: String, value: &str| crate::page::Entry::Text(name, value.to_owned());
        more.entries.retain(|entry| {
            !matches!(entry, crate::page::Entry::Text(name, _) if *name == format!("{list}.rows"))
        });
        more.entries.push(text(format!("{list}.rows"), "1"));
        more.entries.push(text(format!("{list}[0].name"), &format!("同行{row}")));
        person.submit(more).await;
    }
    person.press("提交…").await;
    person.press("提交").await;
    let path = person.page().url.path().to_owned();
    let mut reviewer = server.signed_in("示例审核甲").await;
    reviewer.open("/tasks").await;
    reviewer.follow("测试二号").await;
    reviewer.page_mut().tick(None, "标记问题：目标", true);
    reviewer.page_mut().tick(None, "标记问题：行程 2", true);
    reviewer.page_mut().fill("意见", "写清楚");
    reviewer.press("退回").await;
    person.open(&format!("{path}/edit")).await;
    told(&person, "审核人标出 2 处，请逐处修改");
    let hrefs = person.page().attributes(".dots a", "href");
    assert_eq!(hrefs, ["#form-a-goal", "#form-stops-1-"]);
    for href in &hrefs {
        assert_eq!(person.page().texts(href).len(), 1, "{}", person.page().describe());
    }
    let marked = person.page().texts(".field > .err, .items > li > .err");
    assert_eq!(marked, ["审核人标记了这一项，请修改", "审核人标记了这一项，请修改"]);
    let folded = person.page().texts(".items summary");
    assert_eq!(folded, ["第 1 项现在不能修改，点开查看", "第 3 至 4 项现在不能修改，点开查看"]);
}
