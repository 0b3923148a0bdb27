//! A workflow that was never thought of here is usable on the pages there are, from the moment it is
//! published: what it is about is chosen, people are drawn, answer apart and secretly, another case is
//! begun and waited for.

use reqwest::StatusCode;

use crate::{asking::told, page::Page, plain::Plain, server::Server};

const PICKING: &str = r#"
workflow: picking
name: 征文评选
start:
  by: office
  given: {plan: plan, author: person}
  name: 开始评选
  ask: {title: {name: 作品, required: true}}
  set: {title: "ask.title or_else ''"}
  to: drawing
participants:
  office: {role: title_reviewer, unit: "'U-HF-HRSS'"}
  judge: {each: judges, where: it != author.account, delegate: false}
vars: {judges: {type: list of text}, title: ""}
values: {pool: "['r01', 'r02', 'r03']"}
labels: {person: author.id, person_name: author.name, plan: plan.id, title: title}
links: {honours: {to: honour, many: true}}
states:
  drawing:
    name: 抽签
    tasks: {lots: {name: 抽评委, for: office, actions: {draw: {name: 抽签, draw: {into: judges, of: pool, count: 2}, to: reading}}}}
  reading:
    name: 评阅
    tone: going
    tasks:
      remark: {name: 写评语, for: judge, apart: true, actions: {give: {name: 交评语, ask: {text: {name: 评语, required: true}}}}}
    choose: {nobody: {when: remark.all == 0, to: left}, read: {when: remark.closed, to: voting}}
  voting:
    name: 表决
    tone: going
    tasks:
      ballot: {name: 投票, for: judge, secret: true, actions: {cast: {name: 投出, ask: {vote: {name: 意见, choice: {yes: 入选, no: 不入选}, required: true}}}}}
    choose:
      chosen: {when: ballot.closed and ballot.vote.yes == ballot.all, start: {honours: {workflow: honour, given: {person: author.id}}}, to: honoured}
      others: {when: ballot.closed or ballot.all == 0, to: left}
  honoured:
    name: 入选
    tone: good
    choose: {taken: {when: "count(honours) > 0 and all(honours, it.state == 'taken')", to: closed}}
  closed: {name: 已领证, tone: good, end: true}
  left: {name: 未入选, tone: bad, end: true}
---
workflow: honour
name: 领取证书
start: {given: {person: person}, to: waiting}
participants: {person: {account: person.account}}
labels: {person: person.id, person_name: person.name}
links: {picking: {from: picking}}
states:
  waiting:
    name: 待领取
    tasks: {take: {name: 领取, for: person, actions: {take: {name: 确认领取, tone: good, to: taken}}}}
  taken: {name: 已领取, tone: good, end: true}
"#;

const JUDGES: [&str; 3] = ["示例审核甲", "示例审核乙", "示例审核丙"];
const TITLE: &str = "山村的灯";

async fn choose(browser: &mut Plain, field: &str, words: &str, wanted: &str) {
    browser.page_mut().fill(&format!("{field}的名称"), words);
    browser.press(&format!("查找{field}")).await;
    browser.page_mut().tick(Some(field), wanted, true);
}

/// Begins it, and draws; the page of the case.
async fn drawn(office: &mut Plain, year: i16) -> String {
    let plan = format!("{year}年度示例·合肥市中小学教师高级职称评审计划");
    office.open("/").await;
    office.follow("征文评选").await;
    office.page_mut().fill("作品", TITLE);
    office.press("提交申请").await;
    assert_eq!(office.page().status, StatusCode::UNPROCESSABLE_ENTITY);
    told(office, &["请先查找并选择评审计划", "请先查找并选择人员"]);
    choose(office, "评审计划", "合肥市中小学教师高级", &plan).await;
    // Somebody of a unit of another city is nobody's to find here, nor named by an id.
    office.page_mut().fill("人员的名称", "测试九号");
    office.press("查找人员").await;
    told(office, &["没有找到「测试九号」（只找您所在或主管的单位的人）"]);
    office.open("/start/picking?author=A09").await;
    assert!(!office.page().text().contains("测试九号"), "{}", office.page().describe());
    office.page_mut().fill("作品", TITLE);
    choose(office, "评审计划", "合肥市中小学教师高级", &plan).await;
    choose(office, "人员", "测试一号", "测试一号").await;
    office.press("提交申请").await;
    told(office, &["已发起征文评选", "测试一号", TITLE]);
    let case = office.page().url.path().to_owned();
    office.follow("抽评委").await;
    office.press("抽签").await;
    office.open(&case).await;
    case
}

/// Does a task of the case, answering one field.
async fn answer(
    judge: &mut Plain,
    case: &str,
    task: &str,
    fill: impl FnOnce(&mut Page),
    button: &str,
) {
    judge.open(case).await;
    judge.follow(task).await;
    fill(judge.page_mut());
    judge.press(button).await;
    assert_eq!(judge.page().status, StatusCode::OK, "{}", judge.page().describe());
    judge.open(case).await;
}

#[tokio::test]
async fn a_workflow_of_its_own_kind_is_walked_on_the_pages_there_are() {
    let server = Server::with_workflow("picking.yaml", PICKING).await;
    let mut office = server.signed_in("示例职称办甲").await;
    let case = drawn(&mut office, server.year().await).await;
    let text = office.page().text();
    let judges: Vec<_> = JUDGES.into_iter().filter(|name| text.contains(name)).collect();
    let [first, second] = judges[..] else { panic!("two were drawn: {text}") };
    let (mut first, mut second) = (server.signed_in(first).await, server.signed_in(second).await);
    answer(&mut first, &case, "写评语", |page| page.fill("意见", "平实动人"), "交评语").await;
    told(&first, &["平实动人"]);
    second.open(&case).await;
    assert!(!second.page().text().contains("平实动人"), "{}", second.page().describe());
    answer(&mut second, &case, "写评语", |page| page.fill("意见", "可以入选"), "交评语").await;
    told(&second, &["平实动人", "可以入选"]);
    for judge in [&mut first, &mut second] {
        judge.open(&case).await;
        judge.follow("投票").await;
        judge.follow("投出…").await;
        judge.page_mut().tick(Some("意见"), "入选", true);
        judge.press("投出").await;
    }
    server.settle().await;
    let mut author = server.signed_in("测试一号").await;
    // The certificate is begun by the other case alone.
    author.open("/start/honour").await;
    assert_eq!(author.page().status, StatusCode::NOT_FOUND, "{}", author.page().describe());
    author.open("/").await;
    author.follow("领取").await;
    author.press("确认领取").await;
    server.settle().await;
    office.open(&case).await;
    told(&office, &["已领证", "入选"]);
}
