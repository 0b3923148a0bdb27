//! `GET` and `POST /plans/{id}/apply/pledge`: the declaration begins with the accepted pledge.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, Query, Request, State},
    response::Response,
};
use engine::{definition::FactSource, expression::Value, runtime::NewCase};

use super::{
    PledgePage,
    choose::{Applying, VERSION, of_query},
};
use crate::{
    app::App,
    cases::{
        decode::{self, KnownFiles},
        perform::{NotDone, explain},
        posted::Posted,
        receive::Receiver,
        references::References,
    },
    identity::Viewer,
    pages::{
        Chrome, Errors, Failure, Flash, Tone, casework, done,
        form::{self, Sources},
        render,
    },
    routes,
};

/// The fact that holds the texts of the pledge, newest last: rows `{version, name, paragraphs}`.
const COMMITMENTS: &str = "commitments";

/// The pledge, once everything is chosen.
///
/// # Errors
/// 404 where there is no such plan, or the viewer declares nothing.
pub async fn pledge(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Failure> {
    let applying = Applying::find(&app, &viewer, &id).await?;
    let posted = of_query(query);
    let (asked, errors) = applying.read(&posted);
    if !errors.is_empty() || !applying.threshold.is_open() {
        return Ok(casework::see_other(&applying.href(&routes::apply(&id), &asked)));
    }
    Ok(render(&chrome, &applying.pledge(&asked, None, Errors::none())))
}

/// Begins the declaration.
///
/// # Errors
/// As [`pledge`]; 422 with the page where the workflow refuses.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let applying = Applying::find(&app, &viewer, &id).await?;
    let receiver = Receiver::of(&app, &viewer.account);
    let posted = receiver.receive(request).await?;
    let (mut asked, errors) = applying.read(&posted);
    if !errors.is_empty() {
        return Ok(render(&chrome, &applying.page(Some(&posted), &asked, errors)));
    }
    let accepted = decode::fields(&applying.ask(true), "ask", &posted, &KnownFiles::new());
    let chosen = asked.clone();
    asked.extend(accepted.values);
    let definition = &applying.threshold.start.definition.definition;
    let new = NewCase {
        workflow: definition.key.clone(),
        by: viewer.actor(),
        given: applying.threshold.given.clone(),
        asked,
        form: BTreeMap::new(),
        key: posted.key(),
    };
    let refusal = match app.runtime.start(new).await {
        Ok(outcome) => {
            let flash = Flash::new(Tone::Ok, "已开始申报，请按目录填报。");
            return Ok(done(&routes::declaration(&outcome.case), &flash));
        }
        Err(refusal) => refusal,
    };
    match explain(&app, definition, refusal).await {
        NotDone::Faults(faults, says) => {
            let errors = casework::errors(&faults, &says);
            Ok(render(&chrome, &applying.pledge(&chosen, Some(&posted), errors)))
        }
        other @ (NotDone::NotFound | NotDone::Conflict(_) | NotDone::Unavailable(_)) => {
            Err(casework::failure(other, &routes::plan(&id)))
        }
    }
}

impl Applying<'_> {
    /// The page of the pledge for what was chosen.
    fn pledge(
        &self,
        asked: &BTreeMap<String, Value>,
        posted: Option<&Posted>,
        errors: Errors,
    ) -> PledgePage {
        let states = self.states(asked);
        let text = self.text();
        let said = |name: &str| {
            let said = text.and_then(|text| text.get(name)).and_then(Value::as_text);
            said.unwrap_or_default().to_owned()
        };
        let mut accepted = self.ask(true);
        accepted.shift_remove(VERSION);
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
        let fields = form::fields(&accepted, "ask", &Value::None, &sources);
        let ask = self.ask(false);
        let facts = ask.iter().filter_map(|(name, field)| {
            let value = asked.get(name.as_str())?.as_text()?;
            let options = states.get(name.as_str()).map(|state| state.options.as_slice());
            let option = options.unwrap_or_default().iter().find(|(option, _)| option == value);
            let text = option.map_or_else(|| value.to_owned(), |(_, label)| label.clone());
            Some((field.name.clone(), text))
        });
        let mut hidden: Vec<(String, String)> = asked
            .iter()
            .filter_map(|(name, value)| Some((format!("ask.{name}"), value.as_text()?.to_owned())))
            .collect();
        hidden.push((format!("ask.{VERSION}"), said("version")));
        let paragraphs = text.and_then(|text| text.get("paragraphs")).and_then(Value::as_list);
        PledgePage {
            plan: self.plan.name.clone(),
            plan_href: routes::plan(&self.plan.id),
            back: self.href(&routes::apply(&self.plan.id), asked),
            action: routes::pledge(&self.plan.id),
            name: said("name"),
            version: said("version"),
            paragraphs: paragraphs
                .unwrap_or_default()
                .iter()
                .filter_map(Value::as_text)
                .map(str::to_owned)
                .collect(),
            facts: facts.collect(),
            hidden,
            fields,
            errors,
        }
    }

    /// The newest text of the pledge.
    fn text(&self) -> Option<&Value> {
        let definition = &self.threshold.start.definition.definition;
        match &definition.facts.get(COMMITMENTS)?.source {
            FactSource::Table(rows) => rows.as_list()?.last(),
            FactSource::Cases { .. } | FactSource::Host { .. } => None,
        }
    }
}
