//! What a workflow gives people on the day it is published, with no page of its own: a thing is lent, to
//! be found again by everybody whom it concerns.

mod around;
mod decided;
mod listed;

use std::path::Path;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use engine::{
    decision::{Act, Actor, FormChange, HeldRole},
    expression::Value,
    in_transaction,
    names::CaseId,
    runtime::{ActRequest, NewCase, SaveRequest},
};
use tempfile::TempDir;
use tower::ServiceExt as _;

use super::site;
use crate::{
    app::{App, Purpose},
    demo,
    identity::{FormToken, sign_in_as},
    records::{people, roles},
    testing, workflows,
};

/// Nothing of it is known to any page.
const LENDING: &str = r#"
workflow: lending
name: 设备借用
start: {by: borrower, given: {person: person, unit: unit}, to: filling}
participants:
  borrower: {account: person.account}
  keeper: {role: unit_reviewer, unit: unit.id}
  witness: {account: "'a05'"}
labels: {person: person.id, unit: unit.id}
form: {sections: {thing: {name: 设备, fields: {what: {name: 借什么, required: true}}}}}
states:
  filling:
    name: 填写中
    advice: {borrower: 写明借什么再提交}
    tasks: {fill: {name: 填写借用, for: borrower, edit: all, actions: {submit: {name: 提交, freeze: true, to: asked}}}}
  asked:
    name: 待答复
    tone: going
    advice: {borrower: 保管员两天内答复}
    tasks:
      answer:
        name: 答复借用
        for: keeper
        actions:
          lend: {name: 借出, tone: good, to: lent}
          line: {name: 排队}
          refuse: {name: 不借, tone: bad, ask: {reason: {name: 理由, required: true}}, to: refused}
  lent:
    name: 已借出
    tone: good
    advice: {borrower: 请在月底前归还}
    tasks:
      back: {name: 登记归还, for: keeper, optional: true, actions: {back: {name: 已归还, to: returned}}}
      see: {name: 见证, for: witness, optional: true, actions: {seen: {name: 见到了}}}
  refused: {name: 不借, tone: bad, end: true}
  returned: {name: 还清, end: true}
"#;

/// The program with that workflow over the demonstration's people.
struct World {
    app: App,
    site: Router,
    _folder: TempDir,
}

/// What a page answers.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    /// The page without what stands around it.
    main: String,
    /// The main navigation.
    navigation: String,
}

impl Answer {
    fn sees(&self, all: &[&str]) {
        for words in all {
            assert!(self.main.contains(words), "「{words}」 is missing: {}", self.main);
        }
    }

    fn misses(&self, all: &[&str]) {
        for words in all {
            assert!(!self.main.contains(words), "「{words}」 is there: {}", self.main);
        }
    }
}

impl World {
    async fn open() -> Self {
        Self::of(LENDING).await
    }

    async fn of(lending: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let texts = folder.path().join("workflows");
        let lending = ("lending.yaml".to_owned(), lending.to_owned());
        for (path, text) in workflows::shipped().files.into_iter().chain([lending]) {
            write(&texts.join(path), &text);
        }
        let app = testing::open_with(folder.path(), None, Some(&texts), Purpose::Demo).await;
        let app = app.unwrap();
        demo::import(&app).await.unwrap();
        Self { site: site(&app), app, _folder: folder }
    }

    async fn actor(&self, account: &str) -> Actor {
        let id = account.into();
        let roles = roles::of_account(&self.app.db, &id).await.unwrap();
        Actor::Account { id, roles, acting_for: None }
    }

    /// A case of somebody, still to be filled in.
    async fn begun(&self, account: &str) -> CaseId {
        let person = people::of_account(&self.app.db, &account.into()).await.unwrap().unwrap();
        let new = NewCase {
            workflow: "lending".into(),
            by: self.actor(account).await,
            given: [("person".into(), person.id), ("unit".into(), "U-LY-MS1".to_owned())].into(),
            asked: Default::default(),
            form: Default::default(),
            key: None,
        };
        self.app.runtime.start(new).await.unwrap().case
    }

    /// A case of somebody who asks for a thing.
    async fn asked(&self, account: &str, thing: &str) -> CaseId {
        let case = self.begun(account).await;
        let change = FormChange {
            section: "thing".into(),
            field: Some("what".into()),
            value: Value::from(thing),
        };
        let save = SaveRequest {
            case: case.clone(),
            revision: None,
            by: self.actor(account).await,
            task: "fill".into(),
            changes: vec![change],
            key: None,
        };
        self.app.runtime.save(save).await.unwrap();
        self.act(&case, account, "fill.submit").await;
        case
    }

    async fn act(&self, case: &CaseId, account: &str, what: &str) {
        let (task, action) = what.split_once('.').unwrap();
        let act = Act {
            by: self.actor(account).await,
            task: task.into(),
            action: action.into(),
            row: None,
            asked: Default::default(),
            changes: Vec::new(),
        };
        let request = ActRequest { case: case.clone(), revision: None, act, key: None };
        self.app.runtime.act(request).await.unwrap();
    }

    /// Nobody else holds a post in the units of somebody.
    async fn alone(&self, account: &str) {
        for held in roles::of_account(&self.app.db, &account.into()).await.unwrap() {
            for other in roles::in_unit(&self.app.db, &held.unit).await.unwrap() {
                let post = HeldRole { role: other.role.as_str().into(), unit: held.unit.clone() };
                if other.account_id != account {
                    let id = other.account_id.as_str().into();
                    roles::take(&self.app.db, &id, &post).await.unwrap();
                }
            }
        }
    }

    /// A job of a case that is tried no more.
    async fn give_up_a_job(&self) {
        const DEAD: &str = "INSERT INTO outbox (id, case_id, revision, kind, effect, created_at, \
                            due_at, attempts, token, status, error) \
                            VALUES (1, '', 0, 'document', '{}', 0, 0, 9, 9, 'dead', 'no font')";
        let given_up = async || -> Result<(), sqlx::Error> {
            in_transaction!(&self.app.db, connection => {
                sqlx::query(DEAD).execute(&mut *connection).await.map(|_| ())
            })
        };
        given_up().await.unwrap();
    }

    async fn cookie(&self, account: &str) -> String {
        let cookie = sign_in_as(&self.app, &account.into(), None).await.unwrap().cookie;
        cookie.split(';').next().unwrap_or_default().to_owned()
    }

    async fn get(&self, account: &str, path: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, self.cookie(account).await);
        self.answer(request.body(Body::empty()).unwrap()).await
    }

    /// What a form of a page sends.
    async fn post(&self, account: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let cookie = self.cookie(account).await;
        let session = cookie.split_once('=').unwrap().1;
        let token = FormToken::of(&self.app.secrets, session).masked();
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.append_pair("csrf", &token).extend_pairs(fields);
        let request = Request::post(path)
            .header(header::HOST, "zp:8080")
            .header(header::ORIGIN, "http://zp:8080")
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.answer(request.body(Body::from(body.finish())).unwrap()).await
    }

    async fn answer(&self, request: Request<Body>) -> Answer {
        let response = self.site.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let body = to_bytes(response.into_body(), 8 << 20).await.unwrap();
        let text = String::from_utf8_lossy(&body);
        let (around, rest) = text.split_once("<main").unwrap_or_default();
        let (main, _) = rest.split_once("</main>").unwrap_or((rest, ""));
        Answer { status, headers, main: main.to_owned(), navigation: around.to_owned() }
    }
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}
