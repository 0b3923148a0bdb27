//! Daily digests: whoever wishes no mail for each notice gets one a day of what came since. A digest
//! that is sent again after a crash carries the same Message-ID.

use std::collections::BTreeMap;

use engine::{
    calendar::Moment, decision::Audience, expression::Value, letter, names::AccountId,
    runtime::Clock as _,
};

use super::post::Mail;
use crate::{
    app::App,
    cases::words,
    records::{
        addressees,
        mail_wishes::{self, MailWish},
        notices::{self, NoticeRow},
    },
    routes,
};

/// The letter, among those of the workflows.
const LETTER: &str = "letters/digest.txt";
/// The hour of the day at which digests go.
const HOUR: i8 = 8;
/// Notices that are looked through at once.
const MOST: i64 = 2000;
/// So many are named in one digest.
const NAMED: usize = 30;
/// What is older no digest carries.
const WINDOW: i64 = 3 * 24 * 3_600_000;

/// Sends the digests that are due; how many went.
///
/// # Errors
/// When the database does not answer. A mail that does not go is tried at the next sweep.
pub async fn send(app: &App) -> Result<usize, sqlx::Error> {
    let now = app.clock.now();
    let Some(until) = last_hour(now) else { return Ok(0) };
    let waiting = notices::unmailed(&app.db, Moment(until.0 - WINDOW), until, MOST).await?;
    let mut by_account: BTreeMap<String, Vec<NoticeRow>> = BTreeMap::new();
    for notice in waiting {
        by_account.entry(notice.account_id.clone()).or_default().push(notice);
    }
    let mut sent = 0;
    for (account, waiting) in by_account {
        let account = AccountId::from(account);
        match mail_wishes::of_account(&app.db, &account).await? {
            // Its mail goes with the notice, or is on its way.
            MailWish::Each => continue,
            MailWish::Digest => {
                if !mail(app, &account, &waiting, until).await? {
                    continue;
                }
                sent += 1;
            }
            MailWish::None => {}
        }
        for notice in &waiting {
            notices::mark_mailed(&app.db, &notice.id, now).await?;
        }
    }
    Ok(sent)
}

/// The last time it was the hour of digests.
fn last_hour(now: Moment) -> Option<Moment> {
    let local = words::local(now);
    let today = words::from_local(local.date().at(HOUR, 0, 0, 0))?;
    if today <= now {
        return Some(today);
    }
    words::from_local(local.date().yesterday().ok()?.at(HOUR, 0, 0, 0))
}

/// Whether the digest went, or there is nowhere to send it.
async fn mail(
    app: &App,
    account: &AccountId,
    waiting: &[NoticeRow],
    until: Moment,
) -> Result<bool, sqlx::Error> {
    let audience = [Audience::Account(account.clone())];
    let Some(addressee) = addressees::find(&app.db, &audience).await?.into_iter().next() else {
        return Ok(true);
    };
    let Some(text) = app.sources.files.get(LETTER).filter(|_| !addressee.email.is_empty()) else {
        return Ok(true);
    };
    let titles = waiting.iter().take(NAMED).map(|notice| Value::from(notice.title.as_str()));
    let number = |count: usize| Value::Integer(i64::try_from(count).unwrap_or(i64::MAX));
    let values = [
        ("recipient", Value::from(addressee.name.as_str())),
        ("count", number(waiting.len())),
        ("titles", Value::List(titles.collect())),
        ("more", number(waiting.len().saturating_sub(NAMED))),
        ("link", Value::Text(format!("{}{}", app.config.origin(), routes::NOTICES))),
    ];
    let values = values.map(|(name, value)| (name.to_owned(), value)).into();
    let written = match letter::write(text, &values) {
        Ok(written) => written,
        Err(error) => {
            tracing::error!(%error, "the digest cannot be written");
            return Ok(false);
        }
    };
    let mail = Mail {
        id: &format!("digest.{account}.{}", until.0),
        name: &addressee.name,
        address: &addressee.email,
        subject: &written.subject,
        body: &written.text(),
        at: until,
    };
    match app.post.send(mail).await {
        Ok(()) => Ok(true),
        Err(error) => {
            tracing::warn!(%error, %account, "a digest did not go");
            Ok(error.is_final())
        }
    }
}

#[cfg(test)]
mod tests {
    use engine::decision::HeldRole;

    use super::*;
    use crate::{
        app::Purpose,
        records::{
            accounts::{self, AccountStatus, NewAccount},
            roles,
        },
        testing,
    };

    fn notice(id: &str, account: &str, at: Moment) -> NoticeRow {
        NoticeRow {
            id: id.to_owned(),
            account_id: account.to_owned(),
            case_id: None,
            title: format!("第 {id} 件"),
            body: "您好".to_owned(),
            link: "/tasks".to_owned(),
            created_at: at.0,
            read_at: None,
        }
    }

    #[test]
    fn digests_go_at_eight() {
        let at = |day: i8, hour: i8| {
            words::from_local(jiff::civil::datetime(2026, 7, day, hour, 30, 0, 0)).unwrap()
        };
        let eight =
            |day: i8| words::from_local(jiff::civil::datetime(2026, 7, day, 8, 0, 0, 0)).unwrap();
        assert_eq!(last_hour(at(2, 7)), Some(eight(1)));
        assert_eq!(last_hour(at(2, 8)), Some(eight(2)));
    }

    async fn reviewer(app: &App, account: &str) {
        let id = AccountId::from(account);
        let (login, now) = (account, app.clock.now());
        let status = AccountStatus::Active;
        let new = NewAccount { id: id.clone(), login, name: "示例审核", password: "", status };
        accounts::insert(&app.db, &new, now).await.unwrap();
        let held = HeldRole { role: "unit_reviewer".into(), unit: "U-1".into() };
        roles::give(&app.db, &id, &held, now).await.unwrap();
    }

    #[tokio::test]
    async fn a_reviewer_gets_one_digest_and_an_applicant_none() {
        for opened in testing::applications(Purpose::Real).await {
            let app = &opened.app;
            reviewer(app, "r01").await;
            reviewer(app, "r02").await;
            let yesterday = Moment(app.clock.now().0 - 24 * 3_600_000);
            for (id, account) in [("1", "r01"), ("2", "r01"), ("3", "a01"), ("4", "r02")] {
                notices::insert(&app.db, &notice(id, account, yesterday)).await.unwrap();
            }
            mail_wishes::keep(&app.db, &"r02".into(), MailWish::None).await.unwrap();
            assert_eq!(send(app).await.unwrap(), 1);
            assert_eq!(send(app).await.unwrap(), 0, "what went is not told again");
            assert!(notices::is_mailed(&app.db, "2").await.unwrap());
            assert!(!notices::is_mailed(&app.db, "3").await.unwrap());
            assert!(notices::is_mailed(&app.db, "4").await.unwrap(), "nothing waits for ever");
            opened.close().await;
        }
    }
}
