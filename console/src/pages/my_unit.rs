//! The viewer's unit: the binding in force, a request that is pending, and 变更单位, which is a new
//! binding that replaces the old one only when it is approved (R135).

use serde::Serialize;

use super::{
    Crumb, Errors, Field, Page, Stamp, Tag, Template, Tone,
    unit_search::{UnitSearch, note_field},
};
use crate::{routes, template};

/// The page of the viewer's unit.
#[derive(Debug, Serialize)]
pub struct MyUnitPage {
    /// The binding in force.
    pub current: Option<BindingLine>,
    /// The request that waits for the unit.
    pub pending: Option<BindingLine>,
    /// Earlier ones, newest first.
    pub earlier: Vec<BindingLine>,
    /// The new request; `None` while one is pending.
    pub request: Option<BindingForm>,
    /// What is wrong.
    pub errors: Errors,
}

/// One binding.
#[derive(Clone, Debug, Serialize)]
pub struct BindingLine {
    /// The unit.
    pub unit: String,
    /// Its status.
    pub tag: Tag,
    /// When it was asked for.
    pub started: Stamp,
    /// The case.
    pub href: String,
    /// The task in which it can be withdrawn, if it can.
    pub withdraw: Option<String>,
}

/// Asking for a binding.
#[derive(Clone, Debug, Serialize)]
pub struct BindingForm {
    /// The unit.
    pub search: UnitSearch,
    /// 申请说明.
    pub note: Field,
}

impl BindingForm {
    /// The form with what was typed.
    pub fn new(search: UnitSearch, note: &str, errors: &Errors) -> Self {
        Self { search, note: note_field(note, errors) }
    }
}

impl Page for MyUnitPage {
    const TEMPLATE: Template = template!("my_unit");

    fn title(&self) -> String {
        "单位绑定".to_owned()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("个人中心", routes::ME)]
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        let line = |tone, status: &str, withdraw: Option<&str>| BindingLine {
            unit: "示例·合肥市庐阳区第九十九中学".to_owned(),
            tag: Tag::new(tone, status),
            started: Stamp::moment(engine::calendar::Moment(1_785_297_600_000)),
            href: "/cases/b-1".to_owned(),
            withdraw: withdraw.map(str::to_owned),
        };
        let mut errors = Errors::none();
        errors.add("note", "请填写申请说明");
        let mut samples: Vec<_> = UnitSearch::samples()
            .into_iter()
            .map(|search| Self {
                current: Some(line(Tone::Ok, "已绑定", None)),
                pending: None,
                earlier: vec![line(Tone::Plain, "已变更", None)],
                request: Some(BindingForm::new(search, "", &Errors::none())),
                errors: Errors::none(),
            })
            .collect();
        samples.push(Self {
            current: None,
            pending: None,
            earlier: vec![line(Tone::Bad, "不予通过", None)],
            request: Some(BindingForm::new(UnitSearch::default(), "", &errors)),
            errors,
        });
        samples.push(Self {
            current: None,
            pending: Some(line(Tone::Go, "待单位审核", Some("/tasks/b-1~withdraw"))),
            earlier: Vec::new(),
            request: None,
            errors: Errors::none(),
        });
        samples
    }
}
