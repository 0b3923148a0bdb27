//! `GET` and `POST /declarations/{id}/s/{key}/import`: choosing library items for a page. Only what
//! the workflow offers can be chosen, each item once (R50, R62–R63).

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    extract::{Path, Request, State},
    response::Response,
};
use engine::{
    decision::{self, FormChange},
    expression::Value,
    names::{CaseId, SectionName},
};
use serde::Serialize;

use super::{Frame, above, desk::Desk, entries};
use crate::{
    app::App,
    cases::{
        items::{self, ITEM, Items},
        outline::Leaf,
        perform::NotDone,
        receive::Receiver,
    },
    identity::Viewer,
    pages::{
        Chrome, Crumb, Errors, Failure, Page, Template, casework, done, edit::saving::Saving,
        render,
    },
    routes, template,
};

/// The page.
#[derive(Debug, Serialize)]
pub struct ImportPage {
    /// What every page of a declaration shows.
    pub frame: Frame,
    /// The page that the items go to.
    pub name: String,
    /// Its address.
    pub back: String,
    /// Where it is sent.
    pub action: String,
    /// The revision that was read.
    pub revision: u64,
    /// Items by kind: the name of the kind and its items.
    pub kinds: Vec<(String, Vec<Offered>)>,
    /// Where items are entered: the name of the kind and its address.
    pub library: Vec<(String, String)>,
    /// What is wrong.
    pub errors: Errors,
}

/// One item.
#[derive(Clone, Debug, Serialize)]
pub struct Offered {
    /// The id of its case.
    pub id: String,
    /// What it is.
    pub title: String,
    /// More about it.
    pub about: String,
    /// Where it is used already; empty where it can be chosen.
    pub taken: String,
}

impl Page for ImportPage {
    const TEMPLATE: Template = template!("declaration_import");

    fn title(&self) -> String {
        format!("从业绩库引用：{}", self.name)
    }

    fn crumbs(&self) -> Vec<Crumb> {
        let mut crumbs = above(&self.frame);
        crumbs.push(Crumb::new(self.name.clone(), self.back.clone()));
        crumbs
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        let item = |id: &str, taken: &str| Offered {
            id: id.to_owned(),
            title: "示例师范学院，本科".to_owned(),
            about: "数学与应用数学".to_owned(),
            taken: taken.to_owned(),
        };
        let page = |kinds: Vec<(String, Vec<Offered>)>, errors| Self {
            frame: Frame::sample(),
            name: "学历教育".to_owned(),
            back: "/declarations/d-1/s/education".to_owned(),
            action: "/declarations/d-1/s/education/import".to_owned(),
            revision: 3,
            kinds,
            library: vec![("教育经历".to_owned(), "/library/education".to_owned())],
            errors,
        };
        let kinds = vec![(
            "教育经历".to_owned(),
            vec![item("l-1", ""), item("l-2", "已引用到「学历教育」")],
        )];
        vec![
            page(kinds.clone(), Errors::none()),
            page(kinds, entries::said("请至少选择一项")),
            page(Vec::new(), Errors::none()),
        ]
    }
}

/// The page.
///
/// # Errors
/// 404 where there is no such page, 409 where it cannot be changed now.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path((id, key)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let desk = Desk::open(&app, &viewer, &id).await?;
    let page = page(&app, &desk, desk.leaf(&key)?, Errors::none()).await?;
    Ok(render(&chrome, &page))
}

/// Takes the chosen items in.
///
/// # Errors
/// 404 and 409 as [`show`]; 422 for an item that is not offered.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path((id, key)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Failure> {
    let desk = Desk::open(&app, &viewer, &id).await?;
    let leaf = desk.leaf(&key)?;
    let receiver = Receiver::of(&app, &viewer.account);
    let posted = receiver.receive(request).await?;
    let (name, section) = entries::section_of(&desk, leaf).ok_or(Failure::NotFound)?;
    let Some(offer) = desk.seen.editing() else { return Err(closed(&desk)) };
    let offered: Vec<String> = options(&desk, leaf, name);
    let used = items::referred(&desk.seen.definition().form, &desk.seen.view.case.form);
    let is_free =
        |id: &&str| offered.iter().any(|own| own == id) && !used.contains(&CaseId::from(*id));
    let chosen: BTreeSet<&str> = match posted.text("do") {
        Some("all") => offered.iter().map(String::as_str).filter(|id| is_free(id)).collect(),
        Some(_) | None => posted.all("item").collect(),
    };
    if chosen.is_empty() {
        let page = page(&app, &desk, leaf, entries::said("请至少选择一项")).await?;
        return Ok(render(&chrome, &page));
    }
    let here = items::rows(&desk.seen.view.case.form, name.as_str());
    let is_here = |id: &&str| {
        here.iter().any(|row| items::text(row, ITEM) == Some(id) && entries::is_of(leaf, row))
    };
    if chosen.iter().all(is_here) {
        // Sent twice: it is there already.
        return Ok(casework::see_other(&desk.href(leaf)));
    }
    if !chosen.iter().all(is_free) {
        let say = "只能引用本人业绩库里审核通过、还没有引用过的业绩，没有保存任何内容。";
        return Err(Failure::Unprocessable(say.to_owned()));
    }
    let mut rows = items::rows(&desk.seen.view.case.form, name.as_str()).to_vec();
    // In the order of the page, not of the ids.
    let chosen: Vec<&String> = offered.iter().filter(|id| chosen.contains(id.as_str())).collect();
    rows.extend(chosen.iter().map(|id| entries::row(id, leaf)));
    entries::mark_the_only(section, &mut rows);
    let change = FormChange { section: name.clone(), field: None, value: Value::List(rows) };
    let saving = Saving { app: &app, viewer: &viewer, seen: &desk.seen, offer, posted: &posted };
    let saved = match saving.save(vec![change]).await {
        Ok(saved) => saved,
        Err(NotDone::Conflict(say)) => {
            let desk = Desk::open(&app, &viewer, &id).await?;
            let say = format!("{say}请核对后再选一次");
            let page = page(&app, &desk, desk.leaf(&key)?, entries::said(&say)).await?;
            return Ok(casework::conflict(render(&chrome, &page)));
        }
        Err(other) => return Err(casework::failure(other, &desk.href(leaf))),
    };
    keep_files(&app, &viewer, &desk, &chosen).await?;
    let flash = saved.flash(&format!("已引用 {} 项到「{}」", chosen.len(), leaf.name));
    Ok(done(&desk.href(leaf), &flash))
}

