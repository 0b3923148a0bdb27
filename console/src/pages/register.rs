//! 个人注册, the first page after the first sign-in and the only one until it is complete: who the
//! person is, how to reach them, and whether to bind to a unit now (R4–R9).

use axum::{
    Form,
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use engine::{definition::TextFormat, runtime::Clock as _};
use serde::Serialize;

use super::{
    Choice, Chrome, Errors, Failure, Field, Flash, Page, Template, Tone, done,
    identity_facts::series,
    render,
    typed::{Reader, format, line, refuse_unknown},
    unit_search::{Request, UnitSearch, note_field, searched},
};
use crate::{
    app::App,
    cases::posted::Posted,
    identity::{Kept, Registration, Viewer},
    records::{
        id_number::IdNumber,
        people::{self, NewPerson, RegisterError},
    },
    routes, template,
};

/// What was typed into the registration.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// 姓名.
    pub name: String,
    /// 身份证号码.
    pub id_number: String,
    /// 手机号.
    pub mobile: String,
    /// 所在系列.
    pub series: String,
    /// 联系地址.
    pub address: String,
    /// `yes`, `no` or nothing.
    pub bind: String,
    /// The search for a unit.
    pub query: String,
    /// The unit that was chosen.
    pub unit: String,
    /// 申请说明.
    pub note: String,
}

/// The registration page.
#[derive(Debug, Serialize)]
pub struct RegisterPage {
    /// 姓名, 身份证号码, 手机号 and so on.
    pub identity: Vec<Field>,
    /// 是否同步注册单位.
    pub bind: Field,
    /// The search and its hits.
    pub search: UnitSearch,
    /// 申请说明.
    pub note: Field,
    /// What is wrong.
    pub errors: Errors,
}

impl RegisterPage {
    /// The page with what was typed.
    pub fn new(
        typed: &Typed,
        series: &[(String, String)],
        search: UnitSearch,
        errors: Errors,
    ) -> Self {
        let options =
            series.iter().map(|(id, name)| Choice::new(id, name, &typed.series)).collect();
        let identity = vec![
            Field::text("name", "姓名", &typed.name)
                .required()
                .hint("与身份证一致；间隔号用「·」。提交后不能修改")
                .entry("w14", "name", "")
                .checked(&errors),
            Field::text("id_number", "身份证号码", &typed.id_number)
                .required()
                .hint("18 位。性别和出生日期由号码得出，提交后不能修改")
                .entry("w14", "off", "")
                .checked(&errors),
            Field::input("tel", "mobile", "手机号", &typed.mobile)
                .required()
                .hint("11 位，用于接收通知")
                .checked(&errors),
            Field::select("series", "所在系列", options)
                .hint("您平时从事的专业所属的职称系列，决定业绩库里有哪些类别；不确定可以以后再填")
                .checked(&errors),
            Field::text("address", "联系地址", &typed.address)
                .required()
                .entry("", "street-address", "")
                .checked(&errors),
        ];
        let bind = Field::radios(
            "bind",
            "是否同步注册单位",
            vec![
                Choice::new("yes", "是", &typed.bind)
                    .note("现在向工作单位申请绑定，单位同意后生效"),
                Choice::new("no", "否", &typed.bind)
                    .note("以后在个人中心绑定；绑定前可以录入业绩，不能提交审核和申报"),
            ],
        )
        .required()
        .checked(&errors);
        let note = note_field(&typed.note, &errors);
        Self { identity, bind, search, note, errors }
    }
}

const NAMES: [&str; 10] =
    ["name", "id_number", "mobile", "series", "address", "bind", "query", "unit", "note", "pick"];

impl Typed {
    fn of(posted: &Posted) -> Self {
        let value = |name: &str| posted.text(name).unwrap_or_default().to_owned();
        Self {
            name: value("name"),
            id_number: value("id_number"),
            mobile: value("mobile"),
            series: value("series"),
            address: value("address"),
            bind: value("bind"),
            query: value("query"),
            unit: posted.text("pick").map_or_else(|| value("unit"), str::to_owned),
            note: value("note"),
        }
    }

    /// Judges who the person is; texts are made uniform on the way.
    fn judge(&mut self, app: &App, reader: &mut Reader) -> Option<IdNumber> {
        self.name = reader.person_name("name", &self.name);
        let id_number = match IdNumber::parse(&self.id_number, reader.today) {
            _ if self.id_number.trim().is_empty() => {
                reader.errors.add("id_number", "请填写身份证号码");
                None
            }
            Ok(id_number) => Some(id_number),
            Err(fault) => {
                reader.errors.add("id_number", fault.to_string());
                None
            }
        };
        let mobile = format(TextFormat::Mobile);
        self.mobile = reader.required("mobile", "手机号", &self.mobile, &mobile);
        let is_known = |id: &str| app.catalogue.series.iter().any(|series| series.id == id);
        if !self.series.is_empty() && !is_known(&self.series) {
            reader.errors.add("series", "请从列表里选择所在系列");
        }
        self.address = reader.required("address", "联系地址", &self.address, &line(200));
        if !["yes", "no"].contains(&self.bind.as_str()) {
            reader.errors.add("bind", "请选择是否同步注册单位");
        }
        id_number
    }
}

