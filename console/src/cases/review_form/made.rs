//! The review form as a file: made once per submission and kept with the case.

use std::sync::LazyLock;

use engine::{names::AccountId, runtime::CaseView};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::{FormError, REVIEW_FORM, review_form};
use crate::{
    app::App,
    documents::{self, FontError, review_form::sheet},
    files::{FileError, Made},
    records::files::FileRow,
};

/// Forms being laid out at the same time.
static TURNS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));

/// The file could not be made.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    /// Its content.
    #[error(transparent)]
    Form(#[from] FormError),
    /// The font.
    #[error(transparent)]
    Font(#[from] FontError),
    /// The store.
    #[error(transparent)]
    File(#[from] FileError),
    /// The program stops.
    #[error("laying out was cut short")]
    CutShort,
}

/// Whose eyes it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// With the number of the identity card.
    Clear,
    /// With that masked.
    Masked,
}

/// The bytes of the form of a submission; 0 is a draft.
///
/// # Errors
/// When it cannot be put together, or no font has its characters.
pub async fn render(
    app: &App,
    view: &CaseView,
    submission: u32,
    numbers: Numbers,
) -> Result<Vec<u8>, MakeError> {
    let mut form = review_form(app, view, submission).await?;
    if numbers == Numbers::Masked {
        form.mask();
    }
    let app = app.clone();
    let _turn = TURNS.acquire().await.map_err(|_| MakeError::CutShort)?;
    let work = move || documents::pdf(&sheet(&form), &app.fonts);
    Ok(tokio::task::spawn_blocking(work).await.map_err(|_| MakeError::CutShort)??)
}

/// The kept file of a submission, made now where it is not there yet. It carries the number of the
/// identity card in the clear and is shown to those who may see that.
///
/// # Errors
/// As [`render`], or when it cannot be kept.
pub async fn kept(app: &App, view: &CaseView, submission: u32) -> Result<FileRow, MakeError> {
    let id = file_id(view, submission);
    if let Some(known) = app.files.find(&id).await? {
        return Ok(known);
    }
    let bytes = render(app, view, submission, Numbers::Clear).await?;
    let owner = view.case.started_by.clone().unwrap_or_else(|| AccountId::from(""));
    let name = format!("专业技术资格评审表-{submission}.pdf");
    let made = Made { id: &id, account: &owner, name: &name, media_type: "application/pdf" };
    Ok(app.files.keep_made(made, bytes.into()).await?)
}

/// The same for the same submission, so that a job that runs again makes nothing new.
fn file_id(view: &CaseView, submission: u32) -> String {
    let what = format!("{REVIEW_FORM}\n{}\n{submission}", view.case.id);
    hex::encode(Sha256::digest(what))[..32].to_owned()
}
