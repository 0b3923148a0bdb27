//! Library items of the demonstration, entered, submitted and decided like those of real people.

use std::collections::BTreeMap;

use engine::{
    calendar::Moment,
    decision::Actor,
    definition::FieldKind,
    expression::Value,
    names::{CaseId, SectionName},
    runtime::NewCase,
};
use futures::stream;
use serde::Deserialize;
use serde_json::Value as Json;

use super::{
    DemoError,
    cases::{act, actor, do_once, key, refused, reviewer_of},
    scan,
    seed::{Seed, account_of, file},
};
use crate::{
    app::App,
    cases::{decode, posted::Posted},
    files::Upload,
    records::plans,
};

const MONTH: i64 = 30 * 86_400_000;
const DAY: i64 = 86_400_000;
const HOUR: i64 = 3_600_000;
const WORKFLOW: &str = "library-item";
/// More plans than the demonstration has.
const PLANS: i64 = 100;

#[derive(Deserialize)]
struct Item {
    person: String,
    kind: String,
    end: End,
    months_ago: i64,
    /// One item for each of these numbers.
    #[serde(default)]
    each: Vec<i64>,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    parts: Vec<String>,
    fields: BTreeMap<String, Json>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum End {
    Draft,
    Pending,
    Approved,
    Returned,
    Rejected,
    Voided,
}

pub(super) async fn enter(app: &App, seed: &Seed, now: Moment) -> Result<(), DemoError> {
    if app.runtime.newest(&WORKFLOW.into()).is_none() {
        tracing::warn!("there is no workflow library-item; the demo libraries stay empty");
        return Ok(());
    }
    let items: Vec<Item> = file("items.yaml")?;
    let plans = plans::newest(&app.db, PLANS).await?;
    let one_by_one = items.iter().flat_map(|item| match item.each.as_slice() {
        [] => vec![(item, 0)],
        each => each.iter().map(|back| (item, *back)).collect(),
    });
    for (number, (item, each)) in (0_u32..).zip(one_by_one) {
        let applicant = seed.persons.applicants.iter().find(|one| one.person.id == item.person);
        let unit = applicant.and_then(|applicant| applicant.unit.as_deref()).unwrap_or_default();
        let series = applicant.map(|applicant| applicant.series.as_str()).unwrap_or_default();
        let own = plans.iter().filter(|plan| plan.series == series);
        let plan_year = own.map(|plan| plan.year).min().unwrap_or_default();
        let days = if item.months_ago == 0 { 2 * DAY } else { item.months_ago * MONTH };
        let entering = Entering {
            app,
            item,
            number,
            applicant: actor(app, &account_of(&item.person)).await?,
            began: now.plus(-days + i64::from(number) * 60_000),
            plan_year,
            each,
        };
        entering.enter(unit).await?;
    }
    Ok(())
}

struct Entering<'a> {
    app: &'a App,
    item: &'a Item,
    number: u32,
    applicant: Actor,
    began: Moment,
    /// The year of the plans of the applicant's series.
    plan_year: i64,
    /// Which of the items this is.
    each: i64,
}

