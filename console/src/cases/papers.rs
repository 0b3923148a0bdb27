//! The documents that the workflow of a case has ordered: which of them a viewer may read, and each
//! as a file, made once for the revision that ordered it.

use engine::{
    calendar::Moment,
    decision::{self, Event, Recorded},
    expression::Value,
    names::{AccountId, CaseId, DocumentName},
    runtime::{CaseView, RuntimeError},
};
use futures::TryStreamExt as _;
use sha2::{Digest as _, Sha256};

use super::{seen::Seen, verification, words};
use crate::{
    app::App,
    documents::{
        self, FontError,
        printed::{Additions, sheet},
        sheet::Picture,
    },
    files::{FileError, Made},
    identity::Viewer,
    records::files::FileRow,
};

/// How large a photograph is printed, in pixels a side.
const PHOTO: u32 = 640;

/// A document of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Which.
    pub document: DocumentName,
    /// What people call it.
    pub name: String,
    /// The words of its button in lists, such as 打印准考证; `None` where it has none.
    pub button: Option<String>,
    /// The revision that ordered it.
    pub revision: u64,
    /// When.
    pub at: Moment,
}

/// The document could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// The case.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// There is no such document of the case.
    #[error("there is no document {0} of this case")]
    NoDocument(DocumentName),
    /// Something in it cannot be computed.
    #[error("the document {0} cannot be filled in: {1}")]
    Unfilled(DocumentName, String),
    /// No font has its characters.
    #[error(transparent)]
    Font(#[from] FontError),
    /// The store.
    #[error(transparent)]
    File(#[from] FileError),
    /// The program stops.
    #[error("laying out was cut short")]
    CutShort,
}

/// What the case has ordered and this viewer may read, the last of each kind, in the order in which
/// they were ordered first.
#[must_use]
pub fn papers(seen: &Seen, viewer: &Viewer) -> Vec<Paper> {
    let (definition, view) = (seen.definition(), &seen.view);
    if !seen.has_files {
        return Vec::new();
    }
    let actor = viewer.actor();
    let may_read = |paper: &Paper| {
        let (case, facts) = (&view.case, &view.facts);
        decision::may_read(definition, case, &paper.document, &actor, facts, view.at)
    };
    let named = |(document, revision, at)| {
        let defined = definition.documents.get(&document)?;
        let (name, button) = (defined.name.clone(), defined.button.clone());
        Some(Paper { document, name, button, revision, at })
    };
    ordered(&seen.history).into_iter().filter_map(named).filter(may_read).collect()
}

/// The last order of each document.
fn ordered(history: &[Recorded]) -> Vec<(DocumentName, u64, Moment)> {
    let mut orders: Vec<(DocumentName, u64, Moment)> = Vec::new();
    for recorded in history {
        let Event::Documented { document } = &recorded.event else { continue };
        match orders.iter_mut().find(|(known, _, _)| known == document) {
            Some(order) => (order.1, order.2) = (recorded.revision, recorded.at),
            None => orders.push((document.clone(), recorded.revision, recorded.at)),
        }
    }
    orders
}

/// The kept file of a document as the case stood at a revision, made now where it is not there yet.
///
/// # Errors
/// When it cannot be made or kept.
pub async fn kept(
    app: &App,
    case: &CaseId,
    document: &DocumentName,
    revision: u64,
) -> Result<FileRow, PaperError> {
    let id = file_id(case, document, revision);
    if let Some(known) = app.files.find(&id).await? {
        return Ok(known);
    }
    let missing = || PaperError::NoDocument(document.clone());
    let view = app.runtime.view_at(case, revision).await?.ok_or_else(missing)?;
    let definition = &view.definition.definition;
    let printed = decision::printed(definition, &view.case, document, &view.facts, view.at);
    let printed = printed.map_err(|why| unfilled(document, &why))?.ok_or_else(missing)?;
    let photo = match photo(&printed) {
        Some(id) => picture(app, &id).await?,
        None => None,
    };
    let additions = Additions { photo, code: code(app, &view, document) };
    let (laid_out, shared) = (sheet(&printed, &additions), app.clone());
    let work = move || documents::pdf(&laid_out, &shared.fonts);
    let bytes = tokio::task::spawn_blocking(work).await.map_err(|_| PaperError::CutShort)??;
    // It belongs to the case, not to an account: who may read it the case says.
    let (owner, name) = (AccountId::from(""), format!("{}.pdf", printed.name));
    let made = Made { id: &id, account: &owner, name: &name, media_type: "application/pdf" };
    Ok(app.files.keep_made(made, bytes.into()).await?)
}

fn unfilled(document: &DocumentName, why: &decision::Undecided) -> PaperError {
    let why = match why {
        decision::Undecided::Needs(_) => "facts are missing".to_owned(),
        decision::Undecided::Rejected(rejection) => rejection.to_string(),
    };
    PaperError::Unfilled(document.clone(), why)
}

/// The same for the same revision, so that a job that runs again makes nothing new.
fn file_id(case: &CaseId, document: &DocumentName, revision: u64) -> String {
    hex::encode(Sha256::digest(format!("{document}\n{case}\n{revision}")))[..32].to_owned()
}

/// The file of the photograph.
fn photo(printed: &decision::Printed) -> Option<String> {
    printed.parts.iter().find_map(|part| match part {
        decision::PrintedPart::Table(table) => {
            table.photo.as_ref().and_then(words::file).map(|file| file.id)
        }
        decision::PrintedPart::Title(_)
        | decision::PrintedPart::Heading(_)
        | decision::PrintedPart::Text(_)
        | decision::PrintedPart::Signed(_)
        | decision::PrintedPart::Code => None,
    })
}

/// A file as a photograph; what cannot be shown leaves its place empty.
async fn picture(app: &App, id: &str) -> Result<Option<Picture>, FileError> {
    let Some(row) = app.files.find(id).await? else { return Ok(None) };
    let Some(jpeg) = app.files.thumbnail(&row, PHOTO, 0).await? else { return Ok(None) };
    Ok(Picture::of_jpeg(&jpeg, "照片", crate::routes::file_thumb(id)))
}

/// What is scanned and read to verify the document.
fn code(app: &App, view: &CaseView, document: &DocumentName) -> Option<(String, Vec<String>)> {
    let verify = view.definition.definition.documents.get(document)?.verify.as_ref()?;
    let definition = &view.definition.definition;
    let labels = decision::labels(definition, &view.case, &view.facts, view.at);
    let number = labels.get(&verify.number).map(Value::display)?;
    let code = verification::code(&app.secrets, &view.case.id, document);
    let link = format!("{}{}", app.config.origin(), crate::routes::verify(&number, &code));
    let lines = vec![
        "扫描左侧二维码，或在本系统的「证书查验」页".to_owned(),
        "输入以下两项，核验真伪：".to_owned(),
        format!("编　号：{number}"),
        format!("验证码：{}", verification::in_groups(&code)),
    ];
    Some((link, lines))
}

/// The bytes of a kept document.
///
/// # Errors
/// When the store does not answer.
pub async fn bytes(app: &App, file: &FileRow) -> Result<Vec<u8>, FileError> {
    let parts: Vec<bytes::Bytes> = app.files.open(file).await?.try_collect().await?;
    Ok(parts.concat())
}
