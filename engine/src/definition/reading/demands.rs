//! What is demanded of what people fill in, and that nothing they may fill in could meet.

use super::Reader;
use crate::{
    definition::{
        Field, FieldKind, Fields, Options, Requirement, RowLimits, document::Node, scope::Scope,
    },
    expression::{Expression, Knowing, Limits, Trying, Value},
};

/// What is filled in where something is demanded of it.
#[derive(Clone, Copy)]
pub(super) enum Filled<'f> {
    /// A field, as `it`.
    Field(&'f FieldKind),
    /// The fields of a section, as `it`.
    Section(&'f Fields),
    /// The rows of a section, as `it`.
    Rows(RowLimits),
    /// What an action asks, as `ask`.
    Asked(&'f Fields),
}

impl<'f> Filled<'f> {
    /// A field of the section, or one that is asked.
    fn field(self, path: &[String]) -> Option<&'f Field> {
        let [root, name] = path else { return None };
        match self {
            Self::Section(fields) if root == "it" => fields.get(name.as_str()),
            Self::Asked(fields) if root == "ask" => fields.get(name.as_str()),
            Self::Section(_) | Self::Asked(_) | Self::Field(_) | Self::Rows(_) => None,
        }
    }

    /// The field that is demanded something of as a whole.
    fn own(self, path: &[String]) -> Option<&'f FieldKind> {
        let is_it = path.len() == 1 && path[0] == "it";
        match self {
            Self::Field(kind) => is_it.then_some(kind),
            Self::Section(_) | Self::Rows(_) | Self::Asked(_) => None,
        }
    }
}

impl Knowing for Filled<'_> {
    fn limits(&self, path: &[String]) -> Option<Limits> {
        let own = self.own(path).and_then(FieldKind::limits);
        own.or_else(|| self.field(path)?.limits())
    }

    fn size(&self, path: &[String]) -> Option<Limits> {
        if let Self::Rows(limits) = self {
            let is_it = path.len() == 1 && path[0] == "it";
            return is_it.then(|| between(limits.min, limits.max));
        }
        // What need not be filled may be empty.
        let asked = || Some(at_most(size(&self.field(path)?.kind)?));
        self.own(path).and_then(size).or_else(asked)
    }

    fn value(&self, _: &str) -> Option<&Expression> {
        None
    }
}

/// How long the text or list of a field may be that is filled in.
fn size(kind: &FieldKind) -> Option<Limits> {
    match kind {
        FieldKind::Text { max, .. } => Some(between(0, Some(*max))),
        FieldKind::Choices { options: Options::Fixed(options), limits } => {
            let all = u32::try_from(options.len()).unwrap_or(u32::MAX);
            Some(between(limits.min, Some(limits.max.map_or(all, |max| max.min(all)))))
        }
        FieldKind::Choices { options: Options::Computed(_), limits }
        | FieldKind::Rows { limits, .. } => Some(between(limits.min, limits.max)),
        FieldKind::Files(limits) => Some(between(limits.min, Some(limits.max))),
        FieldKind::Integer { .. }
        | FieldKind::Decimal { .. }
        | FieldKind::Date
        | FieldKind::Month
        | FieldKind::DateRange { .. }
        | FieldKind::Moment
        | FieldKind::Choice(_)
        | FieldKind::YesNo
        | FieldKind::Accepted
        | FieldKind::Parts
        | FieldKind::Reference(_) => None,
    }
}

fn between(min: u32, max: Option<u32>) -> Limits {
    Limits::Whole(Some(min.into()), max.map(i64::from))
}

fn at_most(size: Limits) -> Limits {
    match size {
        Limits::Whole(_, most) => Limits::Whole(Some(0), most),
        Limits::Decimals(..) | Limits::OneOf(_) => size,
    }
}

impl Reader<'_> {
    /// Tells which of these demands nothing meets that may be filled in.
    pub(super) fn examine_demands(
        &self,
        node: &Node,
        demands: &[Requirement],
        (filled, scope): (Filled<'_>, &Scope<'_>),
    ) {
        let always = |demand: &Requirement| scope.always(&demand.that, Trying::with(&filled));
        let is_plain = |it: &&Requirement| {
            it.when.is_none() && scope.always(&it.that, Trying::NOTHING).is_none()
        };
        for demand in demands.iter().filter(is_plain) {
            let name = demand.name.as_str();
            let written = node.get("require").and_then(|all| all.get(name)?.get("that"));
            let found = written.filter(|_| always(demand) == Some(false));
            let mut read = demand.that.reads().iter();
            let Some((that, may)) = found.zip(read.find_map(|path| may_be(path, filled))) else {
                continue;
            };
            self.report.doubt(
                &that.spot,
                format!("「{name}」要 {}，{may}：怎么填都不合格", demand.that.source()),
                "改它，或改字段的 min、max",
            );
        }
    }
}

/// `it 只会是 1 到 5`, `it 最多 4 项`.
fn may_be(path: &[String], filled: Filled<'_>) -> Option<String> {
    let name = path.join(".");
    let in_words = |limits: Limits| match limits {
        Limits::Whole(least, most) => Some((least.map(Value::Integer), most.map(Value::Integer))),
        Limits::Decimals(least, most) => {
            Some((least.map(Value::Decimal), most.map(Value::Decimal)))
        }
        Limits::OneOf(_) => None,
    };
    let words = |(least, most): (Option<Value>, Option<Value>), unit: &str| match (least, most) {
        (Some(least), Some(most)) => {
            Some(format!("{name} 只会是 {} 到 {}{unit}", least.display(), most.display()))
        }
        (Some(least), None) => Some(format!("{name} 至少是 {}{unit}", least.display())),
        (None, Some(most)) => Some(format!("{name} 最多是 {}{unit}", most.display())),
        (None, None) => None,
    };
    let is_text = |kind: &FieldKind| matches!(kind, FieldKind::Text { .. });
    let kind = filled.own(path).or_else(|| filled.field(path).map(|field| &field.kind));
    let unit = if kind.is_some_and(is_text) { " 个字" } else { " 项" };
    let plain = filled.limits(path).and_then(in_words).and_then(|ends| words(ends, ""));
    let size = || match filled.size(path)? {
        Limits::Whole(Some(0), most) => Some(Limits::Whole(None, most)),
        size @ (Limits::Whole(..) | Limits::Decimals(..) | Limits::OneOf(_)) => Some(size),
    };
    plain.or_else(|| words(size().and_then(in_words)?, unit))
}
