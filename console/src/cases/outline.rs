//! The form of a case as the pages it is filled in on, each with what is done and what is missing.
//! Which sections share a page, which categories there are and how many items they take is said by
//! the workflow; a page only counts.

use engine::{
    decision::{self, CheckOutcome, FieldFault, Undecided},
    definition::{CheckSeverity, Section},
    expression::Value,
    names::SectionName,
};

use super::{
    items::{self, CATEGORY},
    reading::FormData,
    seen::Seen,
};

/// The value of a workflow that lists the categories of a list of items: rows
/// `{id, name, sections, min, max}`.
const CATEGORIES: &str = "categories";

/// One page of a form.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// Its key in addresses: a section, or `section.category`.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// The sections on it.
    pub sections: Vec<SectionName>,
    /// The category of items, where it holds one of several.
    pub category: Option<Category>,
    /// How many rows it holds, where it is one list.
    pub count: Option<usize>,
    /// What stands against it: parts of the form with the reason.
    pub problems: Vec<(String, String)>,
    /// Whether nothing was entered yet.
    pub is_empty: bool,
}

/// A category of items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Category {
    /// Its id.
    pub id: String,
    /// The kinds of library items it takes.
    pub kinds: Vec<String>,
    /// At least so many.
    pub min: i64,
    /// At most so many.
    pub max: i64,
}

/// How far a page is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing stands against it.
    Done,
    /// So many things do.
    Missing(usize),
    /// Nothing was entered.
    Empty,
}

impl Leaf {
    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        match (self.problems.len(), self.is_empty) {
            (0, _) => Progress::Done,
            (_, true) => Progress::Empty,
            (some, false) => Progress::Missing(some),
        }
    }

    /// Whether a part of the form stands on this page.
    #[must_use]
    pub fn holds(&self, part: &str) -> bool {
        let section = part.split(['.', '[']).next().unwrap_or_default();
        self.sections.iter().any(|own| own.as_str() == section)
    }
}

/// What the checks and the form itself say now.
#[derive(Debug)]
pub struct Findings {
    /// The outcome of every check.
    pub checks: Vec<CheckOutcome>,
    /// Faults of the form that no failed check speaks of already.
    pub faults: Vec<FieldFault>,
    /// Those of fields that are filled in, and wrong.
    pub wrong: Vec<FieldFault>,
}

/// The checks could not be judged: then nothing is known to be passed.
#[derive(Debug, thiserror::Error)]
#[error("the start-checks could not be judged: {0:?}")]
pub struct Unjudged(Undecided);

impl Findings {
    /// Looks at a case as it is.
    ///
    /// # Errors
    /// When a check cannot be evaluated.
    pub fn of(seen: &Seen) -> Result<Self, Unjudged> {
        let (definition, view) = (seen.definition(), &seen.view);
        let checks = decision::checks(definition, &view.case, &view.facts, view.at);
        let checks = checks.map_err(Unjudged)?;
        let faults = decision::form_faults(definition, &view.case, &view.facts, view.at);
        let failed: Vec<&str> = checks.iter().filter_map(failed_part).collect();
        // A check of a whole section speaks of what is missing there, not of what is wrong.
        let wrong = wrong(&view.case.form, &faults);
        let is_told = |fault: &FieldFault| {
            let path = fault.field.strip_prefix("form.").unwrap_or(&fault.field);
            let is_of_section = |part: &&str| path.split(['.', '[']).next() == Some(part);
            failed.contains(&path) || !wrong.contains(fault) && failed.iter().any(is_of_section)
        };
        let faults = faults.iter().filter(|fault| !is_told(fault)).cloned().collect();
        Ok(Self { checks, faults, wrong })
    }

    /// Whether a check that is not passed asks for this part.
    #[must_use]
    pub fn asks_for(&self, part: &str) -> bool {
        self.checks.iter().filter_map(failed_part).any(|asked| asked == part)
    }

    /// How many stand against a submission.
    #[must_use]
    pub fn blocking(&self) -> usize {
        let failed = self.checks.iter().filter(|check| is_failed(check));
        failed.map(|check| check.failures.len()).sum::<usize>() + self.faults.len()
    }
}

/// The faults of fields that are filled in.
#[must_use]
pub fn wrong(form: &FormData, faults: &[FieldFault]) -> Vec<FieldFault> {
    let is_filled = |fault: &&FieldFault| {
        let path = fault.field.strip_prefix("form.").unwrap_or(&fault.field);
        let mut steps = path.split(['.', '[']);
        let section = SectionName::from(steps.next().unwrap_or_default());
        let value = steps.try_fold(form.get(&section)?, |value, step| {
            match step.strip_suffix(']').and_then(|row| row.parse::<usize>().ok()) {
                Some(row) => value.as_list()?.get(row),
                None => value.get(step),
            }
        });
        value.map(|value| !value.is_blank())
    };
    faults.iter().filter(|fault| is_filled(fault) == Some(true)).cloned().collect()
}

