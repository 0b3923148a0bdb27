//! 开始检测 and 提交审核 (R70–R73): every check with its reason and where it is mended. What is shown
//! is found on opening the page; submission asks all of it again, in its own transaction, and is
//! refused on any other revision than the one that was shown.

use axum::{
    extract::{Path, Request, State},
    response::Response,
};
use engine::{
    decision::{CheckOutcome, OfferedAction},
    definition::{Action, CheckSeverity},
};
use serde::Serialize;

use super::{Frame, above, attachments, desk::Desk};
use crate::{
    app::App,
    cases::{
        marks::{self, UNTOUCHED},
        outline::is_failed,
        perform::NotDone,
        receive::Receiver,
    },
    identity::Viewer,
    pages::{
        Chrome, Crumb, Errors, Failure, Page, Stamp, Template, casework,
        edit::{saving::Saving, write},
        form, render,
    },
    routes, template,
};

/// The page.
#[derive(Debug, Serialize)]
pub struct CheckPage {
    /// What every page of a declaration shows.
    pub frame: Frame,
    /// When it was checked.
    pub at: Stamp,
    /// What stands against a submission.
    pub bad: Vec<Finding>,
    /// What one should know.
    pub warn: Vec<Finding>,
    /// What is passed.
    pub passed: Vec<String>,
    /// Where it is sent, and checked again.
    pub action: String,
    /// The revision that was checked.
    pub revision: u64,
    /// The words of the button; `None` where nothing can be submitted.
    pub submit: Option<String>,
    /// What the workflow says beside it, such as who acts then.
    pub hint: Option<String>,
    /// What a reviewer marked and nobody has touched since.
    pub untouched: Vec<String>,
    /// What is wrong with what was sent.
    pub errors: Errors,
}

/// One finding.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The reason.
    pub say: String,
    /// More about it.
    pub note: String,
    /// Where it is mended: words and address.
    pub mend: Option<(String, String)>,
}

impl Page for CheckPage {
    const TEMPLATE: Template = template!("declaration_check");

    fn title(&self) -> String {
        match self.bad.len() {
            0 => "检测结果：全部符合".to_owned(),
            some => format!("检测结果：{some} 项不符合"),
        }
    }

    fn crumbs(&self) -> Vec<Crumb> {
        above(&self.frame)
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        let finding = |say: &str| Finding {
            say: say.to_owned(),
            note: "2023 年".to_owned(),
            mend: Some(("继续教育".to_owned(), "/declarations/d-1/s/education".to_owned())),
        };
        let page = |bad: Vec<Finding>, errors: Errors| Self {
            frame: Frame::sample(),
            at: Stamp::moment(engine::calendar::Moment(1_785_297_600_000)),
            submit: bad.is_empty().then(|| "提交审核".to_owned()),
            hint: bad.is_empty().then(|| "提交后由单位审核".to_owned()),
            untouched: vec!["学历教育，证书编号".to_owned()],
            bad,
            warn: vec![finding("专业年限已按工作年限调整为 18 年")],
            passed: vec!["在申报起止日期内".to_owned()],
            action: "/declarations/d-1/check".to_owned(),
            revision: 3,
            errors,
        };
        let refused = super::entries::said("提交没有成功");
        vec![
            page(Vec::new(), Errors::none()),
            page(vec![finding("继续教育学时不足")], Errors::none()),
            page(vec![finding("继续教育学时不足")], refused),
        ]
    }
}

/// The page.
///
/// # Errors
/// 404 where there is no such declaration of the viewer's, 409 where it is not the applicant's turn.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let desk = Desk::open(&app, &viewer, &id).await?;
    if desk.seen.editing().is_none() {
        return Ok(casework::see_other(&routes::declaration(&desk.seen.view.case.id)));
    }
    let untouched = desk.untouched(&app).await?;
    Ok(render(&chrome, &page(&desk, untouched, Errors::none())))
}

