//! `GET /plans/{id}`.

use axum::{
    extract::{Path, State},
    response::Response,
};
use engine::{
    calendar::Moment, decision, definition::CheckSeverity, expression::Value, runtime::Clock as _,
};

use super::{Countdown, GateLine, GateList, PlanPage, WayOn};
use crate::{
    app::App,
    cases::{
        declarations::{self, Declaration},
        gates::{Gate, Threshold},
    },
    identity::Viewer,
    pages::{Chrome, Failure, Stamp, render, stamp, typed::today},
    records::plans::{self, Plan, PlanPhase},
    routes,
};

/// The value of a workflow that says what a declaration needs: rows `{name, note}`.
const DEMANDS: &str = "demands";
const MINUTE: i64 = 60_000;
/// The last three days are soon.
const SOON: i64 = 3 * 24 * 60;

/// The page.
///
/// # Errors
/// 404 where there is no such published plan.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let plan = plans::find(&app.db, &id).await?.ok_or(Failure::NotFound)?;
    let threshold = Threshold::of(&app, &viewer, &plan).await?;
    let own = match &viewer.person {
        Some(person) => declarations::of_person(&app, person).await?,
        None => Vec::new(),
    };
    let now = app.clock.now();
    let declared = own.iter().find(|one| one.plan == plan.id);
    let of_year = own.iter().find(|one| one.year == plan.year);
    let demands = threshold.as_ref().map(|one| demands(&viewer, one)).unwrap_or_default();
    let page = PlanPage {
        facts: facts(&app, &plan).into_iter().chain(deadlines(&plan)).collect(),
        demands,
        scope: plan.scope.text.clone(),
        scope_facts: scope_facts(&app, &plan),
        specialities: plan.specialities.clone(),
        content: plan.content.clone(),
        downloads: downloads(&plan),
        count: countdown(&plan, now),
        // Who declares already reads on in the declaration.
        gates: threshold
            .as_ref()
            .filter(|_| declared.is_none())
            .map(|one| gates(one, of_year, now)),
        way_on: way_on(&plan, declared, threshold.as_ref()),
        name: plan.name,
    };
    Ok(render(&chrome, &page))
}

pub(super) fn facts(app: &App, plan: &Plan) -> Vec<(String, String)> {
    let code = |group: &str, id: &str| app.catalogue.code(group, id).unwrap_or(id).to_owned();
    let level = app.catalogue.levels.get(&plan.level).unwrap_or(&plan.level);
    let series = app.catalogue.series_name(&plan.series).unwrap_or(&plan.series);
    let titles = plan.titles.join("、");
    let types = plan.declaration_types.iter().map(|one| code("declaration_type", one));
    let committee = plan.committee.as_ref().map(|committee| committee.name.clone());
    let (first, last) = plan.window.declare;
    let rows = [
        ("申报年度", format!("{} 年", plan.year)),
        ("计划类型", code("plan_type", &plan.plan_type)),
        ("评委会", committee.unwrap_or_else(|| "不设评委会".to_owned())),
        ("系列与级别", format!("{series}，{level}（{titles}）")),
        ("申报形式", types.collect::<Vec<_>>().join("、")),
        ("申报起止", format!("{} 至 {}", Stamp::day(first.0).text, Stamp::day(last.0).text)),
        ("面试", interview(plan)),
        ("年限计算截至", cutoff(plan)),
    ];
    rows.map(|(name, value)| (name.to_owned(), value)).to_vec()
}

/// Until when those beyond the person decide.
fn deadlines(plan: &Plan) -> Vec<(String, String)> {
    let window = &plan.window;
    let days = [
        ("单位推荐截止", Some(&window.unit_review_until)),
        ("主管部门审核截止", window.department_until.as_ref()),
        ("职称管理部门审核截止", window.title_admin_until.as_ref()),
        ("受理截止", window.accept_until.as_ref()),
    ];
    let told =
        |(name, day): (&str, Option<&plans::Day>)| Some((name.to_owned(), Stamp::day(day?.0).text));
    days.into_iter().filter_map(told).collect()
}

/// What the workflow says that is to be attached and achieved.
fn demands(viewer: &Viewer, threshold: &Threshold) -> Vec<(String, String)> {
    let start = &threshold.start;
    let definition = &start.definition.definition;
    let (actor, given) = (viewer.actor(), &threshold.given);
    let values = decision::start_values(definition, &actor, given, &start.facts, start.at);
    let rows = values.get(DEMANDS).and_then(Value::as_list).unwrap_or_default();
    let text = |row: &Value, name: &str| row.get(name)?.as_text().map(str::to_owned);
    rows.iter().filter_map(|row| Some((text(row, "name")?, text(row, "note")?))).collect()
}

