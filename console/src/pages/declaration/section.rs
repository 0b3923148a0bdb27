//! `GET` and `POST /declarations/{id}/s/{key}`: one page of the form. What stands on it comes from
//! the definition: sections of fields, a list of library items, or attachments by type.

mod work;

use std::collections::BTreeMap;

use axum::{
    extract::{Path, Query, Request, State},
    response::Response,
};
use engine::{
    decision::{FieldFault, FormChange, Offer},
    definition::{Form, Section},
};
use serde::Serialize;
use work::Work;

use super::{
    Frame, above,
    attachments::{self, TypeGroup},
    desk::Desk,
    entries::{self, EntryList},
};
use crate::{
    app::App,
    cases::{
        decode::{self, KnownFiles},
        inputs, items,
        outline::Leaf,
        perform::NotDone,
        posted::Posted,
        receive::Receiver,
        references::References,
    },
    identity::{Kept, Viewer},
    pages::{
        Chrome, Crumb, Errors, Failure, MadeFrom, Page, Template,
        casework::{
            self,
            removed::{self, Removed},
        },
        edit::{
            ReturnNote,
            fill::{self, Typed},
            rows::Rows,
            saving::{self, Saving},
            write,
        },
        form::{self, SectionForm, Sources},
        render,
    },
    routes, template,
};

/// The page.
#[derive(Debug, Serialize)]
pub struct SectionPage {
    /// What every page of a declaration shows.
    pub frame: Frame,
    /// What the page is called.
    pub name: String,
    /// Why the declaration came back.
    pub returned: Vec<ReturnNote>,
    /// What is missing here: words and the id of the place.
    pub missing: Vec<String>,
    /// Whether something here may be changed.
    pub is_open: bool,
    /// News, such as what another window saved.
    pub notices: Vec<String>,
    /// Where it is sent, and the revision that was read.
    pub made_from: MadeFrom,
    /// Whether it holds what was typed and may not be saved.
    pub is_typed: bool,
    /// Whether what shows hangs on what is typed.
    pub is_live: bool,
    /// Sections of fields.
    pub sections: Vec<SectionForm>,
    /// A list of library items.
    pub list: Option<EntryList>,
    /// Attachments by type.
    pub types: Vec<TypeGroup>,
    /// The next page: its name and address.
    pub next: Option<(String, String)>,
    /// A row that was taken out and may be put back.
    pub removed: Option<Removed>,
    /// What is wrong.
    pub errors: Errors,
}

impl Page for SectionPage {
    const TEMPLATE: Template = template!("declaration_section");

    fn title(&self) -> String {
        self.name.clone()
    }

    fn crumbs(&self) -> Vec<Crumb> {
        above(&self.frame)
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn made_from(&self) -> Option<MadeFrom> {
        Some(self.made_from.clone())
    }

    fn samples() -> Vec<Self> {
        let page = |list: Option<EntryList>, types: Vec<TypeGroup>, missing: &[&str]| Self {
            frame: Frame::sample(),
            name: "学历教育".to_owned(),
            returned: Vec::new(),
            missing: missing.iter().map(|text| (*text).to_owned()).collect(),
            is_open: true,
            notices: Vec::new(),
            made_from: MadeFrom {
                case: "d-1".into(),
                revision: 3,
                href: "/declarations/d-1/s/education".to_owned(),
            },
            is_typed: false,
            is_live: false,
            sections: Vec::new(),
            list,
            types,
            next: Some(("继续教育".to_owned(), "/declarations/d-1/s/continuing".to_owned())),
            removed: None,
            errors: Errors::none(),
        };
        vec![
            Self {
                removed: Some(Removed {
                    id: "k-1".to_owned(),
                    say: "已移除「示例大学，专科」".to_owned(),
                }),
                ..page(Some(EntryList::sample()), Vec::new(), &["请选择哪一项是最高学历"])
            },
            page(None, vec![TypeGroup::sample()], &[]),
            Self { next: None, is_open: false, ..page(None, Vec::new(), &[]) },
        ]
    }
}

/// What a page of the form holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Sections of fields.
    Fields,
    /// A list of library items.
    Entries,
    /// Attachments by type.
    Attachments,
}

