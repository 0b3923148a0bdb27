//! Signing in: password form, external sign-on where it is configured, and in demo mode the
//! accounts of the demonstration by role.

use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse as _, Redirect, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    Chrome, DemoPerson, Errors, Failure, Field, Flash, Page, Template, Tone, demo, done, render,
    settings::bring_looks,
};
use crate::{
    app::App,
    demo::PASSWORD,
    identity::{SignInError, SignedIn, Source, Viewer, session::set_cookie, sign_in, sign_out},
    routes,
    secrets::SecretText,
    template,
};

/// The sign-in page.
#[derive(Debug, Serialize)]
pub struct LoginPage {
    /// Where to go then.
    pub next: String,
    /// Account and password.
    pub fields: Vec<Field>,
    /// What is wrong.
    pub errors: Errors,
    /// Where people sign on with an account of elsewhere, and where they register there.
    pub external: Option<(String, String)>,
    /// Whether passwords of this installation sign in.
    pub has_password: bool,
    /// The demo accounts to begin with, by role.
    pub demo: Vec<DemoPerson>,
    /// All others.
    pub more: Vec<DemoPerson>,
    /// The password of every demo account.
    pub demo_password: &'static str,
}

/// The accounts of the demonstration that the tour of the README begins with.
const TOURING: [&str; 8] = ["a02", "a15", "a19", "r02", "r05", "e30", "e31", "e32"];

impl LoginPage {
    /// The page with what was typed; never the password.
    pub fn new(next: &str, account: &str, errors: Errors) -> Self {
        let fields = vec![
            Field::text("account", "账号或手机号", account)
                .required()
                .entry("w14", "username", "")
                .checked(&errors),
            Field::input("password", "password", "密码", "")
                .required()
                .entry("w14", "current-password", "")
                .checked(&errors),
        ];
        let next = next.to_owned();
        Self {
            next,
            fields,
            errors,
            external: None,
            has_password: true,
            demo: Vec::new(),
            more: Vec::new(),
            demo_password: PASSWORD,
        }
    }

    /// With the ways to sign in that this installation has.
    #[must_use]
    pub fn with_ways(mut self, app: &App) -> Self {
        let ask = |register| {
            routes::with_query(routes::SIGN_ON, &[("next", &self.next), ("register", register)])
        };
        self.external = app.config.sign_on.as_ref().map(|_| (ask(""), ask("yes")));
        self.has_password = app.config.password_login;
        self
    }

    /// With the demo accounts: the first of each role and those of the tour, then the others.
    #[must_use]
    pub fn with_demo(mut self, people: Vec<DemoPerson>) -> Self {
        for person in people {
            let is_first = !self.demo.iter().any(|first| first.role == person.role);
            if !is_first && !TOURING.contains(&person.account.as_str()) {
                self.more.push(person);
            } else {
                self.demo.push(person);
            }
        }
        self
    }
}

/// What the sign-in form sends.
#[derive(Debug, Deserialize)]
pub struct LoginForm {
    #[serde(default)]
    account: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// Where to go after signing in.
#[derive(Debug, Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// The page; whoever is signed in goes on at once.
///
/// # Errors
/// When the database does not answer.
pub async fn show(
    State(app): State<App>,
    viewer: Option<Viewer>,
    chrome: Chrome,
    Query(query): Query<Next>,
) -> Result<Response, Failure> {
    if viewer.is_some() {
        return Ok(Redirect::to(routes::inside(&query.next)).into_response());
    }
    let page = LoginPage::new(&query.next, "", Errors::none()).with_ways(&app);
    Ok(render(&chrome, &page.with_demo(demo::people(&app).await?)))
}

/// Signs in.
///
/// # Errors
/// After too many attempts, or when the database does not answer.
pub async fn submit(
    State(app): State<App>,
    viewer: Option<Viewer>,
    chrome: Chrome,
    source: Source,
    Form(form): Form<LoginForm>,
) -> Result<Response, Failure> {
    if !app.config.password_login {
        let say = "这里不用密码登录，请用政务服务网账号登录。";
        return Err(Failure::Forbidden(say.to_owned()));
    }
    let password = SecretText::from(form.password);
    match sign_in(&app, &form.account, password, &source, viewer.as_ref()).await {
        Ok(signed_in) => signed_in_response(&app, &signed_in, &form.next).await,
        Err(SignInError::Wrong) => {
            let mut errors = Errors::none();
            errors.add("account", "账号或密码不正确，请重新输入");
            let page = LoginPage::new(&form.next, &form.account, errors).with_ways(&app);
            Ok(render(&chrome, &page.with_demo(demo::people(&app).await?)))
        }
        Err(SignInError::TooMany { seconds }) => Err(Failure::TooMany { seconds }),
        Err(SignInError::Database(error)) => Err(error.into()),
    }
}

/// Goes on with the session's cookie, and with the looks of the account.
pub(super) async fn signed_in_response(
    app: &App,
    signed_in: &SignedIn,
    next: &str,
) -> Result<Response, Failure> {
    let mut response = Redirect::to(routes::inside(next)).into_response();
    set_cookie(&mut response, &signed_in.cookie);
    bring_looks(app, &signed_in.account, &mut response).await?;
    Ok(response)
}

/// Signs out.
///
/// # Errors
/// When the database does not answer.
pub async fn leave(State(app): State<App>, viewer: Option<Viewer>) -> Result<Response, Failure> {
    let mut response = done(routes::LOGIN, &Flash::new(Tone::Ok, "您已退出。"));
    if let Some(viewer) = viewer {
        set_cookie(&mut response, &sign_out(&app, &viewer).await?);
    }
    Ok(response)
}

impl Page for LoginPage {
    const TEMPLATE: Template = template!("login");

    fn title(&self) -> String {
        "登录".to_owned()
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        let mut people = DemoPerson::samples();
        people.push(DemoPerson {
            account: "A02".to_owned(),
            name: "测试二号".to_owned(),
            ..people[0].clone()
        });
        let mut errors = Errors::none();
        errors.say("账号或密码不对，请重新输入");
        let mut external = Self::new("/me", "", Errors::none());
        external.external =
            Some(("/login/external".to_owned(), "/login/external?register=yes".to_owned()));
        let mut only = Self::new("/", "", Errors::none());
        only.external.clone_from(&external.external);
        only.has_password = false;
        vec![
            Self::new("/library", "", Errors::none()).with_demo(people),
            Self::new("/", "A01", errors),
            external,
            only,
        ]
    }
}