fn interview(plan: &Plan) -> String {
    let interview = &plan.interview;
    if !interview.enabled {
        return "不组织面试".to_owned();
    }
    let mode = interview.mode.clone().unwrap_or_else(|| "组织面试".to_owned());
    let date = interview.date.map(|day| format!("，{}", Stamp::day(day.0).text));
    let exemption = if interview.exemption {
        "；符合条件可申请免面试"
    } else {
        "；不设免面试"
    };
    format!("{mode}{}{exemption}", date.unwrap_or_default())
}

fn cutoff(plan: &Plan) -> String {
    match plan.cutoff_date.parse() {
        Ok(day) => Stamp::day(day).text,
        Err(_) => "申报当日".to_owned(),
    }
}

pub(super) fn scope_facts(app: &App, plan: &Plan) -> Vec<(String, String)> {
    let division = |code: &String| {
        let full = format!("{code:0<6}");
        app.catalogue.division_name(&full).unwrap_or(code).to_owned()
    };
    let kind = |id: &String| app.catalogue.code("unit_kind", id).unwrap_or(id).to_owned();
    let divisions: Vec<_> = plan.scope.divisions.iter().map(division).collect();
    let kinds: Vec<_> = plan.scope.unit_kinds.iter().map(kind).collect();
    vec![("单位所在地".to_owned(), divisions.join("、")), ("单位性质".to_owned(), kinds.join("、"))]
}

fn downloads(plan: &Plan) -> Vec<(String, String, String)> {
    let files = plan.attachments.iter();
    let row = |file: &plans::Download| {
        (file.title.clone(), file.name.clone(), routes::plan_file(&plan.id, &file.name))
    };
    files.map(row).collect()
}

fn countdown(plan: &Plan, now: Moment) -> Countdown {
    let (first, last) = plan.window.declare;
    let (name, at) = match PlanPhase::of(first.0, last.0, today(now)) {
        PlanPhase::Coming => ("距申报开始", stamp::end_of(first.0.yesterday().unwrap_or(first.0))),
        PlanPhase::Open => ("距申报截止", stamp::end_of(last.0)),
        PlanPhase::Over => ("申报已截止", stamp::end_of(last.0)),
    };
    let minutes = (at.0 - now.0) / MINUTE;
    let parts = match minutes {
        ..0 => Vec::new(),
        0..1440 => vec![(minutes / 60, "小时"), (minutes % 60, "分钟")],
        _ => vec![(minutes / 1440, "天"), (minutes / 60 % 24, "小时")],
    };
    let is_soon = (0..SOON).contains(&minutes);
    Countdown { name: name.to_owned(), parts, at: Stamp::deadline(at), is_soon }
}

fn gates(threshold: &Threshold, of_year: Option<&Declaration>, now: Moment) -> GateList {
    let line = |gate| GateLine::of(gate, of_year);
    GateList { at: Stamp::moment(now), lines: threshold.gates.iter().map(line).collect() }
}

impl GateLine {
    /// `of_year` is what is declared in the plan's year already.
    fn of(gate: &Gate, of_year: Option<&Declaration>) -> Self {
        let look = match (gate.reasons.is_empty(), gate.severity) {
            (true, _) => "ok",
            (false, CheckSeverity::Block) => "bad",
            (false, CheckSeverity::Warn | CheckSeverity::Fix) => "warn",
        };
        let (name, note) = match gate.reasons.split_first() {
            None => (gate.name.clone(), String::new()),
            Some((first, more)) => (first.clone(), more.join("；")),
        };
        let mend = match (look, gate.check.as_str()) {
            ("ok", _) => None,
            (_, "binding.approved") => Some(("去绑定单位".to_owned(), routes::MY_UNIT.to_owned())),
            (_, "year.once") => Some(match of_year {
                Some(own) => (format!("看{}", own.name()), routes::declaration(&own.case)),
                None => ("看本年度的申报".to_owned(), routes::DECLARATIONS.to_owned()),
            }),
            (_, _) => None,
        };
        Self { look, name, note, mend }
    }
}

fn way_on(
    plan: &Plan,
    declared: Option<&Declaration>,
    threshold: Option<&Threshold>,
) -> Option<WayOn> {
    if let Some(own) = declared {
        return Some(WayOn {
            name: "看我的申报".to_owned(),
            href: Some(routes::declaration(&own.case)),
            say: format!("您已在此计划下申报「{}」，{}", own.name(), own.standing.name),
        });
    }
    let threshold = threshold?;
    let (href, say) = match threshold.is_open() {
        true => (Some(routes::apply(&plan.id)), "提交前随时可以保存、删除重来"),
        false => (None, "上面的条件全部满足后才能申报"),
    };
    Some(WayOn { name: "马上申报".to_owned(), href, say: say.to_owned() })
}
