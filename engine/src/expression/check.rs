//! Typing: a syntax tree becomes a plan, or every fault of it. Nothing that may be none is used
//! without a guard; what a guard proves is known in the parts that run only if it holds.

mod calls;
mod chain;
mod comparisons;
mod emptiness;
mod folds;
mod guards;
mod names;
mod rows;

pub(crate) use comparisons::id_field;
pub(super) use rows::check_rows;

use std::collections::BTreeSet;

use chain::{Chain, chain};

use super::{
    Fault, Names, Type, Value,
    plan::Node,
    syntax::{Operator, Syntax, SyntaxKind},
};

/// A typed part. The keys name what is not none if the part holds, or if it does not hold.
pub(super) struct Typed {
    pub(super) node: Node,
    pub(super) kind: Type,
    holds: Vec<String>,
    fails: Vec<String>,
}

impl Typed {
    fn new(node: Node, kind: Type) -> Self {
        Self { node, kind, holds: Vec::new(), fails: Vec::new() }
    }

    fn literal(value: impl Into<Value>, kind: Type) -> Self {
        Self::new(Node::Literal(value.into()), kind)
    }
}

/// A row of an enclosing list function.
struct Row {
    name: String,
    kind: Type,
}

pub(super) struct Checker<'n> {
    names: &'n Names<'n>,
    rows: Vec<Row>,
    /// Keys of what is known not to be none.
    known: BTreeSet<String>,
    faults: Vec<Fault>,
    /// What is allowed and yet may be a slip.
    notes: Vec<Fault>,
    /// Whether the part has a default.
    has_default: bool,
}

/// What checking a tree gives.
pub(super) struct Checked {
    pub(super) node: Node,
    pub(super) kind: Type,
    pub(super) notes: Vec<Fault>,
}

/// The plan of a tree whose value is to be of the `expected` type.
pub(super) fn check(
    syntax: &Syntax,
    names: &Names<'_>,
    expected: Option<&Type>,
) -> Result<Checked, Vec<Fault>> {
    let mut checker = Checker::new(names);
    let typed = match expected {
        Some(expected) => checker.expect(syntax, expected),
        None => checker.part(syntax),
    };
    let mut faults = checker.faults;
    match typed {
        Some(Typed { node, kind, .. }) if faults.is_empty() => {
            Ok(Checked { node, kind, notes: checker.notes })
        }
        _ => {
            faults.sort_by_key(|fault| (fault.start, fault.end));
            faults.dedup();
            Err(faults)
        }
    }
}

impl<'n> Checker<'n> {
    pub(super) fn new(names: &'n Names<'n>) -> Self {
        let (rows, known) = (Vec::new(), BTreeSet::new());
        Self { names, rows, known, faults: Vec::new(), notes: Vec::new(), has_default: false }
    }
}