/// Submits, on the revision that was checked.
///
/// # Errors
/// As [`show`]; 409 and 422 with the page.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Failure> {
    let desk = Desk::open(&app, &viewer, &id).await?;
    let receiver = Receiver::of(&app, &viewer.account);
    let posted = receiver.receive(request).await?;
    let seen = &desk.seen;
    let here = routes::declaration(&seen.view.case.id);
    let Some((offer, (offered, defined))) = seen.editing().zip(submission(&desk)) else {
        // A form that is sent twice gets its first answer again.
        return write::answered(&app, &viewer, seen, &posted).await;
    };
    let Some(revision) = posted.revision()? else {
        return Err(Failure::Unprocessable("请从检测结果页提交。".to_owned()));
    };
    let untouched = desk.untouched(&app).await?;
    if !untouched.is_empty() && posted.text(UNTOUCHED) != Some("yes") {
        let mut errors = Errors::none();
        errors.add(UNTOUCHED, marks::say(&untouched));
        return Ok(render(&chrome, &page(&desk, untouched, errors)));
    }
    let saving = Saving { app: &app, viewer: &viewer, seen, offer, posted: &posted };
    let not_done = match saving.act(&offered.action, revision).await {
        Ok(outcome) => return Ok(write::after(seen, &defined.name, &outcome)),
        Err(not_done) => not_done,
    };
    let (faults, says, is_conflict) = match not_done {
        NotDone::Faults(faults, says) => (faults, says, false),
        NotDone::Conflict(_) => {
            let say = "检测之后内容改过，还没有提交。下面是重新检测的结果，请核对后再提交";
            (Vec::new(), vec![say.to_owned()], true)
        }
        other @ (NotDone::NotFound | NotDone::Unavailable(_)) => {
            return Err(casework::failure(other, &here));
        }
    };
    let desk = Desk::open(&app, &viewer, &id).await?;
    if desk.seen.editing().is_none() {
        let say = format!("现在的状态是「{}」。", desk.seen.status().0);
        return Err(Failure::conflict(say, here));
    }
    let mut errors = Errors::none();
    for say in faults.into_iter().map(|fault| fault.message).chain(says) {
        errors.say(say);
    }
    let page = render(&chrome, &page(&desk, untouched, errors));
    Ok(if is_conflict { casework::conflict(page) } else { page })
}

/// The action that hands the form over, if it is offered.
fn submission(desk: &Desk) -> Option<(&OfferedAction, &Action)> {
    let offer = desk.seen.editing()?;
    let actions = offer.actions.iter().filter(|offered| offered.refused.is_empty());
    let mut defined = actions
        .filter_map(|offered| Some((offered, desk.seen.action(&offer.task, &offered.action)?)));
    defined.find(|(_, action)| action.freeze)
}

fn page(desk: &Desk, untouched: Vec<String>, errors: Errors) -> CheckPage {
    let definition = desk.seen.definition();
    let name = |check: &CheckOutcome| {
        let named = definition.checks.get(&check.check).and_then(|check| check.name.clone());
        named.unwrap_or_else(|| check.check.to_string())
    };
    let checks = &desk.findings.checks;
    let mut bad: Vec<Finding> =
        checks.iter().filter(|check| is_failed(check)).flat_map(|it| findings(desk, it)).collect();
    bad.extend(faults(desk));
    let warned = checks.iter().filter(|check| check.severity != CheckSeverity::Block);
    let passed = checks.iter().filter(|check| check.failures.is_empty());
    let submission = submission(desk).filter(|_| bad.is_empty());
    CheckPage {
        frame: desk.frame("check"),
        at: Stamp::moment(desk.seen.view.at),
        warn: warned.flat_map(|check| findings(desk, check)).collect(),
        passed: passed.map(name).collect(),
        action: routes::declaration_check(&desk.seen.view.case.id),
        revision: desk.seen.view.case.revision,
        submit: submission.map(|(_, action)| action.name.clone()),
        hint: submission.and_then(|(offered, _)| offered.hint.clone()),
        bad,
        untouched,
        errors,
    }
}

/// The failures of one check.
fn findings<'a>(desk: &'a Desk, check: &'a CheckOutcome) -> impl Iterator<Item = Finding> + 'a {
    check.failures.iter().enumerate().map(move |(index, say)| {
        let page = check.pages.get(index).and_then(Option::as_deref);
        Finding {
            mend: check.part.as_ref().and_then(|part| mend(desk, part, page)),
            say: say.clone(),
            note: check.details.get(index).cloned().unwrap_or_default(),
        }
    })
}

/// Fields that are not filled in as they should be, by page.
fn faults(desk: &Desk) -> Vec<Finding> {
    let form = &desk.seen.definition().form;
    let faults = desk.findings.faults.iter().map(|fault| {
        let path = fault.field.strip_prefix("form.").unwrap_or(&fault.field);
        let section = path.split(['.', '[']).next().unwrap_or_default();
        Finding {
            say: fault.message.clone(),
            note: marks::part_name(form, section),
            mend: mend(desk, path, None),
        }
    });
    faults.collect()
}

/// The page, and the field, type of attachment or section on it, where a part is mended.
fn mend(desk: &Desk, part: &str, page: Option<&str>) -> Option<(String, String)> {
    let (leaf, place) = desk.place_of(part, page)?;
    let of_type = page.and_then(|page| attachments::heading_of(desk, leaf, page));
    let is_within = place.contains('.') || place != part;
    let within =
        (is_within && leaf.category.is_none()).then(|| form::id_of(&format!("form.{place}")));
    let href = match of_type.or(within) {
        Some(id) => format!("{}#{id}", desk.href(leaf)),
        None => desk.href(leaf),
    };
    Some((leaf.name.clone(), href))
}
