//! The effects that reach outside: letters to people, and the services that workflows call. Each job may run again after a crash, so each
//! leaves the same trace twice.

pub mod digest;
mod document;
pub mod post;
mod registry;
mod said;

use std::collections::BTreeMap;

use engine::{
    calendar::Moment,
    decision::{Audience, Effect},
    expression::Value,
    letter::{self, Letter, LetterFault, LetterKind},
    names::{AccountId, CaseId, LetterName},
    runtime::{CaseView, Clock as _, Job, JobFailure, RuntimeError},
};
use futures::StreamExt as _;

use self::{
    post::{Mail, PostError},
    registry::UNIT_REGISTRY,
};
use crate::{
    app::App,
    cases::{
        papers::PaperError,
        review_form::{FormError, MakeError},
    },
    facts,
    records::{
        addressees::{self, Addressee},
        mail_wishes::{self, MailWish},
        notices::{self, NoticeRow},
        preferences,
    },
    routes,
};

/// How many mails of one job are on their way at once.
const AT_ONCE: usize = 4;

/// A job that was not done.
#[derive(Debug, thiserror::Error)]
enum JobError {
    #[error("the database did not answer")]
    Database(#[from] sqlx::Error),
    #[error("the case cannot be read")]
    Case(#[from] RuntimeError),
    #[error("there is no case {0}")]
    NoCase(CaseId),
    #[error("the definition has no letter {0}")]
    NoLetter(LetterName),
    #[error("{0}: {1}")]
    Letter(LetterName, #[source] LetterFault),
    #[error(transparent)]
    Post(#[from] PostError),
    #[error(transparent)]
    Document(#[from] MakeError),
    #[error(transparent)]
    Paper(#[from] PaperError),
    #[error("the case is being worked on")]
    Busy,
    #[error("no job does this effect")]
    NotAJob,
}

impl JobError {
    fn is_final(&self) -> bool {
        match self {
            Self::Database(_) | Self::Case(_) | Self::Busy => false,
            Self::NoCase(_) | Self::NoLetter(_) | Self::Letter(..) | Self::NotAJob => true,
            Self::Post(error) => error.is_final(),
            Self::Document(error) => match error {
                // A font does not come by waiting.
                MakeError::Font(_)
                | MakeError::Sealed(_)
                | MakeError::Form(FormError::NoPerson(_)) => true,
                MakeError::Form(_) | MakeError::File(_) | MakeError::CutShort => false,
            },
            Self::Paper(error) => match error {
                PaperError::Font(_) | PaperError::NoDocument(_) | PaperError::Unfilled(..) => true,
                PaperError::Runtime(_) | PaperError::File(_) | PaperError::CutShort => false,
            },
        }
    }
}

/// Does one job. Done again after a crash it tells nobody twice, but for a mail whose server
/// answered just before the crash; that one carries the same Message-ID.
///
/// # Errors
/// [`JobFailure::Again`] when it may succeed later, [`JobFailure::Dead`] when it never will.
pub async fn perform(app: &App, job: &Job) -> Result<(), JobFailure> {
    let done = match &job.effect {
        Effect::Notify { to, except, letter, .. } => notify(app, job, (to, except), letter).await,
        Effect::Say { .. } => said::say(app, job).await,
        Effect::Call { service, operation, with } if service.as_str() == UNIT_REGISTRY => {
            registry::call(app, job, operation, with).await
        }
        Effect::Document { document } => document::make(app, job, document).await,
        Effect::Call { .. }
        | Effect::Cast { .. }
        | Effect::Discard { .. }
        | Effect::Number { .. }
        | Effect::Start { .. }
        | Effect::Tell { .. }
        | Effect::Join { .. }
        | Effect::Leave { .. } => Err(JobError::NotAJob),
    };
    done.map_err(|error| match error.is_final() {
        true => JobFailure::Dead(Box::new(error)),
        false => JobFailure::Again(Box::new(error)),
    })
}

/// Tells everybody inside the product first; then mails go, so that a mail server that is away
/// holds no notice back.
async fn notify(
    app: &App,
    job: &Job,
    (to, except): (&[Audience], &[AccountId]),
    letter: &LetterName,
) -> Result<(), JobError> {
    let view =
        app.runtime.view(&job.case).await?.ok_or_else(|| JobError::NoCase(job.case.clone()))?;
    let text = view
        .definition
        .definition
        .letters
        .get(letter)
        .ok_or_else(|| JobError::NoLetter(letter.clone()))?;
    let now = app.clock.now();
    let link = routes::case(&job.case);
    let mut values = values_of(app, job, &view, now).await?;
    values.insert("link".to_owned(), Value::Text(format!("{}{link}", app.config.origin())));
    let mut mails = Vec::new();
    for addressee in addressees::find(&app.db, to).await? {
        if except.iter().any(|account| account.as_str() == addressee.account_id) {
            continue;
        }
        values.insert("recipient".to_owned(), Value::from(addressee.name.as_str()));
        let letter = letter::write(text, &values)
            .map_err(|fault| JobError::Letter(letter.clone(), fault))?;
        let notice = NoticeRow {
            id: format!("{}.{}", job.id, addressee.account_id),
            account_id: addressee.account_id.clone(),
            case_id: Some(job.case.to_string()),
            title: letter.subject.clone(),
            body: letter.body.clone(),
            link: link.clone(),
            created_at: now.0,
            read_at: None,
        };
        notices::insert(&app.db, &notice).await?;
        let kind = letter.kind.unwrap_or(kind_by_audience(to));
        let account = AccountId::from(addressee.account_id.as_str());
        if !preferences::find(&app.db, &account).await?.unmailed.contains(&kind) {
            mails.push((addressee, notice, letter));
        }
    }
    let sent: Vec<Result<(), JobError>> = futures::stream::iter(mails)
        .map(|(addressee, notice, letter)| mail(app, addressee, notice, letter))
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    // An address that never works must not keep the others from theirs: what may still succeed
    // comes first.
    let (given_up, again): (Vec<_>, Vec<_>) =
        sent.into_iter().filter_map(Result::err).partition(JobError::is_final);
    again.into_iter().chain(given_up).next().map_or(Ok(()), Err)
}

/// The values of a letter about a case, without those that differ from reader to reader.
async fn values_of(
    app: &App,
    job: &Job,
    view: &CaseView,
    now: Moment,
) -> Result<BTreeMap<String, Value>, JobError> {
    let history = app.runtime.history(&job.case).await?;
    let (definition, case) = (&view.definition.definition, &view.case);
    let asked = letter::asked_at(definition, &history, job.revision);
    let mut subjects = BTreeMap::new();
    for (name, id) in &case.subjects {
        let kind = definition.start.given.get(name).map_or("", String::as_str);
        subjects.insert(name.clone(), facts::subject(&app.db, kind, id).await?);
    }
    let (status, facts) = (&view.status, &view.facts);
    let about = letter::About { definition, case, status, subjects: &subjects, facts, now };
    Ok(letter::values(&about, asked))
}

/// What a letter is that does not say it: to those in a role it is work, to a person a result.
fn kind_by_audience(to: &[Audience]) -> LetterKind {
    match to.iter().any(|audience| matches!(audience, Audience::Role { .. })) {
        true => LetterKind::Work,
        false => LetterKind::Result,
    }
}

async fn mail(
    app: &App,
    addressee: Addressee,
    notice: NoticeRow,
    letter: Letter,
) -> Result<(), JobError> {
    if addressee.email.is_empty() || notices::is_mailed(&app.db, &notice.id).await? {
        return Ok(());
    }
    let account = AccountId::from(addressee.account_id.as_str());
    // Who has to answer soon is not served by tomorrow's digest.
    let is_at_once = match mail_wishes::of_account(&app.db, &account).await? {
        MailWish::Each => true,
        MailWish::Digest => letter.is_urgent,
        MailWish::None => false,
    };
    if !is_at_once {
        return Ok(());
    }
    let mail = Mail {
        id: &format!("{}.{}", notice.id, notice.case_id.as_deref().unwrap_or("site")),
        name: &addressee.name,
        address: &addressee.email,
        subject: &notice.title,
        body: &letter.text(),
        at: app.clock.now(),
    };
    app.post.send(mail).await?;
    Ok(notices::mark_mailed(&app.db, &notice.id, app.clock.now()).await?)
}

#[cfg(test)]
mod tests;