impl Entering<'_> {
    async fn enter(&self, unit: &str) -> Result<(), DemoError> {
        let item = self.item;
        self.app.clock.set(self.began);
        let kind = Value::Text(item.kind.clone());
        let new = NewCase {
            workflow: WORKFLOW.into(),
            by: self.applicant.clone(),
            given: [("person".into(), item.person.clone())].into(),
            asked: [("kind".to_owned(), kind)].into(),
            form: BTreeMap::new(),
            key: Some(key(&format!("item-{}", self.number))),
        };
        let case = refused(self.app.runtime.start(new).await, self.what())?.case;
        self.fill(&case).await?;
        if item.end == End::Draft {
            return Ok(());
        }
        let reviewer = reviewer_of(self.app, unit, &self.applicant).await?;
        let Some(reviewer) = reviewer else { return Ok(()) };
        self.decide(&case, reviewer).await
    }

    fn what(&self) -> String {
        format!("the item {} of {}", self.item.kind, self.item.person)
    }

    /// Fills the form, and submits it unless it stays a draft.
    async fn fill(&self, case: &CaseId) -> Result<(), DemoError> {
        let view = self.app.runtime.view(case).await?;
        let Some(view) = view.filter(|view| view.case.visit.state.as_str() == "draft") else {
            return Ok(());
        };
        let form = &view.definition.definition.form;
        let section = SectionName::from(self.item.kind.as_str());
        if self.item.end == End::Draft && view.case.form.contains_key(&section) {
            return Ok(());
        }
        let posted = self.posted(form).await?;
        let known = posted.kept_uploads();
        let decoded = decode::form(form, &view.case.form, &posted, &known);
        for fault in &decoded.faults {
            tracing::warn!(field = fault.field, fault.message, "a demo item does not fit");
        }
        self.keep_files(&posted, case).await?;
        self.app.clock.set(self.began.plus(HOUR));
        if self.item.end == End::Draft {
            let request = engine::runtime::SaveRequest {
                case: case.clone(),
                revision: None,
                by: self.applicant.clone(),
                task: "fill".into(),
                changes: decoded.values,
                key: Some(key(&format!("save-{}", self.number))),
            };
            return refused(self.app.runtime.save(request).await, self.what()).map(|_| ());
        }
        let mut submit = act(self.applicant.clone(), "fill", "submit", []);
        submit.changes = decoded.values;
        do_once(self.app, case, submit, &format!("submit-{}", self.number), self.what()).await
    }

    async fn decide(&self, case: &CaseId, by: Actor) -> Result<(), DemoError> {
        let item = self.item;
        let reason = ("reason", Value::Text(item.reason.clone()));
        let parts = item.parts.iter().map(|part| Value::Text(part.clone())).collect();
        let (again, act) = match item.end {
            End::Draft | End::Pending => return Ok(()),
            End::Approved => (None, act(by, "review", "approve", [])),
            End::Returned => {
                (None, act(by, "review", "return", [reason, ("parts", Value::List(parts))]))
            }
            End::Rejected => (None, act(by, "review", "reject", [reason])),
            End::Voided => {
                let void = act(by.clone(), "voiding", "void", [reason]);
                (Some(void), act(by, "review", "approve", []))
            }
        };
        self.app.clock.set(self.began.plus(DAY));
        let done_as = format!("decide-{}", self.number);
        do_once(self.app, case, act, &done_as, self.what()).await?;
        if let Some(act) = again {
            self.app.clock.set(self.began.plus(DAY + HOUR));
            do_once(self.app, case, act, &format!("void-{}", self.number), self.what()).await?;
        }
        Ok(())
    }

    /// The item as a browser would post it.
    async fn posted(&self, form: &engine::definition::Form) -> Result<Posted, DemoError> {
        let mut posted = Posted::default();
        let Some(section) = form.sections.get(&SectionName::from(self.item.kind.as_str())) else {
            return Ok(posted);
        };
        for (name, value) in &self.item.fields {
            let path = format!("form.{}.{name}", self.item.kind);
            let kind = section.fields.get(name.as_str()).map(|field| &field.kind);
            match (kind, value) {
                (Some(FieldKind::Files(limits)), Json::Array(names)) => {
                    for (page, name) in (0_u32..).zip(names.iter().filter_map(Json::as_str)) {
                        let file = self.upload(name, page, limits).await?;
                        posted.uploads.push((path.clone(), Ok(file)));
                    }
                }
                _ => flatten(&path, value, &|back| self.year(back), &mut posted.pairs),
            }
        }
        Ok(posted)
    }

    /// `{-1}` is the year before, `{plan-1}` the year before that of the plan.
    fn year(&self, text: &str) -> Option<i64> {
        let back = text.strip_prefix('{')?.strip_suffix('}')?;
        match back.strip_prefix("plan-") {
            Some("each") => Some(self.plan_year - self.each),
            Some(back) => Some(self.plan_year - back.parse::<i64>().ok()?),
            None => Some(i64::from(self.began.date().year()) + back.parse::<i64>().ok()?),
        }
    }

    async fn upload(
        &self,
        name: &str,
        page: u32,
        limits: &engine::definition::FileLimits,
    ) -> Result<engine::decision::FileRef, DemoError> {
        let fault = |error: Box<dyn std::error::Error + Send + Sync>| DemoError::File(error);
        let bytes = scan::paper(self.number * 7 + page).map_err(|error| fault(error.into()))?;
        let account = account_of(&self.item.person).into();
        let upload = Upload { account: &account, name, limits };
        let chunks = stream::iter([Ok::<_, std::io::Error>(bytes.into())]);
        self.app.files.put(upload, chunks).await.map_err(|error| fault(error.into()))
    }

    async fn keep_files(&self, posted: &Posted, case: &CaseId) -> Result<(), DemoError> {
        let ids: Vec<String> = posted.kept_uploads().into_keys().collect();
        let account = account_of(&self.item.person).into();
        let kept = self.app.files.keep(&account, &ids, Some(case)).await;
        kept.map(|_| ()).map_err(|error| DemoError::File(error.into()))
    }
}

/// The fields of an item as pairs of a form; some texts stand for a year.
fn flatten(
    path: &str,
    value: &Json,
    year: &dyn Fn(&str) -> Option<i64>,
    pairs: &mut Vec<(String, String)>,
) {
    let text = match value {
        Json::Object(fields) => {
            for (name, value) in fields {
                flatten(&format!("{path}.{name}"), value, year, pairs);
            }
            return;
        }
        Json::Array(items) => {
            items.iter().for_each(|item| flatten(path, item, year, pairs));
            return;
        }
        Json::Bool(true) => "yes".to_owned(),
        Json::Bool(false) => "no".to_owned(),
        Json::String(text) => text.clone(),
        Json::Number(number) => number.to_string(),
        Json::Null => return,
    };
    let text = year(&text).map_or(text, |year| year.to_string());
    pairs.push((path.to_owned(), text));
}
