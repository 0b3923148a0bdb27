//! Which row of a list was which in an earlier submission: by what it is, never by where it stands.

use engine::{definition::Section, expression::Value};

use super::items;

/// The rows of a list with those of an earlier submission.
pub(super) struct Pairs<'a> {
    old: &'a [Value],
    /// The place of the earlier row, by the place of the row.
    of: Vec<Option<usize>>,
}

/// What makes two rows the same; what is left over is tried with the next.
type Same<'s> = &'s dyn Fn(&Value, &Value) -> bool;

impl<'a> Pairs<'a> {
    /// First what is untouched, then the same file, then another file of the same type; rows without
    /// files are the same by their name, else in their order.
    pub(super) fn of(section: &Section, old: &'a [Value], new: &[Value]) -> Self {
        let mut pairs = Self { old, of: vec![None; new.len()] };
        let by = |field: &'static str| {
            move |old: &Value, new: &Value| {
                let value = |row: &Value| row.get(field).filter(|it| !it.is_blank()).cloned();
                value(old).is_some() && value(old) == value(new)
            }
        };
        let named = items::name_field(section).map(|(name, _)| name.to_owned()).unwrap_or_default();
        let is_named = |old: &Value, new: &Value| {
            old.get(&named).is_some_and(|it| !it.is_blank() && new.get(&named) == Some(it))
        };
        pairs.take(new, &|old, new| old == new);
        if section.fields.contains_key(items::FILE) {
            pairs.take(new, &by(items::FILE));
            pairs.take(new, &by(items::TYPE));
        } else {
            pairs.take(new, &is_named);
            pairs.take(new, &|_, _| true);
        }
        pairs
    }

    fn take(&mut self, new: &[Value], same: Same<'_>) {
        for (place, row) in new.iter().enumerate() {
            if self.of[place].is_some() {
                continue;
            }
            let is_free = |old: &usize| !self.of.contains(&Some(*old));
            let mut free = (0..self.old.len()).filter(is_free);
            self.of[place] = free.find(|old| same(&self.old[*old], row));
        }
    }

    /// The earlier row of the row at this place.
    pub(super) fn before(&self, place: usize) -> Option<&'a Value> {
        self.of.get(place).copied().flatten().and_then(|old| self.old.get(old))
    }

    /// How many rows there are no more.
    pub(super) fn gone(&self) -> usize {
        self.old.len() - self.of.iter().flatten().count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::samples;

    fn attachment(kind: &str, file: &str) -> Value {
        let text = |text: &str| Value::Text(text.to_owned());
        let fields = [("type", text(kind)), ("file", Value::List(vec![text(file)]))];
        Value::Map(fields.map(|(name, value)| (name.to_owned(), value)).into())
    }

    /// R116
    #[test]
    fn an_attachment_that_was_replaced_is_compared_with_the_one_it_replaces() {
        let definition = samples::definition("declaration");
        let section = &definition.form.sections["attachments"];
        let old = [
            attachment("id_card_front", "1"),
            attachment("commitment", "2"),
            attachment("current_title_certificate", "3"),
        ];
        // 承诺书 was taken out and put in anew, so it stands last.
        let new = [old[0].clone(), old[2].clone(), attachment("commitment", "4")];
        let pairs = Pairs::of(section, &old, &new);
        let before: Vec<_> = (0..3).map(|place| pairs.before(place)).collect();
        assert_eq!(before, [Some(&old[0]), Some(&old[2]), Some(&old[1])]);
        assert_eq!(pairs.gone(), 0);
        let pairs = Pairs::of(section, &old, &new[..1]);
        assert_eq!(pairs.gone(), 2);
        let other = [attachment("other", "9")];
        assert_eq!(Pairs::of(section, &old, &other).before(0), None);
    }

    #[test]
    fn a_row_that_was_put_before_others_is_the_new_one() {
        let definition = samples::definition("declaration");
        let section = &definition.form.sections["appointments"];
        let row = |title: &str, level: &str| {
            let text = |text: &str| Value::Text(text.to_owned());
            let fields = [("title", text(title)), ("level", text(level))];
            Value::Map(fields.map(|(name, value)| (name.to_owned(), value)).into())
        };
        let old = [row("一级教师", "middle"), row("二级教师", "assistant")];
        let new = [row("三级教师", "entry"), row("一级教师", "senior_assoc"), old[1].clone()];
        let pairs = Pairs::of(section, &old, &new);
        let before: Vec<_> = (0..3).map(|place| pairs.before(place)).collect();
        assert_eq!(before, [None, Some(&old[0]), Some(&old[1])]);
    }
}
