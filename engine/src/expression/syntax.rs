//! The syntax tree of an expression, and its canonical text: parsing the text gives the tree again.

use std::fmt;

use rust_decimal::Decimal;

/// A part of an expression with its place in characters.
#[derive(Clone, Debug)]
pub(super) struct Syntax {
    pub(super) kind: SyntaxKind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// How deep the tree below it is, itself included.
    pub(super) depth: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum SyntaxKind {
    None,
    Bool(bool),
    Integer(i64),
    Decimal(Decimal),
    Text(String),
    Name(String),
    Field(Box<Syntax>, String),
    Index(Box<Syntax>, Box<Syntax>),
    List(Vec<Syntax>),
    Row(Vec<(String, Syntax)>),
    Not(Box<Syntax>),
    Negate(Box<Syntax>),
    /// Two or more.
    And(Vec<Syntax>),
    /// Two or more.
    Or(Vec<Syntax>),
    Compare(Comparison, Box<Syntax>, Box<Syntax>),
    In {
        item: Box<Syntax>,
        list: Box<Syntax>,
        negated: bool,
    },
    IsNone {
        of: Box<Syntax>,
        negated: bool,
    },
    OrElse(Box<Syntax>, Box<Syntax>),
    /// `a if condition else b`.
    Either {
        condition: Box<Syntax>,
        then: Box<Syntax>,
        otherwise: Box<Syntax>,
    },
    Arithmetic(Operator, Box<Syntax>, Box<Syntax>),
    Call(String, Vec<Syntax>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// How tightly a form binds; loosest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Binding {
    Either,
    Or,
    And,
    Not,
    Compare,
    Add,
    Multiply,
    Negate,
    OrElse,
    Postfix,
}

// Where a thing stands is no part of what it is.
impl PartialEq for Syntax {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Comparison {
    pub(super) const ALL: [Self; 6] =
        [Self::Equal, Self::NotEqual, Self::Less, Self::AtMost, Self::Greater, Self::AtLeast];

    pub(super) fn mark(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }

    /// What holds exactly where this does not.
    pub(super) fn opposite(self) -> Self {
        match self {
            Self::Equal => Self::NotEqual,
            Self::NotEqual => Self::Equal,
            Self::Less => Self::AtLeast,
            Self::AtMost => Self::Greater,
            Self::Greater => Self::AtMost,
            Self::AtLeast => Self::Less,
        }
    }

    /// The same with the sides changed.
    pub(super) fn mirrored(self) -> Self {
        match self {
            Self::Equal | Self::NotEqual => self,
            Self::Less => Self::Greater,
            Self::AtMost => Self::AtLeast,
            Self::Greater => Self::Less,
            Self::AtLeast => Self::AtMost,
        }
    }
}

impl Operator {
    pub(super) const ALL: [Self; 5] =
        [Self::Add, Self::Subtract, Self::Multiply, Self::Divide, Self::Remainder];

    pub(super) fn mark(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }

    pub(super) fn binding(self) -> Binding {
        match self {
            Self::Add | Self::Subtract => Binding::Add,
            Self::Multiply | Self::Divide | Self::Remainder => Binding::Multiply,
        }
    }
}

impl SyntaxKind {
    /// The parts below it.
    pub(super) fn parts(&self) -> Vec<&Syntax> {
        match self {
            Self::None
            | Self::Bool(_)
            | Self::Integer(_)
            | Self::Decimal(_)
            | Self::Text(_)
            | Self::Name(_) => Vec::new(),
            Self::Field(part, _)
            | Self::Not(part)
            | Self::Negate(part)
            | Self::IsNone { of: part, .. } => vec![part],
            Self::Index(left, right)
            | Self::Compare(_, left, right)
            | Self::In { item: left, list: right, .. }
            | Self::OrElse(left, right)
            | Self::Arithmetic(_, left, right) => vec![left, right],
            Self::List(parts) | Self::And(parts) | Self::Or(parts) | Self::Call(_, parts) => {
                parts.iter().collect()
            }
            Self::Row(fields) => fields.iter().map(|(_, part)| part).collect(),
            // In the order of the text, so that the first begins where the whole does.
            Self::Either { condition, then, otherwise } => vec![then, condition, otherwise],
        }
    }

    /// Whether it is the number 0, written out.
    pub(super) fn is_zero(&self) -> bool {
        matches!(self, Self::Integer(0)) || matches!(self, Self::Decimal(it) if it.is_zero())
    }

    fn is_number(&self) -> bool {
        matches!(self, Self::Integer(_) | Self::Decimal(_))
    }

    fn binding(&self) -> Binding {
        match self {
            Self::Either { .. } => Binding::Either,
            Self::Or(_) => Binding::Or,
            Self::And(_) => Binding::And,
            Self::Not(_) => Binding::Not,
            Self::Compare(..) | Self::In { .. } | Self::IsNone { .. } => Binding::Compare,
            Self::Arithmetic(operator, ..) => operator.binding(),
            Self::Negate(_) => Binding::Negate,
            Self::Integer(number) if *number < 0 => Binding::Negate,
            Self::Decimal(number) if number.is_sign_negative() => Binding::Negate,
            Self::OrElse(..) => Binding::OrElse,
            Self::None
            | Self::Bool(_)
            | Self::Integer(_)
            | Self::Decimal(_)
            | Self::Text(_)
            | Self::Name(_)
            | Self::Field(..)
            | Self::Index(..)
            | Self::List(_)
            | Self::Row(_)
            | Self::Call(..) => Binding::Postfix,
        }
    }
}

impl Syntax {
    /// Its text, in parentheses where it binds less tightly than its place needs.
    fn within(&self, formatter: &mut fmt::Formatter<'_>, least: Binding) -> fmt::Result {
        if self.kind.binding() < least {
            write!(formatter, "({self})")
        } else {
            write!(formatter, "{self}")
        }
    }
}

impl fmt::Display for Syntax {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        use SyntaxKind as Kind;
        match &self.kind {
            Kind::None => formatter.write_str("none"),
            Kind::Bool(yes) => write!(formatter, "{yes}"),
            Kind::Integer(number) => write!(formatter, "{number}"),
            Kind::Decimal(number) => write!(formatter, "{number}"),
            Kind::Text(text) if text.contains('\'') => write!(formatter, "\"{text}\""),
            Kind::Text(text) => write!(formatter, "'{text}'"),
            Kind::Name(name) => formatter.write_str(name),
            Kind::Field(of, field) if of.kind.is_number() => write!(formatter, "({of}).{field}"),
            Kind::Field(of, field) => {
                of.within(formatter, Binding::Postfix)?;
                write!(formatter, ".{field}")
            }
            Kind::Index(of, index) => {
                of.within(formatter, Binding::Postfix)?;
                write!(formatter, "[{index}]")
            }
            Kind::List(items) => {
                formatter.write_str("[")?;
                separated(formatter, items, ", ", Binding::Either)?;
                formatter.write_str("]")
            }
            Kind::Row(fields) => row(formatter, fields),
            Kind::Not(of) => {
                formatter.write_str("not ")?;
                of.within(formatter, Binding::Not)
            }
            Kind::Negate(of) => {
                formatter.write_str("-")?;
                of.within(formatter, Binding::Negate)
            }
            Kind::And(parts) => separated(formatter, parts, " and ", Binding::Not),
            Kind::Or(parts) => separated(formatter, parts, " or ", Binding::And),
            Kind::Compare(comparison, left, right) => {
                between(formatter, [left, right], comparison.mark(), Binding::Add)
            }
            Kind::In { item, list, negated } => {
                let mark = if *negated { "not in" } else { "in" };
                between(formatter, [item, list], mark, Binding::Add)
            }
            Kind::IsNone { of, negated } => {
                of.within(formatter, Binding::Add)?;
                formatter.write_str(if *negated { " is not none" } else { " is none" })
            }
            Kind::OrElse(left, right) => {
                left.within(formatter, Binding::Postfix)?;
                formatter.write_str(" or_else ")?;
                right.within(formatter, Binding::Negate)
            }
            Kind::Either { condition, then, otherwise } => {
                either(formatter, [then, condition, otherwise])
            }
            Kind::Arithmetic(operator, left, right) => {
                arithmetic(formatter, *operator, left, right)
            }
            Kind::Call(name, arguments) => call(formatter, name, arguments),
        }
    }
}

fn either(formatter: &mut fmt::Formatter<'_>, parts: [&Syntax; 3]) -> fmt::Result {
    let [then, condition, otherwise] = parts;
    then.within(formatter, Binding::Or)?;
    formatter.write_str(" if ")?;
    condition.within(formatter, Binding::Or)?;
    write!(formatter, " else {otherwise}")
}

fn call(formatter: &mut fmt::Formatter<'_>, name: &str, arguments: &[Syntax]) -> fmt::Result {
    write!(formatter, "{name}(")?;
    separated(formatter, arguments, ", ", Binding::Either)?;
    formatter.write_str(")")
}

fn arithmetic(
    formatter: &mut fmt::Formatter<'_>,
    operator: Operator,
    left: &Syntax,
    right: &Syntax,
) -> fmt::Result {
    let least = operator.binding();
    left.within(formatter, least)?;
    write!(formatter, " {} ", operator.mark())?;
    // One step tighter: the right side of `a - (b - c)` keeps its parentheses.
    right.within(formatter, if least == Binding::Add { Binding::Multiply } else { Binding::Negate })
}

fn separated(
    formatter: &mut fmt::Formatter<'_>,
    parts: &[Syntax],
    separator: &str,
    least: Binding,
) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            formatter.write_str(separator)?;
        }
        part.within(formatter, least)?;
    }
    Ok(())
}

fn between(
    formatter: &mut fmt::Formatter<'_>,
    [left, right]: [&Syntax; 2],
    mark: &str,
    least: Binding,
) -> fmt::Result {
    left.within(formatter, least)?;
    write!(formatter, " {mark} ")?;
    right.within(formatter, least)
}

fn row(formatter: &mut fmt::Formatter<'_>, fields: &[(String, Syntax)]) -> fmt::Result {
    formatter.write_str("{")?;
    for (index, (name, part)) in fields.iter().enumerate() {
        if index > 0 {
            formatter.write_str(", ")?;
        }
        write!(formatter, "{name}: {part}")?;
    }
    formatter.write_str("}")
}