/// Whether a check stands against a submission.
#[must_use]
pub fn is_failed(check: &CheckOutcome) -> bool {
    check.severity == CheckSeverity::Block && !check.failures.is_empty()
}

fn failed_part(check: &CheckOutcome) -> Option<&str> {
    check.part.as_deref().filter(|_| is_failed(check))
}

/// The pages of a form that show, in the order of the definition.
#[must_use]
pub fn leaves(seen: &Seen, findings: &Findings) -> Vec<Leaf> {
    let mut leaves: Vec<Leaf> = Vec::new();
    for (name, section) in &seen.definition().form.sections {
        let is_shown = seen.states.get(name.as_str()).is_none_or(|state| state.visible);
        if !is_shown || !seen.sees.contains(name) {
            continue;
        }
        let page = section.page.as_deref();
        let same = leaves.iter_mut().find(|leaf| page == Some(leaf.name.as_str()));
        if let Some(leaf) = same {
            leaf.sections.push(name.clone());
            leaf.count = None;
            leaf.is_empty &= is_empty(seen, name, section);
        } else if let Some(categories) = categories(seen, section) {
            leaves.extend(categories.into_iter().map(|it| category_leaf(seen, name, it)));
        } else {
            leaves.push(Leaf {
                key: name.to_string(),
                name: page.unwrap_or(&section.name).to_owned(),
                sections: vec![name.clone()],
                category: None,
                count: section.rows.map(|_| rows(seen, name).len()),
                problems: Vec::new(),
                is_empty: is_empty(seen, name, section),
            });
        }
    }
    for leaf in leaves.iter_mut().filter(|leaf| leaf.category.is_none()) {
        leaf.problems = problems(leaf, findings);
    }
    for check in findings.checks.iter().filter(|check| is_failed(check)) {
        tell_category(&mut leaves, check);
    }
    leaves
}

/// A check of a list that is filled in on several pages stands against the page that it says; what a
/// page has counted itself is told already.
fn tell_category(leaves: &mut [Leaf], check: &CheckOutcome) {
    let Some(part) = failed_part(check) else { return };
    for (say, page) in check.failures.iter().zip(&check.pages) {
        let Some(page) = page else { continue };
        let mut own = leaves.iter_mut().filter(|leaf| {
            leaf.holds(part) && leaf.category.as_ref().is_some_and(|it| it.id == *page)
        });
        if let Some(leaf) = own.next().filter(|leaf| leaf.problems.is_empty()) {
            leaf.problems.push((part.to_owned(), say.clone()));
        }
    }
}

fn rows<'a>(seen: &'a Seen, section: &SectionName) -> &'a [Value] {
    items::rows(&seen.view.case.form, section.as_str())
}

/// A page for one category; what is too few or too many is counted.
fn category_leaf(seen: &Seen, section: &SectionName, (category, name): (Category, String)) -> Leaf {
    let own = |row: &&Value| items::text(row, CATEGORY) == Some(category.id.as_str());
    let own: Vec<&Value> = rows(seen, section).iter().filter(own).collect();
    let count = i64::try_from(own.len()).unwrap_or(i64::MAX);
    let mut problems = Vec::new();
    if count < category.min {
        let say = format!("还差 {} 项", category.min - count);
        problems.push((section.to_string(), say));
    } else if count > category.max {
        problems.push((section.to_string(), format!("多了 {} 项", count - category.max)));
    }
    let item = |row: &&Value| items::text(row, items::ITEM).and_then(|id| seen.items.get(id));
    let unusable = own.iter().filter(|row| item(row).is_none_or(|item| !item.is_usable)).count();
    if unusable > 0 {
        problems.push((section.to_string(), format!("{unusable} 项业绩现在不能使用")));
    }
    Leaf {
        key: format!("{section}.{}", category.id),
        name,
        sections: vec![section.clone()],
        category: Some(category),
        count: Some(own.len()),
        problems,
        is_empty: count == 0,
    }
}

