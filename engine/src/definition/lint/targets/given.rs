//! Targets that are a variable: what it was given on the way there, and may not name.

use indexmap::IndexMap;

use super::super::{
    domains::{Domains, Standing},
    known::Known,
    sites::{Site, SiteOf, sites},
};
use crate::{
    definition::{
        Action, Assigned, Assignment, Definition, Rule, Target, Task, document::Node,
        reading::Reader,
    },
    expression::{Expression, Knowing, Limits, Value},
    names::{RuleName, StateName},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, domains: &Domains<'_>) {
    let sites = sites(reader, definition);
    for site in &sites {
        let Target::Among { to, among } = &site.step.target else { continue };
        let Some(var) = variable(definition, to) else { continue };
        let Some(node) = site.entry.value.get("among") else { continue };
        let way = Way { definition, domains, sites: &sites, site, var, among };
        way.tell(reader, node);
    }
}

/// The variable that a target is.
fn variable<'d>(definition: &Definition, to: &'d Expression) -> Option<&'d str> {
    let [path] = to.reads() else { return None };
    let var = path.first().filter(|var| path.len() == 1 && to.source().trim() == **var)?;
    definition.vars.contains_key(var.as_str()).then_some(var.as_str())
}

/// A way that leads where a variable says.
struct Way<'s, 'd> {
    definition: &'d Definition,
    domains: &'s Domains<'d>,
    sites: &'s [Site<'d>],
    site: &'s Site<'d>,
    var: &'d str,
    among: &'d [StateName],
}

/// What the variable was given, and by what.
struct Given {
    value: String,
    by: String,
}