/// Whoever may see the declaration sees the files of what it refers to.
async fn keep_files(
    app: &App,
    viewer: &Viewer,
    desk: &Desk,
    chosen: &[&String],
) -> Result<(), Failure> {
    let ids = chosen.iter().map(|id| CaseId::from(id.as_str())).collect();
    let items = Items::load(app, &ids).await?;
    let items = chosen.iter().filter_map(|id| items.get(id));
    let files: Vec<String> =
        items.flat_map(|item| item.files.iter().map(|file| file.id.clone())).collect();
    let case = Some(&desk.seen.view.case.id);
    app.files.keep(&viewer.account, &files, case).await.map_err(Failure::unavailable)?;
    Ok(())
}

fn closed(desk: &Desk) -> Failure {
    let say = format!("现在的状态是「{}」，内容不能修改。", desk.seen.status().0);
    Failure::conflict(say, routes::declaration(&desk.seen.view.case.id))
}

/// The ids that the workflow offers for another row of this page.
fn options(desk: &Desk, leaf: &Leaf, name: &SectionName) -> Vec<String> {
    let view = &desk.seen.view;
    let mut case = view.case.clone();
    let mut rows = items::rows(&case.form, name.as_str()).to_vec();
    let path = format!("{name}[{}].{ITEM}", rows.len());
    rows.push(entries::row("", leaf));
    case.form.insert(name.clone(), Value::List(rows));
    let states = decision::form_state(desk.seen.definition(), &case, &view.facts, view.at);
    let options = states.get(&path).map(|state| state.options.as_slice()).unwrap_or_default();
    options.iter().map(|(id, _)| id.clone()).collect()
}

async fn page(app: &App, desk: &Desk, leaf: &Leaf, errors: Errors) -> Result<ImportPage, Failure> {
    let (name, _) = entries::section_of(desk, leaf).ok_or(Failure::NotFound)?;
    if desk.seen.editing().is_none() {
        return Err(closed(desk));
    }
    let offered = options(desk, leaf, name);
    let ids = offered.iter().map(|id| CaseId::from(id.as_str())).collect();
    let items = Items::load(app, &ids).await?;
    let taken = taken(desk);
    let mut kinds: BTreeMap<String, Vec<Offered>> = BTreeMap::new();
    for id in &offered {
        let Some(item) = items.get(id) else { continue };
        kinds.entry(item.kind_name.clone()).or_default().push(Offered {
            id: id.clone(),
            title: item.title.clone(),
            about: item.about.clone(),
            taken: taken.get(id.as_str()).cloned().unwrap_or_default(),
        });
    }
    for offered in kinds.values_mut() {
        offered.sort_by(|one, other| one.title.cmp(&other.title));
    }
    Ok(ImportPage {
        frame: desk.frame(&leaf.key),
        name: leaf.name.clone(),
        back: desk.href(leaf),
        action: routes::declaration_import(&desk.seen.view.case.id, &leaf.key),
        revision: desk.seen.view.case.revision,
        kinds: kinds.into_iter().collect(),
        library: entries::library(desk, leaf, name),
        errors,
    })
}

/// Where each item is used already.
fn taken(desk: &Desk) -> BTreeMap<&str, String> {
    let mut taken = BTreeMap::new();
    for leaf in &desk.leaves {
        let Some((name, section)) = entries::section_of(desk, leaf) else { continue };
        if !items::is_import(section) {
            continue;
        }
        for row in items::rows(&desk.seen.view.case.form, name.as_str()) {
            if let Some(id) = items::text(row, ITEM).filter(|_| entries::is_of(leaf, row)) {
                taken.insert(id, format!("已引用到「{}」", leaf.name));
            }
        }
    }
    taken
}
