//! The token that every form carries in its hidden field `csrf`: a keyed hash of the session's own
//! token, so that only a page of the same session can have it.

use std::fmt;

use subtle::ConstantTimeEq as _;

use crate::secrets::{Purpose, Secrets};

/// The name of the hidden field.
pub const FIELD: &str = "csrf";

/// The token of one session's forms.
#[derive(Clone, PartialEq, Eq)]
pub struct FormToken(String);

impl FormToken {
    /// The token for the session, or the visit, with this cookie.
    #[must_use]
    pub fn of(secrets: &Secrets, cookie: &str) -> Self {
        Self(secrets.hash(Purpose::Form, cookie))
    }

    /// What stands in the hidden field.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether what a form sent is this token; takes the same time wherever they differ.
    #[must_use]
    pub fn is(&self, sent: &str) -> bool {
        self.0.as_bytes().ct_eq(sent.as_bytes()).into()
    }
}

impl fmt::Debug for FormToken {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("FormToken(…)")
    }
}
