//! A declaration with everything that its pages need: the case as its applicant sees it, what is
//! found, the pages of its form, and how long there is.

use std::collections::BTreeMap;

use engine::{calendar::Moment, definition::Edit, expression::Value};

use super::{Frame, Index, IndexGroup, IndexLine, entries};
use crate::{
    app::App,
    cases::{
        items,
        outline::{self, Findings, Leaf, Progress},
        seen::Seen,
        words,
    },
    identity::Viewer,
    pages::{Failure, Stamp, casework, left_until, stamp},
    records::plans::{self, Plan},
    routes,
};

/// A declaration on the desk of its applicant.
pub struct Desk {
    /// The case.
    pub seen: Seen,
    /// What the checks and the form say now.
    pub findings: Findings,
    /// The pages of its form.
    pub leaves: Vec<Leaf>,
    /// The plan; plans that are withdrawn are gone.
    pub plan: Option<Plan>,
    /// The names of the kinds of library items.
    pub kinds: BTreeMap<String, String>,
}

impl Desk {
    /// The declaration, for the applicant alone.
    ///
    /// # Errors
    /// 404 where there is no such declaration of the viewer's.
    pub async fn open(app: &App, viewer: &Viewer, id: &str) -> Result<Self, Failure> {
        let desk = Self::look(app, viewer, id).await?;
        if desk.seen.is_own { Ok(desk) } else { Err(Failure::NotFound) }
    }

    /// The declaration, for whoever may see it.
    ///
    /// # Errors
    /// 404 where there is no such declaration for the viewer.
    pub async fn look(app: &App, viewer: &Viewer, id: &str) -> Result<Self, Failure> {
        let id = casework::case_id(id);
        let seen = Seen::find(app, viewer, &id).await?.ok_or(Failure::NotFound)?;
        if !casework::is_declaration(&seen) {
            return Err(Failure::NotFound);
        }
        let findings = Findings::of(&seen).map_err(Failure::broken)?;
        let plan = match seen.view.case.subjects.get("plan") {
            Some(plan) => plans::find(&app.db, plan).await?,
            None => None,
        };
        let library = app.runtime.newest(&items::LIBRARY.into());
        let kinds = library.iter().flat_map(|published| &published.definition.form.sections);
        let kinds = kinds.map(|(kind, section)| (kind.to_string(), section.name.clone())).collect();
        let mut leaves = outline::leaves(&seen, &findings);
        // One goes through them as the index lists them.
        leaves.sort_by_key(|leaf| leaf.category.is_some());
        Ok(Self { seen, findings, leaves, plan, kinds })
    }

    /// The page of the form with this key.
    ///
    /// # Errors
    /// 404 where there is none.
    pub fn leaf(&self, key: &str) -> Result<&Leaf, Failure> {
        self.leaves.iter().find(|leaf| leaf.key == key).ok_or(Failure::NotFound)
    }

    /// The page after that of this key.
    pub fn after(&self, key: &str) -> Option<&Leaf> {
        let place = self.leaves.iter().position(|leaf| leaf.key == key)?;
        self.leaves.get(place + 1)
    }

