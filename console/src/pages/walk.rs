//! Walks every page of a case for everybody who could come by, at every stage of its way: what each may
//! open is one table. One small workflow over the demonstration's people; the policy is that of all.

mod failed_jobs;
mod nobody;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use engine::{
    decision::{Act, Actor, FormChange, HeldRole},
    expression::Value,
    names::{AccountId, CaseId},
    runtime::{ActRequest, NewCase, SaveRequest},
};
use tower::ServiceExt as _;

use super::site;
use crate::{
    app::{App, Purpose},
    demo,
    files::Made,
    identity::sign_in_as,
    records::roles,
    testing, workflows,
};

/// A declaration in small: the unit, a title office, experts, experts who may not know whose it is, the
/// end.
const WALK: &str = r#"
workflow: walk
name: 试走
start: {by: applicant, given: {person: person, unit: unit}, to: draft}
participants:
  applicant: {account: person.account, unnamed_to: [juror]}
  unit: {role: unit_reviewer, unit: unit.id, unnamed_to: [juror]}
  office: {role: title_reviewer, unit: "'U-HF-HRSS'"}
  judge: {each: judges, unnamed_to: [applicant]}
  juror: {each: jurors, sees: [work], unnamed_to: [applicant]}
vars: {judges: {type: list of text, is: [e01, e02]}, jurors: {type: list of text, is: [e05]}, reached: {type: list of post}}
readers: reached
labels: {person: person.id, person_name: person.name, unit: unit.id}
form: {sections: {basic: {name: 情况, fields: {mobile: {name: 手机号码, format: mobile}, proof: {name: 证明, type: files}}}, work: {name: 业绩, fields: {title: {name: 题目}}}}}
documents: {sheet: {name: 单据, sheet: [{text: "{person.name}"}]}}
states:
  draft:
    name: 填报
    tasks: {fill: {name: 填报, for: applicant, edit: all, actions: {submit: {name: 提交, freeze: true, document: sheet, to: pending}}}}
  pending:
    name: 待单位审核
    tasks: {review: {name: 审核, for: unit, actions: {pass: {name: 同意, ask: {opinion: {name: 意见}}, to: arrived}}}}
  arrived:
    name: 待职称管理部门审核
    enter: {set: {reached: "[{role: 'title_reviewer', unit: 'U-HF-HRSS'}]"}}
    tasks: {check: {name: 审核, for: office, actions: {pass: {name: 同意, to: judging}}}}
  judging:
    name: 评议中
    tasks: {advise: {name: 评议, for: judge, actions: {give: {name: 评议, ask: {text: {name: 评议意见}}}}}}
    choose: {all: {when: advise.closed, to: blind}}
  blind:
    name: 匿名评审中
    tasks: {mark: {name: 评分, for: juror, actions: {give: {name: 评分, ask: {text: {name: 评语}}}}}}
    choose: {all: {when: mark.closed, to: over}}
  over: {name: 结束, end: true}
"#;

/// Who comes by: account, and what it is to the case.
const PEOPLE: [(&str, &str); 13] = [
    ("a01", "the applicant"),
    ("a02", "another applicant"),
    ("r01", "the reviewer of the unit"),
    ("r05", "another reviewer of the unit"),
    ("r02", "a reviewer of another unit"),
    ("t01", "the title office"),
    ("t02", "another title office"),
    ("e01", "an expert who judges it"),
    ("e03", "another expert"),
    ("e05", "an expert who may not know whose it is"),
    ("s01", "the system administrator"),
    ("s02", "the security administrator"),
    ("s03", "the auditor"),
];

