//! Waiting for linked cases: rules that hold before those are linked, that never hold where none was
//! started, or that take those of an earlier visit for the new ones.

mod outcomes;

use super::{
    exits::leads_back,
    known::Known,
    read_through_values,
    sites::{self, Site, SiteOf, sites},
};
use crate::{
    definition::{Definition, EffectKind, FactSource, Rule, State, Target, reading::Reader},
    expression::{Expression, Value},
    names::{LinkName, StateName},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    if reader.has_lost_targets.get() {
        return;
    }
    let sites = sites(reader, definition);
    for (name, state) in definition.states.iter().filter(|(_, state)| !state.is_end) {
        for (link, each) in started(&sites, name) {
            let waiting = Waiting { reader, definition, name, state, link };
            let is_first = fillers(&sites, link).all(|site| leads_to(site, name));
            if is_first && waiting.holds_at_once() {
                continue;
            }
            waiting.takes_the_old();
            waiting.misses_an_end(&sites);
            if let Some(each) = each.filter(|each| is_first && may_be_empty(definition, each)) {
                waiting.waits_for_none(each, &sites);
            }
        }
        for link in definition.links.keys().filter(|link| fillers(&sites, link).next().is_none()) {
            Waiting { reader, definition, name, state, link }.misses_an_end(&sites);
        }
    }
}

/// The links by which cases are started whenever a state is entered, with the list if there is one.
fn started<'d>(
    sites: &[Site<'d>],
    state: &StateName,
) -> Vec<(&'d LinkName, Option<&'d Expression>)> {
    let here = sites.iter().filter(|site| leads_to(site, state));
    let effects = here.flat_map(|site| &site.step.effects).filter(|effect| effect.when.is_none());
    let started = effects.filter_map(|effect| {
        let EffectKind::Start { link, each, .. } = &effect.kind else { return None };
        Some((link, each.as_ref()))
    });
    started.collect()
}

/// Whether a step is that of entering a state, or leads there and nowhere else.
fn leads_to(site: &Site<'_>, state: &StateName) -> bool {
    match site.of {
        SiteOf::Enter(of) => of == state,
        SiteOf::Start(_)
        | SiteOf::Action(..)
        | SiteOf::Timer(..)
        | SiteOf::RuleOf(..)
        | SiteOf::Rule(..) => matches!(&site.step.target, Target::To(to) if to == state),
    }
}

/// The steps that put cases on a link.
fn fillers<'s, 'd>(
    sites: &'s [Site<'d>],
    link: &'s LinkName,
) -> impl Iterator<Item = &'s Site<'d>> {
    sites.iter().filter(move |site| {
        site.step.effects.iter().any(|effect| {
            matches!(&effect.kind,
                EffectKind::Start { link: of, .. } | EffectKind::Join { link: of, .. }
                    if of == link)
        })
    })
}

/// Whether a list may be empty, as far as can be seen: one that is drawn, or a section that wants rows,
/// is not. Of some rows of another, nothing else may decide which than what was given.
fn may_be_empty(definition: &Definition, list: &Expression) -> bool {
    if let Some(whole) = filtered(list) {
        let is_given = |path: &Vec<String>| definition.start.given.contains_key(path[0].as_str());
        let is_known = |path: &Vec<String>| path.join(".") == whole || is_given(path);
        return list.reads().iter().all(is_known);
    }
    let [path] = list.reads() else { return false };
    match &path[..] {
        [form, section] if form == "form" => {
            let rows = definition.form.sections.get(section.as_str()).and_then(|it| it.rows);
            rows.is_some_and(|rows| rows.min == 0)
        }
        [var] => {
            let drawn = definition.steps().flat_map(|step| &step.effects).any(|effect| {
                matches!(&effect.kind, EffectKind::Draw(draw) if draw.into.as_str() == var)
            });
            let fact = definition.facts.get(var.as_str()).map(|fact| &fact.source);
            let is_asked = matches!(fact, Some(FactSource::Host { .. } | FactSource::Cases { .. }));
            is_asked || definition.vars.contains_key(var.as_str()) && !drawn
        }
        _ => false,
    }
}

/// The list that a value takes some rows of, and does nothing else.
fn filtered(value: &Expression) -> Option<&str> {
    let rest = value.source().trim().strip_prefix("filter(")?;
    let (list, condition) = rest.split_once(',')?;
    let mut depth = 1_u32;
    let end = condition.char_indices().find(|(_, c)| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        depth == 0
    });
    end.is_some_and(|(at, _)| at + 1 == condition.len()).then(|| list.trim())
}

/// A state that begins with starting cases.
struct Waiting<'r, 'w> {
    reader: &'r Reader<'w>,
    definition: &'r Definition,
    name: &'r StateName,
    state: &'r State,
    link: &'r LinkName,
}

impl Waiting<'_, '_> {
    fn tell(&self, rule: &str, message: String, remedy: String) {
        let states = self.reader.outline.root.get("states");
        let state = states.and_then(|states| states.entry(self.name.as_str()));
        let rules = state.and_then(|state| state.value.get("choose"));
        if let Some(entry) = rules.and_then(|rules| rules.entry(rule)) {
            self.reader.report.doubt(&entry.key.spot, message, remedy);
        }
    }

