//! Changes of a form of which the engine refuses some fields: the others are kept all the same.

use engine::{
    decision::{FieldFault, FormChange},
    expression::Value,
};

use super::reading::FormData;

/// The changes without what is refused; in a row such a field keeps what is stored there.
#[must_use]
pub fn without_refused(
    changes: Vec<FormChange>,
    faults: &[FieldFault],
    stored: &FormData,
) -> Vec<FormChange> {
    let kept = changes.into_iter().filter_map(|change| {
        let before = stored.get(&change.section);
        let (path, before) = match &change.field {
            Some(field) => (
                format!("form.{}.{field}", change.section),
                before.and_then(|before| before.get(field.as_str())),
            ),
            None => (format!("form.{}", change.section), before),
        };
        let value = kept(change.value.clone(), &path, before, faults)?;
        Some(FormChange { value, ..change })
    });
    kept.collect()
}

/// What of a value is kept; `None` where it is refused as a whole.
fn kept(value: Value, path: &str, stored: Option<&Value>, faults: &[FieldFault]) -> Option<Value> {
    if faults.iter().any(|fault| fault.field == path) {
        return None;
    }
    let Value::List(rows) = value else { return Some(value) };
    let before = stored.and_then(Value::as_list).unwrap_or_default();
    let rows = rows.into_iter().enumerate().map(|(index, row)| {
        let path = format!("{path}[{index}]");
        if faults.iter().any(|fault| fault.field == path) {
            return None;
        }
        let Value::Map(fields) = row else { return Some(row) };
        let fields = fields.into_iter().filter_map(|(name, value)| {
            let stored = before.get(index).and_then(|row| row.get(&name));
            let kept = kept(value, &format!("{path}.{name}"), stored, faults);
            Some((name, kept.or_else(|| stored.cloned())?))
        });
        Some(Value::Map(fields.collect()))
    });
    rows.collect::<Option<_>>().map(Value::List)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, pupils: i64) -> Value {
        let fields = [("name", Value::Text(name.to_owned())), ("pupils", Value::Integer(pupils))];
        Value::Map(fields.map(|(name, value)| (name.to_owned(), value)).into())
    }

    fn fault(field: &str) -> FieldFault {
        FieldFault { field: field.to_owned(), message: "最多 2 字".to_owned() }
    }

    #[test]
    fn what_is_refused_stays_as_it_was_and_the_rest_is_kept() {
        let field = |field: &str| FormChange {
            section: "a".into(),
            field: Some(field.into()),
            value: Value::Text("新的内容".to_owned()),
        };
        let rows = FormChange {
            section: "classes".into(),
            field: None,
            value: Value::List(vec![row("一年级一班", 31), row("二年级一班", 30)]),
        };
        let stored = [("classes".into(), Value::List(vec![row("一班", 1)]))].into();
        let faults = ["form.a.note", "form.classes[0].name", "form.classes[1].name"].map(fault);
        let changes = vec![field("note"), field("goal"), rows.clone()];
        let kept = without_refused(changes, &faults, &stored);
        assert_eq!(kept.len(), 2);
        assert_eq!(kept[0], field("goal"));
        let second = Value::Map([("pupils".to_owned(), Value::Integer(30))].into());
        assert_eq!(kept[1].value, Value::List(vec![row("一班", 31), second]));
        assert!(without_refused(vec![rows], &[fault("form.classes")], &stored).is_empty());
    }
}
