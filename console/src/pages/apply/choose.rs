//! `GET` and `POST /plans/{id}/apply`.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, Query, Request, State},
    response::Response,
};
use engine::{
    decision::{self, FieldState},
    definition::{Field as Defined, FieldKind, Fields},
    expression::Value,
};

use super::{ApplyPage, sure};
use crate::{
    app::App,
    cases::{
        decode::{self, KnownFiles},
        gates::Threshold,
        posted::Posted,
        receive::Receiver,
        references::References,
    },
    identity::Viewer,
    pages::{
        Chrome, Errors, Failure, casework,
        form::{self, Sources},
        render,
    },
    records::plans::{self, Plan},
    routes,
};

/// The field that says which version of the pledge was accepted.
pub(super) const VERSION: &str = "commitment_version";

/// A person before a plan, with what was chosen so far.
pub(super) struct Applying<'a> {
    pub(super) viewer: &'a Viewer,
    pub(super) plan: Plan,
    pub(super) threshold: Threshold,
}

impl<'a> Applying<'a> {
    /// The plan and its gates.
    ///
    /// # Errors
    /// 404 where nothing can be declared.
    pub(super) async fn find(app: &App, viewer: &'a Viewer, id: &str) -> Result<Self, Failure> {
        let plan = plans::find(&app.db, id).await?.ok_or(Failure::NotFound)?;
        let threshold = Threshold::of(app, viewer, &plan).await?.ok_or(Failure::NotFound)?;
        Ok(Self { viewer, plan, threshold })
    }

    /// What the start asks; `is_pledge` is what stands on the page of the pledge.
    pub(super) fn ask(&self, is_pledge: bool) -> Fields {
        let definition = &self.threshold.start.definition.definition;
        let own = |(name, field): &(&engine::names::FieldName, &Defined)| {
            let of_pledge = field.kind == FieldKind::Accepted || name.as_str() == VERSION;
            of_pledge == is_pledge
        };
        let ask = definition.start.action.ask.iter().filter(own);
        ask.map(|(name, field)| (name.clone(), field.clone())).collect()
    }

    /// How each asked field stands with these answers.
    pub(super) fn states(&self, asked: &BTreeMap<String, Value>) -> BTreeMap<String, FieldState> {
        let start = &self.threshold.start;
        decision::start_state(
            &start.definition.definition,
            &self.viewer.actor(),
            &self.threshold.given,
            asked,
            &start.facts,
            start.at,
        )
    }

    /// Reads what was chosen; what is missing or not offered is a fault.
    pub(super) fn read(&self, posted: &Posted) -> (BTreeMap<String, Value>, Errors) {
        let ask = self.ask(false);
        let decoded = decode::fields(&ask, "ask", posted, &KnownFiles::new());
        let mut errors = casework::errors(&decoded.faults, &[]);
        let states = self.states(&decoded.values);
        let mut asked = decoded.values;
        for (name, field) in &ask {
            let state = states.get(name.as_str()).cloned().unwrap_or_default();
            if !state.visible {
                asked.remove(name.as_str());
                continue;
            }
            let path = format!("ask.{name}");
            let given = asked.get(name.as_str()).filter(|value| !value.is_none());
            match given.map(|value| value.as_text().unwrap_or_default()) {
                None if state.required => errors.add(&path, format!("请选择{}", field.name)),
                Some(text) if !is_option(&state, field, text) => {
                    errors.add(&path, format!("{}不在可选的范围内，请重新选择", field.name));
                }
                None | Some(_) => {}
            }
        }
        asked.retain(|_, value| !value.is_none());
        (asked, errors)
    }

    /// The page of what is chosen, filled with these answers.
    pub(super) fn page(
        &self,
        posted: Option<&Posted>,
        asked: &BTreeMap<String, Value>,
        errors: Errors,
    ) -> ApplyPage {
        let states = self.states(asked);
        let sources = Sources {
            states: &states,
            posted,
            errors: &errors,
            names: &|_, _| None,
            references: &References::default(),
            parts: &[],
            files: &KnownFiles::new(),
            may_edit: &|_| true,
        };
        let fields = form::fields(&self.ask(false), "ask", &Value::Map(asked.clone()), &sources);
        let is_sure = posted.and_then(|posted| posted.text("sure")) == Some("yes");
        ApplyPage {
            plan: self.plan.name.clone(),
            back: routes::plan(&self.plan.id),
            action: routes::apply(&self.plan.id),
            fields,
            sure: sure(is_sure).checked(&errors),
            errors,
        }
    }

    /// The address of the pledge with what was chosen.
    pub(super) fn href(&self, path: &str, asked: &BTreeMap<String, Value>) -> String {
        let pairs: Vec<(String, &str)> = asked
            .iter()
            .filter_map(|(name, value)| Some((format!("ask.{name}"), value.as_text()?)))
            .collect();
        let pairs: Vec<(&str, &str)> =
            pairs.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        routes::with_query(path, &pairs)
    }
}

fn is_option(state: &FieldState, field: &Defined, text: &str) -> bool {
    let is_choice = matches!(field.kind, FieldKind::Choice(_));
    !is_choice || state.options.iter().any(|(value, _)| value == text)
}

/// What the address says, as if it had been posted.
pub(super) fn of_query(query: BTreeMap<String, String>) -> Posted {
    Posted { pairs: query.into_iter().collect(), uploads: Vec::new() }
}

/// The page.
///
/// # Errors
/// 404 where there is no such plan, or the viewer declares nothing.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Failure> {
    let applying = Applying::find(&app, &viewer, &id).await?;
    if !applying.threshold.is_open() {
        return Ok(casework::see_other(&routes::plan(&id)));
    }
    let posted = of_query(query);
    let (mut asked, _) = applying.read(&posted);
    // Where there is nothing to choose, it is chosen.
    for (name, state) in applying.states(&asked) {
        if let [(only, _)] = state.options.as_slice()
            && state.visible
        {
            asked.entry(name).or_insert_with(|| Value::Text(only.clone()));
        }
    }
    Ok(render(&chrome, &applying.page(None, &asked, Errors::none())))
}

/// On to the pledge, with what was chosen.
///
/// # Errors
/// As [`show`]; 422 with the page where something is missing.
pub async fn choose(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let applying = Applying::find(&app, &viewer, &id).await?;
    let receiver = Receiver::of(&app, &viewer.account);
    let posted = receiver.receive(request).await?;
    if !applying.threshold.is_open() {
        return Ok(casework::see_other(&routes::plan(&id)));
    }
    let (asked, mut errors) = applying.read(&posted);
    if posted.text("sure") != Some("yes") {
        errors.add("sure", "请核对后勾选「确认无误」");
    }
    if !errors.is_empty() {
        return Ok(render(&chrome, &applying.page(Some(&posted), &asked, errors)));
    }
    Ok(casework::see_other(&applying.href(&routes::pledge(&id), &asked)))
}
