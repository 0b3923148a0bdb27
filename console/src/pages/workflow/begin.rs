//! 新建流程: a key and a name, and a small workflow that runs is there to be changed.

use axum::{Form, extract::State, response::Response};
use serde::{Deserialize, Serialize};

use super::is_allowed;
use crate::{
    app::App,
    identity::Viewer,
    pages::{Chrome, Crumb, Errors, Failure, Field, Flash, Page, Template, Tone, done, render},
    routes, template,
    workshop::begun::{self, BeginError, MOST_NAME},
};

/// The page.
#[derive(Debug, Serialize)]
pub struct BeginPage {
    /// The name and the key.
    pub fields: Vec<Field>,
    /// What is wrong.
    pub errors: Errors,
}

/// What is sent.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct BeginForm {
    name: String,
    workflow: String,
}

impl BeginPage {
    fn of(form: &BeginForm, errors: Errors) -> Self {
        let name = Field::text("name", "名称", &form.name).required();
        let key = Field::text("workflow", "键", &form.workflow).required();
        let hint = "文件和地址里用的名字，定了不能再改：小写字母、数字和 - ，例如 school-visit";
        Self {
            fields: vec![
                name.hint(format!("人们看到的名称，最多 {MOST_NAME} 个字")).checked(&errors),
                key.hint(hint).checked(&errors),
            ],
            errors,
        }
    }
}

/// The empty form.
///
/// # Errors
/// 404 for everybody but administrators of workflows.
pub async fn show(viewer: Viewer, chrome: Chrome) -> Result<Response, Failure> {
    is_allowed(&viewer)?;
    Ok(render(&chrome, &BeginPage::of(&BeginForm::default(), Errors::none())))
}

/// Begins it, and leads to its text.
///
/// # Errors
/// As [`show`]; 422 with the page where the key or name is none; 503 where the store does not answer.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Form(form): Form<BeginForm>,
) -> Result<Response, Failure> {
    is_allowed(&viewer)?;
    let (key, name) = (form.workflow.trim(), form.name.trim());
    let mut errors = Errors::none();
    match begun::begin(&app, &viewer.account, key, name).await {
        Ok(workflow) => {
            let by = &viewer.account;
            tracing::info!(%by, %workflow, "begun");
            let say = "已新建。这是能走的样本，只有系统管理员能发起；改好、检查、试运行，再发布。";
            let flash = Flash::new(Tone::Ok, say);
            return Ok(done(&routes::workflow_edit(&workflow, ""), &flash));
        }
        Err(BeginError::Called { key, name }) => {
            name.into_iter().for_each(|say| errors.add("name", say));
            key.into_iter().for_each(|say| errors.add("workflow", say));
        }
        Err(BeginError::Publish(refused)) => {
            tracing::warn!(error = %refused, key, "not begun");
            errors.say("没有新建：现行的流程里有错误，或者别人正在发布。请到「流程」核对以后再试");
        }
        Err(BeginError::Store(error)) => return Err(error.into()),
    }
    Ok(render(&chrome, &BeginPage::of(&form, errors)))
}

impl Page for BeginPage {
    const TEMPLATE: Template = template!("workflow_begin");

    fn title(&self) -> String {
        "新建流程".to_owned()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("流程", routes::WORKFLOWS)]
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        let mut errors = Errors::none();
        errors.add("workflow", "已经有「binding」了，请换一个键");
        let form = BeginForm { name: "校外走访".to_owned(), workflow: "binding".to_owned() };
        vec![Self::of(&BeginForm::default(), Errors::none()), Self::of(&form, errors)]
    }
}