impl<'d> Way<'_, 'd> {
    fn tell(&self, reader: &Reader<'_>, node: &Node) {
        let var = self.var;
        let mut found: Vec<Given> = Vec::new();
        for given in self.given() {
            let is_named = self.among.iter().any(|state| state.as_str() == given.value);
            if !is_named && !found.iter().any(|it| it.value == given.value) {
                found.push(given);
            }
        }
        let Some(first) = found.first() else { return };
        let words = found.iter().map(|Given { value, by }| match value.trim().is_empty() {
            true => format!("空的（{by}）"),
            false => format!("「{value}」（{by}）"),
        });
        let words = words.collect::<Vec<_>>().join("、");
        let values: Vec<&str> = found.iter().map(|given| given.value.as_str()).collect();
        let remedy = match values.iter().all(|it| self.definition.states.contains_key(*it)) {
            true => format!("在 among 里加上 {}，或在那里给「{var}」别的值", values.join("、")),
            false if first.value.trim().is_empty() => {
                format!(
                    "先给「{var}」一个状态，或写一条规则接住，如 {{when: \"{var} == ''\", to: 状态}}"
                )
            }
            false => format!("在那里给「{var}」一个 among 里的状态"),
        };
        let message = format!("to 这时可能是{words}，among 里没有：到时办不成");
        reader.report.doubt(&node.spot, message, remedy);
    }

    /// What it may have been given.
    fn given(&self) -> Vec<Given> {
        if let Some(given) = self.given_here() {
            return given;
        }
        let mut found = Vec::new();
        let states = self.site.states(self.definition);
        for from in self.sites {
            let set = self.last_set(from);
            let is_start = is_start(self.definition, from);
            if (set.is_none() && !is_start) || set.is_some_and(|set| is_chosen(from, set)) {
                continue;
            }
            for (here, to) in self.ways(from, &states) {
                let standing = self.domains.led(from, here, to);
                let may_be = standing.limits(&[self.var.to_owned()]);
                let Some(Limits::OneOf(values)) = may_be.filter(|_| standing.is_possible()) else {
                    continue;
                };
                if values.len() > 1 && !set.is_some_and(|set| is_any(from, set)) {
                    continue;
                }
                let texts = values.iter().filter_map(Value::as_text);
                let is_it = |value: &&str| self.leads(from, to, value);
                let texts = texts.filter(is_it).filter(|it| self.is_open(to, &standing, it));
                found.extend(texts.map(|value| Given {
                    value: value.to_owned(),
                    by: set.map_or("起初的值".to_owned(), |set| self.by(from, here, set)),
                }));
            }
        }
        found
    }

    /// Whether a step that leads where the variable says leads there.
    fn leads(&self, from: &Site<'_>, to: &StateName, value: &str) -> bool {
        match &from.step.target {
            Target::Among { to: named, .. } => {
                variable(self.definition, named) != Some(self.var) || to.as_str() == value
            }
            Target::Stay | Target::To(_) => true,
        }
    }

    /// What the step itself gives it.
    fn given_here(&self) -> Option<Vec<Given>> {
        let set = self.last_set(self.site)?;
        let value = set.value.constant();
        let value = value.as_ref().and_then(Value::as_text).map(str::to_owned);
        let by = self.by(self.site, None, set);
        Some(value.map(|value| Given { value, by }).into_iter().collect())
    }

    /// What is put into the variable last where a step is taken.
    fn last_set(&self, site: &Site<'d>) -> Option<&'d Assignment> {
        let is_it =
            |set: &&Assignment| matches!(&set.to, Assigned::Var(var) if var.as_str() == self.var);
        let own = site.step.set.iter().rev().find(is_it);
        let before = match site.of {
            SiteOf::RuleOf(action, _) => action.step.set.iter().rev().find(is_it),
            SiteOf::Start(_)
            | SiteOf::Action(..)
            | SiteOf::Timer(_)
            | SiteOf::Enter(_)
            | SiteOf::Rule(..) => None,
        };
        own.or(before)
    }

    /// From where a step leads to one of these states, or stays in it.
    fn ways(
        &self,
        from: &Site<'d>,
        states: &[&'d StateName],
    ) -> Vec<(Option<&'d StateName>, &'d StateName)> {
        let is_whole = from.of.action().is_none_or(|action| action.choose.is_empty());
        if !is_whole || matches!(from.of, SiteOf::Enter(_)) {
            return Vec::new();
        }
        let leads = |to: &StateName| from.step.target.states().contains(to);
        let of = |here: Option<&'d StateName>| {
            let is_stay = from.step.target == Target::Stay;
            let is_reached = move |to: &&&'d StateName| leads(to) || is_stay && here == Some(**to);
            states.iter().filter(is_reached).map(move |to| (here, *to)).collect::<Vec<_>>()
        };
        match is_start(self.definition, from) {
            true => of(None),
            false => from.states(self.definition).into_iter().flat_map(|it| of(Some(it))).collect(),
        }
    }

    /// Whether the step is taken there with this value, as far as is known: nothing that may hang
    /// together with it is asked.
    fn is_open(&self, at: &StateName, standing: &Standing<'_>, value: &str) -> bool {
        let known = standing.known().into_iter().filter(|(var, _)| var != self.var);
        let known =
            known.fold(Known::new(self.definition), |it, (var, value)| it.with(&var, value));
        let known = known.with(self.var, value.into());
        let Some(state) = self.definition.states.get(at) else { return false };
        let (own, action) = match self.site.of {
            SiteOf::Rule(_, rule) => (Some(rule), None),
            SiteOf::RuleOf(action, rule) => (Some(rule), Some(action)),
            SiteOf::Start(action) | SiteOf::Action(_, action) | SiteOf::Timer(action) => {
                (None, Some(action))
            }
            SiteOf::Enter(_) => return false,
        };
        let task = action.and_then(|action| task_of(self.definition, action));
        let whens = task.and_then(|it| it.when.as_ref()).into_iter();
        let whens = whens.chain(action.and_then(|it| it.when.as_ref()));
        let whens = whens.chain(own.and_then(|it| it.when.as_ref()));
        let required = action.into_iter().flat_map(|it| &it.require).map(|it| &it.that);
        let mut hold = whens.chain(required);
        let mut fail = before(&state.choose, own)
            .chain(action.into_iter().flat_map(|action| before(&action.choose, own)));
        let asks = action.is_some_and(|it| it.ask.values().any(|it| !it.require.is_empty()));
        !asks
            && hold.all(|when| self.may(when, &known, at, true))
            && fail.all(|when| when.is_some_and(|when| self.may(when, &known, at, false)))
    }

    /// Whether a condition may hold, or fail, whatever the variable is.
    fn may(&self, when: &Expression, known: &Known<'_>, at: &StateName, holds: bool) -> bool {
        let verdict = known.verdict(when).map(|verdict| verdict == holds);
        verdict.unwrap_or_else(|| self.are_free(when, at))
    }

    /// Whether nothing that an expression reads says what the variable was given.
    fn are_free(&self, of: &Expression, at: &StateName) -> bool {
        of.reads().iter().all(|path| path[0] == self.var || self.is_free(&path[0], at))
    }

    /// Whether a name does not: it is a value of such names, a timer of the state, or which submission
    /// it was.
    fn is_free(&self, name: &str, at: &StateName) -> bool {
        let definition = self.definition;
        if let Some(value) = definition.values.get(name) {
            return self.are_free(value, at);
        }
        let timers = definition.states.get(at).map(|state| &state.timers);
        let is_other = |set: &Assignment| {
            matches!(&set.to, Assigned::Var(var) if var.as_str() == name)
                && set.value.source().trim() != "case.submission"
        };
        timers.is_some_and(|timers| timers.contains_key(name))
            || definition.vars.contains_key(name)
                && !definition.steps().flat_map(|step| &step.set).any(is_other)
    }

    /// What gave it, and where.
    fn by(&self, site: &Site<'d>, here: Option<&StateName>, set: &Assignment) -> String {
        let name = &site.entry.key.text;
        let what = match site.of {
            SiteOf::Start(_) => "发起时".to_owned(),
            SiteOf::Action(task, _) => format!("动作「{task}.{name}」"),
            SiteOf::Timer(_) => "计时器到期时".to_owned(),
            SiteOf::RuleOf(..) | SiteOf::Rule(..) => format!("规则「{name}」"),
            SiteOf::Enter(_) => "进入时".to_owned(),
        };
        let here = here.map(|here| format!("「{here}」里")).unwrap_or_default();
        format!("{here}{what}设的 {}", set.value.source().trim())
    }
}

