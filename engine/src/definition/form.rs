//! Forms as data: sections, fields and what each field accepts. The same fields serve forms, the
//! `ask` of an action and the rows of a list.

use indexmap::IndexMap;
use rust_decimal::Decimal;

use super::{Requirement, Untold};
use crate::{
    expression::{Expression, Limits, Template, Value},
    names::{FieldName, ParticipantName, SectionName},
};

/// Fields in the order of the screen.
pub type Fields = IndexMap<FieldName, Field>;

/// The form of a definition. Form data are kept per section: `form.<section>.<field>`, and
/// `form.<section>[i].<field>` where the section holds rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Form {
    /// Sections in the order of the screen.
    pub sections: IndexMap<SectionName, Section>,
}

/// One section of a form: a fixed set of fields, or ordered rows of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// What people see.
    pub name: String,
    /// A line of help under the heading.
    pub hint: Option<String>,
    /// The page it is filled in on, together with the sections of the same page; `None` is a page
    /// of its own.
    pub page: Option<String>,
    /// Shown and required only while this holds; `None` is always.
    pub when: Option<Expression>,
    /// `Some` where the section is a list of rows.
    pub rows: Option<RowLimits>,
    /// The field by which rows stand in slots: where a row comes back to be mended, more may be added
    /// to its slot.
    pub slot: Option<FieldName>,
    /// Who sees it; `None` is everybody who sees the case.
    pub visible_to: Option<Vec<ParticipantName>>,
    /// Its fields.
    pub fields: Fields,
    /// Rules over the section as a whole (`it`), shown at its head when they do not hold.
    pub require: Vec<Requirement>,
}

/// No list of a form has more rows.
pub const MOST_ROWS: usize = 500;

/// How many rows a list may have when it is submitted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowLimits {
    /// At least.
    pub min: u32,
    /// At most; `None` is no limit of the definition's.
    pub max: Option<u32>,
}

/// One field.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// What people see.
    pub name: String,
    /// What is entered here and how.
    pub hint: Option<String>,
    /// What it accepts.
    pub kind: FieldKind,
    /// Whether it must be filled when the form is submitted (a draft may always be incomplete).
    pub required: Condition,
    /// Shown only while this holds; a hidden field is empty.
    pub when: Option<Expression>,
    /// Shown but never entered by anybody.
    pub read_only: bool,
    /// The value, computed on every change; implies `read_only`.
    pub computed: Option<Expression>,
    /// What stands in it as long as nobody has entered anything; it may be changed.
    pub prefill: Option<Expression>,
    /// A value the system sets right, with a notice (R120).
    pub correct: Option<Correction>,
    /// Rules over this field (`it` is its value), told at the field when they do not hold. Asked only
    /// of a field that is filled.
    pub require: Vec<Requirement>,
    /// Of what an action asks: from whom the answer is kept.
    pub untold: Option<Untold>,
}

impl Field {
    /// Whether people enter it: it is neither computed nor only read.
    #[must_use]
    pub fn is_entered(&self) -> bool {
        !self.read_only && self.computed.is_none()
    }

    /// Which values it may have once what is asked has been answered.
    pub(super) fn limits(&self) -> Option<Limits> {
        let is_certain = self.required == Condition::Always && self.when.is_none();
        match self.kind.limits()? {
            limits if is_certain => Some(limits),
            Limits::OneOf(mut options) if matches!(self.kind, FieldKind::Choice(_)) => {
                options.push(Value::None);
                Some(Limits::OneOf(options))
            }
            Limits::OneOf(_) | Limits::Whole(..) | Limits::Decimals(..) => None,
        }
    }
}

static NOTHING: Value = Value::List(Vec::new());
static UNTICKED: Value = Value::Bool(false);

impl FieldKind {
    /// Which values may be filled in.
    pub(super) fn limits(&self) -> Option<Limits> {
        match self {
            Self::Integer { min, max } => Some(Limits::Whole(*min, *max)),
            Self::Decimal { min, max, .. } => Some(Limits::Decimals(*min, *max)),
            Self::Choice(Options::Fixed(options)) => {
                Some(Limits::OneOf(options.keys().map(|it| it.as_str().into()).collect()))
            }
            Self::YesNo => Some(Limits::OneOf([true, false].map(Value::Bool).into())),
            Self::Text { .. }
            | Self::Date
            | Self::Month
            | Self::DateRange { .. }
            | Self::Moment
            | Self::Choice(Options::Computed(_))
            | Self::Choices { .. }
            | Self::Accepted
            | Self::Files(_)
            | Self::Rows { .. }
            | Self::Parts
            | Self::Reference(_) => None,
        }
    }

