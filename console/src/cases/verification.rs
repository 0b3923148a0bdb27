//! Verifying a document without an account: whoever reads out its number and its code learns what
//! the workflow lets anybody know. A number without its code is worth nothing, and a wrong code
//! answers like a number that does not exist.

use engine::{
    decision::{self, Verified},
    definition::Definition,
    names::{CaseId, DocumentName},
    runtime::RuntimeError,
    store::cases::{self, CaseFilter},
    width::half_width,
};
use subtle::ConstantTimeEq as _;

use crate::{
    app::App,
    secrets::{Purpose, Secrets},
};

/// The digits of a code: without those that are read for another.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Sixty bits: with the limit on guesses nobody finds one.
const LENGTH: usize = 12;
/// A number belongs to one case; more would be a fault of a workflow, and each is tried.
const MOST: usize = 5;

/// A document cannot be looked up.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The database.
    #[error("the database did not answer")]
    Database(#[from] sqlx::Error),
    /// The case.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
}

/// The code of a document of a case.
#[must_use]
pub fn code(secrets: &Secrets, case: &CaseId, document: &DocumentName) -> String {
    let hash = secrets.hash(Purpose::Document, &format!("{document}\n{case}"));
    let bytes = hash.as_bytes().chunks(2).take(LENGTH);
    let digit = |pair: &[u8]| {
        let text = std::str::from_utf8(pair).unwrap_or_default();
        let byte = u8::from_str_radix(text, 16).unwrap_or_default();
        char::from(DIGITS[usize::from(byte % 32)])
    };
    bytes.map(digit).collect()
}

/// A code as it is printed: in groups of four.
#[must_use]
pub fn in_groups(code: &str) -> String {
    let digits: Vec<char> = code.chars().collect();
    let groups = digits.chunks(4).map(|group| group.iter().collect::<String>());
    groups.collect::<Vec<_>>().join("-")
}

/// A text as somebody typed it whose keyboard writes wide digits, letters and dashes.
fn narrow(text: &str) -> String {
    let narrow = text.chars().filter(|character| !character.is_whitespace());
    let narrow = narrow.map(|character| match character {
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        other => half_width(other),
    });
    narrow.collect()
}

/// A code as somebody typed it: without spaces and dashes, O for zero, I and L for one.
fn typed(code: &str) -> String {
    let code = narrow(code);
    let kept = code.chars().filter(|character| character.is_alphanumeric());
    let read = kept.map(|character| match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    });
    read.collect()
}

/// What anybody may know of the document with this number and this code.
///
/// # Errors
/// When the database does not answer.
pub async fn verify(app: &App, number: &str, given: &str) -> Result<Option<Verified>, VerifyError> {
    let (number, given) = (narrow(number), typed(given));
    if number.is_empty() || given.len() != LENGTH {
        return Ok(None);
    }
    for published in app.runtime.newest_all() {
        let definition = &published.definition;
        for (document, defined) in &definition.documents {
            let Some(verify) = &defined.verify else { continue };
            let filter = CaseFilter {
                workflows: vec![definition.key.clone()],
                labels: [(verify.number.clone(), number.clone())].into(),
                ..CaseFilter::default()
            };
            for case in cases::list(&app.db, &filter, None, MOST).await?.cases {
                let right = code(&app.secrets, &case.id, document);
                if bool::from(right.as_bytes().ct_eq(given.as_bytes())) {
                    return read(app, &case.id, document).await;
                }
            }
        }
    }
    Ok(None)
}

/// The case is read with the definition it runs on, which may be an older one.
async fn read(
    app: &App,
    case: &CaseId,
    document: &DocumentName,
) -> Result<Option<Verified>, VerifyError> {
    let Some(view) = app.runtime.view(case).await? else { return Ok(None) };
    let definition: &Definition = &view.definition.definition;
    let found = decision::verified(definition, &view.case, document, &view.facts, view.at);
    Ok(found.unwrap_or_else(|why| {
        tracing::error!(%case, %document, ?why, "what may be known of a document cannot be told");
        None
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let secrets = Secrets::from_hex(&"ab".repeat(32)).unwrap();
        let code = code(&secrets, &"c1".into(), &"certificate".into());
        assert_eq!(code.len(), LENGTH);
        assert_eq!(typed(&in_groups(&code).to_lowercase()), code);
        assert_eq!(typed(" o1-Il "), "0111");
        assert_eq!(typed("ａｂ１２—３ｏ"), "AB1230");
        assert_eq!(narrow(" ２０２６－１　"), "2026-1");
        assert_eq!(narrow("2026‐12"), "2026-12");
        assert_ne!(code, super::code(&secrets, &"c2".into(), &"certificate".into()));
    }
}
