//! The review form as a file: made once per submission and set of opinions, and kept sealed.

use std::{collections::BTreeSet, sync::LazyLock};

use engine::{calendar::Moment, names::AccountId, runtime::CaseView};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::{FormError, REVIEW_FORM, review_form};
use crate::{
    app::App,
    documents::{
        self, FontError,
        review_form::{ReviewForm, sheet},
    },
    files::{FileError, Made},
    secrets::SecretsError,
};

/// What a sealed file is to whoever cannot open it.
const SEALED: &str = "application/octet-stream";
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
    /// The kept file does not open with the key of this installation.
    #[error(transparent)]
    Sealed(#[from] SecretsError),
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

/// The bytes of the form of a submission, with these opinions; 0 is a draft.
///
/// # Errors
/// When it cannot be put together, or no font has its characters.
pub async fn render(
    app: &App,
    view: &CaseView,
    submission: u32,
    numbers: Numbers,
    told: Option<&BTreeSet<Moment>>,
) -> Result<Vec<u8>, MakeError> {
    let mut form = review_form(app, view, submission, told).await?;
    if numbers == Numbers::Masked {
        form.mask();
    }
    lay_out(app, form).await
}

async fn lay_out(app: &App, form: ReviewForm) -> Result<Vec<u8>, MakeError> {
    let app = app.clone();
    let _turn = TURNS.acquire().await.map_err(|_| MakeError::CutShort)?;
    let work = move || documents::pdf(&sheet(&form), &app.fonts);
    Ok(tokio::task::spawn_blocking(work).await.map_err(|_| MakeError::CutShort)??)
}

/// The form of a submission with the opinions given so far, from the kept file or made and kept now.
/// It carries the number of the identity card, so the file is sealed; it is for those who may see
/// that number.
///
/// # Errors
/// As [`render`], or when it cannot be kept or opened.
pub async fn kept(app: &App, view: &CaseView, submission: u32) -> Result<Vec<u8>, MakeError> {
    let form = review_form(app, view, submission, None).await?;
    let id = file_id(view, submission, &form);
    let place = format!("files/{id}");
    if let Some(known) = app.files.find(&id).await? {
        let sealed = app.files.read(&known).await?;
        return Ok(app.secrets.open_bytes(&place, &sealed)?);
    }
    let bytes = lay_out(app, form).await?;
    let owner = view.case.started_by.clone().unwrap_or_else(|| AccountId::from(""));
    let name = format!("专业技术资格评审表-{submission}.sealed");
    let made = Made { id: &id, account: &owner, name: &name, media_type: SEALED };
    app.files.keep_made(made, app.secrets.seal_bytes(&place, &bytes).into()).await?;
    Ok(bytes)
}

/// The same for the same submission with the same opinions and the same mark, so that a job that runs
/// again makes nothing new.
fn file_id(view: &CaseView, submission: u32, form: &ReviewForm) -> String {
    let (number, across, opinions) = (&form.number, &form.across, &form.opinions);
    let case = &view.case.id;
    let what = format!("{REVIEW_FORM}\n{case}\n{submission}\n{number}\n{across}\n{opinions:?}");
    hex::encode(Sha256::digest(what))[..32].to_owned()
}
