//! `GET /tasks/{id}`: opening a task takes it for a while; what is open for somebody else is read.

use std::str::FromStr as _;

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use engine::{
    decision::FileRef,
    definition::Edit,
    runtime::{Refusal, TaskId},
    store::queue::{self, QueuePlace, QueuedTask},
};

use super::{
    Document, ReviewPage, Shown, View,
    decision::Decision,
    quick::{OpinionField, Quick, has_parts},
};
use crate::{
    app::App,
    cases::{
        diagram::diagram, names::Wanted, posted::Posted, reading, reminders, seen::Seen, words,
    },
    identity::{Kept, Viewer},
    pages::{
        Chrome, Failure, TimelineEntry,
        ask::from_queue,
        case::{self, Drawing, ReadGroup},
        casework,
        edit::ActionButton,
        left_until,
        queue::filter::Asked,
        render,
    },
    routes,
};

/// Widths at which a document is shown, by zoom.
const WIDTHS: [u32; 4] = [480, 640, 960, 1440];
/// So much of what was said is shown at once.
const MOST_SAID: usize = 5;
/// The zoom that fills its place.
pub(in crate::pages) const FITTED: usize = 1;

/// The page of a task.
///
/// # Errors
/// 404 where there is no such task for this viewer.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer,
    chrome: Chrome,
    Kept(kept): Kept,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let id = TaskId::from_str(&id).map_err(|_| Failure::NotFound)?;
    let seen = Seen::find(&app, &viewer, &id.case).await?.ok_or(Failure::NotFound)?;
    let task = seen.definition().tasks.get(&id.task).ok_or(Failure::NotFound)?;
    if !seen.view.case.tasks.contains_key(&id.task) {
        return Ok(casework::see_other(&routes::case(&id.case)));
    }
    if task.edit != Edit::Nothing && seen.offer(&id.task).is_some() {
        return Ok(casework::see_other(&casework::edit_href(&seen)));
    }
    let desk = Desk::open(&app, &viewer, &seen, &id, &asked).await?;
    let typed = kept.map(|pairs| Decision::typed(&Posted { pairs, uploads: Vec::new() }));
    Ok(render(&chrome, &desk.page(&typed.unwrap_or_else(Decision::none))))
}

/// A task on the reviewer's desk.
pub(super) struct Desk<'a> {
    seen: &'a Seen,
    id: &'a TaskId,
    asked: &'a Asked,
    queued: Option<QueuedTask>,
    claim: String,
    can_act: bool,
    count: usize,
    /// How many stand before it in the filter; none where it is no work.
    before_it: Option<usize>,
    pub(super) next: Option<TaskId>,
    previous: Option<TaskId>,
    before: Option<reading::FormData>,
    phrases: Vec<String>,
    papers: Vec<(String, String)>,
    begun_by: Option<(String, String)>,
}

impl<'a> Desk<'a> {
    /// Takes the task if it is the viewer's to take, and finds its neighbours in the filter.
    pub(super) async fn open(
        app: &App,
        viewer: &Viewer,
        seen: &'a Seen,
        id: &'a TaskId,
        asked: &'a Asked,
    ) -> Result<Self, Failure> {
        let filter = asked.filter(app, viewer, seen.view.at).await?;
        let queued = queue::find(&app.db, id).await?.map(|(queued, _)| queued);
        let (claim, can_act) = take(app, viewer, seen, id).await?;
        let (mut next, mut previous, mut before_it) = (None, None, None);
        if let Some(queued) = &queued {
            let cursor = queued.cursor(asked.order());
            let found = queue::next(&app.db, &filter, asked.order(), &cursor).await?;
            next = found.map(|task| task.id).filter(|next| next != id);
            before_it = Some(queue::count_before(&app.db, &filter, asked.order(), &cursor).await?);
            let place = QueuePlace::Before(cursor);
            let found = queue::tasks(&app.db, &filter, asked.order(), &place, 1).await?;
            previous = found.tasks.into_iter().next().map(|task| task.id);
        }
        let submission = seen.view.case.submission;
        let before = match submission {
            0 | 1 => None,
            n => Some(app.runtime.submission(&id.case, n - 1).await.map_err(Failure::unavailable)?),
        };
        let count = queue::count(&app.db, &filter).await?;
        let phrases = app.catalogue.phrases.clone();
        Ok(Self {
            seen,
            id,
            asked,
            queued,
            claim,
            can_act,
            count,
            before_it,
            next,
            previous,
            before,
            phrases,
            papers: casework::documents(seen, viewer),
            begun_by: casework::begun_by(app, viewer, seen).await?,
        })
    }

