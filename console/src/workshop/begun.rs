//! A workflow that is begun in the browser: a small one that runs, with its scenarios, published for
//! administrators alone, who go on from there.

use std::collections::BTreeSet;

use engine::{
    names::{AccountId, WorkflowKey},
    runtime::{Publication, PublishError, RuntimeError},
};

use super::{InForce, is_plain_name};
use crate::app::App;

/// The definition and its scenarios, with `KEY` and `NAME` in the places of those.
const WORKFLOW: &str = include_str!("begun/workflow.yaml");
const SCENARIOS: &str = include_str!("begun/scenarios.yaml");
/// The longest name.
pub const MOST_NAME: usize = 40;
/// Addresses of the workshop that are no workflow's.
const RESERVED: [&str; 1] = ["new"];

/// Why a workflow was not begun.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    /// The key or the name is none, or taken: what is wrong with each, in words.
    #[error("{}", key.iter().chain(name).cloned().collect::<Vec<_>>().join("；"))]
    Called {
        /// With the key.
        key: Option<String>,
        /// With the name.
        name: Option<String>,
    },
    /// It was not published.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] RuntimeError),
}

/// Begins a workflow.
///
/// # Errors
/// As [`BeginError`] says; nothing is begun then.
pub async fn begin(
    app: &App,
    by: &AccountId,
    key: &str,
    name: &str,
) -> Result<WorkflowKey, BeginError> {
    let mut in_force = InForce::load(app).await?;
    let paths = [format!("{key}.yaml"), format!("scenarios/{key}.yaml")];
    let is_key = is_plain_name(key) && key.starts_with(|c: char| c.is_ascii_lowercase());
    let workflow = WorkflowKey::from(key);
    let is_taken = app.runtime.newest(&workflow).is_some()
        || RESERVED.contains(&key)
        || paths.iter().any(|path| in_force.sources.files.contains_key(path));
    let of_key = if !is_key {
        Some("键用小写字母、数字和 - ，以字母开头，最多 60 个，例如 school-visit".to_owned())
    } else if is_taken {
        Some(format!("已经有「{key}」了，请换一个键"))
    } else {
        None
    };
    let letters = name.chars().count();
    let of_name = if letters == 0 || letters > MOST_NAME || name.chars().any(char::is_control) {
        Some(format!("请填写名称，最多 {MOST_NAME} 个字"))
    } else if app.runtime.newest_all().iter().any(|known| known.definition.name == name) {
        Some(format!("已经有叫「{name}」的流程了，请换一个名称"))
    } else {
        None
    };
    if of_key.is_some() || of_name.is_some() {
        return Err(BeginError::Called { key: of_key, name: of_name });
    }
    let over = in_force.versions();
    // A text between quotes is written in YAML as in JSON.
    let quoted = serde_json::Value::from(name).to_string();
    let filled =
        [WORKFLOW, SCENARIOS].map(|text| text.replace("KEY", key).replace("NAME", &quoted));
    in_force.sources.files.extend(paths.clone().into_iter().zip(filled));
    let publication = Publication {
        sources: &in_force.sources,
        workflows: &BTreeSet::from([workflow.clone()]),
        changed: &BTreeSet::from(paths),
        over: &over,
        by,
        note: "新建",
        shipped: &app.sources,
    };
    app.runtime.publish_over(publication).await?;
    Ok(workflow)
}
