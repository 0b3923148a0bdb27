//! The home page: the platform's for whoever is not signed in, else one's own with its five modules:
//! 个人基本信息, 我的申报情况, 待处理事项, 业绩统计 and 最新计划信息列表 (R12–R17). Reviewers see their queues as well.

mod sample;
mod todos;

use axum::{extract::State, response::Response};
use engine::{calendar::Moment, decision::Offer, runtime::Clock as _};
use serde::Serialize;

use super::{
    Chrome, Count, Failure, Page, Stamp, Tag, Template, Tone, ask,
    identity_facts::{OwnRecord, named},
    mine::MineLine,
    my_unit,
    portal::PortalPage,
    render,
    typed::today,
};
use crate::{
    app::App,
    cases::{
        bindings::Bindings,
        declarations::{self, Declaration},
        mine,
        sums::{self, LibrarySum},
        waiting::{self, Waiting},
    },
    identity::Viewer,
    records::{
        plans::{self, PlanPhase, PlanRow},
        units,
    },
    routes, template,
};

/// The home page.
#[derive(Debug, Serialize)]
pub struct HomePage {
    /// The viewer's name.
    pub name: String,
    /// The unit, in the head.
    pub unit: String,
    /// Today.
    pub today: Stamp,
    /// 待处理事项.
    pub todos: Vec<Todo>,
    /// What waits in the queues of the viewer's roles; `None` for those without such a role.
    pub queues: Option<Vec<Queue>>,
    /// Who the viewer is as an applicant; `None` for those who are not.
    pub applicant: Option<Applicant>,
    /// 我的事项: what runs, but what is among the things to do.
    pub mine: Vec<MineLine>,
    /// What else may be begun, by name and page.
    pub others: Vec<(String, String)>,
    /// 最新计划信息列表.
    pub plans: Vec<PlanLine>,
}

/// One thing to do.
#[derive(Clone, Debug, Serialize)]
pub struct Todo {
    /// What it is.
    pub name: String,
    /// Where it is done.
    pub href: String,
    /// Its state.
    pub tag: Tag,
    /// What it is about.
    pub note: String,
    /// What is to be mended and why, in the words of whoever returned it.
    pub why: String,
    /// How long there is, and whether that is soon.
    pub left: Option<(String, bool)>,
    /// The words of its button.
    pub button: String,
}

/// What waits for one role.
#[derive(Clone, Debug, Serialize)]
pub struct Queue {
    /// The workflow.
    pub name: String,
    /// Its queue.
    pub href: String,
    /// How many wait.
    pub count: Count,
}

/// The modules of an applicant.
#[derive(Clone, Debug, Serialize)]
pub struct Applicant {
    /// 个人基本信息: names and values.
    pub facts: Vec<(String, String)>,
    /// The state of the binding.
    pub binding: Tag,
    /// 我的申报情况.
    pub declarations: Vec<DeclarationLine>,
    /// 业绩统计.
    pub library: Vec<LibraryLine>,
    /// How many items there are, by status.
    pub library_sum: String,
}

impl Applicant {
    /// Whether anything was declared or recorded; somebody with a desk of their own is mostly there
    /// for others.
    fn is_active(&self) -> bool {
        !self.declarations.is_empty() || !self.library.is_empty()
    }
}

/// One declaration.
#[derive(Clone, Debug, Serialize)]
pub struct DeclarationLine {
    /// What is declared.
    pub name: String,
    /// The case.
    pub href: String,
    /// Its state.
    pub tag: Tag,
    /// Who has it now, until when.
    pub note: String,
}

/// One kind of library item.
#[derive(Clone, Debug, Serialize)]
pub struct LibraryLine {
    /// The kind.
    pub name: String,
    /// Its list.
    pub href: String,
    /// How many.
    pub count: u64,
    /// Of the largest, for the bar.
    pub percent: u64,
}

/// One review plan.
#[derive(Clone, Debug, Serialize)]
pub struct PlanLine {
    /// Its name.
    pub name: String,
    /// Its page.
    pub href: String,
    /// Its window in words.
    pub note: String,
    /// Open, not yet, over.
    pub tag: Tag,
}