    /// The link, and the values that are some of its rows: all are empty while it is.
    fn rows(&self) -> Vec<&str> {
        let mut rows = vec![self.link.as_str()];
        for (name, value) in &self.definition.values {
            if filtered(value).is_some_and(|list| rows.contains(&list)) {
                rows.push(name.as_str());
            }
        }
        rows
    }

    /// What of the link a rule reads, through values too.
    fn read_by(&self, rule: &Rule) -> Option<String> {
        let rows = self.rows();
        let when = rule.when.iter();
        let reads = when.flat_map(|it| read_through_values(self.definition, it.source()));
        let mut roots = reads.filter_map(|path| path.into_iter().next());
        roots.find(|root| rows.contains(&root.as_str()))
    }

    fn reads_link(&self, rule: &Rule) -> bool {
        self.read_by(rule).is_some()
    }

    /// What each rule says while the link is empty.
    fn says_of_none(&self, rule: &Rule) -> Option<bool> {
        let known = Known::new(self.definition);
        let none =
            self.rows().iter().fold(known, |known, rows| known.with(rows, Value::List(Vec::new())));
        rule.when.as_ref().map_or(Some(true), |when| none.verdict(when))
    }

    /// A rule that holds before what was just started is linked.
    fn holds_at_once(&self) -> bool {
        let link = self.link;
        let known = self.definition.links.get(link).is_some_and(|link| link.many);
        let holds = |rule: &Rule| self.reads_link(rule) && self.says_of_none(rule) == Some(true);
        let found = self.state.choose.iter().find(|(_, rule)| known && holds(rule));
        if let Some((rule, _)) = found {
            let message = format!(
                "「{link}」刚发起、还没有联系上时规则「{rule}」就成立：一到「{}」就做，不等它们",
                self.name
            );
            let read = self.state.choose.get(rule).and_then(|rule| self.read_by(rule));
            let read = read.unwrap_or_else(|| link.to_string());
            let remedy = format!("写成 count({read}) > 0 and …");
            self.tell(rule.as_str(), message, remedy);
        }
        found.is_some()
    }

    /// A rule that held of the cases of the visit before holds again.
    fn takes_the_old(&self) {
        let (link, definition) = (self.link, self.definition);
        let is_left = definition
            .steps()
            .flat_map(|step| &step.effects)
            .any(|effect| matches!(&effect.kind, EffectKind::Leave { link: of, .. } if of == link));
        let asks_whether_ended = |rule: &Rule| {
            let read = self.read_from(rule.when.iter().collect());
            let is_of_link = |path: &Vec<String>| match &path[..] {
                [root] => root == link.as_str() || definition.values.contains_key(root.as_str()),
                [it, field] => it == "it" && field == "ended",
                _ => false,
            };
            let whole = |word: &str| read.iter().any(|it| it.source().contains(word));
            read.iter().flat_map(|it| it.reads()).all(is_of_link) && whole("all(") && whole("ended")
        };
        let found = self.state.choose.iter().find(|(_, rule)| {
            let mut targets = rule.step.target.states().iter();
            asks_whether_ended(rule) && targets.any(|to| leads_back(definition, to, self.name))
        });
        if let Some((rule, _)) = found.filter(|_| !is_left) {
            let message = format!(
                "再到「{}」时，上一批「{link}」还在联系里，规则「{rule}」马上成立，不等新的一批",
                self.name
            );
            let remedy = format!(
                "给每一批一个号：set: {{batch: batch + 1}}，发起时 set: {{batch: batch}}，只数 it.batch == batch 的；或离开时 leave: {{{link}: …}}"
            );
            self.tell(rule.as_str(), message, remedy);
        }
    }

    /// Rules none of which holds where the list was empty and nothing was started.
    fn waits_for_none(&self, each: &Expression, sites: &[Site<'_>]) {
        let (definition, link) = (self.definition, self.link);
        let is_idle = definition.tasks_in(self.name).next().is_none()
            && self.state.timers.is_empty()
            && self.state.choose.values().all(|rule| self.says_of_none(rule) == Some(false));
        let list = each.source();
        let asks = |expression: &Expression| {
            let read = read_through_values(definition, expression.source());
            read.iter().any(|it| each.reads().contains(it))
        };
        let is_guarded = |site: &Site<'_>| match site.of {
            SiteOf::Rule(_, rule) => rule.when.as_ref().is_some_and(asks),
            SiteOf::RuleOf(action, rule) => {
                rule.when.as_ref().is_some_and(asks)
                    || action.require.iter().any(|it| asks(&it.that))
            }
            SiteOf::Start(action) | SiteOf::Action(_, action) | SiteOf::Timer(action) => {
                action.when.as_ref().is_some_and(asks)
                    || action.require.iter().any(|it| asks(&it.that))
            }
            SiteOf::Enter(_) => false,
        };
        let mut ways = sites.iter().filter(|site| leads_to(site, self.name));
        if !is_idle || ways.any(is_guarded) {
            return;
        }
        if let Some((rule, _)) = self.state.choose.iter().find(|(_, rule)| self.reads_link(rule)) {
            let message = format!(
                "{list} 空着时一个「{link}」也不发起，「{}」里没有一条规则成立：案一直等着",
                self.name
            );
            let remedy =
                format!("在同一个 choose 里加一条 none: {{when: count({list}) == 0, to: 状态}}");
            self.tell(rule.as_str(), message, remedy);
        }
    }
}
