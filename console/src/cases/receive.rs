//! The body of a posted form: text as it came, files straight into the store, each judged by the
//! limits of its field while it arrives.

use std::collections::BTreeMap;

use axum::{
    extract::{FromRequest as _, Multipart, Request, multipart::MultipartError},
    http::header,
};
use engine::{
    decision::FileRef,
    definition::{FieldKind, Fields, FileLimits, Form},
    names::AccountId,
};

use super::{inputs, posted::Posted};
use crate::{
    app::App,
    files::{FileError, PutError, Upload},
};

/// A form that is not a file upload may be this large.
const MOST_TEXT: usize = 1 << 20;
/// Behind the name of a field: a file of it that came in pieces.
const PIECE: &str = ".piece";
/// Behind the name of a field: why the page took no file that was chosen for it.
const REFUSED: &str = ".refused";
/// More parts than any form of ours has.
const MOST_PARTS: usize = 5_000;

/// A body that cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// It is larger than a form may be.
    #[error("a form of more than {MOST_TEXT} bytes")]
    TooLarge,
    /// It is not a form.
    #[error("the body is not a form")]
    NotAForm,
    /// It ended early.
    #[error("the form ended early")]
    Interrupted(#[from] MultipartError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] FileError),
}

/// Whose files they are, and what each file field takes.
pub struct Receiver<'a> {
    /// The application.
    pub app: &'a App,
    /// Who sends.
    pub account: &'a AccountId,
    /// The form of the case.
    pub form: Option<&'a Form>,
    /// What is asked.
    pub ask: Option<&'a Fields>,
    /// Further inputs that take files, by name.
    pub more: Option<&'a BTreeMap<String, FileLimits>>,
}

impl<'a> Receiver<'a> {
    /// For forms without files.
    #[must_use]
    pub fn of(app: &'a App, account: &'a AccountId) -> Self {
        Self { app, account, form: None, ask: None, more: None }
    }

    /// Reads a form.
    ///
    /// # Errors
    /// When it is too large, broken, or the store fails.
    pub async fn receive(&self, request: Request) -> Result<Posted, ReceiveError> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.starts_with("multipart/form-data") {
            let parts = Multipart::from_request(request, &()).await;
            return self.parts(parts.map_err(|_| ReceiveError::NotAForm)?).await;
        }
        let bytes = axum::body::to_bytes(request.into_body(), MOST_TEXT).await;
        let bytes = bytes.map_err(|_| ReceiveError::TooLarge)?;
        let pairs = url::form_urlencoded::parse(&bytes).into_owned().collect();
        self.with_pieces(Posted { pairs, uploads: Vec::new() }).await
    }

    async fn parts(&self, mut parts: Multipart) -> Result<Posted, ReceiveError> {
        let mut posted = Posted::default();
        let mut text_length = 0;
        for _ in 0..MOST_PARTS {
            let Some(part) = parts.next_field().await? else {
                return self.with_pieces(posted).await;
            };
            let name = part.name().unwrap_or_default().to_owned();
            let Some(file_name) = part.file_name().map(str::to_owned) else {
                let text = part.text().await?;
                text_length += text.len();
                if text_length > MOST_TEXT {
                    return Err(ReceiveError::TooLarge);
                }
                posted.pairs.push((name, text));
                continue;
            };
            // A file input that was left alone sends an empty part without a name.
            let Some(limits) = self.limits(&name).filter(|_| !file_name.is_empty()) else {
                continue;
            };
            let upload = Upload { account: self.account, name: &file_name, limits };
            let kept = told(&file_name, self.app.files.put(upload, part).await.map(Some))?;
            posted.uploads.push((name, kept));
        }
        Err(ReceiveError::TooLarge)
    }

    /// Takes the files that came in pieces before: `form.basic.files.piece` names one for the field
    /// `form.basic.files`. What the page itself refused is told again with what is saved.
    async fn with_pieces(&self, mut posted: Posted) -> Result<Posted, ReceiveError> {
        for (input, value) in std::mem::take(&mut posted.pairs) {
            let refused = input.strip_suffix(REFUSED).filter(|it| self.limits(it).is_some());
            if let Some(field) = refused {
                posted.uploads.push((field.to_owned(), Err(value)));
                continue;
            }
            let field = input.strip_suffix(PIECE);
            let Some((field, limits)) = field.and_then(|it| Some((it, self.limits(it)?))) else {
                posted.pairs.push((input, value));
                continue;
            };
            // The id, and the name of the file for people.
            let (id, name) = value.split_once(' ').unwrap_or((&value, ""));
            let taken = self.app.files.take(self.account, id, limits).await;
            posted.uploads.push((field.to_owned(), told(name, taken)?));
        }
        Ok(posted)
    }

    fn limits(&self, path: &str) -> Option<&FileLimits> {
        if let Some(limits) = self.more.and_then(|more| more.get(path)) {
            return Some(limits);
        }
        let field = inputs::field(self.form, self.ask, path)?;
        if let FieldKind::Files(limits) = &field.kind { Some(limits) } else { None }
    }
}

/// A file, or what the person is told of it.
fn told(
    name: &str,
    kept: Result<Option<FileRef>, PutError>,
) -> Result<Result<FileRef, String>, ReceiveError> {
    match kept {
        Ok(Some(file)) => Ok(Ok(file)),
        Ok(None) | Err(PutError::Interrupted(_)) => {
            Ok(Err(format!("「{name}」没有传完，请重新选择后再传")))
        }
        Err(PutError::Rejected(rejection)) => Ok(Err(rejection.to_string())),
        Err(PutError::Store(error)) => Err(error.into()),
    }
}
