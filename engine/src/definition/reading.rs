//! From the examined document to the model: every name is resolved, every expression typed. A part
//! that has a fault is told and left out; a definition with faults is never handed out.

mod actions;
mod batch;
mod checks;
mod demands;
mod effects;
mod facts;
mod fields;
mod forms;
mod holds;
mod lots;
mod naming;
mod numbers;
mod participants;
mod printing;
mod secret;
mod states;
mod tables;
mod timers;
mod told;
mod whole;

pub(super) use whole::HOST_FILE;

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
};

use super::{
    Condition, Place, Tone,
    document::{Node, Spot},
    mention::{paths, template_paths},
    outline::Outline,
    report::Report,
    scope::Scope,
    type_text::is_text,
    world::World,
};
use crate::{
    expression::{Expression, Names, Template, Trying, Type, id_field},
    names::StateName,
};

/// Reads one definition.
pub(super) struct Reader<'w> {
    pub(super) world: &'w World,
    pub(super) outline: &'w Outline,
    pub(super) report: &'w Report,
    /// The names that some expression mentions.
    pub(super) used: RefCell<BTreeSet<String>>,
    /// The letters that are sent.
    pub(super) letters: RefCell<BTreeSet<String>>,
    /// The conditions of which one should hold.
    pub(super) choices: RefCell<Vec<Choice>>,
    /// Where conditions stand that always hold, or never.
    pub(super) constants: RefCell<BTreeSet<Place>>,
    /// The expressions that were read, with where they stand.
    pub(super) read: RefCell<Vec<(Node, Expression)>>,
    /// Whether a target was not understood, so that what seems unreachable may not be.
    pub(super) has_lost_targets: Cell<bool>,
}

/// Conditions of which one should hold.
pub(super) struct Choice {
    /// Where they are written: `choose`, a table, or the participant.
    pub(super) spot: Spot,
    pub(super) of: ChoiceOf,
    pub(super) conditions: Vec<Expression>,
    /// Each row, where it stands and what it is called; a last one without a condition counts where
    /// they all fail.
    pub(super) rows: Vec<(Spot, String)>,
    /// The types of what they read.
    pub(super) names: Names<'static>,
}

impl Choice {
    /// Whether a row counts where no condition holds.
    pub(super) fn has_rest(&self) -> bool {
        self.rows.len() > self.conditions.len()
    }
}

/// What is chosen by conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChoiceOf {
    /// The rule that acts.
    Rules,
    /// The row of a table of decisions.
    Table,
    /// The row of a participant.
    Participant,
}

impl<'w> Reader<'w> {
    pub(super) fn new(world: &'w World, outline: &'w Outline, report: &'w Report) -> Self {
        Self {
            world,
            outline,
            report,
            used: RefCell::default(),
            letters: RefCell::default(),
            choices: RefCell::default(),
            constants: RefCell::default(),
            read: RefCell::default(),
            has_lost_targets: Cell::new(false),
        }
    }

    /// Notes conditions of which one should hold, with the rows they belong to.
    fn chooses(
        &self,
        (spot, of): (&Spot, ChoiceOf),
        rows: Vec<(Spot, String)>,
        conditions: &[&Expression],
        scope: &Scope<'_>,
    ) {
        let (spot, names) = (spot.clone(), scope.types_of(conditions));
        let conditions = conditions.iter().map(|it| (*it).clone()).collect();
        self.choices.borrow_mut().push(Choice { spot, of, conditions, rows, names });
    }

    fn use_names(&self, paths: Vec<Vec<String>>) {
        self.used.borrow_mut().extend(paths.into_iter().filter_map(|path| path.into_iter().next()));
    }

    /// An expression of the expected type, or of any.
    fn expression(
        &self,
        node: &Node,
        scope: &Scope<'_>,
        expected: Option<&Type>,
    ) -> Option<Expression> {
        self.use_names(paths(node.text().unwrap_or_default()));
        let expression = scope.expression(node, expected, self.report)?;
        self.read.borrow_mut().push((node.clone(), expression.clone()));
        Some(expression)
    }

    /// An expression that holds or does not.
    fn condition(&self, node: &Node, scope: &Scope<'_>) -> Option<Expression> {
        let condition = self.expression(node, scope, Some(&Type::Bool))?;
        let is_word = condition.constant().is_some();
        if let Some(always) = scope.always(&condition, Trying::NOTHING).filter(|_| !is_word) {
            let (says, remedy) = match always {
                true => ("总是成立", "改它，或去掉"),
                false => ("永远不成立", "改它，或去掉它所管的内容"),
            };
            let message = format!("条件 {} {says}", condition.source());
            self.report.warn(&node.spot, message, remedy);
            self.constants.borrow_mut().insert(node.spot.place());
        }
        Some(condition)
    }