    /// The page with what was typed.
    pub(super) fn page(&self, decision: &Decision) -> ReviewPage {
        let seen = self.seen;
        let takes = OpinionField::of(seen, &self.id.task);
        let can_mark = self.can_act && has_parts(seen, &self.id.task);
        let read = seen.read(self.before.as_ref());
        let changes = self
            .before
            .as_ref()
            .map(|_| (format!("{} 处", reading::changes(&read)), reading::first_change(&read)));
        let (documents, shown) = self.documents(&read);
        let heading = seen.heading();
        let task = seen.definition().tasks.get(&self.id.task);
        let mut facts = casework::facts(seen);
        facts.extend(casework::start_facts(seen));
        let due = self.queued.as_ref().and_then(|queued| queued.due_at);
        let about = [heading.matter.clone(), seen.unit()];
        let groups: Vec<ReadGroup> = casework::groups(read, &decision.marked);
        ReviewPage {
            task: task.map(|task| task.name.clone()).unwrap_or_default(),
            name: heading.name().to_owned(),
            about: about.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join("，"),
            begun_by: self.begun_by.clone(),
            queue: self.asked.list(),
            place: self.place(),
            previous: self.previous.as_ref().map(|id| self.asked.task(id)),
            next: self.next.as_ref().map(|id| self.asked.task(id)),
            claim: self.claim.clone(),
            can_act: self.can_act,
            tags: vec![casework::tag(seen)],
            left: due.map(|due| left_until(due, seen.view.at)),
            documents,
            shown,
            groups,
            changes,
            marks: self.before.as_ref().map(|it| casework::answered(seen, it)).unwrap_or_default(),
            facts,
            others: case::show::buttons(seen),
            papers: self.papers.clone(),
            case: routes::case(&seen.view.case.id),
            diagram: Drawing::new(diagram(seen.definition(), &seen.history, &|state| {
                seen.former_state(state)
            })),
            timeline: casework::entries(seen),
            action: self.here(),
            revision: seen.view.case.revision,
            ticket: seen.ticket.clone(),
            can_mark,
            phrases: self.phrases.clone(),
            said: said(seen),
            reminders: reminders::of_what_is_seen(seen),
            opinion: decision.opinion.clone(),
            buttons: match self.can_act {
                true => self.buttons(takes.is_some(), can_mark),
                false => Vec::new(),
            },
            takes,
            errors: decision.errors.clone(),
            conflict: decision.conflict.clone(),
        }
    }

    /// The page again, with the document that is shown.
    fn here(&self) -> String {
        let Some(doc) = self.asked.doc else { return self.asked.task(self.id) };
        let zoom = self.asked.zoom.and_then(|zoom| usize::try_from(zoom).ok()).unwrap_or(FITTED);
        let turns = usize::from(self.asked.rot.unwrap_or(0));
        view_href(self.asked, self.id, &[doc, zoom, turns])
    }

    /// 第几件 of how many, in which order.
    fn place(&self) -> String {
        let number = |count: usize| words::count(u64::try_from(count).unwrap_or(u64::MAX));
        let all = format!("{} 件，{}", number(self.count), self.asked.order_name());
        match self.before_it {
            Some(before) => format!("第 {} 件，共 {all}", number(before + 1)),
            None => format!("待办共 {all}"),
        }
    }

    /// Refusals first, the good one last and main. What has a page of its own is a button too where
    /// something was typed or marked here, so that it goes along or is not lost.
    fn buttons(&self, has_opinion: bool, can_mark: bool) -> Vec<ActionButton> {
        let seen = self.seen;
        let Some(offer) = seen.offer(&self.id.task) else { return Vec::new() };
        let mut buttons: Vec<ActionButton> = offer
            .actions
            .iter()
            .filter_map(|offered| {
                let action = seen.action(&offer.task, &offered.action)?;
                let mut button = casework::button(seen, &offer.task, offered)?;
                let quick = Quick::of(&action.ask);
                if !quick.asks_more && offered.confirm.is_none() {
                    button.href = None;
                    button.name.clone_from(&action.name);
                } else if has_opinion || can_mark && quick.takes_anything() {
                    button.href = None;
                }
                button.href = button.href.map(|href| from_queue(&href, self.asked));
                Some(button)
            })
            .collect();
        buttons.sort_by_key(|button| button.class == "main");
        if let Some(last) =
            buttons.last_mut().filter(|last| last.class == "main" && last.href.is_none())
            && self.next.is_some()
            && !last.name.ends_with('…')
        {
            last.name.push_str("，下一件");
        }
        buttons
    }

