//! Letters leave through a real mail server: each once, also where the server puts off the first
//! attempt, and an address that is unknown there holds nobody else's letter back.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
};

use mail_parser::MessageParser;
use serde_json::Value;

use crate::{
    plain::Plain,
    server::{Database, Server},
};

/// The server of the package `smtp-server`, as a process of its own.
struct MailServer {
    process: Child,
    lines: BufReader<ChildStdout>,
    port: u64,
}

impl MailServer {
    fn start() -> Self {
        let package = std::env::var("ZHIPING_TEST_SMTP")
            .expect("ZHIPING_TEST_SMTP names the package smtp-server; `make test` fetches it");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/whole/smtp_server.mjs");
        let mut process = Command::new("node")
            .args([script, &package])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node starts");
        let lines = BufReader::new(process.stdout.take().expect("its output"));
        let mut server = Self { process, lines, port: 0 };
        server.port = server.line()["port"].as_u64().expect("a port");
        server
    }

    /// The next thing that it says.
    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.lines.read_line(&mut line).expect("a line");
        serde_json::from_str(&line).expect("a line of JSON")
    }

    /// Everything that it says until it is ended.
    fn end(mut self) -> Vec<Value> {
        drop(self.process.stdin.take());
        self.process.wait().expect("it ends");
        let lines = self.lines.lines().map(|line| line.expect("a line"));
        lines.map(|line| serde_json::from_str(&line).expect("a line of JSON")).collect()
    }
}

fn is_of_a_digest(line: &Value) -> bool {
    let mut ids = ["id", "put_off"].iter().filter_map(|key| line.get(key)?.as_str());
    ids.any(|id| id.starts_with("<digest."))
}

#[tokio::test]
async fn a_letter_reaches_its_reader_through_a_busy_mail_server() {
    let mail = MailServer::start();
    let mut server = Server::demo(Database::Sqlite).await;
    server.settle().await;
    server.start_again_with_mail(&format!("smtp://127.0.0.1:{}", mail.port)).await;
    // A reviewer has a digest once a day, and may choose to hear of each thing at once, or of some
    // kinds of things on the pages alone.
    let mut reviewer = server.signed_in("示例审核14号").await;
    reviewer.open("/me/settings").await;
    reviewer.page_mut().tick(Some("邮件怎样发"), "每件通知发一封", true);
    reviewer.page_mut().tick(Some("待办的邮件"), "只在站内通知", true);
    reviewer.press("保存设置").await;
    let mut person = server.signed_in("测试十五号").await;
    ask_for_a_unit(&server, &mut person, "不用邮件").await;
    reviewer.open("/me/notices").await;
    let notices = reviewer.page().text();
    assert!(notices.contains("测试十五号申请绑定"), "told on the pages: {notices}");
    person.follow("撤回申请").await;
    person.press("撤回申请").await;
    server.settle().await;
    reviewer.open("/me/settings").await;
    reviewer.page_mut().tick(Some("待办的邮件"), "发邮件", true);
    reviewer.press("保存设置").await;
    ask_for_a_unit(&server, &mut person, "技术员").await;
    reviewer.open("/tasks").await;
    reviewer.follow("测试十五号").await;
    reviewer.press("同意绑定").await;
    server.settle().await;

    // The digests of eight in the morning may go out meanwhile: they are no matter of these letters.
    let said: Vec<Value> = mail.end().into_iter().filter(|line| !is_of_a_digest(line)).collect();
    let put_off: Vec<&Value> = said.iter().filter_map(|line| line.get("put_off")).collect();
    let taken: Vec<&Value> = said.iter().filter(|line| line.get("to").is_some()).collect();
    let subjects: Vec<String> = taken.iter().filter_map(|letter| subject(letter)).collect();
    for (who, words) in [("the unit", "申请绑定"), ("the person", "绑定申请")] {
        let is_told = subjects.iter().any(|subject| subject.contains(words));
        assert!(is_told, "{who} is told: {subjects:?}");
    }
    let asked = subjects.iter().filter(|subject| subject.contains("申请绑定")).count();
    assert_eq!(asked, 1, "the first request was not mailed, as was chosen: {subjects:?}");
    assert_eq!(put_off.len(), taken.len(), "each is put off once and taken once: {said:?}");
    for letter in taken {
        assert!(put_off.contains(&&letter["id"]), "tried again as the same message: {letter}");
        let text = letter["message"].as_str().expect("a message");
        let message = MessageParser::default().parse(text.as_bytes()).expect("a message");
        assert!(message.subject().is_some_and(|it| it.contains("绑定")), "{text}");
        let body = message.body_text(0).expect("a text");
        assert!(
            body.contains("您好") && body.contains("查看：http://"),
            "a link, not the data: {body}"
        );
    }
}

async fn ask_for_a_unit(server: &Server, person: &mut Plain, note: &str) {
    person.open("/me/unit").await;
    person.page_mut().fill("查找单位", "筑梦");
    person.press("查找").await;
    person.press("选择").await;
    person.page_mut().fill("申请说明", note);
    person.press("提交绑定申请").await;
    server.settle().await;
    person.open("/me/unit").await;
}

fn subject(letter: &Value) -> Option<String> {
    let message = MessageParser::default().parse(letter["message"].as_str()?.as_bytes())?;
    message.subject().map(str::to_owned)
}
