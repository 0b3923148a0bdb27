//! 修改密码: everybody changes their own; whoever has one from an administrator does so before anything
//! else.

use axum::{Form, extract::State, response::Response};
use serde::{Deserialize, Serialize};

use super::{
    Chrome, Crumb, Errors, Failure, Field, Flash, Page, Template, Tone, done, render, users,
};
use crate::{
    app::App,
    identity::{Source, Viewer, password, throttle::Subjects},
    records::accounts,
    routes,
    secrets::SecretText,
    template,
};

/// The form.
#[derive(Debug, Serialize)]
pub struct PasswordPage {
    /// The password as it is, the new one, and the new one again.
    pub fields: Vec<Field>,
    /// Whether it comes before anything else.
    pub is_first: bool,
    /// What is wrong.
    pub errors: Errors,
}

/// What the form sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    password: String,
    new_password: String,
    again_password: String,
}

impl PasswordPage {
    fn new(is_first: bool, errors: Errors) -> Self {
        let field = |name: &str, label: &str, complete| {
            Field::input("password", name, label, "").required().entry("w14", complete, "")
        };
        let fields = vec![
            field("password", if is_first { "初始密码" } else { "现在的密码" }, "current-password")
                .checked(&errors),
            field("new_password", "新密码", "new-password")
                .hint("8 至 128 个字符，含大写字母、小写字母、数字、符号中的至少三种")
                .checked(&errors),
            field("again_password", "再输一次新密码", "new-password").checked(&errors),
        ];
        Self { fields, is_first, errors }
    }
}

/// The form.
///
/// # Errors
/// 404 where nobody signs in with a password.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
) -> Result<Response, Failure> {
    has_passwords(&app)?;
    Ok(render(&chrome, &PasswordPage::new(viewer.has_first_password, Errors::none())))
}

/// Changes it; every other session of the account ends.
///
/// # Errors
/// 422 with the form; 429 after too many wrong ones; 404 where nobody signs in with a password.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    source: Source,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Failure> {
    has_passwords(&app)?;
    let account = accounts::find(&app.db, &viewer.account).await?.ok_or(Failure::NotFound)?;
    let now = app.machine_clock.now();
    let subjects = Subjects::new(&app.secrets, &account.login, &source.0);
    if let Some(seconds) = subjects.blocked(&app.db, now).await? {
        return Err(Failure::TooMany { seconds });
    }
    let known = accounts::for_sign_in(&app.db, &account.login, "").await?;
    let hash = known.filter(|(id, _)| *id == viewer.account).map(|(_, hash)| hash);
    let current = SecretText::from(form.password.clone());
    let is_right = app.passwords.matches(current, hash).await.map_err(Failure::unavailable)?;
    let mut errors = Errors::none();
    if !is_right {
        subjects.failed(&app.db, now).await?;
        errors.add("password", "现在的密码不正确");
    }
    if let Err(weak) = password::examine(&form.new_password) {
        errors.add("new_password", weak.to_string());
    } else if form.new_password == form.password {
        errors.add("new_password", "新密码不能和现在的一样");
    }
    if form.new_password != form.again_password {
        errors.add("again_password", "两次输入的新密码不一样");
    }
    if !errors.is_empty() {
        return Ok(render(&chrome, &PasswordPage::new(viewer.has_first_password, errors)));
    }
    let hash = app.passwords.hash(SecretText::from(form.new_password)).await;
    let hash = hash.map_err(Failure::unavailable)?;
    accounts::choose_password(&app.db, &viewer.account, &hash, &viewer.session, now).await?;
    subjects.succeeded(&app.db).await?;
    users::made::note(&app, &viewer, "change_password", &viewer.account).await?;
    let next = if viewer.has_first_password { routes::HOME } else { routes::ME };
    Ok(done(next, &Flash::new(Tone::Ok, "密码已修改；在别处的登录已经退出。")))
}

fn has_passwords(app: &App) -> Result<(), Failure> {
    if app.config.password_login { Ok(()) } else { Err(Failure::NotFound) }
}

impl Page for PasswordPage {
    const TEMPLATE: Template = template!("password");

    fn title(&self) -> String {
        "修改密码".to_owned()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        if self.is_first { Vec::new() } else { vec![Crumb::new("个人中心", routes::ME)] }
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        let mut errors = Errors::none();
        errors.add("password", "现在的密码不正确");
        vec![
            Self::new(false, Errors::none()),
            Self::new(true, Errors::none()),
            Self::new(false, errors),
        ]
    }
}
