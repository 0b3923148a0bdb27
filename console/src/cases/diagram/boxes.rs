//! A box of a picture: a state's name in one line or two, and a short note under it.

use std::fmt::Write as _;

/// How high a box is.
pub(super) const HEIGHT: i32 = 58;
/// So many characters fit a line of a box, and two lines fit it.
const LINE: usize = 8;

/// Writes a box whose upper left corner is here.
pub(super) fn write(
    svg: &mut String,
    class: &str,
    (x, y, width): (i32, i32, i32),
    (name, note): (&str, &str),
) {
    let (middle, lines) = (x + width / 2, lines(name));
    // Writing to a String cannot fail.
    let _ = write!(
        svg,
        "<g class=\"{class}\"><rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{HEIGHT}\" \
         rx=\"6\"/>"
    );
    let (first, note_at) = if lines.len() == 1 { (25, 45) } else { (18, 52) };
    for (line, at) in lines.iter().zip([y + first, y + first + 17]) {
        let _ = write!(svg, "<text x=\"{middle}\" y=\"{at}\">{}</text>", escape(line));
    }
    let (note, at) = (escape(note), y + note_at);
    let _ = write!(svg, "<text class=\"t2\" x=\"{middle}\" y=\"{at}\">{note}</text></g>");
}

/// A name in one line or, where it is longer, in two of much the same length; what is longer still
/// ends in `…`: the list says it whole.
pub(super) fn lines(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    if letters.len() <= LINE {
        return vec![name.to_owned()];
    }
    let first = letters.len().div_ceil(2).min(LINE);
    let second = &letters[first..];
    let second = if second.len() > LINE {
        second[..LINE - 1].iter().chain(&['…']).collect()
    } else {
        second.iter().collect()
    };
    vec![letters[..first].iter().collect(), second]
}

/// Names come from workflows: they are text, never markup.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_stand_in_two_lines_and_only_what_fits_neither_is_cut() {
        assert_eq!(lines("待单位审核"), ["待单位审核"]);
        assert_eq!(lines("待评委会组建单位受理"), ["待评委会组", "建单位受理"]);
        assert_eq!(
            lines("一二三四五六七八九十一二三四五六七八"),
            ["一二三四五六七八", "九十一二三四五…"]
        );
    }
}
