//! 完善信息: what a person may change about themselves; what they may not is shown with whom to turn
//! to (R116, R134).

use axum::{Form, extract::State, response::Response};
use engine::{definition::TextFormat, runtime::Clock as _};
use serde::Serialize;

use super::{
    Choice, Chrome, Crumb, Errors, Failure, Field, Flash, Page, Template, Tone, done,
    identity_facts::{OwnRecord, series},
    render,
    typed::{Reader, format, line, refuse_unknown},
};
use crate::{
    app::App,
    cases::posted::Posted,
    identity::{Kept, Viewer},
    records::people::{self, ProfileChange},
    routes, template,
};

/// The profile form.
#[derive(Debug, Serialize)]
pub struct ProfilePage {
    /// What cannot be changed.
    pub fixed: Vec<(String, String)>,
    /// What can.
    pub fields: Vec<Field>,
    /// What is wrong.
    pub errors: Errors,
}

/// What was typed into the profile.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// 手机号码.
    pub mobile: String,
    /// 电子邮箱.
    pub email: String,
    /// 所在系列.
    pub series: String,
    /// 联系地址.
    pub address: String,
}

impl ProfilePage {
    /// The form with what was typed.
    pub fn new(
        fixed: Vec<(String, String)>,
        typed: &Typed,
        series: &[(String, String)],
        errors: Errors,
    ) -> Self {
        let options =
            series.iter().map(|(id, name)| Choice::new(id, name, &typed.series)).collect();
        let fields = vec![
            Field::input("tel", "mobile", "手机号码", &typed.mobile)
                .required()
                .hint("11 位，用于接收通知")
                .checked(&errors),
            Field::input("email", "email", "电子邮箱", &typed.email)
                .hint("填写后，审核结果和截止提醒会同时发邮件；邮件里只有链接，没有个人信息")
                .checked(&errors),
            Field::select("series", "所在系列", options)
                .hint("决定业绩库里有哪些类别")
                .checked(&errors),
            Field::text("address", "联系地址", &typed.address)
                .required()
                .entry("", "street-address", "")
                .checked(&errors),
        ];
        Self { fixed, fields, errors }
    }
}

impl Typed {
    fn of(posted: &Posted) -> Self {
        let value = |name: &str| posted.text(name).unwrap_or_default().to_owned();
        Self {
            mobile: value("mobile"),
            email: value("email"),
            series: value("series"),
            address: value("address"),
        }
    }
}

/// The profile form.
///
/// # Errors
/// When the viewer has no record, or the database does not answer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Kept(kept): Kept,
) -> Result<Response, Failure> {
    let own = OwnRecord::of(&app, &viewer).await?.ok_or(Failure::NotFound)?;
    let typed = match kept {
        Some(pairs) => Typed::of(&Posted { pairs, ..Posted::default() }),
        None => Typed {
            mobile: own.private.mobile.clone(),
            email: own.person.email.clone(),
            series: own.person.series.clone().unwrap_or_default(),
            address: own.person.address.clone(),
        },
    };
    let page = ProfilePage::new(own.fixed(), &typed, &series(&app), Errors::none());
    Ok(render(&chrome, &page))
}

/// Changes what may be changed.
///
/// # Errors
/// When the viewer has no record, or the database does not answer.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let own = OwnRecord::of(&app, &viewer).await?.ok_or(Failure::NotFound)?;
    let now = app.clock.now();
    let mut reader = Reader::new(now);
    refuse_unknown(&pairs, &["mobile", "email", "series", "address"])?;
    let mut typed = Typed::of(&Posted { pairs, ..Posted::default() });
    typed.mobile =
        reader.required("mobile", "手机号码", &typed.mobile, &format(TextFormat::Mobile));
    typed.email = reader.optional("email", "电子邮箱", &typed.email, &format(TextFormat::Email));
    typed.address = reader.required("address", "联系地址", &typed.address, &line(200));
    let all = series(&app);
    if !typed.series.is_empty() && !all.iter().any(|(id, _)| *id == typed.series) {
        reader.errors.add("series", "请从列表里选择所在系列");
    }
    if !reader.errors.is_empty() {
        return Ok(render(&chrome, &ProfilePage::new(own.fixed(), &typed, &all, reader.errors)));
    }
    let change = ProfileChange {
        mobile: Some(&typed.mobile),
        email: &typed.email,
        address: &typed.address,
        series: Some(typed.series.as_str()).filter(|series| !series.is_empty()),
    };
    people::change(&app.db, &app.secrets, &own.person.id, &change, now).await?;
    Ok(done(routes::ME, &Flash::new(Tone::Ok, "个人信息已保存。")))
}

impl Page for ProfilePage {
    const TEMPLATE: Template = template!("profile");

    fn title(&self) -> String {
        "完善信息".to_owned()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("个人中心", routes::ME)]
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        let fixed = || {
            vec![
                ("姓名".to_owned(), "测试一号".to_owned()),
                ("身份证号码".to_owned(), "990101********9010".to_owned()),
                ("性别".to_owned(), "男".to_owned()),
                ("出生年月".to_owned(), "1985 年 6 月".to_owned()),
            ]
        };
        let series = [("primary_secondary_teacher".to_owned(), "中小学教师".to_owned())];
        let typed = Typed {
            mobile: "19900000901".to_owned(),
            series: "primary_secondary_teacher".to_owned(),
            ..Typed::default()
        };
        let mut errors = Errors::none();
        errors.add("address", "请填写联系地址");
        vec![
            Self::new(fixed(), &typed, &series, Errors::none()),
            Self::new(fixed(), &typed, &series, errors),
        ]
    }
}