impl Checker<'_> {
    /// Types one part; `None` where a fault was noted.
    fn part(&mut self, syntax: &Syntax) -> Option<Typed> {
        let mut typed = self.inferred(syntax)?.with_lists();
        if typed.kind.is_optional() && self.known.contains(&typed.node.key()) {
            typed.kind = typed.kind.present().clone();
        }
        Some(typed)
    }

    fn inferred(&mut self, syntax: &Syntax) -> Option<Typed> {
        let typed = match &syntax.kind {
            SyntaxKind::None => Typed::literal(Value::None, Type::Never.optional()),
            SyntaxKind::Bool(yes) => Typed::literal(*yes, Type::Bool),
            SyntaxKind::Integer(number) => Typed::literal(*number, Type::Integer),
            SyntaxKind::Decimal(number) => Typed::literal(*number, Type::Decimal),
            SyntaxKind::Text(text) => Typed::literal(text.as_str(), Type::Text),
            SyntaxKind::Name(name) => self.name(syntax, name)?,
            SyntaxKind::Field(of, field) => self.field(syntax, of, field)?,
            SyntaxKind::Index(of, index) => self.index(of, index)?,
            SyntaxKind::List(items) => self.list(items)?,
            SyntaxKind::Row(fields) => self.record(fields)?,
            SyntaxKind::Not(of) => self.not(of)?,
            SyntaxKind::And(parts) => self.all_hold(parts)?,
            SyntaxKind::Or(parts) => self.one_holds(parts)?,
            SyntaxKind::Compare(comparison, left, right) => {
                self.comparison(*comparison, left, right)?
            }
            SyntaxKind::In { item, list, negated } => {
                negated_if(*negated, self.membership(item, list)?)
            }
            SyntaxKind::IsNone { of, negated } => {
                let (syntax, of) = (of, self.part(of)?);
                self.note_never_none(syntax, &of.kind);
                let fails = of.node.keys();
                let is_none = Node::IsNone(Box::new(of.node));
                negated_if(*negated, Typed { fails, ..Typed::new(is_none, Type::Bool) })
            }
            SyntaxKind::OrElse(left, right) => self.or_else(left, right)?,
            SyntaxKind::Either { condition, then, otherwise } => {
                self.either(condition, then, otherwise)?
            }
            SyntaxKind::Negate(of) => {
                let typed = self.number(of)?;
                Typed::new(Node::Negate(Box::new(typed.node)), typed.kind)
            }
            SyntaxKind::Arithmetic(operator, left, right) => {
                self.arithmetic(syntax, *operator, left, right)?
            }
            SyntaxKind::Call(name, arguments) => self.call(syntax, name, arguments)?,
        };
        Some(typed)
    }

    fn list(&mut self, items: &[Syntax]) -> Option<Typed> {
        let typed = self.parts(items)?;
        let mut kind = Type::Never;
        for (item, syntax) in typed.iter().zip(items) {
            let Some(joined) = kind.joined(&item.kind) else {
                let message = format!("列表里既有{kind}，又有{}", item.kind);
                return self.fault(syntax, message, None);
            };
            kind = joined;
        }
        let nodes = typed.into_iter().map(|item| item.node).collect();
        Some(Typed::new(Node::List(nodes), kind.list()))
    }

    fn record(&mut self, fields: &[(String, Syntax)]) -> Option<Typed> {
        let typed: Vec<_> = fields.iter().map(|(_, part)| self.part(part)).collect();
        let typed = typed.into_iter().collect::<Option<Vec<_>>>()?;
        let mut record = super::Record::default();
        let mut nodes = Vec::new();
        for ((name, _), part) in fields.iter().zip(typed) {
            record.fields.insert(name.clone(), part.kind);
            nodes.push((name.clone(), part.node));
        }
        Some(Typed::new(Node::Record(nodes), Type::Record(record.into())))
    }

    /// Types several parts, so that the faults of all are noted.
    fn parts(&mut self, parts: &[Syntax]) -> Option<Vec<Typed>> {
        let typed: Vec<_> = parts.iter().map(|part| self.part(part)).collect();
        typed.into_iter().collect()
    }

    fn not(&mut self, of: &Syntax) -> Option<Typed> {
        Some(negated_if(true, self.condition(of)?))
    }

    fn all_hold(&mut self, parts: &[Syntax]) -> Option<Typed> {
        let outer = self.known.clone();
        let typed: Vec<_> = parts
            .iter()
            .map(|part| {
                let typed = self.condition(part);
                self.known.extend(typed.iter().flat_map(|typed| typed.holds.clone()));
                typed
            })
            .collect();
        self.known = outer;
        let Chain { nodes, run, left } = chain(typed, |part| (part.holds, part.fails))?;
        Some(Typed { holds: run, fails: left, ..Typed::new(Node::And(nodes), Type::Bool) })
    }

    fn one_holds(&mut self, parts: &[Syntax]) -> Option<Typed> {
        let outer = self.known.clone();
        let typed: Vec<_> = parts
            .iter()
            .map(|part| {
                let typed = self.condition(part);
                self.known.extend(typed.iter().flat_map(|typed| typed.fails.clone()));
                typed
            })
            .collect();
        self.known = outer;
        let Chain { nodes, run, left } = chain(typed, |part| (part.fails, part.holds))?;
        Some(Typed { holds: left, fails: run, ..Typed::new(Node::Or(nodes), Type::Bool) })
    }

    fn or_else(&mut self, left: &Syntax, right: &Syntax) -> Option<Typed> {
        self.has_default = matches!(left.kind, SyntaxKind::Index(..));
        let value = self.part(left);
        self.has_default = false;
        let other = self.part(right);
        let (value, other) = (value?, other?);
        let present = value.kind.present();
        // A default that is one of the options leaves a choice a choice.
        let other_kind = comparisons::refined(right, &other.kind);
        let kind = if present.accepts(&other_kind) {
            Some(present.clone())
        } else {
            present.joined(&other.kind)
        };
        let Some(kind) = kind else {
            let message = format!("or_else 左边是{present}，右边却是{}", other.kind);
            return self.fault(right, message, None);
        };
        let node = Node::OrElse(Box::new(value.node), Box::new(other.node));
        Some(Typed::new(node, kind))
    }

    /// What the condition proves is known in the part that is taken only then.
    fn either(&mut self, condition: &Syntax, then: &Syntax, otherwise: &Syntax) -> Option<Typed> {
        let typed = self.condition(condition);
        let outer = self.known.clone();
        self.known.extend(typed.iter().flat_map(|typed| typed.holds.clone()));
        let first = self.part(then);
        self.known.clone_from(&outer);
        self.known.extend(typed.iter().flat_map(|typed| typed.fails.clone()));
        let second = self.part(otherwise);
        self.known = outer;
        let (typed, first, second) = (typed?, first?, second?);
        let kinds = [(then, &first.kind), (otherwise, &second.kind)]
            .map(|(s, k)| comparisons::refined(s, k));
        let Some(kind) = kinds[0].joined(&kinds[1]) else {
            let message = format!("if 之前是{}，else 之后却是{}", first.kind, second.kind);
            return self.fault(otherwise, message, None);
        };
        let parts = [typed.node, first.node, second.node];
        Some(Typed::new(Node::Either(Box::new(parts)), kind))
    }

    fn arithmetic(
        &mut self,
        syntax: &Syntax,
        operator: Operator,
        left: &Syntax,
        right: &Syntax,
    ) -> Option<Typed> {
        let (typed_left, typed_right) = (self.part(left), self.part(right));
        let (typed_left, typed_right) = (typed_left?, typed_right?);
        let guarded = [(left, &typed_left), (right, &typed_right)]
            .map(|(syntax, typed)| self.guarded(syntax, &typed.kind));
        if guarded.contains(&false) {
            return None;
        }
        let kind = match (&typed_left.kind, &typed_right.kind) {
            (left, right) if left.is_number() && right.is_number() => {
                let is_whole = *left == Type::Integer && *right == Type::Integer;
                if is_whole && operator != Operator::Divide { Type::Integer } else { Type::Decimal }
            }
            (left, right) if operator == Operator::Add && left.is_text() && right.is_text() => {
                Type::Text
            }
            (left, right)
                if operator == Operator::Add
                    && matches!((left, right), (Type::List(_), Type::List(_)))
                    && left.joined(right).is_some() =>
            {
                left.joined(right)?
            }
            (left, right) => {
                let message = format!("{left}与{right}之间不能用 {}", operator.mark());
                let remedy = remedy_for_arithmetic(left, right);
                return self.fault(syntax, message, remedy);
            }
        };
        if right.kind.is_zero() && matches!(operator, Operator::Divide | Operator::Remainder) {
            return self.fault(right, "除数是 0".to_owned(), None);
        }
        let node =
            Node::Arithmetic(operator, Box::new(typed_left.node), Box::new(typed_right.node));
        Some(Typed::new(node, kind))
    }

    /// A part that is 是/否: there is no truth in other values.
    fn condition(&mut self, syntax: &Syntax) -> Option<Typed> {
        let typed = self.part(syntax)?;
        if typed.kind == Type::Bool {
            return Some(typed);
        }
        let remedy = match typed.kind.present() {
            Type::Bool => format!("写成 {syntax} or_else false"),
            kind if kind.is_number() => format!("写成 {syntax} != 0"),
            Type::List(_) => format!("写成 count({syntax}) > 0"),
            Type::Text
            | Type::Choice(_)
            | Type::Reference(_)
            | Type::Map(_)
            | Type::Record(_)
            | Type::File
            | Type::Date
            | Type::Moment
            | Type::Span
            | Type::Integer
            | Type::Decimal
            | Type::Optional(_)
            | Type::Never => format!("写成 not blank({syntax})"),
        };
        let message = format!("这里需要是/否，{syntax} 是{}", typed.kind);
        self.fault(syntax, message, Some(remedy))
    }

    /// A part that is a number.
    fn number(&mut self, syntax: &Syntax) -> Option<Typed> {
        let typed = self.part(syntax)?;
        if !self.guarded(syntax, &typed.kind) {
            return None;
        }
        if typed.kind.is_number() {
            return Some(typed);
        }
        let message = format!("这里需要数，{syntax} 是{}", typed.kind);
        self.fault(syntax, message, remedy_for_arithmetic(&typed.kind, &typed.kind))
    }

    /// Notes a fault; always `None`, so that it can be returned.
    fn fault<T>(&mut self, syntax: &Syntax, message: String, remedy: Option<String>) -> Option<T> {
        self.misspelt(syntax, message, remedy, None)
    }
}

fn negated_if(negated: bool, typed: Typed) -> Typed {
    if !negated {
        return typed;
    }
    let Typed { node, kind, holds, fails } = typed;
    Typed { node: Node::Not(Box::new(node)), kind, holds: fails, fails: holds }
}

fn remedy_for_arithmetic(left: &Type, right: &Type) -> Option<String> {
    let has = |wanted: fn(&Type) -> bool| wanted(left) || wanted(right);
    if has(|kind| *kind == Type::Date) {
        Some("日期用 add_days(日期, 天数)、days_between(起, 止) 计算".to_owned())
    } else if has(|kind| *kind == Type::Moment) {
        Some("时刻用 add_hours(时刻, 小时数)、hours_between(起, 止) 计算，往前写负数".to_owned())
    } else if has(Type::is_text) && has(Type::is_number) {
        Some("文本转成数用 number(文本)，数转成文本用 text(数)".to_owned())
    } else {
        None
    }
}
