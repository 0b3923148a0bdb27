//! The viewer's unit: the binding in force, a request that is pending, and 变更单位, which is a new
//! binding that replaces the old one only when it is approved (R135).

use axum::{Form, extract::State, response::Response};
use serde::Serialize;

use super::{
    Chrome, Crumb, Errors, Failure, Field, Flash, Page, Stamp, Tag, Template, Tone,
    casework::ways::Ways,
    done, render,
    typed::refuse_unknown,
    unit_search::{Request, UnitSearch, note_field, searched},
};
use crate::{
    app::App,
    cases::{
        bindings::{Binding, Bindings},
        posted::Posted,
    },
    identity::{Kept, Viewer},
    routes, template,
};

/// The page of the viewer's unit.
#[derive(Debug, Serialize)]
pub struct MyUnitPage {
    /// The binding in force.
    pub current: Option<BindingLine>,
    /// The request that waits for the unit.
    pub pending: Option<BindingLine>,
    /// Earlier ones, newest first.
    pub earlier: Vec<BindingLine>,
    /// The new request; `None` while one is pending.
    pub request: Option<BindingForm>,
    /// What is wrong.
    pub errors: Errors,
}

/// One binding.
#[derive(Clone, Debug, Serialize)]
pub struct BindingLine {
    /// The unit.
    pub unit: String,
    /// Its status.
    pub tag: Tag,
    /// When it was asked for.
    pub started: Stamp,
    /// The case.
    pub href: String,
    /// What the viewer may do with it: words and address.
    pub ways: Vec<(String, String)>,
}

/// Asking for a binding.
#[derive(Clone, Debug, Serialize)]
pub struct BindingForm {
    /// The unit.
    pub search: UnitSearch,
    /// 申请说明.
    pub note: Field,
}

impl BindingForm {
    /// The form with what was typed.
    pub fn new(search: UnitSearch, note: &str, errors: &Errors) -> Self {
        Self { search, note: note_field(note, errors) }
    }
}

/// What was typed into the request.
#[derive(Clone, Debug, Default)]
struct Typed {
    query: String,
    unit: String,
    note: String,
}

impl Typed {
    fn of(posted: &Posted) -> Self {
        let value = |name: &str| posted.text(name).unwrap_or_default().to_owned();
        Self { query: value("query"), unit: value("unit"), note: value("note") }
    }
}

/// The unit in force, or the one that was asked, with the status; 未绑定 where there is none.
pub(super) fn summary(app: &App, bindings: &Bindings) -> (String, Tag) {
    match bindings.in_force().or_else(|| bindings.waiting()) {
        Some(binding) => (binding.unit_name.clone(), tag(binding)),
        None => {
            let none = app.catalogue.code("binding_status", "none").unwrap_or("未绑定");
            (String::new(), Tag::new(Tone::Plain, none))
        }
    }
}

/// The status of a binding.
pub(super) fn tag(binding: &Binding) -> Tag {
    Tag::new(binding.standing.tone.into(), &binding.standing.name)
}

/// The page.
///
/// # Errors
/// When the viewer is no applicant, or the database does not answer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Kept(kept): Kept,
) -> Result<Response, Failure> {
    let posted = Posted { pairs: kept.unwrap_or_default(), ..Posted::default() };
    let typed = Typed::of(&posted);
    let searches = posted.text("do") == Some("search");
    let search = UnitSearch::of(&app, &typed.query, &typed.unit, searches).await?;
    let page = page(&app, &viewer, search, &typed, Errors::none()).await?;
    Ok(render(&chrome, &page))
}

/// Searches, chooses, or asks for a binding.
///
/// # Errors
/// When the viewer is no applicant, or the database does not answer.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let person = viewer.person.as_deref().ok_or(Failure::NotFound)?;
    refuse_unknown(&pairs, &["query", "unit", "note", "pick"])?;
    let posted = Posted { pairs, ..Posted::default() };
    let typed = Typed::of(&posted);
    if posted.text("do") != Some("submit") {
        return Ok(searched(&app, &viewer, routes::MY_UNIT, &posted).await);
    }
    let request = Request::read(&app, &typed.unit, &typed.note).await?;
    let errors = match request {
        Ok(request) => match request.send(&app, &viewer, person, posted.text("key")).await? {
            Ok(say) => return Ok(done(routes::MY_UNIT, &Flash::new(Tone::Ok, say))),
            Err(errors) => errors,
        },
        Err(errors) => errors,
    };
    let mut search = UnitSearch::of(&app, &typed.query, &typed.unit, false).await?;
    search.error = errors.of("unit").map(str::to_owned);
    let page = page(&app, &viewer, search, &typed, errors).await?;
    Ok(render(&chrome, &page))
}

async fn page(
    app: &App,
    viewer: &Viewer,
    search: UnitSearch,
    typed: &Typed,
    errors: Errors,
) -> Result<MyUnitPage, Failure> {
    let person = viewer.person.as_deref().ok_or(Failure::NotFound)?;
    let bindings = Bindings::of_person(app, person).await?;
    let pending = bindings.waiting();
    Ok(MyUnitPage {
        current: bindings.in_force().map(BindingLine::from),
        request: pending.is_none().then(|| BindingForm::new(search, &typed.note, &errors)),
        pending: match pending {
            Some(pending) => {
                let ways = Ways::find(app, viewer, &pending.case).await?.others;
                Some(BindingLine { ways, ..BindingLine::from(pending) })
            }
            None => None,
        },
        earlier: bindings.earlier().map(BindingLine::from).collect(),
        errors,
    })
}

impl From<&Binding> for BindingLine {
    fn from(binding: &Binding) -> Self {
        Self {
            unit: binding.unit_name.clone(),
            tag: tag(binding),
            started: Stamp::moment(binding.started_at),
            href: routes::case(&binding.case),
            ways: Vec::new(),
        }
    }
}

impl Page for MyUnitPage {
    const TEMPLATE: Template = template!("my_unit");

    fn title(&self) -> String {
        "单位绑定".to_owned()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("个人中心", routes::ME)]
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        let line = |tone, status: &str, ways: &[(&str, &str)]| BindingLine {
            unit: "示例·合肥市庐阳区第九十九中学".to_owned(),
            tag: Tag::new(tone, status),
            started: Stamp::moment(engine::calendar::Moment(1_785_297_600_000)),
            href: "/cases/b-1".to_owned(),
            ways: ways.iter().map(|(name, href)| (name.to_string(), href.to_string())).collect(),
        };
        let mut errors = Errors::none();
        errors.add("note", "请填写申请说明");
        let mut samples: Vec<_> = UnitSearch::samples()
            .into_iter()
            .map(|search| Self {
                current: Some(line(Tone::Ok, "已绑定", &[])),
                pending: None,
                earlier: vec![line(Tone::Plain, "已变更", &[])],
                request: Some(BindingForm::new(search, "", &Errors::none())),
                errors: Errors::none(),
            })
            .collect();
        samples.push(Self {
            current: None,
            pending: None,
            earlier: vec![line(Tone::Bad, "不予通过", &[])],
            request: Some(BindingForm::new(UnitSearch::default(), "", &errors)),
            errors,
        });
        samples.push(Self {
            current: None,
            pending: Some(line(
                Tone::Go,
                "待单位审核",
                &[("撤回申请", "/cases/b-1/do/withdraw/withdraw")],
            )),
            earlier: Vec::new(),
            request: None,
            errors: Errors::none(),
        });
        samples
    }
}
