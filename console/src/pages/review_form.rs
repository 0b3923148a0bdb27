//! The review form of a declaration (R131, R132): a page to print that needs no font, and the PDF. The
//! person sees the number of the identity card; others ask for it, and that is kept.

use axum::{
    Form,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use engine::runtime::Clock as _;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Chrome, Crumb, Errors, Failure, Page, Template, casework, render};
use crate::{
    app::App,
    cases::{
        review_form::{self, MakeError, Numbers, has_form},
        seen::Seen,
    },
    documents::{Sheet, review_form::sheet},
    files::{self, Disposition},
    identity::{Access, Deed, Relations, Viewer, may},
    records::audit,
    routes, template,
};

/// A reason is at most so long.
const MOST_REASON: usize = 200;

/// The page to print.
#[derive(Debug, Serialize)]
pub struct ReviewFormPage {
    /// The form.
    pub sheet: Sheet,
    /// Where the PDF is.
    pub pdf: String,
    /// Why there is no PDF; empty where there may be one.
    pub missing: String,
    /// Whether it is not submitted yet.
    pub is_draft: bool,
    /// Where the number of the identity card is asked for; `None` where it is shown or may not be.
    pub reveal: Option<String>,
    /// What is wrong with what was sent.
    pub errors: Errors,
    /// The way back.
    #[serde(skip)]
    pub case: String,
}

/// The case for somebody who may see it, its submission, and how the numbers are shown.
async fn find(app: &App, viewer: &Viewer, id: &str) -> Result<(Seen, u32, Numbers), Failure> {
    let id = casework::case_id(id);
    let seen = Seen::find(app, viewer, &id).await?.ok_or(Failure::NotFound)?;
    if !has_form(seen.definition()) || seen.is_blind {
        return Err(Failure::NotFound);
    }
    // Everybody but the person sees the number masked, unless it is asked for with a reason.
    let numbers = if seen.is_own { Numbers::Clear } else { Numbers::Masked };
    let submission = review_form::shown(&seen.view, &seen.history);
    Ok((seen, submission, numbers))
}

/// The page.
///
/// # Errors
/// 404 where there is no such case, or no form of it, for this viewer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (seen, submission, numbers) = find(&app, &viewer, &id).await?;
    let mut page = page(&app, &seen, submission, numbers, String::new()).await?;
    page.reveal = reveal_href(&app, &viewer, &seen).await?;
    Ok(render(&chrome, &page))
}

/// Where the viewer may ask for the number of the identity card.
async fn reveal_href(app: &App, viewer: &Viewer, seen: &Seen) -> Result<Option<String>, Failure> {
    let relations = Relations::to_case(app, viewer, &seen.view).await?;
    let may_ask = !seen.is_own && may(Deed::RevealProfile, &relations) == Access::Full;
    Ok(may_ask.then(|| routes::case_form(&seen.view.case.id)))
}

/// Why the number of the identity card is needed.
#[derive(Debug, Deserialize)]
pub struct Reason {
    #[serde(default)]
    reason: String,
}

/// The PDF with the number of the identity card, for a reason that is kept with who asked and when.
///
/// # Errors
/// 404 for whoever may not ask; 422 without a reason.
pub async fn reveal(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
    Form(asked): Form<Reason>,
) -> Result<Response, Failure> {
    let (seen, submission, _) = find(&app, &viewer, &id).await?;
    let href = reveal_href(&app, &viewer, &seen).await?.ok_or(Failure::NotFound)?;
    let reason = asked.reason.trim();
    if reason.is_empty() || reason.chars().count() > MOST_REASON {
        let mut page = page(&app, &seen, submission, Numbers::Masked, String::new()).await?;
        page.reveal = Some(href);
        page.errors.add("reason", format!("请填写查看身份证号的理由，不超过 {MOST_REASON} 字"));
        return Ok(render(&chrome, &page));
    }
    let case = &seen.view.case;
    let person = case.subjects.get("person").map(String::as_str).unwrap_or_default();
    let detail = json!({ "case": case.id.as_str(), "reason": reason }).to_string();
    let entry = audit::Entry {
        at: app.clock.now(),
        account: &viewer.account,
        action: "reveal_id_number",
        object: &format!("people:{person}"),
        detail: &detail,
    };
    audit::write(&app.db, entry).await?;
    send(&app, &chrome, &seen, submission, Numbers::Clear).await
}