/// The categories of a list of items, where the workflow has some.
fn categories(seen: &Seen, section: &Section) -> Option<Vec<(Category, String)>> {
    if !items::is_import(section) || !section.fields.contains_key(CATEGORY) {
        return None;
    }
    let rows = seen.values.get(CATEGORIES)?.as_list()?;
    let number = |row: &Value, name: &str| match row.get(name) {
        Some(Value::Integer(number)) => *number,
        Some(_) | None => 0,
    };
    let category = |row: &Value| {
        let kinds = row.get("sections").and_then(Value::as_list).unwrap_or_default();
        let category = Category {
            id: items::text(row, "id")?.to_owned(),
            kinds: kinds.iter().filter_map(Value::as_text).map(str::to_owned).collect(),
            min: number(row, "min"),
            max: number(row, "max"),
        };
        Some((category, items::text(row, "name")?.to_owned()))
    };
    Some(rows.iter().filter_map(category).collect())
}

/// Whether nobody has entered anything in a section.
fn is_empty(seen: &Seen, name: &SectionName, section: &Section) -> bool {
    let content = seen.view.case.form.get(name);
    match content {
        Some(Value::List(rows)) => rows.is_empty(),
        Some(Value::Map(fields)) => !section.fields.iter().any(|(field, defined)| {
            let entered = defined.is_entered();
            entered && fields.get(field.as_str()).is_some_and(|value| !value.is_blank())
        }),
        Some(_) | None => true,
    }
}

fn problems(leaf: &Leaf, findings: &Findings) -> Vec<(String, String)> {
    let failed = findings.checks.iter().filter_map(|check| Some((failed_part(check)?, check)));
    let failed = failed.filter(|(part, _)| leaf.holds(part));
    let failed = failed.flat_map(|(part, check)| {
        check.failures.iter().map(move |say| (part.to_owned(), say.clone()))
    });
    let faults = findings.faults.iter().map(|fault| {
        let path = fault.field.strip_prefix("form.").unwrap_or(&fault.field);
        (path.to_owned(), fault.message.clone())
    });
    failed.chain(faults.filter(|(part, _)| leaf.holds(part))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(id: &str, name: &str, kind: &str) -> Leaf {
        Leaf {
            key: format!("achievements.{id}"),
            name: name.to_owned(),
            sections: vec!["achievements".into()],
            category: Some(Category {
                id: id.to_owned(),
                kinds: vec![kind.to_owned()],
                min: 0,
                max: 5,
            }),
            count: Some(1),
            problems: Vec::new(),
            is_empty: false,
        }
    }

    fn failed(page: Option<&str>) -> CheckOutcome {
        CheckOutcome {
            check: "elig.x".into(),
            severity: CheckSeverity::Block,
            part: Some("achievements".to_owned()),
            failures: vec!["乡村任教或支教经历不足1年".to_owned()],
            details: vec!["累计 3 个月".to_owned()],
            pages: vec![page.map(str::to_owned)],
            fixes: Vec::new(),
        }
    }

    #[test]
    fn a_page_is_not_done_while_a_check_that_says_it_fails() {
        let pages = || {
            vec![
                leaf("political", "思想政治", "honour"),
                leaf("rural", "乡村任教或支教经历", "rural_teaching"),
            ]
        };
        let problems = |check: &CheckOutcome| {
            let mut leaves = pages();
            tell_category(&mut leaves, check);
            leaves.iter().map(|leaf| leaf.problems.len()).collect::<Vec<_>>()
        };
        assert_eq!(problems(&failed(Some("rural"))), [0, 1]);
        assert_eq!(problems(&failed(Some("political"))), [1, 0], "whatever the words say");
        assert_eq!(problems(&failed(None)), [0, 0]);
        let mut leaves = pages();
        tell_category(&mut leaves, &failed(Some("rural")));
        assert_eq!(leaves[1].progress(), Progress::Missing(1));
    }

    #[test]
    fn what_is_filled_in_wrong_is_told_from_what_is_missing() {
        let person = [("work_start".to_owned(), Value::Integer(1))].into();
        let row = Value::Map([("obtained".to_owned(), Value::Integer(1))].into());
        let form: FormData = [
            (SectionName::from("person"), Value::Map(person)),
            (SectionName::from("current_titles"), Value::List(vec![row])),
        ]
        .into();
        let fault = |field: &str| FieldFault { field: field.to_owned(), message: String::new() };
        let faults = [
            fault("form.person.work_start"),
            fault("form.person.nation"),
            fault("form.current_titles[0].obtained"),
            fault("form.current_titles[1].obtained"),
            fault("form.education"),
        ];
        let wrong = wrong(&form, &faults);
        let wrong: Vec<&str> = wrong.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(wrong, ["form.person.work_start", "form.current_titles[0].obtained"]);
    }
}
