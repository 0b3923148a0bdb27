//! Opening the application, and the layers around its routes.

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
    response::Response,
    routing::{get, post},
};
use tower::ServiceExt as _;

use super::{serve::layered, *};
use crate::{
    identity::{ForgedForm, Kept, Viewer, sign_in_as},
    records::accounts::{self, AccountStatus, NewAccount},
    testing,
};

async fn with_account(app: &App, status: AccountStatus) -> String {
    let id = engine::names::AccountId::from("a01");
    let new =
        NewAccount { id: id.clone(), login: "a01", name: "测试一号", password: "", status };
    accounts::insert(&app.db, &new, app.machine_clock.now()).await.unwrap();
    let cookie = sign_in_as(app, &id, None).await.unwrap().cookie;
    cookie.split(';').next().unwrap_or_default().to_owned()
}

fn router(app: &App) -> Router {
    let name = get(|viewer: Viewer| async move { viewer.name });
    let echo = post(|_: Viewer, body: String| async move { body });
    let kept = get(|Kept(fields): Kept| async move { format!("{fields:?}") });
    let routes = Router::new().route("/me", name).route("/echo", echo).route("/kept", kept);
    layered(app, routes.route("/register", get(|| async { "register" })))
}

async fn send(app: &App, request: Request<Body>) -> Response {
    router(app).oneshot(request).await.unwrap()
}

fn location(response: &Response) -> &str {
    response.headers().get(header::LOCATION).unwrap().to_str().unwrap()
}

fn form(cookie: &str, body: String) -> axum::http::request::Builder {
    let _ = body;
    Request::post("/echo")
        .header(header::HOST, "zp:8080")
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
}

fn token(app: &App, cookie: &str) -> String {
    let token = cookie.strip_prefix("zhiping=").unwrap();
    crate::identity::FormToken::of(&app.secrets, token).masked()
}

#[tokio::test]
async fn a_folder_keeps_its_purpose_and_its_key() {
    for database in testing::databases().await {
        let folder = tempfile::tempdir().unwrap();
        let open = async |purpose| testing::open(folder.path(), database.as_deref(), purpose).await;
        let app = open(Purpose::Demo).await.unwrap();
        app.close().await;
        assert!(matches!(open(Purpose::Real).await, Err(OpenError::IsDemo)));
        open(Purpose::Demo).await.unwrap().close().await;
        std::fs::remove_file(folder.path().join("key")).unwrap();
        assert!(matches!(open(Purpose::Demo).await, Err(OpenError::OtherKey)));
    }
}

#[tokio::test]
async fn without_a_session_one_is_sent_to_sign_in_and_back() {
    for opened in testing::applications(Purpose::Real).await {
        let request = Request::get("/me?tab=1").body(Body::empty()).unwrap();
        let response = send(&opened.app, request).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        assert_eq!(location(&response), "/login?next=%2Fme%3Ftab%3D1");
        let visit = response.headers().get(header::SET_COOKIE).unwrap().to_str().unwrap();
        assert!(visit.starts_with("zhiping_visit="));
        opened.close().await;
    }
}

#[tokio::test]
async fn every_answer_has_the_headers_that_protect() {
    for opened in testing::applications(Purpose::Real).await {
        let request = Request::get("/healthz").body(Body::empty()).unwrap();
        let response = send(&opened.app, request).await;
        assert_eq!(response.status(), StatusCode::OK);
        let policy = response.headers().get(header::CONTENT_SECURITY_POLICY).unwrap();
        assert!(!policy.to_str().unwrap().contains("unsafe-inline"));
        for name in ["x-content-type-options", "x-frame-options", "referrer-policy"] {
            assert!(response.headers().contains_key(name), "{name}");
        }
        opened.close().await;
    }
}

#[tokio::test]
async fn half_registered_accounts_reach_the_registration_only() {
    for opened in testing::applications(Purpose::Real).await {
        let app = &opened.app;
        let cookie = with_account(app, AccountStatus::HalfRegistered).await;
        let ask = async |path: &str| {
            let request = Request::get(path).header(header::COOKIE, &cookie);
            send(app, request.body(Body::empty()).unwrap()).await
        };
        for path in ["/me", "/", "/nowhere", "/registered"] {
            let response = ask(path).await;
            assert_eq!(response.status(), StatusCode::SEE_OTHER, "{path}");
            assert_eq!(location(&response), "/register");
        }
        assert_eq!(ask("/register").await.status(), StatusCode::OK);
        opened.close().await;
    }
}

#[tokio::test]
async fn a_form_needs_its_token_and_its_origin() {
    for opened in testing::applications(Purpose::Real).await {
        let app = &opened.app;
        let cookie = with_account(app, AccountStatus::Active).await;
        let body = format!("note=%E4%B8%AD&csrf={}", token(app, &cookie));
        let request = |body: &str| form(&cookie, body.to_owned());
        let right = request(&body).header(header::ORIGIN, "http://zp:8080");
        let response = send(app, right.body(Body::from(body.clone())).unwrap()).await;
        assert_eq!(response.status(), StatusCode::OK);

        let missing = request("note=a").body(Body::from("note=a+b")).unwrap();
        let response = send(app, missing).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        let forged = response.extensions().get::<ForgedForm>().unwrap();
        assert_eq!(forged.fields, [("note".to_owned(), "a b".to_owned())]);
        assert!(forged.is_own_site);

        for origin in ["http://evil.example", "null", "http://zp:9090"] {
            let foreign = request(&body).header(header::ORIGIN, origin);
            let response = send(app, foreign.body(Body::from(body.clone())).unwrap()).await;
            assert_eq!(response.status(), StatusCode::FORBIDDEN, "{origin}");
            assert!(!response.extensions().get::<ForgedForm>().unwrap().is_own_site);
        }
        opened.close().await;
    }
}

#[tokio::test]
async fn a_form_sent_after_the_session_ran_out_is_kept_for_its_sender() {
    for opened in testing::applications(Purpose::Real).await {
        let app = &opened.app;
        let cookie = with_account(app, AccountStatus::Active).await;
        let body = format!("note=%E4%B8%AD&csrf={}", token(app, &cookie));
        let session = app
            .secrets
            .hash(crate::secrets::Purpose::Session, cookie.strip_prefix("zhiping=").unwrap());
        let now = app.machine_clock.now();
        crate::records::sessions::end(&app.db, &session, now).await.unwrap();
        let late = form(&cookie, body.clone()).header(header::REFERER, "http://zp:8080/kept?a=1");
        let response = send(app, late.body(Body::from(body)).unwrap()).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        let next = location(&response).strip_prefix("/login?next=").unwrap();
        let pair = format!("n={next}");
        let (_, next) = url::form_urlencoded::parse(pair.as_bytes()).next().unwrap();
        assert!(next.starts_with("/kept?a=1&kept="), "{next}");

        let see = async |cookie: &str| {
            let request = Request::get(next.as_ref()).header(header::COOKIE, cookie);
            let response = send(app, request.body(Body::empty()).unwrap()).await;
            let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
            String::from_utf8(bytes.to_vec()).unwrap()
        };
        let again = sign_in_as(app, &"a01".into(), None).await.unwrap().cookie;
        let again = again.split(';').next().unwrap();
        assert_eq!(see(again).await, r#"Some([("note", "中")])"#);
        assert_eq!(see("zhiping=").await, "None");
        opened.close().await;
    }
}
