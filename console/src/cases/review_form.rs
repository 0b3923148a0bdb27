//! What the review form of a declaration says: the submission, with the library items that it names,
//! the person's record, the plan, and what those who decided have said.

mod items;
mod made;
mod said;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use engine::{
    calendar::Moment,
    decision::{self, Event, Recorded},
    definition::{Definition, Edit, EffectKind, Step},
    expression::Value,
    names::{CaseId, DocumentName, SectionName, ValueName},
    runtime::{CaseView, RuntimeError},
};
use sha2::{Digest, Sha256};

pub use self::made::{MakeError, Numbers, kept, render};
use self::{
    items::{Item, Items},
    words::{Data, columns, of_map},
};
use crate::{
    app::App,
    documents::{
        review_form::{Essay, ID_NUMBER, ReviewForm},
        sheet::Picture,
    },
    files::FileError,
    records::{
        people::{self, Person, Private, PrivateError},
        plans::{self, Plan},
        units,
    },
    routes,
};

/// The name by which workflows order it.
pub const REVIEW_FORM: &str = "review_form";
/// The value of a workflow with the number that a declaration is known by on paper.
const NUMBER: &str = "form_number";
/// How wide the photograph is kept, in pixels.
const PHOTO: u32 = 640;

/// The form could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum FormError {
    /// The runtime.
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    /// The records.
    #[error("the database did not answer")]
    Database(#[from] sqlx::Error),
    /// The person's numbers do not open.
    #[error(transparent)]
    Private(#[from] PrivateError),
    /// The photograph.
    #[error(transparent)]
    Photo(#[from] FileError),
    /// The definition is not about a person with a plan.
    #[error("the case {0} is no declaration of a person")]
    NoPerson(CaseId),
}

/// Whether the cases of a definition have a review form: some action orders it.
#[must_use]
pub fn has_form(definition: &Definition) -> bool {
    let orders = |step: &Step| {
        let wanted = EffectKind::Document(DocumentName::from(REVIEW_FORM));
        step.effects.iter().any(|effect| effect.kind == wanted)
    };
    let tasks = definition.tasks.values().flat_map(|task| task.actions.values());
    let is_of_action = tasks.flat_map(engine::definition::Action::steps).any(orders);
    is_of_action || definition.states.values().any(|state| orders(&state.enter))
}

/// The last submission up to a revision; 0 is none.
#[must_use]
pub fn submission_at(history: &[Recorded], revision: u64) -> u32 {
    let mut last = 0;
    for recorded in history.iter().filter(|recorded| recorded.revision <= revision) {
        if let Event::Frozen { submission, .. } = &recorded.event {
            last = *submission;
        }
    }
    last
}

/// The submission that the form of a case shows now: none while the whole of it is being written,
/// before the first submission as after it was taken back.
#[must_use]
pub fn shown(view: &CaseView, history: &[Recorded]) -> u32 {
    if is_open(view, |edit| *edit == Edit::All) { 0 } else { submission_at(history, u64::MAX) }
}

fn is_open(view: &CaseView, edit: impl Fn(&Edit) -> bool) -> bool {
    let tasks = view.case.tasks.keys();
    let mut tasks = tasks.filter_map(|task| view.definition.definition.tasks.get(task));
    tasks.any(|task| edit(&task.edit))
}

/// What stands across every page: that it is a draft, or that it came back to be mended.
fn across(view: &CaseView, submission: u32) -> String {
    if submission == 0 {
        return "草　稿".to_owned();
    }
    let definition = &view.definition.definition;
    let status = definition.status_names.get(&view.status);
    let is_back = is_open(view, |edit| matches!(edit, Edit::Parts(_)));
    status.filter(|_| is_back).cloned().unwrap_or_default()
}

/// What the form says of a submission, or of what is being filled in where that is 0, with the
/// opinions that were given at the moments `told`, or all of them.
///
/// # Errors
/// When something cannot be read.
pub async fn review_form(
    app: &App,
    view: &CaseView,
    submission: u32,
    told: Option<&BTreeSet<Moment>>,
) -> Result<ReviewForm, FormError> {
    let case = &view.case;
    let subject = |name: &str| case.subjects.get(name).map(String::as_str).unwrap_or_default();
    let person = people::find(&app.db, subject("person")).await?;
    let person = person.ok_or_else(|| FormError::NoPerson(case.id.clone()))?;
    let private = people::private(&app.db, &app.secrets, &person.id).await?;
    let plan = plans::find(&app.db, subject("plan")).await?;
    let unit = units::find(&app.db, &subject("unit").into()).await?;
    let form = match submission {
        0 => case.form.clone(),
        number => app.runtime.submission(&case.id, number).await?,
    };
    let data = Data { definition: &view.definition.definition, form: &form };
    let items = Items::load(app, &data, &person).await?;
    let history = app.runtime.history(&case.id).await?;
    let values = decision::values(&view.definition.definition, case, &view.facts, view.at);
    let photo = photo(app, &data).await?;
    let facts = Facts { app, data, person, private, plan, items, history, values };
    Ok(ReviewForm {
        number: facts.value(NUMBER).and_then(Value::as_text).unwrap_or_default().to_owned(),
        photo,
        across: across(view, submission),
        version: version(submission, &form),
        name: facts.person.name.clone(),
        unit: unit.map(|unit| unit.name).unwrap_or_default(),
        cover: facts.cover(),
        printed: facts.printed(view.at),
        basic: facts.basic(),
        registers: facts.registers(),
        essays: facts.essays(),
        pledge: facts.pledge(case.vars.get("committed_at")),
        opinions: facts.opinions(told),
    })
}

/// The photograph that was submitted, upright; one that is gone leaves its place to be pasted on.
async fn photo(app: &App, data: &Data<'_>) -> Result<Option<Picture>, FormError> {
    let Some(file) = data.file("person", "photo") else { return Ok(None) };
    let Some(row) = app.files.find(&file.id).await? else { return Ok(None) };
    let jpeg = app.files.thumbnail(&row, PHOTO, 0).await?;
    let href = routes::file_picture(&file.id, PHOTO, 0);
    Ok(jpeg.and_then(|jpeg| Picture::of_jpeg(&jpeg, "照片", href)))
}

/// By what a submission is known: its number and the beginning of the hash of its content.
fn version(submission: u32, form: &BTreeMap<SectionName, Value>) -> String {
    let content = serde_json::to_vec(form).unwrap_or_default();
    let hash = hex::encode(Sha256::digest(content));
    match submission {
        0 => "草稿".to_owned(),
        number => format!("第 {number} 次提交　{}", &hash[..8]),
    }
}

/// Everything that the form is made from.
struct Facts<'a> {
    app: &'a App,
    data: Data<'a>,
    person: Person,
    private: Option<Private>,
    plan: Option<Plan>,
    items: Items,
    history: Vec<Recorded>,
    /// What the workflow computes.
    values: BTreeMap<ValueName, Value>,
}

impl Facts<'_> {
    /// What the workflow computes under this name.
    fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    fn choice(&self, field: &str) -> String {
        self.data.text("choice", field)
    }

    /// The newest title that is held.
    fn held(&self) -> BTreeMap<String, String> {
        let rows = self.data.rows("current_titles");
        let newest = rows.max_by_key(|row| row.get("obtained").map(words::sortable));
        newest.map(|row| of_map(&self.data, "current_titles", row)).unwrap_or_default()
    }

    fn cover(&self) -> Vec<(String, String)> {
        let series = self.plan.as_ref().map(|plan| plan.series.as_str()).unwrap_or_default();
        let series = self.app.catalogue.series_name(series).unwrap_or(series);
        let kind = self.choice("declaration_type");
        let kind = self.app.catalogue.code("declaration_type", &kind).unwrap_or(&kind).to_owned();
        let held = self.held().remove("title").unwrap_or_default();
        let plan = self.plan.as_ref().map(|plan| plan.name.clone()).unwrap_or_default();
        [
            ("现任职称", held),
            ("申报系列", series.to_owned()),
            ("申报专业", self.choice("speciality")),
            ("申报职称", self.choice("title")),
            ("申报方式", kind),
            ("评审计划", plan),
        ]
        .map(|(label, value)| (label.to_owned(), value))
        .into()
    }

    fn printed(&self, at: Moment) -> Vec<String> {
        let committee = self.plan.as_ref().and_then(|plan| plan.committee.as_ref());
        let day = self.submitted_at().unwrap_or(at);
        let day = format!("填表时间：{}", super::words::day(super::words::local(day).date()));
        committee.map(|committee| committee.name.clone()).into_iter().chain([day]).collect()
    }

    fn submitted_at(&self) -> Option<Moment> {
        let frozen = |it: &&Recorded| matches!(it.event, Event::Frozen { .. });
        self.history.iter().rev().find(frozen).map(|it| it.at)
    }

    fn basic(&self) -> Vec<(String, String)> {
        let own = |field: &str| self.data.text("person", field);
        let id_number = self.private.as_ref().map(|it| it.id_number.clone()).unwrap_or_default();
        let birth = self.person.birth_date.parse().map(super::words::month).unwrap_or_default();
        let mut held = self.held();
        let mut of_title = |field: &str| held.remove(field).unwrap_or_default();
        let years = |field: &str| match own(field) {
            empty if empty.is_empty() => empty,
            years => format!("{years} 年"),
        };
        let appointed = self.data.rows("appointments").last().map(|row| {
            of_map(&self.data, "appointments", row).remove("period").unwrap_or_default()
        });
        [
            ("姓名", self.person.name.clone()),
            ("曾用名", own("former_name")),
            ("性别", self.person.gender.clone()),
            ("出生年月", birth),
            ("民族", own("nation")),
            ("政治面貌", own("political")),
            ("健康状况", own("health")),
            ("参加工作时间", own("work_start")),
            (ID_NUMBER, id_number),
            ("学历（学位）", self.items.highest_education(&self.data)),
            ("现任职称", of_title("title")),
            ("取得时间", of_title("obtained")),
            ("聘任时间", appointed.unwrap_or_default()),
            ("现从事专业", own("speciality_work")),
            ("专业年限", years("speciality_years")),
            ("工作年限", years("work_years")),
            ("行政职务", own("admin_post")),
            ("社会兼职", own("academic_posts")),
            ("外语水平", own("foreign_language")),
            ("计算机水平", own("computer")),
        ]
        .map(|(label, value)| (label.to_owned(), value))
        .into()
    }

    fn registers(&self) -> Vec<crate::documents::review_form::Register> {
        let since = self.held().remove("obtained");
        let obtained = self
            .data
            .rows("current_titles")
            .filter_map(|row| row.get("obtained").map(words::sortable))
            .max()
            .filter(|_| since.is_some());
        let (mut before, mut after, mut papers) = (Vec::new(), Vec::new(), Vec::new());
        for item in self.items.of("achievements") {
            match (&obtained, item.kind == "paper") {
                (_, true) => papers.push(item.paper()),
                (Some(obtained), false) if item.since() < *obtained => before.push(item.deed()),
                (_, false) => after.push(item.deed()),
            }
        }
        let rows = |section: &str, write: fn(&Item) -> Vec<String>| {
            self.items.of(section).map(write).collect()
        };
        vec![
            columns::STUDY.register(rows("education", Item::study)),
            columns::TRAINING.register(rows("continuing_education", Item::training)),
            columns::WORK.register(rows("work_experience", Item::work)),
            columns::BEFORE.register(before),
            columns::AFTER.register(after),
            columns::PAPERS.register(papers),
            columns::YEARS.register(rows("annual_assessment", Item::year)),
        ]
    }

    /// What this type of declaration says in a section of its own, beyond a regular one, and the
    /// report.
    fn essays(&self) -> Vec<Essay> {
        let catalogue = &self.app.catalogue;
        let named = |id: &str| {
            let series = catalogue.series_name(id).map(str::to_owned);
            series.or_else(|| catalogue.levels.get(id).cloned())
        };
        let essay = |title: &str, text: String| Essay { title: title.to_owned(), text };
        let own = self.data.said(&self.choice("declaration_type"), &named);
        let mut essays: Vec<Essay> =
            own.map(|(title, text)| essay(title, text)).into_iter().collect();
        if self.data.has("report", "text") {
            essays.push(essay("专业技术工作总结（述职）", self.data.text("report", "text")));
        }
        essays
    }
}
