//! Browsers send every line end as CR LF. A text that nobody touched must stay as it was, byte for
//! byte, and one that was touched keeps the line ends it had.

/// The text that a browser sent, with the line ends of the text that it was shown.
#[must_use]
pub fn as_kept(sent: &str, known: &str) -> String {
    let plain = with_line_feeds(sent);
    if plain == with_line_feeds(known) {
        return known.to_owned();
    }
    let is_windows = known.contains("\r\n") && !known.replace("\r\n", "").contains(['\r', '\n']);
    if is_windows { plain.replace('\n', "\r\n") } else { plain }
}

fn with_line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_nobody_touched_stays_byte_for_byte() {
        for known in ["a\nb\n", "a\r\nb\r\n", "a\r\nb\n", "a\rb", "\n\n", "", "一\n"] {
            let sent = with_line_feeds(known).replace('\n', "\r\n");
            assert_eq!(as_kept(&sent, known), known, "{known:?}");
        }
    }

    #[test]
    fn a_touched_text_keeps_its_line_ends() {
        assert_eq!(as_kept("a\r\nc\r\n", "a\nb\n"), "a\nc\n");
        assert_eq!(as_kept("a\r\nc\r\n", "a\r\nb\r\n"), "a\r\nc\r\n");
        assert_eq!(as_kept("a\r\nc", ""), "a\nc");
    }
}