async fn page(
    app: &App,
    seen: &Seen,
    submission: u32,
    numbers: Numbers,
    missing: String,
) -> Result<ReviewFormPage, Failure> {
    let told = seen.told();
    let made = review_form::review_form(app, &seen.view, submission, told.as_ref()).await;
    let mut form = made.map_err(Failure::unavailable)?;
    if numbers == Numbers::Masked {
        form.mask();
    }
    let case = &seen.view.case.id;
    Ok(ReviewFormPage {
        sheet: sheet(&form),
        pdf: routes::case_form_pdf(case),
        missing,
        is_draft: submission == 0,
        reveal: None,
        errors: Errors::none(),
        case: routes::case(case),
    })
}

/// The PDF: for the person the kept one, for others one with masked numbers. Without a font the page to print says what to install.
///
/// # Errors
/// As [`show`].
pub async fn download(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let (seen, submission, numbers) = find(&app, &viewer, &id).await?;
    send(&app, &chrome, &seen, submission, numbers).await
}

async fn send(
    app: &App,
    chrome: &Chrome,
    seen: &Seen,
    submission: u32,
    numbers: Numbers,
) -> Result<Response, Failure> {
    let told = seen.told();
    let made = match (submission, numbers, &told) {
        (1.., Numbers::Clear, None) => review_form::kept(app, &seen.view, submission).await,
        _ => review_form::render(app, &seen.view, submission, numbers, told.as_ref()).await,
    };
    match made {
        Ok(bytes) => {
            let name = format!("{}-{}.pdf", "专业技术资格评审表", seen.heading().who);
            let headers = [
                (header::CONTENT_TYPE, "application/pdf".to_owned()),
                (header::CONTENT_DISPOSITION, files::disposition(&name, Disposition::Attachment)),
                (header::CACHE_CONTROL, "private, no-store".to_owned()),
            ];
            Ok((headers, bytes).into_response())
        }
        Err(MakeError::Font(error)) => {
            let page = page(app, seen, submission, numbers, error.say()).await?;
            let mut response = render(chrome, &page);
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            Ok(response)
        }
        Err(error) => Err(Failure::unavailable(error)),
    }
}

impl Page for ReviewFormPage {
    const TEMPLATE: Template = template!("review_form");

    fn title(&self) -> String {
        "专业技术资格评审表".to_owned()
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("申报", self.case.clone())]
    }

    fn samples() -> Vec<Self> {
        use crate::documents::sheet::{Block, Cell, Row, Table};
        let table = Table {
            title: "工作经历".to_owned(),
            columns: vec![1.0, 2.0],
            head: vec![Row::of(vec![Cell::label("起止年月"), Cell::label("单位")])],
            rows: vec![Row::of(vec![
                Cell::text("2007.08—至今"),
                Cell::text("<一中>").below("签名"),
            ])],
        };
        let blocks = vec![
            Block::Cover {
                title: "专业技术资格评审表".to_owned(),
                lines: vec![("姓名".to_owned(), "测试一号".to_owned())],
                printed: vec!["2026 年 7 月 21 日".to_owned()],
            },
            Block::Heading { text: "基本情况".to_owned() },
            Block::Paragraph { text: "说明".to_owned() },
            Block::Table(table),
            Block::PageBreak,
        ];
        let sheet = Sheet {
            title: "专业技术资格评审表 测试一号".to_owned(),
            foot: "姓名：测试一号".to_owned(),
            across: String::new(),
            blocks,
        };
        let page = |missing: &str, is_draft| Self {
            sheet: sheet.clone(),
            pdf: "/cases/d-1/form.pdf".to_owned(),
            missing: missing.to_owned(),
            is_draft,
            reveal: (!is_draft).then(|| "/cases/d-1/form".to_owned()),
            errors: Errors::none(),
            case: "/cases/d-1".to_owned(),
        };
        vec![page("", false), page("服务器上没有中文字体，不能生成 PDF。", true)]
    }
}
