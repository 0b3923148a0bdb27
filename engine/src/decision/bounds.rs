//! How much may follow from one command: as much where it is simulated as where it is carried out.

/// How often one decision may ask for more facts.
pub(crate) const MOST_ROUNDS: u32 = 64;
/// How many cases one effect may tell.
pub(crate) const MOST_TOLD: usize = 500;
/// How long a task stays claimed unless renewed, in milliseconds: 15 minutes.
pub(crate) const CLAIM: i64 = 15 * 60 * 1000;
/// How deep tells and starts may follow from each other.
pub(crate) const MOST_STEPS: u32 = 16;
