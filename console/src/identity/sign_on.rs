//! Signing on elsewhere (R2): a gateway that knows the province's network, by password or by scan, says
//! who somebody is and signs it with a key that it shares with this installation. Nothing of that
//! network is known here, and nothing of this installation there but the way back.

use engine::calendar::Moment;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use url::Url;

use super::{SignInError, SignedIn, Visitor, sign_in_as};
use crate::{
    app::App,
    records::accounts::{self, AccountStatus, NewAccount},
    routes,
    secrets::SecretText,
};

/// What is said is believed for so long, in milliseconds.
const FRESH: i64 = 5 * 60_000;
/// Accounts of people who sign on elsewhere have names that nobody types.
const LOGIN: &str = "sign-on:";
/// Names and ids from elsewhere are at most so long.
const LONGEST: usize = 100;

/// The gateway.
#[derive(Clone, Debug)]
pub struct SignOn {
    /// Where it asks people who they are.
    pub address: Url,
    /// The key that it shares with this installation.
    pub key: SecretText,
}

/// What the gateway sends back.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Said {
    /// Who it is over there: an id that never changes.
    pub subject: String,
    /// The name of the person.
    pub name: String,
    /// What it was asked with.
    pub state: String,
    /// When it said so, in Unix milliseconds.
    pub at: i64,
    /// The signature over all of this.
    pub signature: String,
    /// Where the person was going.
    pub next: String,
}

/// Why somebody is not signed on.
#[derive(Debug, thiserror::Error)]
pub enum SignOnError {
    /// Not from the gateway, too old, or not asked for by this browser.
    #[error("what the gateway is said to have said is not to be believed")]
    NotBelieved,
    /// As with a password.
    #[error(transparent)]
    SignIn(#[from] SignInError),
}

impl SignOn {
    /// Where somebody is sent to sign on, or to register there first.
    #[must_use]
    pub fn ask(&self, app: &App, visitor: &Visitor, next: &str, registers: bool) -> String {
        let back = format!("{}{}", app.config.origin(), routes::SIGN_ON_BACK);
        let mut address = self.address.clone();
        address
            .query_pairs_mut()
            .append_pair("back", &routes::with_query(&back, &[("next", routes::inside(next))]))
            .append_pair("state", &visitor.form_token.masked());
        if registers {
            address.query_pairs_mut().append_pair("register", "yes");
        }
        address.into()
    }

    /// The signature of what is said, as the gateway makes it.
    #[must_use]
    pub fn signature(&self, said: &Said) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.key.expose().as_bytes()) else {
            unreachable!("a key may be of any length")
        };
        let lines = [said.subject.as_str(), &said.name, &said.state, &said.at.to_string()];
        mac.update(lines.join("\n").as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }

    /// Signs somebody in of whom the gateway says who it is; an account is made for whoever comes for
    /// the first time, who then registers (R4).
    ///
    /// # Errors
    /// When it is not to be believed, or as signing in does.
    pub async fn sign_in(
        &self,
        app: &App,
        visitor: &Visitor,
        said: &Said,
    ) -> Result<SignedIn, SignOnError> {
        let now = app.machine_clock.now();
        if !self.is_believed(visitor, said, now) {
            tracing::warn!("a sign-on was refused");
            return Err(SignOnError::NotBelieved);
        }
        let login = format!("{LOGIN}{}", said.subject);
        let (db, error) = (&app.db, |error| SignOnError::SignIn(SignInError::Database(error)));
        let known = accounts::for_sign_in(db, &login, "").await.map_err(error)?;
        let account = match known {
            Some((account, _)) => account,
            None => {
                let id = uuid::Uuid::new_v4().simple().to_string().into();
                let (name, status) = (said.name.as_str(), AccountStatus::HalfRegistered);
                let new = NewAccount { id, login: &login, name, password: "", status };
                accounts::insert(db, &new, now).await.map_err(error)?;
                let made = accounts::for_sign_in(db, &login, "").await.map_err(error)?;
                made.map(|(account, _)| account).ok_or(SignOnError::NotBelieved)?
            }
        };
        let signed_in = sign_in_as(app, &account, visitor.viewer.as_ref()).await?;
        tracing::info!(%account, "signed on elsewhere");
        Ok(signed_in)
    }

    fn is_believed(&self, visitor: &Visitor, said: &Said, now: Moment) -> bool {
        let is_signed = self.signature(said).as_bytes().ct_eq(said.signature.as_bytes());
        let is_text = |text: &str| {
            let length = text.chars().count();
            (1..=LONGEST).contains(&length) && !text.chars().any(char::is_control)
        };
        bool::from(is_signed)
            && is_text(&said.subject)
            && is_text(&said.name)
            && (0..=FRESH).contains(&(now.0 - said.at))
            && visitor.form_token.is(&said.state)
    }
}
