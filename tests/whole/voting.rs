//! A secret vote: who votes is told that it is one, and what came of it stands in the history.

use crate::{asking::told, server::Server};

const POLL: &str = r#"
workflow: poll
name: 表决整改
start: {by: who, given: {person: person}, to: voting, set: {panel: "['r01', 'r02', 'r03']"}}
participants:
  who: {account: person.account}
  panelist: {each: panel, delegate: false}
vars: {panel: {type: list of text}}
labels: {person: person.id, person_name: person.name}
states:
  voting:
    name: 三人表决
    timers: {day: {lasts: 2 days, over: {close: ballot}}}
    tasks:
      ballot: {name: 表决, for: panelist, secret: true, actions: {cast: {name: 投票, ask: {vote: {name: 是否整改, choice: {yes: 同意, no: 不同意}, required: true}}}}}
    choose:
      agreed: {when: ballot.closed and ballot.vote.yes > 0, to: passed}
      refused: {when: ballot.closed, to: failed}
  passed: {name: 通过, tone: good, end: true}
  failed: {name: 没有通过, tone: bad, end: true}
"#;

#[tokio::test]
async fn a_secret_vote_says_so_and_its_totals_are_told() {
    let server = Server::with_workflow("poll.yaml", POLL).await;
    let mut cases = Vec::new();
    for name in ["测试二号", "测试六号"] {
        let mut person = server.signed_in(name).await;
        person.open("/start/poll").await;
        person.press("开始填写").await;
        cases.push((person.page().url.path().to_owned(), person));
    }
    let mut voter = server.signed_in("示例审核甲").await;
    voter.open("/tasks").await;
    voter.follow("测试二号").await;
    voter.follow("投票…").await;
    told(&voter, &["无记名", "投出后不能更改", "请在 2026 年", "前投"]);
    voter.page_mut().tick(Some("是否整改"), "同意", true);
    voter.press("投票").await;
    told(&voter, &["「投票」已办理"]);
    for _ in 0..3 {
        voter.press("＋1 天").await;
    }
    server.settle().await;
    for (case, person) in &mut cases {
        person.open(case).await;
        let words = match person.page().text().contains("没有通过") {
            true => ["应投 3 人，实投 0 人", "同意 0 票，不同意 0 票"],
            false => ["应投 3 人，实投 1 人", "是否整改：同意 1 票，不同意 0 票"],
        };
        told(person, &words);
    }
}
