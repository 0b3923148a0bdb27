//! The addresses of the pages on which administrators change workflows.

use engine::names::WorkflowKey;

use super::{WORKFLOWS, segment, with_query};

/// One workflow, for administrators.
#[must_use]
pub fn workflow(key: &WorkflowKey) -> String {
    format!("{WORKFLOWS}/{}", segment(key.as_str()))
}

/// Editing a file of a workflow; the definition itself where none is named.
#[must_use]
pub fn workflow_edit(key: &WorkflowKey, file: &str) -> String {
    with_query(&format!("{}/edit", workflow(key)), &[("file", file)])
}

/// Comparing the texts of a workflow: `now`, `draft`, `shipped` or the number of a version.
#[must_use]
pub fn workflow_compare(key: &WorkflowKey, from: &str, to: &str) -> String {
    with_query(&format!("{}/compare", workflow(key)), &[("from", from), ("to", to)])
}

/// Running the scenarios of a workflow.
#[must_use]
pub fn workflow_simulate(key: &WorkflowKey) -> String {
    format!("{}/simulate", workflow(key))
}

/// Publishing the draft of a workflow.
#[must_use]
pub fn workflow_publish(key: &WorkflowKey) -> String {
    format!("{}/publish", workflow(key))
}

/// What a newer version means for the running cases of a workflow, and moving them there.
#[must_use]
pub fn workflow_moving(key: &WorkflowKey) -> String {
    format!("{}/moving", workflow(key))
}

/// One published version of a workflow.
#[must_use]
pub fn workflow_version(key: &WorkflowKey, version: u32, file: &str) -> String {
    with_query(&format!("{}/versions/{version}", workflow(key)), &[("file", file)])
}
