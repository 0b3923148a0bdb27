//! 后台任务: letters, documents and calls that are waiting, running, failed or given up, for system
//! administrators, who may try one again or give it up. What a job holds is not shown: an
//! administrator sees the number of a case, not its content.

mod act;
mod show;

use engine::store::jobs::{ListedJob, Phase};
use serde::Serialize;

pub use act::submit;
pub use show::{show, show_one};

use super::{Count, Crumb, Errors, Failure, Field, Page, Pager, Stamp, Tag, Template, Tone};
use crate::{
    identity::{Deed, Relations, Viewer, may},
    routes, template,
};

/// The list.
#[derive(Debug, Serialize)]
pub struct JobsPage {
    /// The phases: name, address, how many, whether it is shown.
    pub views: Vec<PhaseView>,
    /// Roles that tasks wait for and nobody holds: role and unit, how many tasks, where it is given.
    pub unheld: Vec<(String, Count, String)>,
    /// The errors that jobs end in: words, how many, the address of those.
    pub errors: Vec<(String, Count, String)>,
    /// The error that is filtered by; empty where none is.
    pub error: String,
    /// The jobs.
    pub rows: Vec<JobRow>,
    /// The way on.
    pub pager: Pager,
}

/// A phase as a tab.
#[derive(Clone, Debug, Serialize)]
pub struct PhaseView {
    /// Its name.
    pub name: &'static str,
    /// Where its jobs are.
    pub href: String,
    /// How many.
    pub count: Option<Count>,
    /// Whether it is shown.
    pub is_current: bool,
}

/// One job in the list.
#[derive(Clone, Debug, Serialize)]
pub struct JobRow {
    /// What it does.
    pub name: String,
    /// Its page.
    pub href: String,
    /// The number of the case it came from.
    pub case: String,
    /// Where it is.
    pub tag: Tag,
    /// How often it was tried.
    pub attempts: i64,
    /// Why the last attempt failed.
    pub error: String,
    /// When it is tried next; none where it is not.
    pub next: Option<Stamp>,
}

/// One job.
#[derive(Debug, Serialize)]
pub struct JobPage {
    /// As the list shows it.
    pub job: JobRow,
    /// The particulars.
    pub facts: Vec<(String, String)>,
    /// Whether it can be tried again.
    pub can_retry: bool,
    /// The reason for giving it up; empty where it is over.
    pub fields: Vec<Field>,
    /// What is wrong.
    pub errors: Errors,
    /// Where both are sent.
    pub action: String,
}

/// The name of a phase.
fn name_of(phase: Phase) -> &'static str {
    match phase {
        Phase::Queued => "排队",
        Phase::Running => "运行中",
        Phase::Retrying => "等待重试",
        Phase::Dead => "失败",
        Phase::Done => "已结束",
    }
}

fn tone_of(phase: Phase) -> Tone {
    match phase {
        Phase::Queued => Tone::Plain,
        Phase::Running => Tone::Go,
        Phase::Retrying => Tone::Warn,
        Phase::Dead => Tone::Bad,
        Phase::Done => Tone::Ok,
    }
}

/// What a kind of job does.
fn kind_name(kind: &str) -> &str {
    match kind {
        "notify" => "发送通知和邮件",
        "document" => "生成文书",
        "call" => "调用外部服务",
        "wake" => "重新核对案件",
        other => other,
    }
}

/// Jobs are for those who administer the installation.
fn is_allowed(viewer: &Viewer) -> Result<(), Failure> {
    let access = may(Deed::ManageJobs, &Relations::to_anything(viewer));
    if access.is_allowed() { Ok(()) } else { Err(Failure::NotFound) }
}

impl JobRow {
    fn of(job: &ListedJob) -> Self {
        let is_over = matches!(job.phase, Phase::Dead | Phase::Done);
        Self {
            name: format!("{} #{}", kind_name(&job.kind), job.id),
            href: routes::job(&job.id.to_string()),
            case: job.case.as_str().chars().take(12).collect(),
            tag: Tag::new(tone_of(job.phase), name_of(job.phase)),
            attempts: job.attempts,
            error: job.error.clone(),
            next: (!is_over).then(|| Stamp::moment(job.due_at)),
        }
    }

    fn sample(phase: Phase, error: &str) -> Self {
        Self::of(&ListedJob {
            id: 7,
            case: "0197f3a2c4d5".into(),
            revision: 3,
            kind: "notify".to_owned(),
            effect: "{}".to_owned(),
            phase,
            created_at: engine::calendar::Moment(1_785_297_600_000),
            due_at: engine::calendar::Moment(1_785_297_900_000),
            attempts: 2,
            error: error.to_owned(),
        })
    }
}

impl Page for JobsPage {
    const TEMPLATE: Template = template!("jobs");

    fn title(&self) -> String {
        "后台任务".to_owned()
    }

    fn samples() -> Vec<Self> {
        let view = |phase: Phase| PhaseView {
            name: name_of(phase),
            href: routes::JOBS.to_owned(),
            count: (phase != Phase::Done).then_some(Count(1)),
            is_current: phase == Phase::Dead,
        };
        let page = |rows: Vec<JobRow>, error: &str| Self {
            views: Phase::ALL.map(view).into(),
            unheld: vec![("单位审核人（示例一中）".to_owned(), Count(2), routes::USERS.to_owned())],
            errors: vec![("SMTP timeout".to_owned(), Count(5), routes::JOBS.to_owned())],
            error: error.to_owned(),
            rows,
            pager: Pager::default(),
        };
        let rows =
            vec![JobRow::sample(Phase::Dead, "<SMTP>"), JobRow::sample(Phase::Retrying, "x")];
        vec![page(rows, ""), page(Vec::new(), "SMTP timeout"), page(Vec::new(), "")]
    }
}

impl Page for JobPage {
    const TEMPLATE: Template = template!("job");

    fn title(&self) -> String {
        self.job.name.clone()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("后台任务", routes::JOBS)]
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        let page = |phase: Phase, errors: Errors| Self {
            job: JobRow::sample(phase, "SMTP timeout"),
            facts: vec![("产生时间".to_owned(), "2026 年 7 月 29 日 12:00".to_owned())],
            can_retry: phase == Phase::Dead,
            fields: match phase {
                Phase::Done => Vec::new(),
                Phase::Queued | Phase::Running | Phase::Retrying | Phase::Dead => {
                    vec![show::reason("", &errors)]
                }
            },
            errors,
            action: routes::job("7"),
        };
        let mut faulty = Errors::none();
        faulty.add("reason", "请写明放弃的原因");
        vec![
            page(Phase::Dead, Errors::none()),
            page(Phase::Dead, faulty),
            page(Phase::Done, Errors::none()),
        ]
    }
}
