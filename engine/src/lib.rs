//! A workflow engine that anyone can embed: definitions in YAML, a pure core that decides, and a
//! durable runtime over SQLite or PostgreSQL.
//!
//! Reading order is the order of dependence: `expression` knows nothing of workflows, `definition`
//! turns YAML into compiled definitions, `decision` applies one command to one case, `letter` writes
//! what people are told of it, `simulate` runs scenarios, `store` keeps the outcome and `runtime`
//! joins them.
//!
//! # The engine in another program
//!
//! ```no_run
#![doc = include_str!("../examples/embed.rs")]
//! ```

#![warn(missing_docs)]

pub mod calendar;
pub mod decision;
pub mod definition;
pub mod expression;
pub mod letter;
pub mod names;
pub mod runtime;
pub mod simulate;
pub mod store;
pub mod width;
