//! Linked cases that have all ended in the same way, which no rule of the state expects.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::{Known, Waiting, fillers, leads_to, sites::Site};
use crate::{
    definition::{
        EffectKind, LinkDirection,
        document::{Entry, Node},
        outline::{Outline, participant_name},
    },
    expression::{Expression, Value},
    names::{VarName, WorkflowKey},
};

/// So many cases at most are tried.
const MOST: usize = 4;

/// The cases of a link, where they come in one way only.
struct Coming<'d> {
    workflow: &'d WorkflowKey,
    /// What they are given, where they are started here and do not join of themselves.
    set: Option<&'d IndexMap<VarName, Expression>>,
    /// One for each row of this list.
    each: Option<&'d Expression>,
}

impl<'r> Waiting<'r, '_> {
    /// An end of the linked cases after which nothing happens, if all of them come to it.
    pub(super) fn misses_an_end(&self, sites: &[Site<'r>]) {
        let is_idle = self.definition.tasks_in(self.name).next().is_none()
            && self.state.timers.is_empty()
            && self.state.choose.values().all(|rule| rule.step.set.is_empty());
        let is_many = self.definition.links.get(self.link).is_some_and(|link| link.many);
        let Some(coming) = self.coming(sites).filter(|_| is_idle && is_many) else { return };
        let Some(other) = self.reader.world.outlines.get(coming.workflow.as_str()) else { return };
        let Some(same) = self.same(&coming, other) else { return };
        let each = coming.each.and_then(|each| self.counted(each));
        let stops = |end: &&str| (1..=MOST).all(|count| self.is_still(end, count, (&same, each)));
        let Some(end) = ends(other).into_iter().find(stops) else { return };
        let Some((rule, _)) =
            self.state.choose.iter().find(|(_, rule)| self.waits(rule.when.as_ref()))
        else {
            return;
        };
        let (link, name) = (self.link, self.name);
        self.tell(
            rule.as_str(),
            format!("「{link}」都到了「{end}」时，「{name}」里没有一条规则成立：案一直等着"),
            format!("再加一条规则接住它，如 rest: {{when: \"count({link}) > 0 and all({link}, it.ended)\", to: 状态}}"),
        );
    }

    /// What is started when the state is entered, or what joins of itself, where nothing else puts cases
    /// on the link or takes them off.
    fn coming(&self, sites: &[Site<'r>]) -> Option<Coming<'r>> {
        let effects = || self.definition.steps().flat_map(|step| &step.effects);
        let is_left = effects()
            .any(|it| matches!(&it.kind, EffectKind::Leave { link, .. } if link == self.link));
        let mut filling = fillers(sites, self.link);
        let (site, None, false) = (filling.next(), filling.next(), is_left) else { return None };
        let Some(site) = site else {
            let link = self.definition.links.get(self.link)?;
            let joins = link.direction == LinkDirection::From;
            return joins.then_some(Coming { workflow: &link.workflow, set: None, each: None });
        };
        let started = site.step.effects.iter().filter_map(|effect| {
            let EffectKind::Start { link, workflow, set, each, .. } = &effect.kind else {
                return None;
            };
            let started = Coming { workflow, set: Some(set), each: each.as_ref() };
            (link == self.link).then_some(started)
        });
        let started: Vec<_> = started.collect();
        let [only] = <[_; 1]>::try_from(started).ok()?;
        leads_to(site, self.name).then_some(only)
    }

    /// The fields of the linked cases that say the same as a variable here, which only their rows are
    /// compared with; `None` where the rules read anything else of them.
    fn same(&self, coming: &Coming<'r>, other: &Outline) -> Option<BTreeMap<String, String>> {
        let mut same = BTreeMap::new();
        let read = self.read_by_rules();
        let fields = read.iter().map(|it| it.row_fields()).collect::<Option<Vec<_>>>()?;
        let fields: BTreeSet<String> = fields.into_iter().flatten().collect();
        let beside: Vec<Vec<String>> = read.iter().flat_map(|it| it.reads_beside_rows()).collect();
        for field in fields.into_iter().filter(|field| field != "state" && field != "ended") {
            let value = coming.set?.get(field.as_str())?;
            let [path] = value.reads() else { return None };
            let var =
                path.first().filter(|var| path.len() == 1 && value.source().trim() == **var)?;
            let is_beside = beside.iter().any(|path| path.first() == Some(var));
            let is_shown = other.root.items_of("shows").iter().any(|it| it.text() == Some(&field));
            let is_var = self.definition.vars.contains_key(var.as_str());
            if is_beside || !is_shown || !is_var || sets(&other.root, &field) {
                return None;
            }
            same.insert(field, var.clone());
        }
        Some(same)
    }

    /// The list of which one each is started, where the rules ask only how many there are.
    fn counted(&self, each: &'r Expression) -> Option<&'r str> {
        let [path] = each.reads() else { return None };
        let list = path.first().filter(|list| path.len() == 1 && each.source().trim() == **list)?;
        let read = self.read_by_rules();
        read.iter().all(|it| it.only_counts(path)).then_some(list.as_str())
    }

    /// The conditions of the rules, and the values that they name.
    fn read_by_rules(&self) -> Vec<&'r Expression> {
        self.read_from(self.state.choose.values().filter_map(|rule| rule.when.as_ref()).collect())
    }

    /// These expressions, and the values that they name.
    pub(super) fn read_from<'e>(&self, mut read: Vec<&'e Expression>) -> Vec<&'e Expression>
    where
        'r: 'e,
    {
        let mut next = 0;
        while let Some(expression) = read.get(next) {
            next += 1;
            let roots = expression.reads().iter().filter_map(|path| path.first());
            let values = roots.filter_map(|root| self.definition.values.get(root.as_str()));
            let new: Vec<_> = values.filter(|it| !read.iter().any(|old| old == it)).collect();
            read.extend(new);
        }
        read
    }

    /// Whether no rule holds where so many cases have come to an end.
    fn is_still(
        &self,
        end: &str,
        count: usize,
        (same, each): (&BTreeMap<String, String>, Option<&str>),
    ) -> bool {
        let own = [("state", Value::from(end)), ("ended", Value::Bool(true))];
        let own = own.map(|(field, value)| (field.to_owned(), value)).into_iter();
        let number = || Value::Integer(1);
        let row = own.chain(same.keys().map(|field| (field.clone(), number())));
        let row = Value::Map(row.collect());
        let world =
            Known::new(self.definition).with(self.link.as_str(), Value::List(vec![row; count]));
        let world = same.values().fold(world, |world, var| world.with(var, number()));
        let list = Value::List(vec![Value::NONE.clone(); count]);
        let world = each.into_iter().fold(world, |world, each| world.with(each, list.clone()));
        let mut rules = self.state.choose.values();
        rules.all(|rule| rule.when.as_ref().is_some_and(|it| world.verdict(it) == Some(false)))
    }

    /// Whether a condition reads the link, through values too.
    fn waits(&self, when: Option<&Expression>) -> bool {
        let read = when.map(|it| super::super::read_through_values(self.definition, it.source()));
        read.into_iter().flatten().any(|path| path[0] == self.link.as_str())
    }
}

/// Whether something below a node sets a variable.
fn sets(node: &Node, var: &str) -> bool {
    let is_set = node.get("set").is_some_and(|set| set.entry(var).is_some());
    is_set
        || node.items().iter().any(|item| sets(item, var))
        || node.entries().iter().any(|entry| sets(&entry.value, var))
}

/// The ends that cases of a workflow come to without being told by others.
fn ends(outline: &Outline) -> Vec<&str> {
    let root = &outline.root;
    let mut reached: Vec<&str> = root.get("start").map(targets).unwrap_or_default();
    let mut next = 0;
    while let Some(state) = reached.get(next).copied() {
        next += 1;
        let here = root.get("states").and_then(|states| states.get(state));
        let own = here.into_iter().flat_map(|state| state.entries_of("tasks"));
        let is_here =
            |task: &&Entry| task.value.items_of("in").iter().any(|it| it.text() == Some(state));
        let all = root.entries_of("tasks").iter().filter(is_here);
        let tasks = own.chain(all).filter(|task| !is_of_cases(root, task));
        let mut led: Vec<&str> = tasks.flat_map(|task| targets(&task.value)).collect();
        let rules =
            here.into_iter().flat_map(|state| ["choose", "timers"].map(|key| state.get(key)));
        led.extend(rules.flatten().flat_map(targets));
        led.retain(|to| !reached.contains(to));
        reached.extend(led);
    }
    let is_end = |state: &&str| {
        let node = root.get("states").and_then(|states| states.get(state));
        node.is_some_and(|node| node.is_true("end"))
    };
    reached.into_iter().filter(is_end).collect()
}

/// Whether other cases do a task, and not people.
fn is_of_cases(root: &Node, task: &Entry) -> bool {
    let name = participant_name(task);
    let named = root.get("participants").and_then(|all| all.get(&name));
    let who = named.or_else(|| task.value.get("for"));
    who.is_some_and(|who| who.get("link").is_some() || who.get("case").is_some())
}

/// Where what is written below a node leads.
fn targets(node: &Node) -> Vec<&str> {
    let own = node.get("to").and_then(Node::text).into_iter();
    let among = node.items_of("among").iter().filter_map(Node::text);
    let inner = node.entries().iter().flat_map(|entry| targets(&entry.value));
    own.chain(among).chain(inner).collect()
}
