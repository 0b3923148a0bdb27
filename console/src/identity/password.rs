//! Passwords: argon2id in a bounded pool, so that a wave of sign-ins cannot take every processor.

use std::{sync::Arc, time::Duration};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use crate::secrets::SecretText;

/// How many passwords are hashed at once.
const AT_ONCE: usize = 2;
/// How long somebody waits for their turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// The pool that hashes passwords. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    /// The hash of a password that nobody has, to spend the same time on unknown accounts.
    nobody: Arc<str>,
}

/// A password that was not hashed or compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too many people are signing in; try again in a few seconds.
    #[error("too many passwords are waiting to be compared")]
    Busy,
    /// The hashing itself failed.
    #[error("the password could not be hashed")]
    Hashing,
}

/// Why a password is not taken, in plain Chinese.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// Too short or too long.
    #[error("密码应为 8 至 128 个字符")]
    Length,
    /// Too few kinds of characters.
    #[error("密码应含大写字母、小写字母、数字、符号中的至少三种")]
    Kinds,
}

impl Passwords {
    /// A pool.
    ///
    /// # Errors
    /// When hashing does not work at all.
    pub fn new() -> Result<Self, PasswordError> {
        let nobody = hash_now(&crate::secrets::random_token())?;
        Ok(Self { turns: Arc::new(Semaphore::new(AT_ONCE)), nobody: nobody.into() })
    }

    /// The hash of a password, with its salt and parameters.
    ///
    /// # Errors
    /// When the pool is busy or hashing fails.
    pub async fn hash(&self, password: SecretText) -> Result<String, PasswordError> {
        self.in_turn(move || hash_now(password.expose())).await?
    }

    /// Whether the password is the one of this hash; without a hash it takes as long and is not.
    ///
    /// # Errors
    /// When the pool is busy.
    pub async fn matches(
        &self,
        password: SecretText,
        hash: Option<String>,
    ) -> Result<bool, PasswordError> {
        let known = hash.filter(|hash| !hash.is_empty());
        let is_known = known.is_some();
        let hash = known.unwrap_or_else(|| self.nobody.to_string());
        let is_same = self.in_turn(move || is_same(password.expose(), &hash)).await?;
        Ok(is_same && is_known)
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await;
        let Ok(Ok(turn)) = turn else { return Err(PasswordError::Busy) };
        // The turn goes with the work: a sender who hangs up does not free a processor that is busy.
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        });
        done.await.map_err(|_| PasswordError::Hashing)
    }
}

/// Whether a password may be chosen.
///
/// # Errors
/// Why not.
pub fn examine(password: &str) -> Result<(), WeakPassword> {
    if !(8..=128).contains(&password.chars().count()) {
        return Err(WeakPassword::Length);
    }
    let kinds = [
        password.chars().any(char::is_lowercase),
        password.chars().any(char::is_uppercase),
        password.chars().any(|character| character.is_ascii_digit()),
        password.chars().any(|character| !character.is_alphanumeric()),
    ];
    if kinds.into_iter().filter(|has| *has).count() < 3 {
        return Err(WeakPassword::Kinds);
    }
    Ok(())
}

/// A password that nobody has chosen, to be changed: letters and digits that are not mistaken for one
/// another, in groups.
#[must_use]
pub fn generated() -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz";
    const DIGITS: &[u8] = b"23456789";
    let pick = |from: &[u8]| {
        let place = usize::try_from(rand::random::<u32>()).unwrap_or_default() % from.len();
        char::from(from[place])
    };
    let group = |from: &[u8], size: usize| (0..size).map(|_| pick(from)).collect::<String>();
    let first = pick(LETTERS).to_ascii_uppercase();
    let (one, two) = (group(LETTERS, 3), group(LETTERS, 4));
    format!("{first}{one}-{two}-{}", group(DIGITS, 4))
}

fn hash_now(password: &str) -> Result<String, PasswordError> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string()).map_err(|_| PasswordError::Hashing)
}

fn is_same(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretText {
        SecretText::from(text.to_owned())
    }

    #[tokio::test]
    async fn only_the_right_password_matches() {
        let passwords = Passwords::new().unwrap();
        let hash = passwords.hash(secret("Zhiping-2026")).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        let matches = async |password: &str, hash: Option<&str>| {
            passwords.matches(secret(password), hash.map(str::to_owned)).await.unwrap()
        };
        assert!(matches("Zhiping-2026", Some(&hash)).await);
        assert!(!matches("zhiping-2026", Some(&hash)).await);
        assert!(!matches("Zhiping-2026", None).await);
        assert!(!matches("", Some("")).await);
        assert!(!matches("Zhiping-2026", Some("not a hash")).await);
    }

    #[tokio::test]
    async fn an_unknown_account_takes_as_long() {
        let passwords = Passwords::new().unwrap();
        let hash = passwords.hash(secret("Zhiping-2026")).await.unwrap();
        let time = async |hash: Option<String>| {
            let begun = std::time::Instant::now();
            passwords.matches(secret("wrong"), hash).await.unwrap();
            begun.elapsed()
        };
        let mut known: Vec<_> = Vec::new();
        let mut unknown: Vec<_> = Vec::new();
        for _ in 0..5 {
            known.push(time(Some(hash.clone())).await);
            unknown.push(time(None).await);
        }
        known.sort();
        unknown.sort();
        assert!(unknown[2] * 3 > known[2], "{unknown:?} {known:?}");
    }

    #[test]
    fn a_generated_password_may_be_chosen_and_is_another_each_time() {
        let all: Vec<String> = (0..50).map(|_| generated()).collect();
        assert!(all.iter().all(|password| examine(password) == Ok(())), "{all:?}");
        assert!(all.iter().collect::<std::collections::BTreeSet<_>>().len() == all.len());
    }

    #[test]
    fn weak_passwords_are_not_taken() {
        assert_eq!(examine("Zhiping-2026"), Ok(()));
        assert_eq!(examine("Zp-26"), Err(WeakPassword::Length));
        assert_eq!(examine("zhipingzhiping"), Err(WeakPassword::Kinds));
        assert_eq!(examine(&"Aa1".repeat(50)), Err(WeakPassword::Length));
    }
}
