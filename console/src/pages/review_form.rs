//! The review form of a declaration (R131, R132): a page to print that needs no font, and the PDF.

use axum::{
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use futures::TryStreamExt as _;
use serde::Serialize;

use super::{Chrome, Crumb, Failure, Page, Template, casework, render};
use crate::{
    app::App,
    cases::{
        review_form::{self, MakeError, Numbers, has_form, submission_at},
        seen::Seen,
    },
    documents::{Sheet, review_form::sheet},
    files::{self, Disposition},
    identity::{Access, Deed, Relations, Viewer, may},
    routes, template,
};

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
    /// The way back.
    #[serde(skip)]
    pub case: String,
}

/// The case for somebody who may see it, its submission, and how the numbers are shown.
async fn find(app: &App, viewer: &Viewer, id: &str) -> Result<(Seen, u32, Numbers), Failure> {
    let id = casework::case_id(id);
    let seen = Seen::find(app, viewer, &id).await?.ok_or(Failure::NotFound)?;
    if !has_form(seen.definition()) {
        return Err(Failure::NotFound);
    }
    let relations = Relations::to_case(app, viewer, &seen.view).await?;
    let numbers = match may(Deed::SeeProfile, &relations) {
        Access::Full => Numbers::Clear,
        Access::Masked | Access::No => Numbers::Masked,
    };
    let submission = submission_at(&seen.history, u64::MAX);
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
    Ok(render(&chrome, &page(&app, &seen, submission, numbers, String::new()).await?))
}

async fn page(
    app: &App,
    seen: &Seen,
    submission: u32,
    numbers: Numbers,
    missing: String,
) -> Result<ReviewFormPage, Failure> {
    let made = review_form::review_form(app, &seen.view, submission).await;
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
        case: routes::case(case),
    })
}

/// The PDF: the kept one for those who may see all of it, one with masked numbers for others. Without
/// a font the page to print says what to install.
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
    let made = match (submission, numbers) {
        (1.., Numbers::Clear) => match review_form::kept(&app, &seen.view, submission).await {
            Ok(file) => {
                let bytes = app.files.open(&file).await.map_err(Failure::unavailable)?;
                let whole: Vec<Bytes> = bytes.try_collect().await.map_err(Failure::unavailable)?;
                Ok(whole.concat())
            }
            Err(error) => Err(error),
        },
        (_, _) => review_form::render(&app, &seen.view, submission, numbers).await,
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
            let page = page(&app, &seen, submission, numbers, error.say()).await?;
            let mut response = render(&chrome, &page);
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
            case: "/cases/d-1".to_owned(),
        };
        vec![page("", false), page("服务器上没有中文字体，不能生成 PDF。", true)]
    }
}