/// The registration page; whoever is registered goes on.
///
/// # Errors
/// When the database does not answer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Kept(kept): Kept,
) -> Result<Response, Failure> {
    if viewer.registration == Registration::Complete {
        return Ok(Redirect::to(routes::HOME).into_response());
    }
    let posted = kept.map(|pairs| Posted { pairs, ..Posted::default() });
    let searches = posted.as_ref().is_some_and(|posted| posted.text("do") == Some("search"));
    let typed = match posted {
        Some(posted) => Typed::of(&posted),
        // What is known already, such as from signing on elsewhere, need not be typed.
        None => Typed { name: viewer.name.clone(), ..Typed::default() },
    };
    page(&app, &chrome, &typed, searches, Errors::none()).await
}

/// Searches, chooses, or registers.
///
/// # Errors
/// When the database does not answer.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    if viewer.registration == Registration::Complete {
        return Ok(done(routes::HOME, &Flash::new(Tone::Ok, "您已经完成个人注册。")));
    }
    refuse_unknown(&pairs, &NAMES)?;
    let posted = Posted { pairs, ..Posted::default() };
    let mut typed = Typed::of(&posted);
    if posted.text("do") != Some("submit") {
        return Ok(searched(&app, &viewer, routes::REGISTER, &posted).await);
    }
    let mut reader = Reader::new(app.clock.now());
    let id_number = typed.judge(&app, &mut reader);
    let mut request = None;
    if typed.bind == "yes" {
        match Request::read(&app, &typed.unit, &typed.note).await? {
            Ok(read) => request = Some(read),
            Err(errors) => reader.errors.extend(errors),
        }
    }
    let Some(id_number) = id_number.filter(|_| reader.errors.is_empty()) else {
        return page(&app, &chrome, &typed, false, reader.errors).await;
    };
    match register(&app, &viewer, &typed, &id_number).await {
        Ok(person) => bind(&app, &viewer, &person, request, posted.text("key")).await,
        Err(RegisterError::Taken) => {
            let say = "这个身份证号码已经注册，请用原来的账号登录；如果不是您本人注册的，请联系系统管理员";
            reader.errors.add("id_number", say);
            page(&app, &chrome, &typed, false, reader.errors).await
        }
        Err(RegisterError::Database(error)) => Err(error.into()),
    }
}

async fn register(
    app: &App,
    viewer: &Viewer,
    typed: &Typed,
    id_number: &IdNumber,
) -> Result<String, RegisterError> {
    let id = uuid::Uuid::new_v4().simple().to_string();
    let person = NewPerson {
        id: &id,
        account: &viewer.account,
        name: &typed.name,
        id_number,
        mobile: &typed.mobile,
        email: "",
        address: &typed.address,
        series: Some(typed.series.as_str()).filter(|series| !series.is_empty()),
    };
    people::register(&app.db, &app.secrets, &person, app.clock.now()).await?;
    Ok(id)
}

/// The registration stands whatever becomes of the binding.
async fn bind(
    app: &App,
    viewer: &Viewer,
    person: &str,
    request: Option<Request>,
    key: Option<&str>,
) -> Result<Response, Failure> {
    let Some(request) = request else {
        let say = "个人注册已完成。可以先录入业绩，以后在个人中心绑定单位。";
        return Ok(done(routes::HOME, &Flash::new(Tone::Ok, say)));
    };
    match request.send(app, viewer, person, key).await {
        Ok(Ok(say)) => {
            let say = format!("个人注册已完成。{say}");
            Ok(done(routes::HOME, &Flash::new(Tone::Ok, say)))
        }
        Ok(Err(errors)) => {
            let say = format!("个人注册已完成，但绑定申请没有提交：{}", errors.join());
            Ok(done(routes::MY_UNIT, &Flash::new(Tone::Warn, say)))
        }
        Err(failure) => {
            tracing::warn!(%failure, "registered without a binding");
            let say = "个人注册已完成，但绑定申请没有提交，请在这里重新提交。";
            Ok(done(routes::MY_UNIT, &Flash::new(Tone::Warn, say)))
        }
    }
}

async fn page(
    app: &App,
    chrome: &Chrome,
    typed: &Typed,
    searches: bool,
    errors: Errors,
) -> Result<Response, Failure> {
    let mut search = UnitSearch::of(app, &typed.query, &typed.unit, searches).await?;
    if let Some(error) = errors.of("unit") {
        search.error = Some(error.to_owned());
    }
    Ok(render(chrome, &RegisterPage::new(typed, &series(app), search, errors)))
}

impl Page for RegisterPage {
    const TEMPLATE: Template = template!("register");

    fn title(&self) -> String {
        "个人注册".to_owned()
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        let series = [("health".to_owned(), "卫生技术".to_owned())];
        let typed = Typed {
            name: "测试十九号".to_owned(),
            id_number: "990101199202089034".to_owned(),
            bind: "yes".to_owned(),
            ..Typed::default()
        };
        let mut samples: Vec<_> = UnitSearch::samples()
            .into_iter()
            .map(|search| Self::new(&typed, &series, search, Errors::none()))
            .collect();
        let mut errors = Errors::none();
        errors.add("id_number", "身份证号码的校验位不对，请核对最后一位");
        errors.add("unit", "请先选择单位；没有找到单位请选「否」");
        let search =
            UnitSearch { error: errors.of("unit").map(str::to_owned), ..UnitSearch::default() };
        samples.push(Self::new(&typed, &series, search, errors));
        samples
    }
}