fn is_start(definition: &Definition, site: &Site<'_>) -> bool {
    match site.of {
        SiteOf::Start(_) => true,
        SiteOf::RuleOf(action, _) => std::ptr::eq(action, &definition.start.action),
        SiteOf::Action(..) | SiteOf::Timer(_) | SiteOf::Enter(_) | SiteOf::Rule(..) => false,
    }
}

/// Whether what is put in hangs on what is asked where something is required of that.
fn is_chosen(site: &Site<'_>, set: &Assignment) -> bool {
    let action = match site.of {
        SiteOf::RuleOf(action, _) => Some(action),
        SiteOf::Start(_)
        | SiteOf::Action(..)
        | SiteOf::Timer(_)
        | SiteOf::Enter(_)
        | SiteOf::Rule(..) => site.of.action(),
    };
    let reads_asked = set.value.reads().iter().any(|path| path[0] == "ask");
    let requires = |action: &Action| {
        !action.require.is_empty() || action.ask.values().any(|it| !it.require.is_empty())
    };
    reads_asked && action.is_some_and(requires)
}

/// Whether each of several values may come there: they are the options of what is asked, and nothing is
/// chosen by it on the way.
fn is_any(site: &Site<'_>, set: &Assignment) -> bool {
    let is_asked = matches!(set.value.reads(), [path]
        if path[0] == "ask" && path.join(".") == set.value.source().trim());
    is_asked && site.of.action().is_some() && !matches!(site.step.target, Target::Among { .. })
}

/// The conditions of the rules before one of them, or of all where it is none of them; `None` is one that
/// always holds.
fn before<'r>(
    rules: &'r IndexMap<RuleName, Rule>,
    own: Option<&'r Rule>,
) -> impl Iterator<Item = Option<&'r Expression>> {
    let is_before = move |rule: &&Rule| !own.is_some_and(|own| std::ptr::eq(own, *rule));
    rules.values().take_while(is_before).map(|rule| rule.when.as_ref())
}

/// The task in which an action may be done, or that has a timer which does it.
fn task_of<'d>(definition: &'d Definition, action: &Action) -> Option<&'d Task> {
    definition.tasks.values().find(|task| {
        let overs = task.timers.values().filter_map(|timer| timer.over.as_ref());
        task.actions.values().chain(overs).any(|it| std::ptr::eq(it, action))
    })
}