    /// The `when` of a map.
    fn when(&self, node: &Node, scope: &Scope<'_>) -> Option<Expression> {
        self.condition(node.get("when")?, scope)
    }

    /// An expression whose type is judged by `fits`; `expected` says what it should be.
    fn expression_of(
        &self,
        node: &Node,
        scope: &Scope<'_>,
        expected: &str,
        fits: impl Fn(&Type) -> bool,
    ) -> Option<Expression> {
        let expression = self.expression(node, scope, None)?;
        let kind = expression.value_type();
        if fits(kind) {
            return Some(expression);
        }
        let is_guarded = !matches!(kind, Type::Optional(_)) || !fits(kind.present());
        let field = id_field(kind).filter(|_| fits(&Type::Text));
        let source = expression.source();
        let remedy = match field {
            // 2026-10-01 without quotes is a difference of numbers.
            _ if expected.contains("日期") && is_bare_date(source) => {
                format!("这样写是减法；写成 date('{}')", source.trim())
            }
            _ if !is_guarded => "可能没有值：写 … or_else 默认值".to_owned(),
            Some(field) => format!("写成 {source}.{field}"),
            None if expected == "文本"
                && matches!(kind, Type::Integer | Type::Decimal | Type::Date | Type::Moment) =>
            {
                format!("写成 text({source})")
            }
            None if fits(&Type::Integer) && *kind == Type::Decimal => {
                format!("写成 round({source})，或 floor、ceil")
            }
            None => String::new(),
        };
        self.report.error(&node.spot, format!("这里要{expected}，得到的是{kind}"), remedy);
        None
    }

    /// An expression of a text, a choice or an id.
    fn text_expression(&self, node: &Node, scope: &Scope<'_>) -> Option<Expression> {
        self.expression_of(node, scope, "文本", is_text)
    }

    fn template(&self, node: &Node, scope: &Scope<'_>) -> Option<Template> {
        self.use_names(template_paths(node.text().unwrap_or_default()));
        scope.template(node, self.report)
    }

    /// `true`, `false` or an expression.
    fn condition_of(&self, node: Option<&Node>, scope: &Scope<'_>) -> Condition {
        match node.and_then(Node::text) {
            None | Some("false") => Condition::Never,
            Some("true") => Condition::Always,
            Some(_) => node
                .and_then(|node| self.condition(node, scope))
                .map_or(Condition::Never, Condition::When),
        }
    }

    /// A state of this definition.
    fn state(&self, node: &Node) -> Option<StateName> {
        let name = node.text()?;
        if self.outline.states.iter().any(|state| state == name) {
            return Some(StateName::from(name));
        }
        self.unknown_state(node, name);
        None
    }

    /// Tells that there is no such state; people know it by another name than its key.
    fn unknown_state(&self, node: &Node, name: &str) {
        let states = self.outline.root.entries_of("states");
        match states.iter().find(|entry| entry.value.text_of("name") == Some(name)) {
            Some(called) => {
                let message = format!("没有叫「{name}」的状态");
                self.report.error(&node.spot, message, format!("写它的键：{}", called.key.text));
            }
            None => {
                let known = self.outline.states.iter().map(String::as_str);
                self.report.unknown(&node.spot, "状态", name, known);
            }
        }
    }

    fn states(&self, nodes: &[Node]) -> Vec<StateName> {
        nodes.iter().filter_map(|node| self.state(node)).collect()
    }

    /// A participant of this definition.
    fn participant(&self, node: &Node) -> Option<crate::names::ParticipantName> {
        let name = node.text()?;
        self.use_names(vec![vec![format!("participant {name}")]]);
        if self.outline.participants.contains_key(name) {
            return Some(name.into());
        }
        let known = self.outline.participants.keys().map(String::as_str);
        self.report.unknown(&node.spot, "参与者", name, known.filter(|name| !name.contains('.')));
        None
    }
}

fn is_bare_date(source: &str) -> bool {
    let parts: Vec<&str> = source.trim().split('-').collect();
    let is_number = |part: &&str| part.chars().all(|c| c.is_ascii_digit());
    parts.len() == 3 && parts[0].len() == 4 && parts.iter().all(is_number)
}

/// The weight a word names.
fn tone(node: &Node) -> Tone {
    match node.text_of("tone") {
        Some("good") => Tone::Good,
        Some("going") => Tone::Going,
        Some("warn") => Tone::Warn,
        Some("bad") => Tone::Bad,
        Some(_) | None => Tone::Plain,
    }
}

/// A whole number under `key`.
fn whole(node: &Node, key: &str) -> Option<u32> {
    node.text_of(key)?.parse().ok()
}
