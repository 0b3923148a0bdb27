//! A letter: its text is part of the definition, its values come from the case. A misspelt name is
//! an error, not an empty place, and a text that never ends runs out of fuel.

use minijinja::{AutoEscape, Environment, ErrorKind, UndefinedBehavior, Value};

use crate::records::preferences::LetterKind;

/// How much one letter may compute.
const FUEL: u64 = 50_000;

/// The word before the subject in the first line of a letter.
const SUBJECT: &str = "主题：";
/// The word before the kind of a letter, in a line of its own below the subject.
const KIND: &str = "类别：";

/// A letter as one person reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// One line.
    pub subject: String,
    /// What kind the letter says that it is.
    pub kind: Option<LetterKind>,
    /// Paragraphs, parted by empty lines.
    pub body: String,
}

/// A letter that cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum LetterFault {
    /// The text does not begin with `主题：…` and an empty line.
    #[error("a letter begins with a line 主题：… and an empty line")]
    Shape,
    /// The template does not fit the values.
    #[error("the letter cannot be rendered: {0}")]
    Render(#[from] minijinja::Error),
    /// A value put a line break or another control into the subject.
    #[error("the subject would hold a line break or another control character")]
    Subject,
}

/// Writes a letter with the values of `context`.
pub fn write(text: &str, context: &Value) -> Result<Letter, LetterFault> {
    let (subject, kind, body) = parts(text)?;
    let environment = environment();
    let subject = environment.render_str(subject, context)?;
    if subject.chars().any(char::is_control) {
        return Err(LetterFault::Subject);
    }
    let body = environment.render_str(body, context)?;
    Ok(Letter { subject: subject.trim().to_owned(), kind, body: body.trim().to_owned() })
}

/// The subject, the kind and the body of a letter's text.
fn parts(text: &str) -> Result<(&str, Option<LetterKind>, &str), LetterFault> {
    let (first, mut rest) = text.split_once('\n').ok_or(LetterFault::Shape)?;
    let subject = first.trim_end().strip_prefix(SUBJECT).ok_or(LetterFault::Shape)?;
    let mut kind = None;
    if let Some((word, after)) = rest.strip_prefix(KIND).and_then(|rest| rest.split_once('\n')) {
        kind = Some(kind_of(word.trim()).ok_or(LetterFault::Shape)?);
        rest = after;
    }
    let rest = rest.strip_prefix('\r').unwrap_or(rest);
    let body = rest.strip_prefix('\n').ok_or(LetterFault::Shape)?;
    Ok((subject, kind, body))
}

fn kind_of(word: &str) -> Option<LetterKind> {
    match word {
        "结果" => Some(LetterKind::Result),
        "期限" => Some(LetterKind::Deadline),
        "办理" => Some(LetterKind::Work),
        _ => None,
    }
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment.set_fuel(Some(FUEL));
    environment.add_filter("date", date);
    environment
}

/// A day in words, from a date as values write it: `2026-11-25` is `2026 年 11 月 25 日`.
fn date(text: &str) -> Result<String, minijinja::Error> {
    let date: jiff::civil::Date = text.parse().map_err(|error| {
        minijinja::Error::new(ErrorKind::InvalidOperation, "not a date").with_source(error)
    })?;
    Ok(format!("{} 年 {} 月 {} 日", date.year(), date.month(), date.day()))
}

#[cfg(test)]
mod tests {
    use minijinja::context;

    use super::*;

    #[test]
    fn a_letter_has_a_subject_and_a_body() {
        let text = "主题：您与{{ unit.name }}的绑定\n\n{{ who }}您好：\n\n{{ day | date }}。\n";
        let context = context! {
            unit => context! { name => "示例 A&B 中学" }, who => "测试一号", day => "2026-11-25"
        };
        assert_eq!(
            write(text, &context).expect("a letter"),
            Letter {
                subject: "您与示例 A&B 中学的绑定".to_owned(),
                kind: None,
                body: "测试一号您好：\n\n2026 年 11 月 25 日。".to_owned(),
            }
        );
    }

    #[test]
    fn a_letter_may_say_its_kind() {
        let letter =
            write("主题：快到期了\n类别：期限\n\n请处理。\n", &context! {}).expect("a letter");
        assert_eq!((letter.kind, letter.body.as_str()), (Some(LetterKind::Deadline), "请处理。"));
        let unknown = write("主题：x\n类别：其他\n\n正文\n", &context! {});
        assert!(matches!(unknown, Err(LetterFault::Shape)), "{unknown:?}");
    }

    #[test]
    fn a_value_cannot_add_a_header() {
        let context = context! { name => "测试\r\nBcc: all@example.org" };
        let refused = write("主题：{{ name }}\n\n正文\n", &context);
        assert!(matches!(refused, Err(LetterFault::Subject)), "{refused:?}");
    }

    #[test]
    fn a_misspelt_name_an_endless_text_and_a_text_without_subject_are_refused() {
        let refused = write("主题：{{ nmae }}\n\n正文\n", &context! { name => "" });
        assert!(matches!(refused, Err(LetterFault::Render(_))), "{refused:?}");
        let endless = "主题：x\n\n{% for x in many %}{% for y in many %}.{% endfor %}{% endfor %}";
        let many: Vec<i64> = (0..1_000).collect();
        let refused = write(endless, &context! { many });
        assert!(matches!(refused, Err(LetterFault::Render(_))), "{refused:?}");
        assert!(matches!(write("您好\n\n正文", &context! {}), Err(LetterFault::Shape)));
        assert!(matches!(write("主题：一\n正文", &context! {}), Err(LetterFault::Shape)));
    }
}
