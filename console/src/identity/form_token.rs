//! The token that every form carries in its hidden field `csrf`: a keyed hash of the session's own
//! token, so that only a page of the same session can have it.

use std::fmt;

use subtle::ConstantTimeEq as _;

use crate::secrets::{Purpose, Secrets};

/// The name of the hidden field.
pub const FIELD: &str = "csrf";

/// The token of one session's forms.
#[derive(Clone, PartialEq, Eq)]
pub struct FormToken(Vec<u8>);

impl FormToken {
    /// The token for the session, or the visit, with this cookie.
    #[must_use]
    pub fn of(secrets: &Secrets, cookie: &str) -> Self {
        Self(secrets.hash(Purpose::Form, cookie).into_bytes())
    }

    /// What stands in the hidden fields of one page: a random pad, and the token under that pad. It
    /// is another on every page, so that the length of a compressed answer tells nothing of it.
    #[must_use]
    pub fn masked(&self) -> String {
        let pad: Vec<u8> = std::iter::repeat_with(rand::random).take(self.0.len()).collect();
        let covered: Vec<u8> = std::iter::zip(&pad, &self.0).map(|(pad, own)| pad ^ own).collect();
        hex::encode([pad, covered].concat())
    }

    /// Whether what a form sent is this token; takes the same time wherever they differ.
    #[must_use]
    pub fn is(&self, sent: &str) -> bool {
        let Ok(sent) = hex::decode(sent) else { return false };
        let (pad, covered) = sent.split_at(sent.len() / 2);
        let opened: Vec<u8> = std::iter::zip(pad, covered).map(|(pad, own)| pad ^ own).collect();
        self.0.ct_eq(&opened).into()
    }
}

impl fmt::Debug for FormToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("FormToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_reads_otherwise_on_every_page() {
        let secrets = Secrets::from_hex(&"7".repeat(64)).expect("a key");
        let token = FormToken::of(&secrets, "a cookie");
        let (one, other) = (token.masked(), token.masked());
        assert_ne!(one, other);
        assert!(token.is(&one) && token.is(&other));
        assert!(!FormToken::of(&secrets, "another").is(&one));
        for forged in ["", "00", "xyz", &one[2..], &secrets.hash(Purpose::Form, "a cookie")] {
            assert!(!token.is(forged), "{forged}");
        }
    }
}
