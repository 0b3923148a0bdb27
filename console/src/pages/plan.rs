//! One review plan: what it says in its four blocks, its downloads, and whether the viewer can
//! declare under it, with the reasons (R34–R36).

mod download;
mod show;

pub use download::download;
use serde::Serialize;
pub use show::show;

use super::{Crumb, Page, Stamp, Template};
use crate::{routes, template};

/// The page.
#[derive(Debug, Serialize)]
pub struct PlanPage {
    /// Its name.
    pub name: String,
    /// 基本信息: names and values.
    pub facts: Vec<(String, String)>,
    /// 评审范围对象, in words.
    pub scope: String,
    /// The divisions and kinds of units: names and values.
    pub scope_facts: Vec<(String, String)>,
    /// 可评审专业.
    pub specialities: Vec<String>,
    /// What is to be attached and achieved: names, and for whom.
    pub demands: Vec<(String, String)>,
    /// 计划内容.
    pub content: Vec<String>,
    /// Files: title, name and address.
    pub downloads: Vec<(String, String, String)>,
    /// 距申报截止, or where it stands.
    pub count: Countdown,
    /// Whether the viewer can declare; `None` for those who declare nothing.
    pub gates: Option<GateList>,
    /// Where one declares or goes on.
    pub way_on: Option<WayOn>,
}

/// How long there is.
#[derive(Clone, Debug, Serialize)]
pub struct Countdown {
    /// What is counted, such as 距申报截止.
    pub name: String,
    /// Numbers with their units; empty where nothing is counted.
    pub parts: Vec<(i64, &'static str)>,
    /// The moment.
    pub at: Stamp,
    /// Whether that is soon.
    pub is_soon: bool,
}

/// The gates with their outcomes.
#[derive(Clone, Debug, Serialize)]
pub struct GateList {
    /// When they were looked at.
    pub at: Stamp,
    /// Each.
    pub lines: Vec<GateLine>,
}

/// One gate.
#[derive(Clone, Debug, Serialize)]
pub struct GateLine {
    /// `ok`, `warn` or `bad`.
    pub look: &'static str,
    /// What is checked, or the reason.
    pub name: String,
    /// More about it.
    pub note: String,
    /// Where it is mended.
    pub mend: Option<(String, String)>,
}

/// The button.
#[derive(Clone, Debug, Serialize)]
pub struct WayOn {
    /// Its words.
    pub name: String,
    /// Where it leads; `None` where it cannot be pressed.
    pub href: Option<String>,
    /// What stands beside it.
    pub say: String,
}

impl Page for PlanPage {
    const TEMPLATE: Template = template!("plan");

    fn title(&self) -> String {
        self.name.clone()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("评审计划", routes::PLANS)]
    }

    fn samples() -> Vec<Self> {
        let at = Stamp::moment(engine::calendar::Moment(1_785_297_600_000));
        let line = |look, name: &str, mend: Option<(String, String)>| GateLine {
            look,
            name: name.to_owned(),
            note: "2026 年 7 月 1 日至 7 月 31 日".to_owned(),
            mend,
        };
        let lines = vec![
            line("ok", "在申报起止日期内", None),
            line(
                "bad",
                "未绑定工作单位或未审核通过",
                Some(("去绑定单位".to_owned(), routes::MY_UNIT.to_owned())),
            ),
        ];
        let page = |gates: Option<GateList>, way_on: Option<WayOn>, parts| Self {
            name: "2026年度示例·合肥市中小学教师高级职称评审计划".to_owned(),
            facts: vec![("申报年度".to_owned(), "2026 年".to_owned())],
            demands: vec![("身份证正面".to_owned(), "都要传".to_owned())],
            scope: "合肥市所属中小学在职教师".to_owned(),
            scope_facts: vec![("单位性质".to_owned(), "事业单位".to_owned())],
            specialities: vec!["初中数学".to_owned(), "小学语文".to_owned()],
            content: vec!["受理高级教师职称的常规申报。".to_owned()],
            downloads: vec![(
                "评审工作通知".to_owned(),
                "评审工作通知.pdf".to_owned(),
                "/plans/p/files/x".to_owned(),
            )],
            count: Countdown {
                name: "距申报截止".to_owned(),
                parts,
                at: at.clone(),
                is_soon: true,
            },
            gates,
            way_on,
        };
        let way = |href: Option<&str>| WayOn {
            name: "马上申报".to_owned(),
            href: href.map(str::to_owned),
            say: "提交前随时可以保存、删除重来".to_owned(),
        };
        let list = GateList { at: at.clone(), lines };
        vec![
            page(
                Some(list.clone()),
                Some(way(Some("/plans/p/apply"))),
                vec![(2, "天"), (12, "小时")],
            ),
            page(Some(list), Some(way(None)), Vec::new()),
            page(None, None, Vec::new()),
        ]
    }
}