    fn documents(&self, read: &[reading::FactGroup]) -> (Vec<Document>, Option<Shown>) {
        let asked = casework::start_files(self.seen);
        let asked = asked.iter().map(|(what, file)| (what.as_str(), file));
        let files: Vec<_> = reading::files(read).chain(asked).collect();
        let current = self.asked.doc.unwrap_or(1).clamp(1, files.len().max(1));
        let zoom =
            usize::try_from(self.asked.zoom.unwrap_or(1)).unwrap_or(FITTED).min(WIDTHS.len() - 1);
        let turns = self.asked.rot.unwrap_or(0) % 4;
        let view = |doc: usize, zoom: usize, turns: u8| View {
            href: view_href(self.asked, self.id, &[doc, zoom, usize::from(turns)]),
            value: format!("{doc}.{zoom}.{turns}"),
        };
        let documents = files.iter().zip(1..).map(|((what, file), number)| Document {
            name: file.name.clone(),
            field: (*what).to_owned(),
            view: view(number, FITTED, 0),
            thumb: file.media_type.starts_with("image/").then(|| routes::file_thumb(&file.id)),
            is_shown: number == current,
        });
        let place = format!("{current} / {}", files.len());
        let shown = files.get(current - 1).map(|(_, file)| {
            shown(file, place, (zoom, turns), &|zoom, turns| view(current, zoom, turns))
        });
        (documents.collect(), shown)
    }
}

/// What led here: the reasons and opinions since it came here, newest last, and what brought it here.
/// Who lets whom act and who reads along is no reason.
fn said(seen: &Seen) -> Vec<TimelineEntry> {
    let since = seen.view.case.visit.since;
    let mut said = seen.timeline();
    let first = said.iter().position(|happening| happening.at == since);
    let mut said = said.split_off(first.unwrap_or(said.len()));
    said.retain(|happening| !happening.notes.is_empty() && !happening.is_beside);
    let many = said.len().saturating_sub(MOST_SAID);
    said.split_off(many).into_iter().map(casework::entry).collect()
}

/// One document shown large; `view` leads to it at another zoom or turned.
pub(in crate::pages) fn shown(
    file: &FileRef,
    place: String,
    (zoom, turns): (usize, u8),
    view: &dyn Fn(usize, u8) -> View,
) -> Shown {
    let is_picture = file.media_type.starts_with("image/");
    let zoom = zoom.min(WIDTHS.len() - 1);
    let width = WIDTHS[zoom];
    let mut tools = Vec::new();
    if is_picture {
        let larger = (zoom + 1).min(WIDTHS.len() - 1);
        tools.push(("放大", "+", view(larger, turns)));
        tools.push(("缩小", "-", view(zoom.saturating_sub(1), turns)));
        tools.push(("旋转", "t", view(zoom, (turns + 1) % 4)));
        tools.push(("适合宽度", "0", view(FITTED, 0)));
    }
    let kind = if is_picture { "图片" } else { "PDF" };
    Shown {
        name: file.name.clone(),
        place,
        picture: is_picture.then(|| routes::file_picture(&file.id, width, turns)),
        width,
        is_fitted: zoom == FITTED,
        about: format!("{kind}，{}", words::bytes(file.size)),
        original: routes::file(&file.id),
        tools,
    }
}

/// The address of the page with a document, its zoom and its quarter turns.
pub(super) fn view_href(asked: &Asked, id: &TaskId, numbers: &[usize]) -> String {
    let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
    let mut parameters = asked.parameters().to_vec();
    parameters.extend(["doc", "zoom", "rot"].into_iter().zip(numbers.iter().map(String::as_str)));
    routes::with_query(&routes::task(&id.to_string()), &parameters)
}

/// Takes the task for the viewer; says who has it.
async fn take(
    app: &App,
    viewer: &Viewer,
    seen: &Seen,
    id: &TaskId,
) -> Result<(String, bool), Failure> {
    if !seen.view.case.tasks.contains_key(&id.task) {
        return Ok(("这一项已经办完".to_owned(), false));
    }
    if seen.offer(&id.task).is_none() {
        return Ok(("这一项由他人办理".to_owned(), false));
    }
    match app.runtime.claim(id, &viewer.actor()).await {
        Ok(claim) => Ok((format!("您已领取，至 {}", words::clock(claim.until)), true)),
        Err(Refusal::Claimed { by, until }) => {
            let mut wanted = Wanted::default();
            wanted.accounts.insert(by.clone());
            let names = wanted.load(app).await?;
            let name = names.account(by.as_str()).unwrap_or_else(|| "其他审核人".to_owned());
            Ok((format!("{name}正在审核，至 {}", words::clock(until)), false))
        }
        // What is no work, only a possibility, is not taken by anybody.
        Err(Refusal::NotFound) => Ok((String::new(), true)),
        Err(Refusal::Unavailable(error)) => Err(Failure::unavailable(error)),
        Err(Refusal::Rejected(_) | Refusal::Stale { .. } | Refusal::Reused) => {
            Ok((String::new(), false))
        }
    }
}