/// What is asked for at each stage, one letter for each page: page of the case, its document, its file,
/// its form to edit. F in full, M with the number masked, - not there.
#[rustfmt::skip]
const EXPECTED: [(&str, [&str; 13]); 6] = [
    //           a01     a02     r01     r05     r02     t01     t02     e01     e03     e05     s01     s02     s03
    ("draft",   ["F-FF", "----", "----", "----", "----", "----", "----", "----", "----", "----", "----", "----", "----"]),
    ("pending", ["FFF-", "----", "FFF-", "FFF-", "----", "----", "----", "----", "----", "----", "----", "----", "M---"]),
    ("arrived", ["FFF-", "----", "FFF-", "FFF-", "----", "FFF-", "----", "----", "----", "----", "----", "----", "M---"]),
    ("judging", ["FFF-", "----", "FFF-", "FFF-", "----", "FFF-", "----", "FFF-", "----", "----", "----", "----", "M---"]),
    // Neither documents nor files for those who may not know whose it is.
    ("blind",   ["FFF-", "----", "FFF-", "FFF-", "----", "FFF-", "----", "----", "----", "F---", "----", "----", "M---"]),
    // The experts' window is over; who once had it in the office keeps it.
    ("over",    ["FFF-", "----", "FFF-", "FFF-", "----", "FFF-", "----", "----", "----", "----", "----", "----", "M---"]),
];

const MOBILE: &str = "19900000777";

struct Walk {
    app: App,
    site: Router,
    cookies: Vec<String>,
    case: CaseId,
    file: String,
}

impl Walk {
    async fn actor(&self, account: &str) -> Actor {
        actor(&self.app, account).await
    }

    async fn act(&self, account: &str, task: &str, action: &str, asked: &[(&str, &str)]) {
        let asked = asked.iter().map(|(name, text)| ((*name).to_owned(), Value::from(*text)));
        let act = Act {
            by: self.actor(account).await,
            task: task.into(),
            action: action.into(),
            row: ["advise", "mark"].contains(&task).then(|| account.to_owned()),
            asked: asked.collect(),
            changes: Vec::new(),
        };
        let request = ActRequest { case: self.case.clone(), revision: None, act, key: None };
        self.app.runtime.act(request).await.unwrap_or_else(|why| panic!("{task}.{action}: {why}"));
    }

    /// What one of them sees at an address.
    async fn look(&self, cookie: &str, path: &str) -> char {
        let request = Request::get(path).header(header::COOKIE, cookie);
        let request = request.body(Body::empty()).unwrap();
        let response = self.site.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 8 << 20).await.unwrap();
        let text = String::from_utf8_lossy(&body);
        match status {
            StatusCode::NOT_FOUND => '-',
            StatusCode::SEE_OTHER => '-',
            // A document without a font on this machine is there all the same.
            StatusCode::OK | StatusCode::UNPROCESSABLE_ENTITY => {
                if text.contains("199****0777") {
                    'M'
                } else {
                    'F'
                }
            }
            other => panic!("{path}: {other}"),
        }
    }

    /// The answer to one of them: its status, and the page without what stands around it.
    async fn read(&self, account: &str, path: &str) -> (StatusCode, String) {
        self.get(Some(self.cookie(account)), path).await
    }

    fn cookie(&self, account: &str) -> &str {
        let place = PEOPLE.iter().position(|(of, _)| *of == account).unwrap();
        &self.cookies[place]
    }

    async fn get(&self, cookie: Option<&str>, path: &str) -> (StatusCode, String) {
        let mut request = Request::get(path);
        if let Some(cookie) = cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let request = request.body(Body::empty()).unwrap();
        let response = self.site.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 8 << 20).await.unwrap();
        let text = String::from_utf8_lossy(&body).into_owned();
        (status, text.split("<main").nth(1).unwrap_or_default().to_owned())
    }

    async fn stage(&self, name: &str, expected: [&str; 13]) {
        let case = self.case.as_str();
        let paths = [
            format!("/cases/{case}"),
            format!("/cases/{case}/documents/sheet"),
            format!("/files/{}", self.file),
            format!("/cases/{case}/edit"),
        ];
        for (((account, who), cookie), expected) in PEOPLE.iter().zip(&self.cookies).zip(expected) {
            let mut seen = String::new();
            for path in &paths {
                seen.push(self.look(cookie, path).await);
            }
            assert_eq!(seen, expected, "{name}: {account}, {who}");
        }
    }
}

async fn actor(app: &App, account: &str) -> Actor {
    let id = AccountId::from(account);
    let roles: Vec<HeldRole> = roles::of_account(&app.db, &id).await.unwrap();
    Actor::Account { id, roles, acting_for: None }
}

