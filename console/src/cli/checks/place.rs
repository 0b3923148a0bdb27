//! A value of a document with the path that leads to it, read as what it must be.

use engine::{calendar::Moment, expression::Value};
use jiff::{Timestamp, civil::Date};

/// What is wrong with a document, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// A JSON pointer.
    pub(super) path: String,
    pub(super) reason: String,
}

/// One value of a document; what is absent is none.
#[derive(Clone, Debug)]
pub(super) struct Place<'v> {
    path: String,
    value: &'v Value,
}

impl<'v> Place<'v> {
    pub(super) fn new(path: String, value: &'v Value) -> Self {
        Self { path, value }
    }

    pub(super) fn fault(&self, reason: impl Into<String>) -> Fault {
        let path = if self.path.is_empty() { "/".to_owned() } else { self.path.clone() };
        Fault { path, reason: reason.into() }
    }

    pub(super) fn value(&self) -> &'v Value {
        self.value
    }

    pub(super) fn field(&self, name: &str) -> Self {
        let path = format!("{}/{}", self.path, name.replace('~', "~0").replace('/', "~1"));
        Self { path, value: self.value.get(name).unwrap_or(Value::NONE) }
    }

    /// Whether it is a map that has the field, whatever its value.
    pub(super) fn has(&self, name: &str) -> bool {
        self.value.get(name).is_some()
    }

    /// An object, or nothing.
    pub(super) fn object(self) -> Result<Self, Fault> {
        match self.value {
            Value::None | Value::Map(_) => Ok(self),
            Value::Bool(_)
            | Value::Integer(_)
            | Value::Decimal(_)
            | Value::Text(_)
            | Value::Date(_)
            | Value::Moment(_)
            | Value::Span(_)
            | Value::List(_) => Err(self.fault("应为一个对象")),
        }
    }

    /// An object that must be there.
    pub(super) fn required_object(self) -> Result<Self, Fault> {
        if self.value.is_none() { Err(self.fault("缺少这一项")) } else { self.object() }
    }

    /// The fields of an object, or of nothing.
    pub(super) fn fields(&self) -> Vec<(&'v str, Self)> {
        let fields = self.value.as_map().into_iter().flatten();
        fields.map(|(name, _)| (name.as_str(), self.field(name))).collect()
    }

    /// The items of a list, or of nothing.
    pub(super) fn items(&self) -> Result<Vec<Self>, Fault> {
        if self.value.is_none() {
            return Ok(Vec::new());
        }
        let items = self.value.as_list().ok_or_else(|| self.fault("应为一个列表"))?;
        let places = items.iter().enumerate();
        Ok(places
            .map(|(index, value)| Self::new(format!("{}/{index}", self.path), value))
            .collect())
    }

    /// The rows of a list: each an object.
    pub(super) fn rows(&self) -> Result<Vec<Self>, Fault> {
        self.items()?.into_iter().map(Self::required_object).collect()
    }

    /// A text that must be there.
    pub(super) fn text(&self) -> Result<&'v str, Fault> {
        self.value.as_text().ok_or_else(|| self.fault("应为文本"))
    }

    /// `true` or `false`, or none.
    pub(super) fn yes_no(&self) -> Result<Value, Fault> {
        match self.value {
            Value::None | Value::Bool(_) => Ok(self.value.clone()),
            Value::Integer(_)
            | Value::Decimal(_)
            | Value::Text(_)
            | Value::Date(_)
            | Value::Moment(_)
            | Value::Span(_)
            | Value::List(_)
            | Value::Map(_) => Err(self.fault("应为 true 或 false")),
        }
    }

    /// A number, or none.
    pub(super) fn number(&self) -> Result<Value, Fault> {
        match self.value.as_decimal() {
            Some(_) => Ok(self.value.clone()),
            None if self.value.is_blank() => Ok(Value::None),
            None => Err(self.fault("应为一个数")),
        }
    }

    /// A day, or none.
    pub(super) fn date(&self) -> Result<Value, Fault> {
        self.read("日期，如 2026-07-01", written_date)
    }

    /// A day, or a month as its first day; or none.
    pub(super) fn month(&self) -> Result<Value, Fault> {
        self.read("年月或日期，如 2026-07", written_month)
    }

    /// An instant with its offset, or none.
    pub(super) fn moment(&self) -> Result<Value, Fault> {
        self.read("时刻，如 2026-07-01T09:00:00+08:00", written_moment)
    }

    fn read<T: Into<Value>>(
        &self,
        what: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Value, Fault> {
        if self.value.is_blank() {
            return Ok(Value::None);
        }
        let found = self.value.as_text().and_then(read);
        found
            .map(Into::into)
            .ok_or_else(|| self.fault(format!("“{}”不是{what}", self.value.display())))
    }
}

/// `2026-07-01`, nothing else.
pub(super) fn written_date(text: &str) -> Option<Date> {
    let has_day = text.len() == "2026-07-01".len();
    has_day.then(|| written_month(text)).flatten()
}

/// `2026-07`, or a day.
fn written_month(text: &str) -> Option<Date> {
    let whole = match text.len() {
        7 => format!("{text}-01"),
        10 => text.to_owned(),
        _ => return None,
    };
    let bytes = whole.as_bytes();
    let is_written = bytes.iter().enumerate().all(|(index, byte)| match index {
        4 | 7 => *byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    if !is_written {
        return None;
    }
    let part = |from: usize, to: usize| whole.get(from..to)?.parse::<i16>().ok();
    let (month, day) = (i8::try_from(part(5, 7)?).ok()?, i8::try_from(part(8, 10)?).ok()?);
    Date::new(part(0, 4)?, month, day).ok()
}

fn written_moment(text: &str) -> Option<Moment> {
    let timestamp = text.parse::<Timestamp>().ok()?;
    Some(Moment(timestamp.as_millisecond()))
}
