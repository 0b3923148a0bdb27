//! Reading what was typed into the forms of the desk: each text is made uniform and judged as the
//! engine judges form fields, with the reason told at its field.

use engine::{calendar::Moment, decision::read_text, definition::FieldKind};
use jiff::civil::Date;

use super::{Errors, Failure, stamp};

/// The day of a moment in Asia/Shanghai.
#[must_use]
pub fn today(now: Moment) -> Date {
    stamp::civil(now).date()
}

/// Reads the fields of one form.
#[derive(Debug)]
pub struct Reader {
    /// Today, for dates in numbers.
    pub today: Date,
    /// What is wrong so far.
    pub errors: Errors,
}

impl Reader {
    /// Nothing is wrong yet.
    #[must_use]
    pub fn new(now: Moment) -> Self {
        Self { today: today(now), errors: Errors::none() }
    }

    /// A text that may be empty. What cannot be read comes back as it was typed.
    pub fn optional(&mut self, name: &str, label: &str, typed: &str, kind: &FieldKind) -> String {
        match read_text(kind, typed, self.today) {
            Ok(text) => text,
            Err(why) => {
                self.errors.add(name, format!("{label}{why}"));
                typed.to_owned()
            }
        }
    }

    /// A text that must be there.
    pub fn required(&mut self, name: &str, label: &str, typed: &str, kind: &FieldKind) -> String {
        let text = self.optional(name, label, typed, kind);
        if text.is_empty() {
            self.errors.add(name, format!("请填写{label}"));
        }
        text
    }

    /// 姓名, with the interpunct as U+00B7 whichever of its likes was typed.
    pub fn person_name(&mut self, name: &str, typed: &str) -> String {
        let typed: String = typed
            .chars()
            .map(|character| match character {
                '•' | '・' | '‧' | '∙' | '．' | '⋅' => '·',
                other => other,
            })
            .collect();
        self.required(name, "姓名", &typed, &line(50))
    }
}

/// Refuses a form with a field that is not ours: no page of ours sends it.
///
/// # Errors
/// Naming the field.
pub fn refuse_unknown(pairs: &[(String, String)], ours: &[&str]) -> Result<(), Failure> {
    const ALWAYS: [&str; 3] = ["csrf", "key", "do"];
    let is_ours = |name: &str| ALWAYS.contains(&name) || ours.contains(&name);
    match pairs.iter().find(|(name, _)| !is_ours(name)) {
        None => Ok(()),
        Some((name, _)) => {
            let name: String = name.chars().take(40).collect();
            Err(Failure::Unprocessable(format!("表单里的「{name}」不能填写，没有保存任何内容。")))
        }
    }
}

/// One line of text.
#[must_use]
pub fn line(max: u32) -> FieldKind {
    FieldKind::Text { lines: 1, max, format: None }
}

/// Several lines of text.
#[must_use]
pub fn lines(max: u32) -> FieldKind {
    FieldKind::Text { lines: 3, max, format: None }
}

/// A text of a well-known format.
#[must_use]
pub fn format(format: engine::definition::TextFormat) -> FieldKind {
    FieldKind::Text { lines: 1, max: 200, format: Some(format) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader() -> Reader {
        Reader::new(Moment(1_785_297_600_000))
    }

    #[test]
    fn names_keep_rare_characters_and_one_interpunct() {
        let mut reader = reader();
        assert_eq!(reader.person_name("name", " 阿依古丽•买买提𠮷 "), "阿依古丽·买买提𠮷");
        assert!(reader.errors.is_empty());
    }

    #[test]
    fn what_is_wrong_is_told_at_the_field_and_nothing_typed_is_lost() {
        let mut reader = reader();
        assert_eq!(reader.required("note", "申请说明", "  ", &lines(5)), "");
        assert_eq!(reader.errors.of("note"), Some("请填写申请说明"));
        assert_eq!(reader.optional("address", "联系地址", "a\u{202e}b", &line(9)), "a\u{202e}b");
        assert!(reader.errors.of("address").is_some_and(|say| say.contains("U+202E")));
    }
}
