//! The types of the expression language. Every name has one at compile time; a value that may be
//! missing says so with [`Type::Optional`].

use std::{collections::BTreeMap, fmt, sync::Arc};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::Value;
use crate::calendar::{Moment, Span, SpanUnit};

/// The type of an expression, field, variable or fact.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// An exact decimal.
    Decimal,
    /// 是 or 否.
    Bool,
    /// A calendar day; a month is its first day.
    Date,
    /// An instant.
    Moment,
    /// A length of time.
    Span,
    /// One of these texts; an empty list means any text known only at run time.
    Choice(Arc<[String]>),
    /// An uploaded file.
    File,
    /// A row of named fields.
    Record(Arc<Record>),
    /// A list of one type.
    List(Arc<Type>),
    /// A map from text to one type.
    Map(Arc<Type>),
    /// The id of something of the host or another case, by kind, such as `unit`.
    Reference(Arc<str>),
    /// A value of the type, or `none`.
    Optional(Arc<Type>),
    /// The type without values: of the items of `[]`; `none` is an optional one. It fits any type.
    Never,
}

/// The fields of a row, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// What a diagnostic calls it, such as `unit`.
    pub name: String,
    /// The type of each field.
    pub fields: BTreeMap<String, Type>,
    /// What is there for certain where `action` is one of these: paths of fields that this action
    /// asked for and required.
    pub proven: BTreeMap<String, Vec<[String; 2]>>,
}

/// The names an expression may use, with their types; a scope may stand inside another, such as
/// `it` of a row inside the names of a case.
#[derive(Clone, Debug, Default)]
pub struct Names<'outer> {
    /// The names of this scope.
    pub own: BTreeMap<String, Type>,
    /// The scope around it.
    pub outer: Option<&'outer Names<'outer>>,
}

impl Names<'_> {
    /// The type of a name, the innermost scope first.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Type> {
        let mut scope = Some(self);
        while let Some(names) = scope {
            if let Some(found) = names.own.get(name) {
                return Some(found);
            }
            scope = names.outer;
        }
        None
    }

    /// Every name of every scope.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        let mut scopes = vec![self];
        while let Some(outer) = scopes.last().and_then(|names| names.outer) {
            scopes.push(outer);
        }
        scopes.into_iter().flat_map(|names| names.own.keys().map(String::as_str))
    }
}

impl Record {
    /// A row of these fields; `name` is what a diagnostic calls it.
    #[must_use]
    pub fn new(name: &str, fields: impl IntoIterator<Item = (&'static str, Type)>) -> Self {
        let fields = fields.into_iter().map(|(field, kind)| (field.to_owned(), kind));
        Self { name: name.to_owned(), fields: fields.collect(), ..Self::default() }
    }
}

impl Type {
    /// Whether values of both are of the same kind; the rows of one name may have other fields.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Record(one), Self::Record(other)) if !one.name.is_empty() => {
                one.name == other.name
            }
            (Self::List(one), Self::List(other))
            | (Self::Map(one), Self::Map(other))
            | (Self::Optional(one), Self::Optional(other)) => one.is_like(other),
            (one, other) => one == other,
        }
    }

    /// The type or none; an optional type stays as it is.
    #[must_use]
    pub fn optional(self) -> Self {
        if self.is_optional() { self } else { Self::Optional(Arc::new(self)) }
    }

    /// A list of the type.
    #[must_use]
    pub fn list(self) -> Self {
        Self::List(Arc::new(self))
    }

    /// A map from text to the type.
    #[must_use]
    pub fn map(self) -> Self {
        Self::Map(Arc::new(self))
    }

    /// A choice of these options.
    #[must_use]
    pub fn choice<'o>(options: impl IntoIterator<Item = &'o str>) -> Self {
        Self::Choice(options.into_iter().map(str::to_owned).collect())
    }

    /// Whether it may be none.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        matches!(self, Self::Optional(_))
    }

    /// The type without `none`.
    #[must_use]
    pub fn present(&self) -> &Self {
        if let Self::Optional(inner) = self { inner.present() } else { self }
    }

    /// The fields of a row, or of an uploaded file.
    #[must_use]
    pub fn fields(&self) -> Option<Arc<Record>> {
        if let Self::Record(record) = self {
            return Some(Arc::clone(record));
        }
        (*self == Self::File).then(|| Arc::new(file()))
    }
}

