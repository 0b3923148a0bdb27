//! What a case is about, where it is begun on its page: the viewer himself, or what is chosen there.

mod starting;

use std::collections::BTreeMap;

use engine::{
    definition::{self, Definition, WhoKind},
    expression::Expression,
    names::{SubjectName, UnitId},
};
pub(super) use starting::{Starting, may_be_begun};

use crate::{
    app::App,
    cases::{
        bindings::Bindings,
        inputs,
        names::{Names, Wanted},
        references,
    },
    identity::Viewer,
    pages::{
        Failure, Field,
        form::{self, Sources},
    },
};

/// A subject that is chosen on the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chosen<'a> {
    pub(super) name: &'a SubjectName,
    kind: &'a str,
    /// Whether the case is about another of this kind as well.
    is_one_of_several: bool,
}

impl Chosen<'_> {
    /// The input that it is entered with.
    pub(super) fn input(&self) -> String {
        format!("given.{}", self.name)
    }

    /// What it is called.
    pub(super) fn says(&self) -> String {
        let kind = references::kind_name(self.kind).unwrap_or(self.kind);
        if self.is_one_of_several { format!("{kind}（{}）", self.name) } else { kind.to_owned() }
    }

    pub(super) fn field(
        &self,
        given: &BTreeMap<SubjectName, String>,
        starting: &Starting,
        sources: &Sources<'_>,
    ) -> Field {
        let value = given.get(self.name).cloned().unwrap_or_default();
        if let Some(units) = starting.units(self.name) {
            let options = units.iter().map(|unit| (unit.id.clone(), unit.name.clone())).collect();
            let control = form::control::choice(options, &value);
            let field = Field::new(&self.input(), &self.says(), control);
            return field.required().checked(sources.errors);
        }
        let hint = match self.kind {
            "unit" => "输入单位名称里连续的几个字，例如「第九十九中学」",
            "person" => "输入姓名",
            _ => "输入名称里连续的几个字",
        };
        let control = form::control::found(self.kind, &self.input(), value, sources);
        let field = Field::new(&self.input(), &self.says(), control);
        field.required().hint(hint).checked(sources.errors)
    }
}

/// Whether everything that a case is about can be chosen on a page.
pub(super) fn are_choosable(definition: &Definition) -> bool {
    definition.start.given.values().all(|kind| references::kind_name(kind).is_some())
}

/// The subjects that stand for whoever begins the case: those whose account the definition lets begin it.
pub(super) fn own(definition: &Definition) -> impl Iterator<Item = &SubjectName> {
    let given = definition.start.given.iter();
    given.filter(|(name, kind)| is_own(definition, name, kind)).map(|(name, _)| name)
}

/// The subjects that are chosen on the page.
pub(super) fn chosen(definition: &Definition) -> impl Iterator<Item = Chosen<'_>> {
    let kinds = &definition.start.given;
    kinds.iter().filter(|(name, kind)| !is_own(definition, name, kind)).map(|(name, kind)| Chosen {
        name,
        kind,
        is_one_of_several: kinds.values().filter(|other| *other == kind).count() > 1,
    })
}

fn is_own(definition: &Definition, name: &SubjectName, kind: &str) -> bool {
    let by = definition.start.by.as_ref().and_then(|by| definition.participants.get(by));
    let is_named = |who: &definition::Who| match &who.kind {
        WhoKind::Account(account) => reads(account, name),
        WhoKind::Role { .. }
        | WhoKind::Each { .. }
        | WhoKind::Service(_)
        | WhoKind::Link(_)
        | WhoKind::Case(_) => false,
    };
    kind == "person" && by.is_some_and(|by| by.whos().any(is_named))
}

fn reads(account: &Expression, subject: &SubjectName) -> bool {
    account.reads().iter().any(|path| path.first().is_some_and(|it| it == subject.as_str()))
}

/// Whether an account is that of a person whom the case is about.
fn is_of_a_person(definition: &Definition, account: &Expression) -> bool {
    let given = definition.start.given.iter();
    given.filter(|(_, kind)| *kind == "person").any(|(name, _)| reads(account, name))
}

/// The subjects: the viewer himself, and what was chosen.
pub(super) fn given(
    viewer: &Viewer,
    definition: &Definition,
    what: impl Fn(&Chosen<'_>) -> Option<String>,
) -> BTreeMap<SubjectName, String> {
    let own = own(definition).filter_map(|name| Some((name.clone(), viewer.person.clone()?)));
    let chosen = chosen(definition).filter_map(|subject| {
        let id = what(&subject).filter(|id| !id.is_empty())?;
        Some((subject.name.clone(), id))
    });
    own.chain(chosen).collect()
}

/// The subjects where the page is opened: what `what` says and the viewer may choose, otherwise the only
/// unit for which he may begin, or his own.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn given_at_first(
    app: &App,
    viewer: &Viewer,
    (definition, starting): (&Definition, &Starting),
    what: impl Fn(&Chosen<'_>) -> Option<String>,
) -> Result<BTreeMap<SubjectName, String>, Failure> {
    let mut given = given(viewer, definition, what);
    for subject in chosen(definition) {
        let may_be = match given.get(subject.name) {
            Some(id) if starting.allows(subject.name, id) => {
                references::one(app, viewer, subject.kind, id).await?.is_some()
            }
            Some(_) | None => false,
        };
        if !may_be {
            given.remove(subject.name);
        }
        if let Some([only]) = starting.units(subject.name) {
            given.insert(subject.name.clone(), only.id.clone());
        } else if subject.kind == "unit"
            && !may_be
            && let Some(own) = own_unit(app, viewer).await?
            && starting.allows(subject.name, own.as_str())
        {
            given.insert(subject.name.clone(), own.to_string());
        }
    }
    Ok(given)
}

/// The unit that the viewer belongs to.
async fn own_unit(app: &App, viewer: &Viewer) -> Result<Option<UnitId>, Failure> {
    let Some(person) = &viewer.person else { return Ok(None) };
    let bindings = Bindings::of_person(app, person).await?;
    Ok(bindings.in_force().map(|binding| binding.unit.clone()))
}

/// The names of the subjects.
///
/// # Errors
/// When the database does not answer.
pub(super) async fn names(
    app: &App,
    definition: &Definition,
    given: &BTreeMap<SubjectName, String>,
) -> Result<Names, Failure> {
    let mut wanted = Wanted::default();
    for (name, id) in given {
        if let Some(kind) = definition.start.given.get(name) {
            wanted.of_thing(kind, id);
        }
    }
    Ok(wanted.load(app).await?)
}

/// What an input refers to: a subject that is chosen, or a field that is asked.
pub(super) fn referred(definition: &Definition, input: &str) -> Option<String> {
    if input.starts_with("given.") {
        return chosen(definition).find(|it| it.input() == input).map(|it| it.kind.to_owned());
    }
    inputs::reference(None, Some(&definition.start.action.ask), input).map(str::to_owned)
}
