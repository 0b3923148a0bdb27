//! Sessions, throttling and sign-in on both databases.

use axum::http::{HeaderMap, header};
use engine::calendar::Moment;

use super::{session, throttle::Subjects, *};
use crate::{
    app::{App, Purpose},
    records::accounts::{self, AccountStatus, NewAccount},
    secrets::SecretText,
    testing,
};

const RIGHT: &str = "Zhiping-2026";

async fn account(app: &App, login: &str, status: AccountStatus) {
    let password = app.passwords.hash(SecretText::from(RIGHT.to_owned())).await.unwrap();
    let new =
        NewAccount { id: login.into(), login, name: "测试一号", password: &password, status };
    assert!(accounts::insert(&app.db, &new, app.machine_clock.now()).await.unwrap());
}

async fn try_sign_in(app: &App, login: &str, password: &str) -> Result<SignedIn, SignInError> {
    let source = Source("192.0.2.1".to_owned());
    sign_in(app, login, SecretText::from(password.to_owned()), &source, None).await
}

fn with_cookie(cookie: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let pair = cookie.split(';').next().unwrap_or_default();
    headers.insert(header::COOKIE, pair.parse().unwrap());
    headers
}

async fn viewer(app: &App, cookie: &str) -> Option<Viewer> {
    Visitor::from_headers(app, &with_cookie(cookie)).await.viewer
}

#[tokio::test]
async fn a_session_begins_with_the_right_password_only() {
    for opened in testing::applications(Purpose::Real).await {
        let app = &opened.app;
        account(app, "a01", AccountStatus::Active).await;
        account(app, "locked", AccountStatus::Locked).await;
        for (login, password) in [("a01", "wrong"), ("nobody", RIGHT), ("locked", RIGHT)] {
            let error = try_sign_in(app, login, password).await.expect_err("no session");
            assert!(matches!(error, SignInError::Wrong), "{login}: {error:?}");
        }
        let signed_in = try_sign_in(app, " Ａ01", RIGHT).await.unwrap();
        assert!(signed_in.cookie.contains("HttpOnly; SameSite=Lax"));
        let viewer = viewer(app, &signed_in.cookie).await.unwrap();
        assert_eq!(viewer.account.as_str(), "a01");
        assert_eq!(viewer.registration, Registration::Complete);
        opened.close().await;
    }
}

#[tokio::test]
async fn signing_in_anew_ends_the_old_session_and_signing_out_the_new() {
    for opened in testing::applications(Purpose::Real).await {
        let app = &opened.app;
        account(app, "a01", AccountStatus::Active).await;
        let first = sign_in_as(app, &"a01".into(), None).await.unwrap().cookie;
        let old = viewer(app, &first).await.unwrap();
        let second = sign_in_as(app, &"a01".into(), Some(&old)).await.unwrap().cookie;
        assert_ne!(first, second);
        assert!(viewer(app, &first).await.is_none());
        let new = viewer(app, &second).await.unwrap();
        assert_ne!(old.form_token, new.form_token);
        let ended = sign_out(app, &new).await.unwrap();
        assert!(ended.contains("Max-Age=0"));
        assert!(viewer(app, &second).await.is_none());
        opened.close().await;
    }
}

#[tokio::test]
async fn a_session_runs_out_without_use_and_remembers_whose_it_was() {
    for opened in testing::applications(Purpose::Real).await {
        let app = &opened.app;
        account(app, "a01", AccountStatus::Active).await;
        let hash = |token: &str| app.secrets.hash(crate::secrets::Purpose::Session, token);
        let token = crate::secrets::random_token();
        let idle = i64::try_from(session::IDLE.as_millis()).unwrap();
        let begun = Moment(app.machine_clock.now().0 - idle - 1);
        let id = "a01".into();
        crate::records::sessions::begin(&app.db, &hash(&token), &id, None, begun).await.unwrap();
        let headers = with_cookie(&format!("zhiping={token}"));
        let visitor = Visitor::from_headers(app, &headers).await;
        assert!(visitor.viewer.is_none());
        assert_eq!(visitor.ran_out, Some(id));
        assert_eq!(visitor.form_token, FormToken::of(&app.secrets, &token));
        opened.close().await;
    }
}

#[tokio::test]
async fn cookies_that_are_not_ours_are_nobody() {
    for opened in testing::applications(Purpose::Real).await {
        let app = &opened.app;
        let forged = "0".repeat(64);
        for cookie in ["zhiping=", "zhiping=' OR 1=1", &format!("zhiping={forged}")] {
            assert!(viewer(app, cookie).await.is_none(), "{cookie}");
        }
        opened.close().await;
    }
}

#[tokio::test]
async fn too_many_failures_block_the_name_whether_it_exists_or_not() {
    for opened in testing::applications(Purpose::Real).await {
        let app = &opened.app;
        account(app, "a01", AccountStatus::Active).await;
        for login in ["a01", "nobody"] {
            let now = app.machine_clock.now();
            let subjects = Subjects::new(&app.secrets, login, "192.0.2.1");
            for _ in 0..5 {
                assert_eq!(subjects.blocked(&app.db, now).await.unwrap(), None);
                subjects.failed(&app.db, now).await.unwrap();
            }
            let error = try_sign_in(app, login, RIGHT).await.expect_err("blocked");
            assert!(matches!(error, SignInError::TooMany { seconds: 1..=900 }), "{error:?}");
            let later = Moment(now.0 + 15 * 60_000);
            assert_eq!(subjects.blocked(&app.db, later).await.unwrap(), None);
        }
        let other = Subjects::new(&app.secrets, "a02", "192.0.2.1");
        assert_eq!(other.blocked(&app.db, app.machine_clock.now()).await.unwrap(), None);
        opened.close().await;
    }
}

#[tokio::test]
async fn a_source_is_blocked_after_many_names() {
    for opened in testing::applications(Purpose::Real).await {
        let app = &opened.app;
        let now = app.machine_clock.now();
        for number in 0..50 {
            let subjects = Subjects::new(&app.secrets, &format!("n{number}"), "192.0.2.7");
            subjects.failed(&app.db, now).await.unwrap();
        }
        let fresh = Subjects::new(&app.secrets, "fresh", "192.0.2.7");
        assert!(fresh.blocked(&app.db, now).await.unwrap().is_some());
        let elsewhere = Subjects::new(&app.secrets, "fresh", "192.0.2.8");
        assert_eq!(elsewhere.blocked(&app.db, now).await.unwrap(), None);
        opened.close().await;
    }
}
