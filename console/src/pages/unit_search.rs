//! Choosing a unit without JavaScript, as registration and 变更单位 ask for it.

use std::collections::BTreeMap;

use axum::response::{IntoResponse as _, Redirect, Response};
use engine::{
    decision::RejectionKind,
    expression::Value,
    runtime::{Clock as _, NewCase, Refusal},
};
use serde::Serialize;

use super::{
    Errors, Failure, Field,
    typed::{Reader, lines},
};
use crate::{
    app::App,
    cases::{bindings, posted::Posted},
    identity::{Viewer, kept},
    records::units::{self, Unit},
};

/// So many hits are shown.
const HITS: usize = 20;

/// Finding a unit by a part of its name, without JavaScript: the search submits the form, which
/// comes back with everything typed and a 选择 button per hit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct UnitSearch {
    /// What is searched for.
    pub query: String,
    /// The hits; `None` before the first search.
    pub hits: Option<Vec<UnitHit>>,
    /// Whether there are more hits than shown.
    pub is_cut: bool,
    /// The chosen unit.
    pub chosen: Option<UnitHit>,
    /// What is wrong with the choice.
    pub error: Option<String>,
}

/// One unit that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnitHit {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it is and of what kind.
    pub about: String,
}

/// 申请说明, as registration and 变更单位 ask for it.
pub fn note_field(note: &str, errors: &Errors) -> Field {
    Field::area("note", "申请说明", note, 3)
        .required()
        .hint("写明您在该单位的部门和岗位，方便单位核对，500 字以内")
        .checked(errors)
}

impl UnitHit {
    fn of(app: &App, id: &str, name: &str, kind: &str, division: &str) -> Self {
        let kind = app.catalogue.code("unit_kind", kind).unwrap_or_default();
        let division = app.catalogue.division_name(division).unwrap_or_default();
        let about = [division, kind].into_iter().filter(|text| !text.is_empty());
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            about: about.collect::<Vec<_>>().join("　"),
        }
    }
}

/// After a search or a choice the page is an address with what was typed, so that the browser goes
/// back and forth over it, and it opens at the unit.
pub(super) async fn searched(app: &App, viewer: &Viewer, page: &str, posted: &Posted) -> Response {
    let pick = posted.text("pick").map(|unit| ("unit".to_owned(), unit.to_owned()));
    let is_typed = |(name, _): &&(String, String)| {
        let is_ours = matches!(name.as_str(), "csrf" | "key" | "pick");
        !is_ours && (pick.is_none() || name != "unit")
    };
    let typed: Vec<_> = posted.pairs.iter().filter(is_typed).cloned().chain(pick.clone()).collect();
    let href = kept::set_aside(app, &viewer.account, page, page, &typed).await;
    Redirect::to(&format!("{href}#unit")).into_response()
}

/// A request for a binding that can be sent.
pub(super) struct Request {
    unit: Unit,
    note: String,
}

impl Request {
    /// Reads what was typed; faults stand at `unit` and `note`.
    pub(super) async fn read(
        app: &App,
        unit: &str,
        note: &str,
    ) -> Result<Result<Self, Errors>, Failure> {
        let mut reader = Reader::new(app.clock.now());
        let found = units::find(&app.db, &unit.into()).await?.filter(Unit::is_active);
        if unit.is_empty() {
            reader.errors.add("unit", "请先查找并选择单位");
        } else if found.is_none() {
            reader.errors.add("unit", "这个单位现在不能绑定，请重新选择");
        }
        let note = reader.required("note", "申请说明", note, &lines(500));
        Ok(match found {
            Some(unit) if reader.errors.is_empty() => Ok(Self { unit, note }),
            Some(_) | None => Err(reader.errors),
        })
    }

    /// Starts the binding; gives what to say, or what stands against it.
    pub(super) async fn send(
        self,
        app: &App,
        viewer: &Viewer,
        person: &str,
        key: Option<&str>,
    ) -> Result<Result<String, Errors>, Failure> {
        let given = [("person", person), ("unit", self.unit.id.as_str())];
        let new = NewCase {
            workflow: bindings::WORKFLOW.into(),
            by: viewer.actor(),
            given: given.map(|(name, id)| (name.into(), id.to_owned())).into(),
            asked: [("note".to_owned(), Value::Text(self.note))].into(),
            form: BTreeMap::new(),
            key: key.filter(|key| !key.is_empty()).map(Into::into),
        };
        match app.runtime.start(new).await {
            Ok(_) => Ok(Ok(format!("已向「{}」提交绑定申请，请等待单位审核。", self.unit.name))),
            Err(Refusal::Rejected(rejection)) => {
                let mut errors = Errors::none();
                match &rejection.kind {
                    RejectionKind::Fields(faults) => {
                        for fault in faults {
                            errors.add(fault.field.trim_start_matches("ask."), &fault.message);
                        }
                    }
                    RejectionKind::NotAllowed => return Err(Failure::NotFound),
                    RejectionKind::TaskNotOpen { .. }
                    | RejectionKind::NotOffered { .. }
                    | RejectionKind::Required(_)
                    | RejectionKind::Checks(_)
                    | RejectionKind::NotEditable(_)
                    | RejectionKind::Held { .. }
                    | RejectionKind::AtMost { .. }
                    | RejectionKind::Evaluation(_) => errors.say(rejection.to_string()),
                }
                Ok(Err(errors))
            }
            Err(refusal) => Err(refusal.into()),
        }
    }
}

impl UnitSearch {
    /// The search with the unit that was chosen, and the hits if it `searches` now.
    pub(super) async fn of(
        app: &App,
        query: &str,
        unit: &str,
        searches: bool,
    ) -> Result<Self, Failure> {
        let chosen = units::find(&app.db, &unit.into()).await?.filter(Unit::is_active);
        let mut search = Self {
            query: query.to_owned(),
            chosen: chosen.map(|unit| {
                UnitHit::of(app, unit.id.as_str(), &unit.name, &unit.kind, &unit.division)
            }),
            ..Self::default()
        };
        if searches && query.trim().is_empty() {
            search.error = Some("请输入单位名称里的几个字".to_owned());
        } else if searches {
            let mut hits = units::search(&app.db, query, 1 + 20).await?;
            search.is_cut = hits.len() > HITS;
            hits.truncate(HITS);
            let hit = |hit: units::UnitHit| {
                UnitHit::of(app, &hit.id, &hit.name, &hit.kind, &hit.division)
            };
            search.hits = Some(hits.into_iter().map(hit).collect());
        }
        Ok(search)
    }

    /// Samples: before a search, with hits, without, with a choice.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let hit = UnitHit {
            id: "U-LY-MS1".to_owned(),
            name: "示例·合肥市庐阳区第九十九中学".to_owned(),
            about: "合肥市庐阳区　事业单位".to_owned(),
        };
        vec![
            Self::default(),
            Self {
                query: "中学".to_owned(),
                hits: Some(vec![hit.clone()]),
                is_cut: true,
                ..Self::default()
            },
            Self { query: "第一百中学".to_owned(), hits: Some(Vec::new()), ..Self::default() },
            Self { chosen: Some(hit), ..Self::default() },
        ]
    }
}