/// The page as it stands, or as it was typed before the session ran out.
///
/// # Errors
/// 404 where there is no such page of a declaration of the viewer's.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Kept(kept): Kept,
    Path((id, key)): Path<(String, String)>,
    Query(query): Query<BTreeMap<String, String>>,
) -> Result<Response, Failure> {
    let mut desk = Desk::open(&app, &viewer, &id).await?;
    let leaf = desk.leaf(&key)?.clone();
    if desk.seen.editing().is_none() {
        return Ok(casework::see_other(&routes::declaration_overview(&desk.seen.view.case.id)));
    }
    let kept = kept.map(|pairs| Posted { pairs, uploads: Vec::new() });
    if let Some(kept) = kept.as_ref().filter(|_| kind(&desk, &leaf) == Kind::Fields) {
        let (form, files) = (of_leaf(&desk, &leaf), desk.seen.files());
        fill::show_typed(&mut desk.seen, &viewer, &form, kept, &files);
    }
    let typed = Typed { posted: kept.as_ref(), ..Typed::nothing() };
    let mut page = page(&desk, &leaf, &typed);
    page.removed = removed::offered(&app, &viewer, &desk.seen, &query).await;
    Ok(render(&chrome, &page))
}

/// Saves what was typed, and goes where the button says.
///
/// # Errors
/// 404, 409 or 422 as the page says; 503 where the store does not answer.
pub async fn submit(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Path((id, key)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Failure> {
    let desk = Desk::open(&app, &viewer, &id).await?;
    let leaf = desk.leaf(&key)?;
    let form = of_leaf(&desk, leaf);
    let more = attachments::limits(&desk);
    let receiver = Receiver {
        app: &app,
        account: &viewer.account,
        form: Some(&form),
        ask: None,
        more: Some(&more),
    };
    let mut posted = receiver.receive(request).await?;
    let Some(offer) = desk.seen.editing() else {
        let state = || format!("现在的状态是「{}」，内容不能修改。", desk.seen.status().0);
        let say = desk.closed().unwrap_or_else(state);
        return Err(write::lost(&desk.seen, &posted, say));
    };
    let kind = kind(&desk, leaf);
    let mut rows = Rows::of(&app, &viewer, &desk.seen, &posted).await;
    if kind == Kind::Fields {
        rows.change(&mut posted, &desk.seen);
    }
    let known = write::known_files(&app, &viewer, &desk.seen, &posted).await?;
    let kind_of = |input: &str| inputs::reference(Some(&form), None, input).map(str::to_owned);
    let references = References::of(&app, &viewer, &mut posted, &desk.seen.names, kind_of).await?;
    let Read { changes, mut faults } =
        read((&desk, leaf, kind), &viewer, offer, (&posted, &mut rows), &known)?;
    faults.extend(references.faults.iter().cloned());
    let saving = Saving { app: &app, viewer: &viewer, seen: &desk.seen, offer, posted: &posted };
    let work = Work { desk: &desk, leaf, kind, saving };
    let typed = Typed { posted: Some(&posted), known, references, ..Typed::nothing() };
    let saved = work.saving.save_what_can_be(changes, &mut faults).await;
    if work.saving.is_autosave() {
        return Ok(work.saving.autosaved(saved, &faults));
    }
    match saved {
        Ok(saved) if typed.references.is_search() || posted.is_look() => {
            let kept = posted.is_look().then(|| saving::kept(&form, &faults));
            let notices = saved.notices.into_iter().chain(kept).collect();
            let faults = if posted.is_look() { faults } else { Vec::new() };
            let typed = Typed { notices, errors: casework::errors(&faults, &[]), ..typed };
            Ok(render(&chrome, &page(&work.now().await?, leaf, &typed)))
        }
        Ok(saved) if faults.is_empty() => Ok(work.go_on(&rows, &saved).await),
        Ok(_) => work.again(&chrome, NotDone::Faults(faults, Vec::new()), typed).await,
        Err(NotDone::Faults(mut others, says)) => {
            others.extend(faults);
            work.again(&chrome, NotDone::Faults(others, says), typed).await
        }
        Err(not_done) => work.again(&chrome, not_done, typed).await,
    }
}

/// What a page sends.
pub(super) struct Read {
    /// What changes.
    pub(super) changes: Vec<FormChange>,
    /// What cannot be read.
    pub(super) faults: Vec<FieldFault>,
}

/// The changes that a page sends, by what it holds.
fn read(
    (desk, leaf, kind): (&Desk, &Leaf, Kind),
    viewer: &Viewer,
    offer: &Offer,
    (posted, rows): (&Posted, &mut Rows),
    known: &KnownFiles,
) -> Result<Read, Failure> {
    match kind {
        Kind::Fields => {
            let form = of_leaf(desk, leaf);
            let shows = fill::shows(&desk.seen, viewer, &form, posted);
            write::refuse_unknown(posted, &form, shows)?;
            let decoded = decode::form(&form, &desk.seen.view.case.form, posted, known);
            Ok(Read { changes: decoded.values, faults: decoded.faults })
        }
        Kind::Entries => entries::read(desk, leaf, (posted, rows), known),
        Kind::Attachments => attachments::read(desk, leaf, offer, (posted, rows), known),
    }
}

fn kind(desk: &Desk, leaf: &Leaf) -> Kind {
    let sections = &desk.seen.definition().form.sections;
    let section = leaf.sections.first().and_then(|name| sections.get(name));
    match section {
        Some(section) if items::is_import(section) => Kind::Entries,
        Some(section) if is_attachments(section) => Kind::Attachments,
        Some(_) | None => Kind::Fields,
    }
}

/// Rows of a type and a file are attachments.
fn is_attachments(section: &Section) -> bool {
    let has = |field: &str| section.fields.contains_key(field);
    section.rows.is_some() && has(items::TYPE) && has(items::FILE)
}

/// The sections of a page, as a form of their own.
fn of_leaf(desk: &Desk, leaf: &Leaf) -> Form {
    let sections = desk.seen.definition().form.sections.iter();
    let own = sections.filter(|(name, _)| leaf.sections.contains(name));
    Form { sections: own.map(|(name, section)| (name.clone(), section.clone())).collect() }
}

fn page(desk: &Desk, leaf: &Leaf, typed: &Typed<'_>) -> SectionPage {
    let seen = &desk.seen;
    let edit = seen.editing().map(|offer| offer.edit.as_slice()).unwrap_or_default();
    // What is wrong with what is filled in is told at its field, whenever the page is opened.
    let wrong = desk
        .findings
        .wrong
        .iter()
        .filter(|fault| leaf.holds(fault.field.trim_start_matches("form.")));
    let wrong = form::errors(&wrong.cloned().collect::<Vec<_>>());
    let summary = typed.errors.with(wrong.clone());
    let mut errors = typed.errors.clone();
    errors.extend(wrong);
    let sources = Sources {
        states: &seen.states,
        posted: typed.posted,
        errors: &errors,
        names: &|kind, id| seen.names.thing(kind, id),
        references: &typed.references,
        parts: &[],
        files: &typed.known,
        may_edit: &|path| fill::may_edit(edit, path),
    };
    let kind = kind(desk, leaf);
    let mut sections = match kind {
        Kind::Fields => form::sections(&of_leaf(desk, leaf), &seen.form(), &sources),
        Kind::Entries | Kind::Attachments => Vec::new(),
    };
    // A part that a check asks for is no matter of choice.
    for field in sections.iter_mut().flat_map(|section| &mut section.fields) {
        field.required |= desk.findings.asks_for(field.name.trim_start_matches("form."));
    }
    let types = match kind {
        Kind::Attachments => attachments::groups(desk, leaf, &sources),
        Kind::Fields | Kind::Entries => Vec::new(),
    };
    let summary = summary.named(sections.iter().flat_map(|section| &section.fields));
    SectionPage {
        frame: desk.frame(&leaf.key),
        name: leaf.name.clone(),
        returned: fill::returned(seen),
        missing: match leaf.is_empty {
            true => Vec::new(),
            false => leaf.problems.iter().map(|(_, say)| say.clone()).collect(),
        },
        is_open: desk.is_open(leaf),
        notices: typed.notices.clone(),
        made_from: MadeFrom {
            case: seen.view.case.id.clone(),
            revision: seen.view.case.revision,
            href: desk.href(leaf),
        },
        is_typed: typed.posted.is_some(),
        is_live: form::is_live(&of_leaf(desk, leaf)),
        sections,
        list: (kind == Kind::Entries).then(|| entries::list(desk, leaf, &sources)),
        types,
        next: desk.after(&leaf.key).map(|next| (next.name.clone(), desk.href(next))),
        removed: None,
        errors: summary,
    }
}