    /// The value of a field in which nothing is filled in.
    pub(crate) fn empty(&self) -> &'static Value {
        match self {
            Self::Files(_) | Self::Rows { .. } | Self::Choices { .. } | Self::Parts => &NOTHING,
            Self::Accepted => &UNTICKED,
            Self::Text { .. }
            | Self::Integer { .. }
            | Self::Decimal { .. }
            | Self::Date
            | Self::Month
            | Self::DateRange { .. }
            | Self::Moment
            | Self::Choice(_)
            | Self::YesNo
            | Self::Reference(_) => Value::NONE,
        }
    }
}

/// Never, always, or while an expression holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Condition {
    /// Never.
    #[default]
    Never,
    /// Always.
    Always,
    /// While it holds.
    When(Expression),
}

/// An automatic correction: when `when` holds, the field becomes `to` and `say` is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    /// When to correct; `it` is the entered value.
    pub when: Expression,
    /// The corrected value.
    pub to: Expression,
    /// What the person is told.
    pub say: Template,
}

/// What a field accepts.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    /// Text; `lines` above 1 is a text area. `max` counts characters.
    Text {
        /// Lines shown.
        lines: u32,
        /// At most so many characters.
        max: u32,
        /// A test of the host's by name, such as `id_number`, `credit_code`, `issn_isbn`, `mobile`.
        format: Option<TextFormat>,
    },
    /// A whole number.
    Integer {
        /// At least.
        min: Option<i64>,
        /// At most.
        max: Option<i64>,
    },
    /// An exact decimal with at most `scale` places.
    Decimal {
        /// At least.
        min: Option<Decimal>,
        /// At most.
        max: Option<Decimal>,
        /// Decimal places.
        scale: u32,
        /// Whether the places were declared: then values have all of them, as money does.
        is_fixed: bool,
    },
    /// A calendar day.
    Date,
    /// A month.
    Month,
    /// From and to (`{from, to}`), by day or by month; `open` is the word for an open end (至今),
    /// whose `to` is then `none`.
    DateRange {
        /// Months instead of days.
        months: bool,
        /// The word for an open end.
        open: Option<String>,
    },
    /// A moment: day and time.
    Moment,
    /// One of the options.
    Choice(Options),
    /// Several of the options, each once: a list of them.
    Choices {
        /// The options.
        options: Options,
        /// How many.
        limits: RowLimits,
    },
    /// 是 or 否.
    YesNo,
    /// A box that must be ticked (`must: accepted`).
    Accepted,
    /// Uploaded files, a list of `{id, name, type, size, sha256}`.
    Files(FileLimits),
    /// Ordered rows of fields.
    Rows {
        /// The fields of a row.
        fields: Fields,
        /// How many.
        limits: RowLimits,
    },
    /// Parts of the form: a list of `section` or `section.field`, marked by a reviewer.
    Parts,
    /// The id of something of the host, found by searching, such as a unit.
    Reference(String),
}

/// Well-known formats of text, each with its own message when it does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFormat {
    /// 公民身份号码, GB 11643 (N20). Full-width digits and a lower-case x are normalised.
    IdNumber,
    /// 统一社会信用代码, GB 32100.
    CreditCode,
    /// ISSN or ISBN.
    IssnIsbn,
    /// A mobile number of 11 digits.
    Mobile,
    /// A mail address.
    Email,
}

/// The options of a choice.
#[derive(Clone, Debug, PartialEq)]
pub enum Options {
    /// Fixed: value → what people see.
    Fixed(IndexMap<String, String>),
    /// Computed: a list of texts, or of rows with `value` (or `id`) and `name`.
    Computed(Expression),
}

/// What files a field takes.
#[derive(Clone, Debug, PartialEq)]
pub struct FileLimits {
    /// Accepted kinds: `image` (JPEG, PNG) and `pdf`.
    pub kinds: Vec<FileKind>,
    /// At least so many when required.
    pub min: u32,
    /// At most so many.
    pub max: u32,
    /// At most so many bytes each.
    pub max_bytes: u64,
}

impl FileLimits {
    /// What a limit is written in, in bytes.
    pub(crate) const MEGABYTE: u64 = 1024 * 1024;
}

/// A kind of file, judged by content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// JPEG or PNG.
    Image,
    /// PDF without scripts or encryption.
    Pdf,
}
