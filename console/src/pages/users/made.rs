//! `GET` and `POST /admin/users/new`: an administrator makes an account. Its first password is made here,
//! shown once, and changed by its holder before anything else.

use axum::{Form, extract::State, response::Response};
use engine::{names::AccountId, runtime::Clock as _};
use serde::Serialize;

use super::is_allowed;
use crate::{
    app::App,
    cases::posted::Posted,
    identity::{Deed, Viewer, password},
    pages::{
        Choice, Chrome, Crumb, Errors, Failure, Field, Page, Template, render,
        stay::ShownOnce,
        typed::{Reader, line, refuse_unknown},
    },
    records::{
        accounts::{self, Account, AccountStatus, NewAccount},
        audit,
    },
    routes,
    secrets::SecretText,
    template,
};

const NAMES: [&str; 3] = ["login", "name", "kind"];

/// The form of a new account.
#[derive(Debug, Serialize)]
pub struct NewUserPage {
    /// 账号, 姓名, 用途.
    pub fields: Vec<Field>,
    /// What is wrong.
    pub errors: Errors,
}

/// A first password, shown once.
#[derive(Debug, Serialize)]
pub struct FirstPasswordPage {
    /// What was done.
    pub heading: String,
    /// Whose it is.
    pub name: String,
    /// The name to sign in with.
    pub login: String,
    /// The password.
    pub password: String,
    /// The page of the account.
    pub href: String,
}

/// What was typed.
#[derive(Debug, Default)]
struct Typed {
    login: String,
    name: String,
    kind: String,
}

impl Typed {
    fn of(posted: &Posted) -> Self {
        let value = |name: &str| posted.text(name).unwrap_or_default().to_owned();
        Self { login: value("login"), name: value("name"), kind: value("kind") }
    }

    fn page(&self, errors: Errors) -> NewUserPage {
        let fields = vec![
            Field::text("login", "账号", &self.login)
                .required()
                .hint("登录时用的名字：字母、数字和 . _ - @，不区分大小写")
                .entry("w14", "off", "")
                .checked(&errors),
            Field::text("name", "姓名", &self.name)
                .required()
                .hint("别人看到的名字")
                .entry("w14", "off", "")
                .checked(&errors),
            Field::radios(
                "kind",
                "用途",
                vec![
                    Choice::new("staff", "工作人员", &self.kind).note(
                        "审核人、职称办、组建单位、评委等；角色和单位由安全管理员在账号页授予",
                    ),
                    Choice::new("applicant", "申报人", &self.kind)
                        .note("首次登录时自己填写身份证号和联系方式"),
                ],
            )
            .required()
            .checked(&errors),
        ];
        NewUserPage { fields, errors }
    }
}

/// The form.
///
/// # Errors
/// 404 for those who do not manage accounts.
pub async fn show(viewer: Viewer, chrome: Chrome) -> Result<Response, Failure> {
    is_allowed(&viewer, Deed::ManageAccounts)?;
    Ok(render(&chrome, &Typed::default().page(Errors::none())))
}

/// Makes the account and shows its password.
///
/// # Errors
/// 404 for those who do not manage accounts; 422 with the form.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    is_allowed(&viewer, Deed::ManageAccounts)?;
    refuse_unknown(&pairs, &NAMES)?;
    let typed = Typed::of(&Posted { pairs, ..Posted::default() });
    let mut reader = Reader::new(app.clock.now());
    let login = accounts::fold(&reader.required("login", "账号", &typed.login, &line(40)));
    let name = reader.person_name("name", &typed.name);
    if !login.chars().all(|letter| letter.is_alphanumeric() || "._-@".contains(letter)) {
        reader.errors.add("login", "账号只能用字母、数字和 . _ - @");
    }
    let status = match typed.kind.as_str() {
        "staff" => AccountStatus::Active,
        "applicant" => AccountStatus::HalfRegistered,
        _ => {
            reader.errors.add("kind", "请选择用途");
            AccountStatus::Locked
        }
    };
    if !reader.errors.is_empty() {
        return Ok(render(&chrome, &typed.page(reader.errors)));
    }
    let id = AccountId::from(uuid::Uuid::now_v7().simple().to_string());
    let new = NewAccount { id: id.clone(), login: &login, name: &name, password: "", status };
    if !accounts::insert(&app.db, &new, app.clock.now()).await? {
        reader.errors.add("login", "这个账号已经有人用了，请换一个");
        return Ok(render(&chrome, &typed.page(reader.errors)));
    }
    note(&app, &viewer, "create_account", &id).await?;
    let made = accounts::find(&app.db, &id).await?.ok_or(Failure::NotFound)?;
    give(&app, &chrome, &made, "已建立账号").await
}

/// Notes what is done with an account.
pub(in crate::pages) async fn note(
    app: &App,
    viewer: &Viewer,
    action: &str,
    account: &AccountId,
) -> Result<(), Failure> {
    let entry = audit::Entry {
        at: app.clock.now(),
        account: &viewer.account,
        action,
        object: &format!("accounts:{account}"),
        detail: "{}",
    };
    Ok(audit::write(&app.db, entry).await?)
}

/// Gives an account a password of the program's making, and shows it.
pub(super) async fn give(
    app: &App,
    chrome: &Chrome,
    own: &Account,
    heading: &str,
) -> Result<Response, Failure> {
    let password = password::generated();
    let hash = app.passwords.hash(SecretText::from(password.clone())).await;
    let hash = hash.map_err(Failure::unavailable)?;
    accounts::give_password(&app.db, &own.id, &hash, app.machine_clock.now()).await?;
    let page = FirstPasswordPage {
        heading: heading.to_owned(),
        name: own.name.clone(),
        login: own.login.clone(),
        password,
        href: routes::user(&own.id),
    };
    let mut response = render(chrome, &page);
    response.extensions_mut().insert(ShownOnce);
    Ok(response)
}

impl Page for NewUserPage {
    const TEMPLATE: Template = template!("user_new");

    fn title(&self) -> String {
        "新建账号".to_owned()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("账号和角色", routes::USERS)]
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        let mut errors = Errors::none();
        errors.add("login", "这个账号已经有人用了，请换一个");
        let typed = Typed { login: "r09".to_owned(), ..Typed::default() };
        vec![Typed::default().page(Errors::none()), typed.page(errors)]
    }
}

impl Page for FirstPasswordPage {
    const TEMPLATE: Template = template!("user_password");

    fn title(&self) -> String {
        self.heading.clone()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("账号和角色", routes::USERS)]
    }

    fn samples() -> Vec<Self> {
        vec![Self {
            heading: "已建立账号".to_owned(),
            name: "示例审核甲".to_owned(),
            login: "r01".to_owned(),
            password: "Abcd-efgh-2345".to_owned(),
            href: "/admin/users/R01".to_owned(),
        }]
    }
}
