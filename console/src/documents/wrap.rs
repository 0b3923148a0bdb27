//! Breaking text into lines as Chinese is set: anywhere between characters, but no line begins with
//! a closing mark or ends with an opening one, and Latin words and numbers stay whole.

/// How wide characters are.
pub(super) trait Measure {
    /// The width of a character, in parts of the size.
    fn width(&self, character: char) -> f32;

    /// The width of a text.
    fn width_of(&self, text: &str) -> f32 {
        text.chars().map(|character| self.width(character)).sum()
    }
}

/// No line begins with one of these.
const CLOSING: &str = "，。、；：？！）》〉」』】〕…—％,.;:?!)]}%·”’";
/// No line ends with one of these.
const OPENING: &str = "（《〈「『【〔([{“‘";

/// The lines of a text that is `width` wide, both in parts of the size; always at least one.
pub(super) fn lines(text: &str, width: f32, measure: &impl Measure) -> Vec<String> {
    text.split('\n').flat_map(|paragraph| paragraph_lines(paragraph, width, measure)).collect()
}

fn paragraph_lines(text: &str, width: f32, measure: &impl Measure) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0.0;
    for piece in pieces(text, width, measure) {
        let wide = measure.width_of(&piece);
        if used + wide > width && !line.is_empty() {
            lines.push(line.trim_end().to_owned());
            line.clear();
            used = 0.0;
            if piece.trim().is_empty() {
                continue;
            }
        }
        line.push_str(&piece);
        used += wide;
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// What must not be parted: words, numbers, and marks with what they belong to. What would not fit
/// a whole line is parted all the same.
fn pieces(text: &str, width: f32, measure: &impl Measure) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut is_word = false;
    for character in text.chars() {
        let is_latin = character.is_ascii_graphic() || ('\u{C0}'..='\u{24F}').contains(&character);
        let last = pieces.last_mut();
        let joins = last.as_ref().is_some_and(|last| {
            let end = last.chars().next_back().unwrap_or_default();
            (is_word && is_latin) || CLOSING.contains(character) || OPENING.contains(end)
        });
        let fits = last
            .as_ref()
            .is_some_and(|last| measure.width_of(last) + measure.width(character) <= width);
        match last {
            Some(last) if joins && fits => last.push(character),
            Some(_) | None => pieces.push(character.to_string()),
        }
        is_word = is_latin && !CLOSING.contains(character);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Latin is half as wide as Chinese.
    struct Half;

    impl Measure for Half {
        fn width(&self, character: char) -> f32 {
            if character.is_ascii() { 0.5 } else { 1.0 }
        }
    }

    fn broken(text: &str, width: f32) -> String {
        lines(text, width, &Half).join("|")
    }

    #[test]
    fn no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() {
        assert_eq!(broken("一二三四，五六", 4.0), "一二三|四，五六");
        assert_eq!(broken("一二三（四五）六", 4.0), "一二三|（四五）|六");
        assert_eq!(broken("一二三四。", 4.0), "一二三|四。");
    }

    #[test]
    fn words_and_numbers_stay_whole_unless_they_fill_a_line() {
        assert_eq!(broken("在 Journal 上 2026 年", 4.0), "在|Journal|上 2026|年");
        assert_eq!(broken("abcdefghijkl", 3.0), "abcdef|ghijkl");
    }

    #[test]
    fn line_ends_are_kept_and_nothing_is_lost() {
        assert_eq!(broken("一\n\n二", 4.0), "一||二");
        assert_eq!(broken("", 4.0), "");
        let text = "甲、乙（丙）“丁”：abc-def，2026.01—2026.12。".repeat(9);
        let plain = |text: &str| text.replace([' ', '|'], "");
        for width in [1.0, 2.5, 7.0, 40.0] {
            assert_eq!(plain(&broken(&text, width)), plain(&text), "{width}");
        }
    }
}