    /// The page where a part is mended, and that part: `said` is the page that a check says, a category
    /// of a list that is filled in on several pages or another section.
    pub fn place_of<'a>(
        &'a self,
        part: &'a str,
        said: Option<&'a str>,
    ) -> Option<(&'a Leaf, &'a str)> {
        let holding = |part: &'a str| self.leaves.iter().filter(move |leaf| leaf.holds(part));
        if let Some(said) = said {
            let is_said = |leaf: &&Leaf| leaf.category.as_ref().is_some_and(|it| it.id == said);
            let of_category = holding(part).find(is_said).map(|leaf| (leaf, part));
            if let Some(place) = of_category.or_else(|| Some((holding(said).next()?, said))) {
                return Some(place);
            }
        }
        let of_row = holding(part).find(|leaf| part.contains('[') && self.is_on(leaf, part));
        let leaf = of_row
            .or_else(|| holding(part).find(|leaf| !leaf.problems.is_empty()))
            .or_else(|| holding(part).next())?;
        Some((leaf, part))
    }

    /// Whether something on a page may be changed now.
    pub fn is_open(&self, leaf: &Leaf) -> bool {
        let edit = self.seen.editing().map(|offer| offer.edit.as_slice()).unwrap_or_default();
        edit.iter().any(|part| leaf.holds(part) && self.is_on(leaf, part))
    }

    /// Whether a part that is, or lies in, one row of a list stands on a page, where several share the
    /// list.
    fn is_on(&self, leaf: &Leaf, part: &str) -> bool {
        let row = part.split_once('[').and_then(|(list, rest)| {
            let place = rest.split(']').next()?.parse::<usize>().ok()?;
            items::rows(&self.seen.view.case.form, list).get(place)
        });
        row.is_none_or(|row| entries::is_of(leaf, row))
    }

    /// Whether only some pages may be changed: what came back is mended where it was marked.
    pub fn is_partly_open(&self) -> bool {
        self.seen.editing().is_some() && !self.leaves.iter().all(|leaf| self.is_open(leaf))
    }

    /// What a reviewer marked and nobody has touched since.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn untouched(&self, app: &App) -> Result<Vec<String>, Failure> {
        casework::untouched(app, &self.seen).await
    }

    /// Why nothing can be filled in although the case rests with its applicant: it is too late.
    pub fn closed(&self) -> Option<String> {
        let (definition, case) = (self.seen.definition(), &self.seen.view.case);
        let mut tasks = definition.tasks_in(&case.visit.state);
        let is_shut = tasks.any(|(_, task)| task.edit != Edit::Nothing);
        let window = self.plan.as_ref().map(|plan| stamp::end_of(plan.window.declare.1.0))?;
        (is_shut && self.seen.editing().is_none() && window <= self.seen.view.at).then(|| {
            let end = Stamp::deadline(window).text;
            format!("申报已于 {end} 截止。草稿只能查看，不能再修改和提交。")
        })
    }

    /// Where a page of the form is filled in.
    pub fn href(&self, leaf: &Leaf) -> String {
        routes::declaration_section(&self.seen.view.case.id, &leaf.key)
    }

    /// What it is called.
    pub fn name(&self) -> String {
        let text = |field: &str| {
            let choice = self.seen.view.case.form.get("choice");
            let value = choice.and_then(|choice| choice.get(field));
            value.map(words::plain).unwrap_or_default()
        };
        let year = self.plan.as_ref().map(|plan| format!("{} 年度", plan.year));
        let (year, title, speciality) =
            (year.unwrap_or_default(), text("title"), text("speciality"));
        match (title.is_empty(), speciality.is_empty()) {
            (true, _) => format!("{year}{}", self.seen.heading().matter),
            (false, true) => format!("{year}{title}"),
            (false, false) => format!("{year}{title}（{speciality}）"),
        }
    }

    /// When it must be submitted: when the task is due, else at the end of the plan's window.
    pub fn until(&self) -> Option<Moment> {
        let offer = self.seen.editing()?;
        let window = self.plan.as_ref().map(|plan| stamp::end_of(plan.window.declare.1.0));
        offer.due.or(window)
    }

    /// The frame of its pages; `current` is the key of the page that is shown.
    pub fn frame(&self, current: &str) -> Frame {
        let until = self.until();
        Frame {
            name: self.name(),
            href: routes::declaration(&self.seen.view.case.id),
            left: until.map(|until| left_until(until, self.seen.view.at)),
            until: until.map(Stamp::deadline),
            index: self.index(current),
        }
    }

    fn index(&self, current: &str) -> Index {
        let line = |leaf: &Leaf| {
            let (note, is_missing) = match self.is_partly_open() && self.is_open(leaf) {
                true if leaf.problems.is_empty() => ("待修改".to_owned(), true),
                true | false => note(leaf),
            };
            IndexLine {
                name: leaf.name.clone(),
                href: self.href(leaf),
                note,
                is_missing,
                is_current: leaf.key == current,
            }
        };
        let of = |has_category: bool| {
            let leaves = self.leaves.iter();
            leaves.filter(move |leaf| leaf.category.is_some() == has_category).map(line).collect()
        };
        let id = &self.seen.view.case.id;
        let page = |key: &str, name: &str, href: String, note: String, is_missing| IndexLine {
            name: name.to_owned(),
            href,
            note,
            is_missing,
            is_current: key == current,
        };
        let blocking = self.findings.blocking();
        let mut last = vec![
            page("overview", "申报一览", routes::declaration_overview(id), String::new(), false),
            page("papers", "附件一览", routes::declaration_papers(id), String::new(), false),
        ];
        if self.seen.editing().is_some() {
            let (note, is_missing) = match blocking {
                0 if self.is_partly_open() => ("改好后提交".to_owned(), false),
                0 => ("可以提交".to_owned(), false),
                some => (format!("差 {some} 项"), true),
            };
            last.push(page("check", "开始检测", routes::declaration_check(id), note, is_missing));
        }
        let groups = [("个人信息", of(false)), ("申报业绩", of(true)), ("提交", last)];
        let groups = groups.map(|(name, lines)| IndexGroup { name, lines });
        Index {
            done: self.leaves.iter().filter(|leaf| leaf.progress() == Progress::Done).count(),
            all: self.leaves.len(),
            groups: groups.into_iter().filter(|group| !group.lines.is_empty()).collect(),
        }
    }

    /// A value of the case by its name, as a list of rows.
    pub fn rows(&self, value: &str) -> &[Value] {
        self.seen.values.get(value).and_then(Value::as_list).unwrap_or_default()
    }
}

/// How far a page is, in the few words of the index.
fn note(leaf: &Leaf) -> (String, bool) {
    let is_missing = leaf.progress() != Progress::Done;
    let mark = if is_missing { "" } else { "✓ " };
    if let (Some(category), Some(count)) = (&leaf.category, leaf.count) {
        let is_in_range = usize::try_from(category.min).is_ok_and(|min| min <= count);
        let note = match (leaf.problems.len(), is_in_range) {
            (some @ 1.., true) => format!("缺 {some} 项"),
            (_, _) => format!("{mark}{count} / {}–{}", category.min, category.max),
        };
        return (note, is_missing);
    }
    let note = match (leaf.progress(), leaf.count) {
        (Progress::Done, Some(0)) => "选填".to_owned(),
        (Progress::Done, Some(count)) => format!("✓ {count} 项"),
        (Progress::Done, None) if leaf.is_empty => "选填".to_owned(),
        (Progress::Done, None) => "✓ 完成".to_owned(),
        (Progress::Missing(some), _) => format!("缺 {some} 项"),
        (Progress::Empty, _) => "未填".to_owned(),
    };
    (note, is_missing)
}