/// So many plans are shown.
const PLANS: i64 = 5;
/// So many of the viewer's cases are looked at.
const MINE: usize = 10;
/// So many of them are shown.
const SHOWN: usize = 5;

/// The home page.
///
/// # Errors
/// When the database does not answer.
pub async fn show(
    State(app): State<App>,
    viewer: Option<Viewer>,
    chrome: Chrome,
) -> Result<Response, Failure> {
    let now = app.clock.now();
    let plans = plans::newest(&app.db, PLANS).await?;
    let plans = plans.iter().map(|plan| PlanLine::of(plan, now)).collect();
    match viewer {
        Some(viewer) => own(&app, viewer, &chrome, plans).await,
        None => Ok(render(&chrome, &PortalPage { plans })),
    }
}

async fn own(
    app: &App,
    viewer: Viewer,
    chrome: &Chrome,
    plans: Vec<PlanLine>,
) -> Result<Response, Failure> {
    let now = app.clock.now();
    let own = OwnRecord::of(app, &viewer).await?;
    let applicant = match &own {
        Some(own) => Some(applicant(app, own).await?),
        None => None,
    };
    let has_desk = waiting::is_reviewing(app, &viewer) || waiting::is_judging(app, &viewer);
    let queues = if waiting::is_reviewing(app, &viewer) {
        Some(waiting::by_workflow(app, &viewer).await?.into_iter().map(Queue::from).collect())
    } else {
        None
    };
    let person = own.as_ref().map(|own| own.person.id.as_str());
    let todos = todos::todos(app, &viewer, person, now).await?;
    let mine = running(app, &viewer).await?;
    let mut unit = applicant.as_ref().map(|(_, unit)| unit.clone()).unwrap_or_default();
    if let Some(held) = viewer.roles.first().filter(|_| unit.is_empty()) {
        unit = units::find(&app.db, &held.unit).await?.map(|unit| unit.name).unwrap_or_default();
    }
    let page = HomePage {
        unit,
        mine,
        others: ask::others::others(app, &viewer),
        name: viewer.name,
        today: Stamp::weekday(now),
        todos,
        queues,
        applicant: applicant
            .map(|(applicant, _)| applicant)
            .filter(|it| !has_desk || it.is_active()),
        plans,
    };
    Ok(render(chrome, &page))
}

/// The viewer's cases that run. Where the viewer has to act the case is among the things to do.
async fn running(app: &App, viewer: &Viewer) -> Result<Vec<MineLine>, Failure> {
    let found = mine::of_viewer(app, viewer, None, MINE).await?;
    let shown = found.cases.iter().filter(|seen| {
        let is_work = |offer: &Offer| {
            let task = seen.definition().task(&offer.task);
            task.is_some_and(|task| !task.optional)
        };
        !seen.view.case.is_closed && !seen.offers.iter().any(is_work)
    });
    Ok(shown.take(SHOWN).map(|seen| MineLine::of(viewer, seen)).collect())
}

/// The modules of an applicant, and the unit.
async fn applicant(app: &App, own: &OwnRecord) -> Result<(Applicant, String), Failure> {
    let bindings = Bindings::of_person(app, &own.person.id).await?;
    let (unit, binding) = my_unit::summary(app, &bindings);
    let masked = own.private.masked();
    let mut facts = named([
        ("姓名", own.person.name.clone()),
        ("身份证号", masked.id_number),
        ("单位", unit.clone()),
        ("现任职称", own.person.current_title.clone().unwrap_or_default()),
        ("手机号", masked.mobile),
    ]);
    facts.retain(|(name, value)| name == "单位" || !value.is_empty());
    let sums = sums::library(app, &own.person.id).await?;
    let mut declarations = declarations::of_person(app, &own.person.id).await?;
    let today = today(app.clock.now());
    declarations.retain(|declaration| !declaration.is_past(today));
    let applicant = Applicant {
        facts,
        binding,
        declarations: declarations.into_iter().map(DeclarationLine::of).collect(),
        library: LibraryLine::of(&sums),
        library_sum: library_sum(&sums),
    };
    Ok((applicant, unit))
}