async fn begin(app: App) -> Walk {
    let mut cookies = Vec::new();
    for (account, _) in PEOPLE {
        let cookie = sign_in_as(&app, &account.into(), None).await.unwrap().cookie;
        cookies.push(cookie.split(';').next().unwrap_or_default().to_owned());
    }
    let by = actor(&app, "a01").await;
    let person = crate::records::people::of_account(&app.db, &"a01".into()).await.unwrap().unwrap();
    let given = [("person".into(), person.id), ("unit".into(), "U-LY-MS1".to_owned())].into();
    let new = NewCase {
        workflow: "walk".into(),
        by: by.clone(),
        given,
        asked: Default::default(),
        form: Default::default(),
        key: None,
    };
    let case = app.runtime.start(new).await.unwrap().case;
    let made =
        Made { id: "walk-file", account: &"".into(), name: "证明.txt", media_type: "text/plain" };
    let file = app.files.keep_made(made, b"proof".as_slice().into()).await.unwrap();
    app.files.keep(&"".into(), std::slice::from_ref(&file.id), Some(&case)).await.unwrap();
    let change = FormChange {
        section: "basic".into(),
        field: Some("mobile".into()),
        value: Value::from(MOBILE),
    };
    let save = SaveRequest {
        case: case.clone(),
        revision: None,
        by,
        task: "fill".into(),
        changes: vec![change],
        key: None,
    };
    app.runtime.save(save).await.unwrap();
    Walk { site: site(&app), app, cookies, case, file: file.id }
}

#[tokio::test]
async fn everybody_sees_what_the_policy_says_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let texts = folder.path().join("workflows");
    for (path, text) in
        workflows::shipped().files.into_iter().chain([("walk.yaml".to_owned(), WALK.to_owned())])
    {
        let path = texts.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let app = testing::open_with(folder.path(), None, Some(&texts), Purpose::Demo).await.unwrap();
    demo::import(&app).await.unwrap();
    let walk = begin(app).await;
    for (stage, expected) in EXPECTED {
        walk.stage(stage, expected).await;
        match stage {
            "draft" => walk.act("a01", "fill", "submit", &[]).await,
            "pending" => walk.act("r01", "review", "pass", &[("opinion", "同意推荐")]).await,
            "arrived" => walk.act("t01", "check", "pass", &[]).await,
            "judging" => {
                walk.act("e01", "advise", "give", &[("text", "业绩突出")]).await;
                opinions(&walk).await;
                walk.act("e02", "advise", "give", &[("text", "达到条件")]).await;
            }
            "blind" => {
                nameless(&walk).await;
                walk.act("e05", "mark", "give", &[("text", "可以")]).await;
            }
            _ => {}
        }
    }
    listed(&walk).await;
    strangers(&walk).await;
    pages_of_administrators(&walk).await;
    failed_jobs::tried_again(&walk).await;
    nobody::is_shown(&walk).await;
    walk.app.close().await;
}

/// An expert reads the own opinion only, the applicant that of the unit and no expert's, the office
/// none that was given after its own; the unit and the auditor read all.
async fn opinions(walk: &Walk) {
    let path = format!("/cases/{}", walk.case);
    let read = async |account: &str| {
        let (_, text) = walk.read(account, &path).await;
        (text.contains("同意推荐"), text.contains("业绩突出"))
    };
    assert_eq!(read("e01").await, (false, true));
    assert_eq!(read("a01").await, (true, false));
    assert_eq!(read("t01").await, (true, false));
    assert_eq!(read("r05").await, (true, true));
    assert_eq!(read("s03").await, (true, true));
}