/// What expressions see of an uploaded file.
fn file() -> Record {
    let text = |field| (field, Type::Text);
    let texts = ["id", "name", "media_type", "sha256"].map(text);
    Record::new("文件", texts.into_iter().chain([("size", Type::Integer)]))
}

/// In the words of a diagnostic: 文本, 可空的整数, 列表（日期）.
impl fmt::Display for Type {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Self::Text => "文本",
            Self::Integer => "整数",
            Self::Decimal => "小数",
            Self::Bool => "是/否",
            Self::Date => "日期",
            Self::Moment => "时刻",
            Self::Span => "时长",
            Self::File => "文件",
            Self::Never => "空",
            Self::Choice(options) if options.is_empty() => "选项",
            Self::Choice(options) => return write!(formatter, "选项（{}）", abridged(options)),
            Self::Record(record) if record.name.is_empty() => "记录",
            Self::Record(record) => return write!(formatter, "记录 {}", record.name),
            Self::List(item) => return write!(formatter, "列表（{item}）"),
            Self::Map(item) => return write!(formatter, "映射（{item}）"),
            Self::Reference(kind) => return write!(formatter, "编号（{kind}）"),
            Self::Optional(inner) if **inner == Self::Never => "空",
            Self::Optional(inner) => return write!(formatter, "可空的{inner}"),
        };
        formatter.write_str(word)
    }
}

fn abridged(options: &[String]) -> String {
    const SHOWN: usize = 8;
    let mut shown = options.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("、");
    if options.len() > SHOWN {
        shown.push_str(" 等");
    }
    shown
}

impl Value {
    /// The value of a thing that was never filled in: empty text, 0, 否, the first option, the first
    /// day of Unix time, a row of such fields.
    #[must_use]
    pub fn zero_of(kind: &Type) -> Self {
        match kind {
            Type::Text | Type::Reference(_) => Self::Text(String::new()),
            Type::Integer => Self::Integer(0),
            Type::Decimal => Self::Decimal(Decimal::ZERO),
            Type::Bool => Self::Bool(false),
            Type::Date => Self::Date(Date::constant(1970, 1, 1)),
            Type::Moment => Self::Moment(Moment(0)),
            Type::Span => Self::Span(Span { count: 0, unit: SpanUnit::Days, at: None }),
            Type::Choice(options) => Self::Text(options.first().cloned().unwrap_or_default()),
            Type::File => Self::zero_row(&file()),
            Type::Record(record) => Self::zero_row(record),
            Type::List(_) => Self::List(Vec::new()),
            Type::Map(_) => Self::Map(BTreeMap::new()),
            Type::Optional(_) | Type::Never => Self::None,
        }
    }

    fn zero_row(record: &Record) -> Self {
        let zero = |(name, kind): (&String, &Type)| (name.clone(), Self::zero_of(kind));
        Self::Map(record.fields.iter().map(zero).collect())
    }

    /// Whether it is a value of the type. A whole number is also a decimal; a row may have more
    /// fields than the type names, and lack those that may be none.
    #[must_use]
    pub fn fits(&self, kind: &Type) -> bool {
        match kind {
            Type::Text | Type::Reference(_) => self.as_text().is_some(),
            Type::Integer => self.as_integer().is_some(),
            Type::Decimal => self.as_decimal().is_some(),
            Type::Bool => self.as_bool().is_some(),
            Type::Date => self.as_date().is_some(),
            Type::Moment => self.as_moment().is_some(),
            Type::Span => matches!(self, Self::Span(_)),
            Type::Choice(options) => self.as_text().is_some_and(|text| {
                options.is_empty() || options.iter().any(|option| option == text)
            }),
            Type::File => self.fits_row(&file()),
            Type::Record(record) => self.fits_row(record),
            Type::List(item) => {
                self.as_list().is_some_and(|items| items.iter().all(|value| value.fits(item)))
            }
            Type::Map(item) => {
                self.as_map().is_some_and(|map| map.values().all(|value| value.fits(item)))
            }
            Type::Optional(inner) => self.is_none() || self.fits(inner),
            Type::Never => false,
        }
    }

    fn fits_row(&self, record: &Record) -> bool {
        let fits = |(name, kind): (&String, &Type)| {
            self.get(name).map_or(kind.is_optional(), |value| value.fits(kind))
        };
        self.as_map().is_some() && record.fields.iter().all(fits)
    }
}
