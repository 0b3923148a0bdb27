//! Values as JSON. What JSON cannot say is an object with one key that begins with `$`, as
//! `{"$decimal": "1.50"}`, so a stored case needs no schema to be read back exactly. A map whose
//! own key begins with `$` is written with `$$`.

use std::{collections::BTreeMap, fmt};

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
    ser::SerializeMap,
};

use super::Value;
use crate::calendar::{Moment, Span};

const DECIMAL: &str = "$decimal";
const DATE: &str = "$date";
const MOMENT: &str = "$moment";
const SPAN: &str = "$span";

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::None => serializer.serialize_unit(),
            Self::Bool(yes) => serializer.serialize_bool(*yes),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Decimal(number) => tagged(serializer, DECIMAL, &number.to_string()),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Date(date) => tagged(serializer, DATE, &date.to_string()),
            Self::Moment(moment) => tagged(serializer, MOMENT, &moment.0),
            Self::Span(span) => tagged(serializer, SPAN, &span.key()),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    if name.starts_with('$') {
                        map.serialize_entry(&format!("${name}"), value)?;
                    } else {
                        map.serialize_entry(name, value)?;
                    }
                }
                map.end()
            }
        }
    }
}

fn tagged<S: Serializer, T: Serialize>(
    serializer: S,
    tag: &str,
    content: &T,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(tag, content)?;
    map.end()
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Values)
    }
}

struct Values;

impl<'de> Visitor<'de> for Values {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::None)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: Error>(self, yes: bool) -> Result<Value, E> {
        Ok(Value::Bool(yes))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Integer(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        i64::try_from(number).map(Value::Integer).map_err(|_| E::custom("number out of range"))
    }

    // Hand-written data say 1.5; the shortest text of the float is what was written.
    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        exact(&number.to_string())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = BTreeMap::new();
        while let Some((name, value)) = entries.next_entry::<String, Value>()? {
            let Some(rest) = name.strip_prefix('$') else {
                map.insert(name, value);
                continue;
            };
            if rest.starts_with('$') {
                map.insert(rest.to_owned(), value);
                continue;
            }
            if !map.is_empty() || entries.next_key::<String>()?.is_some() {
                return Err(A::Error::custom(format!("{name} must stand alone")));
            }
            return untagged(&name, &value);
        }
        Ok(Value::Map(map))
    }
}

fn untagged<E: Error>(tag: &str, content: &Value) -> Result<Value, E> {
    match (tag, content) {
        (DECIMAL, Value::Text(text)) => exact(text),
        (DATE, Value::Text(text)) => text.parse::<Date>().map(Value::Date).map_err(E::custom),
        (MOMENT, Value::Integer(milliseconds)) => Ok(Value::Moment(Moment(*milliseconds))),
        (SPAN, Value::Text(text)) => text.parse::<Span>().map(Value::Span).map_err(E::custom),
        _ => Err(E::custom(format!("{tag} is no kind of value, or has the wrong content"))),
    }
}

fn exact<E: Error>(text: &str) -> Result<Value, E> {
    Decimal::from_str_exact(text).map(Value::Decimal).map_err(E::custom)
}
