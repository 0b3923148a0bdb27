//! The seal of a row of the history: a hash over the row and the seal before it, so that nobody can
//! change, take out or add a row without making all that follow wrong.

use sha2::{Digest, Sha256};

/// The seal of a row that follows the one with the seal `before`, empty for the first.
pub(crate) fn seal(before: &str, case: &str, revision: i64, at: i64, events: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("{before}\n{case}\n{revision}\n{at}\n"));
    hash.update(events);
    hex::encode(hash.finalize())
}
