//! Signing on through a gateway that these tests play.

use std::collections::BTreeMap;

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
    response::Response,
};
use tower::ServiceExt as _;
use url::Url;

use crate::{
    app::{App, Purpose},
    identity::sign_on::Said,
    pages::site,
    testing,
};

const KEY: &str = "a key that only the gateway knows";

async fn get(app: &App, path: &str, cookies: &str) -> Response {
    let request = Request::get(path).header(header::COOKIE, cookies);
    site(app).oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

fn cookie(response: &Response, name: &str) -> String {
    let cookies = response.headers().get_all(header::SET_COOKIE).iter();
    let mut cookies = cookies.filter_map(|value| value.to_str().ok()?.split(';').next());
    let start = format!("{name}=");
    cookies.find(|pair| pair.starts_with(&start)).expect("a cookie").to_owned()
}

fn location(response: &Response) -> String {
    response.headers()[header::LOCATION].to_str().unwrap().to_owned()
}

async fn text(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What the gateway is asked when somebody follows the link of the sign-in page.
async fn asked(app: &App, visit: &str, path: &str) -> BTreeMap<String, String> {
    let to = Url::parse(&location(&get(app, path, visit).await)).unwrap();
    assert_eq!(to.host_str(), Some("gateway.example"));
    to.query_pairs().into_owned().collect()
}

/// Comes back with what the gateway says.
async fn back(app: &App, visit: &str, said: &Said) -> Response {
    let at = said.at.to_string();
    let parameters = [
        ("subject", said.subject.as_str()),
        ("name", &said.name),
        ("state", &said.state),
        ("at", &at),
        ("signature", &said.signature),
        ("next", "/library"),
    ];
    get(app, &crate::routes::with_query("/login/external/back", &parameters), visit).await
}

/// Registers without a unit: the account is complete, and a unit can be asked for later.
async fn registers_without_a_unit(app: &App, session: &str) {
    let page = text(get(app, "/register", session).await).await;
    let token = page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let fields = [
        ("csrf", token.expect("a token")),
        ("name", "测试二十号"),
        ("id_number", "990101199202089034"),
        ("mobile", "19900001020"),
        ("address", "示例市示例路 20 号"),
        ("bind", "no"),
        ("do", "submit"),
    ];
    let body = crate::routes::with_query("", &fields);
    let request = Request::post("/register")
        .header(header::HOST, "127.0.0.1:8080")
        .header(header::COOKIE, session)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body.trim_start_matches('?').to_owned()));
    let response = site(app).oneshot(request.unwrap()).await.unwrap();
    let status = response.status();
    assert_eq!(status, StatusCode::SEE_OTHER, "{}", text(response).await);
    assert_eq!(get(app, "/plans", session).await.status(), StatusCode::OK);
    let unit = text(get(app, "/me/unit", session).await).await;
    assert!(unit.contains("没有绑定单位") && unit.contains("查找单位"), "{unit}");
}

/// R1, R2, R3, R4, R8
#[tokio::test]
async fn people_sign_on_elsewhere_and_register_here_once() {
    for database in testing::databases().await {
        let folder = tempfile::tempdir().unwrap();
        let more = [
            ("ZHIPING_SIGN_ON", "https://gateway.example/sign-on?from=zhiping"),
            ("ZHIPING_SIGN_ON_KEY", KEY),
            ("ZHIPING_PASSWORD_LOGIN", "off"),
        ];
        let app = testing::open_set(folder.path(), database.as_deref(), &more, Purpose::Real);
        let app = app.await.unwrap();
        let home = text(get(&app, "/", "").await).await;
        let mut entries = home.split("<a href=\"/login\">");
        assert!(entries.any(|words| words.starts_with("职称申报<")), "the entry: {home}");
        let page = get(&app, "/login", "").await;
        let visit = cookie(&page, "zhiping_visit");
        let page = text(page).await;
        for words in ["个人登录", "单位登录", "去政务服务网登录", "注册"] {
            assert!(page.contains(words), "no {words}: {page}");
        }
        assert!(!page.contains("name=\"password\""), "passwords do not sign in here");
        let registers = asked(&app, &visit, "/login/external?register=yes").await;
        assert_eq!(registers["register"], "yes");

        let asked = asked(&app, &visit, "/login/external?next=%2Flibrary").await;
        assert!(asked["back"].ends_with("/login/external/back?next=%2Flibrary"), "{asked:?}");
        let sign_on = app.config.sign_on.clone().unwrap();
        let mut said = Said {
            subject: "330001".to_owned(),
            name: "测试二十号".to_owned(),
            state: asked["state"].clone(),
            at: app.machine_clock.now().0,
            ..Said::default()
        };
        said.signature = sign_on.signature(&said);
        refuses_what_is_forged(&app, &visit, &said).await;
        let response = back(&app, &visit, &said).await;
        assert_eq!(
            (response.status(), location(&response)),
            (StatusCode::SEE_OTHER, "/library".into())
        );
        let session = cookie(&response, "zhiping");
        let library = get(&app, "/library", &session).await;
        assert_eq!(location(&library), "/register", "whoever comes first registers first");
        registers_without_a_unit(&app, &session).await;
        // The same person again is the same account.
        back(&app, &visit, &said).await;
        let count: i64 = engine::on_reader!(&app.db, reader => {
            sqlx::query_scalar("SELECT COUNT(*) FROM accounts").fetch_one(reader).await
        })
        .unwrap();
        assert_eq!(count, 1);
        app.close().await;
    }
}

async fn refuses_what_is_forged(app: &App, visit: &str, said: &Said) {
    let sign_on = app.config.sign_on.clone().unwrap();
    let signed = |mut said: Said| {
        said.signature = sign_on.signature(&said);
        said
    };
    let forged = [
        Said { subject: "330002".to_owned(), ..said.clone() },
        Said { signature: String::new(), ..said.clone() },
        signed(Said { at: said.at - 6 * 60_000, ..said.clone() }),
        signed(Said { at: said.at + 60_000, ..said.clone() }),
        signed(Said { state: "00".repeat(128), ..said.clone() }),
        signed(Said { subject: String::new(), ..said.clone() }),
        signed(Said { name: "甲\n乙".to_owned(), ..said.clone() }),
    ];
    for said in forged {
        let response = back(app, visit, &said).await;
        assert!(location(&response).starts_with("/login"), "{said:?}");
    }
    // Another browser did not ask.
    let response = back(app, &format!("zhiping_visit={}", "a".repeat(64)), said).await;
    assert!(location(&response).starts_with("/login"));
}