impl DeclarationLine {
    fn of(declaration: Declaration) -> Self {
        Self {
            name: declaration.name(),
            href: routes::declaration(&declaration.case),
            tag: Tag::new(declaration.standing.tone.into(), declaration.standing.name),
            note: format!("{}开始填报", Stamp::moment(declaration.started_at).text),
        }
    }
}

impl From<Waiting> for Queue {
    fn from(waiting: Waiting) -> Self {
        Self {
            href: routes::with_query(routes::TASKS, &[("workflow", waiting.workflow.as_str())]),
            name: waiting.name,
            count: Count(waiting.count),
        }
    }
}

impl LibraryLine {
    /// One line per kind, its bar in proportion to the largest.
    fn of(sums: &[LibrarySum]) -> Vec<Self> {
        let mut lines: Vec<Self> = Vec::new();
        for sum in sums {
            match lines.last_mut().filter(|line| line.name == sum.name) {
                Some(line) => line.count += sum.count,
                None => lines.push(Self {
                    name: sum.name.clone(),
                    href: routes::library(&sum.kind),
                    count: sum.count,
                    percent: 0,
                }),
            }
        }
        let most = lines.iter().map(|line| line.count).max().unwrap_or_default().max(1);
        for line in &mut lines {
            line.percent = line.count * 100 / most;
        }
        lines
    }
}

/// Such as 共 14 项：审核通过 11，待单位审核 3.
fn library_sum(sums: &[LibrarySum]) -> String {
    let mut by_status: Vec<(&str, u64)> = Vec::new();
    for sum in sums {
        match by_status.iter_mut().find(|(status, _)| *status == sum.status) {
            Some((_, count)) => *count += sum.count,
            None => by_status.push((&sum.status, sum.count)),
        }
    }
    let all: u64 = by_status.iter().map(|(_, count)| count).sum();
    let parts: Vec<_> =
        by_status.iter().map(|(status, count)| format!("{status} {count}")).collect();
    format!("共 {all} 项：{}", parts.join("，"))
}

impl PlanLine {
    fn of(plan: &PlanRow, now: Moment) -> Self {
        let day =
            |text: &str| text.parse().map_or_else(|_| text.to_owned(), |day| Stamp::day(day).text);
        let (note, tag) = match plan.phase(today(now)) {
            PlanPhase::Coming => {
                (format!("{}开始申报", day(&plan.declare_from)), Tag::new(Tone::Plain, "未开始"))
            }
            PlanPhase::Open => {
                (format!("申报至 {}", day(&plan.declare_to)), Tag::new(Tone::Go, "申报中"))
            }
            PlanPhase::Over => {
                (format!("{}截止", day(&plan.declare_to)), Tag::new(Tone::Plain, "申报截止"))
            }
        };
        Self { name: plan.name.clone(), href: routes::plan(&plan.id), note, tag }
    }
}

impl Page for HomePage {
    const TEMPLATE: Template = template!("home");

    fn title(&self) -> String {
        "首页".to_owned()
    }

    fn samples() -> Vec<Self> {
        sample::samples()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(kind: &str, status: &str, count: u64) -> LibrarySum {
        let (kind, status) = (kind.to_owned(), status.to_owned());
        LibrarySum { name: kind.clone(), kind, status, count }
    }

    /// R16
    #[test]
    fn the_library_is_summed_by_kind_and_by_status() {
        let sums =
            [sum("论文", "审核通过", 3), sum("论文", "退回修改", 1), sum("荣誉", "审核通过", 2)];
        let lines = LibraryLine::of(&sums);
        let seen: Vec<_> =
            lines.iter().map(|line| (line.name.as_str(), line.count, line.percent)).collect();
        assert_eq!(seen, [("论文", 4, 100), ("荣誉", 2, 50)]);
        assert_eq!(library_sum(&sums), "共 6 项：审核通过 5，退回修改 1");
    }
}