/// Whoever may not know whose it is reads the section that is for them, and no name anywhere: not in
/// the case, not in the queue, and not of the unit.
async fn nameless(walk: &Walk) {
    let task = format!("/tasks/{}~mark~e05", walk.case);
    for path in [format!("/cases/{}", walk.case), task, "/tasks".to_owned(), "/".to_owned()] {
        let (status, text) = walk.read("e05", &path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        for name in ["测试一号", "第九十九中学", "示例审核", MOBILE, "199****0777"] {
            assert!(!text.contains(name), "「{name}」 is on {path}");
        }
    }
    let (_, text) = walk.read("e05", &format!("/cases/{}", walk.case)).await;
    assert!(text.contains("题目") && !text.contains("手机号码"), "only the section for them");
    let (_, text) = walk.read("r01", &format!("/cases/{}", walk.case)).await;
    assert!(text.contains("测试一号"), "the unit knows");
}

/// Every route that answers to GET, with what belongs to the case in the places of its parameters.
fn routes_of_the_site(walk: &Walk) -> Vec<String> {
    let fixed = crate::routes::fixed();
    let patterns = include_str!("../pages.rs").split(".route(").skip(1).map(|rest| {
        let first = rest.split(',').next().unwrap_or_default().trim();
        match first.strip_prefix("routes::") {
            Some(name) => fixed[name.to_lowercase().as_str()].to_owned(),
            None => first.trim_matches('"').to_owned(),
        }
    });
    let fill = |pattern: String| {
        let id = match pattern.split('/').nth(1) {
            Some("files") => walk.file.as_str(),
            Some("admin" | "plans") => "a01",
            _ => walk.case.as_str(),
        };
        let id = if pattern.starts_with("/tasks/{id}") { format!("{id}~check") } else { id.into() };
        let pattern = pattern.replace("{id}", &id).replace("{name}", "sheet");
        let pattern = pattern.replace("{task}", "check").replace("{action}", "pass");
        pattern.replace("{workflow}", "walk").replace("{kind}", "honour").replace("{key}", "basic")
    };
    patterns.map(fill).collect()
}

/// Every route, for a visitor without an account and for those whom the case does not concern: the
/// first comes to the sign-in page everywhere but at what is for everybody, the others find nothing
/// of the case at all.
async fn strangers(walk: &Walk) {
    // The settings of somebody without an account are the look of the pages.
    const FOR_EVERYBODY: [&str; 7] =
        ["/", "/login", "/help", "/verify", "/publicity", "/accessibility", "/me/settings"];
    for path in routes_of_the_site(walk) {
        let (status, _) = walk.get(None, &path).await;
        let is_open = FOR_EVERYBODY.contains(&path.as_str());
        assert_eq!(status == StatusCode::OK, is_open, "{path} without an account: {status}");
        let is_of_case = path.contains(walk.case.as_str()) || path.contains(&walk.file);
        for stranger in ["a02", "r02", "t02", "e03", "s01", "s02"] {
            let (status, text) = walk.read(stranger, &path).await;
            assert!(!status.is_server_error(), "{path} for {stranger}: {status}");
            assert!(!is_of_case || status != StatusCode::OK, "{path} is there for {stranger}");
            let leads = !is_of_case && text.contains(walk.case.as_str());
            assert!(!leads, "{path} leads {stranger} to the case");
        }
    }
}

/// The list of what has come to one's posts holds the case for the office alone.
async fn listed(walk: &Walk) {
    let mut seen = Vec::new();
    for (account, _) in PEOPLE {
        let (_, text) = walk.read(account, crate::routes::CASES).await;
        if text.contains(walk.case.as_str()) {
            seen.push(account);
        }
    }
    assert_eq!(seen, ["t01"]);
}

/// What belongs to no case: accounts, workflows, jobs, the unit; and what is for everybody.
async fn pages_of_administrators(walk: &Walk) {
    let expected = [
        ("/admin/users", "s01 s02"),
        ("/admin/users/new", "s01"),
        ("/admin/workflows", "s01"),
        ("/admin/jobs", "s01"),
        ("/unit", "r01 r05 r02"),
    ];
    for (path, may) in expected {
        let mut seen = Vec::new();
        for ((account, _), cookie) in PEOPLE.iter().zip(&walk.cookies) {
            let request = Request::get(path).header(header::COOKIE, cookie);
            let request = request.body(Body::empty()).unwrap();
            let status = walk.site.clone().oneshot(request).await.unwrap().status();
            if status == StatusCode::OK {
                seen.push(*account);
            }
        }
        assert_eq!(seen.join(" "), may, "{path}");
    }
    for path in ["/verify", "/publicity", "/help"] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let status = walk.site.clone().oneshot(request).await.unwrap().status();
        assert_eq!(status, StatusCode::OK, "{path} without an account");
    }
}
