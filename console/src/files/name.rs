//! Names of uploaded files are data that people read; here they are cleaned, and written into the
//! header that offers a download.

use std::fmt::Write as _;

/// Longest name kept, in characters.
const LONGEST: usize = 120;

/// The name as it is kept and shown: the last part of a path, without controls and without marks
/// that change the direction of writing, of a bounded length with its extension kept.
#[must_use]
pub(super) fn clean(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|&letter| !is_hidden(letter)).collect();
    let kept = kept.trim().trim_start_matches('.').trim();
    if kept.is_empty() {
        return "未命名文件".to_owned();
    }
    let count = kept.chars().count();
    if count <= LONGEST {
        return kept.to_owned();
    }
    let extension = extension(kept).map(|text| format!(".{text}")).unwrap_or_default();
    let stem = LONGEST.saturating_sub(extension.chars().count() + 1);
    kept.chars().take(stem).chain(['…']).chain(extension.chars()).collect()
}

/// The extension in lower case, if the name has one that could be one.
#[must_use]
pub(super) fn extension(name: &str) -> Option<String> {
    let (stem, extension) = name.rsplit_once('.')?;
    let fits = !stem.is_empty()
        && (1..=8).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    fits.then(|| extension.to_ascii_lowercase())
}

/// The value of `Content-Disposition` for this name (RFC 6266, RFC 8187).
#[must_use]
pub fn disposition(name: &str, inline: Disposition) -> String {
    let mut header = match inline {
        Disposition::Inline => "inline".to_owned(),
        Disposition::Attachment => "attachment".to_owned(),
    };
    header.push_str("; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
            header.push(char::from(byte));
        } else {
            let _ = write!(header, "%{byte:02X}");
        }
    }
    header
}

/// Whether the browser shows a file or offers to save it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disposition {
    /// Shown in the page's place.
    Inline,
    /// Saved.
    Attachment,
}

/// Controls, and marks that hide or turn letters around (bidi, zero width, byte-order).
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{061c}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{2069}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_never_a_path() {
        assert_eq!(clean("../../etc/passwd"), "passwd");
        assert_eq!(clean("C:\\图片\\证书.jpg"), "证书.jpg");
        assert_eq!(clean(".."), "未命名文件");
        assert_eq!(clean("a\0b\r\nc.pdf"), "abc.pdf");
        assert_eq!(clean("证书\u{202e}gpj.exe"), "证书gpj.exe");
    }

    #[test]
    fn a_long_name_keeps_its_extension() {
        let cleaned = clean(&format!("{}.pdf", "长".repeat(300)));
        assert_eq!(cleaned.chars().count(), LONGEST);
        assert!(cleaned.ends_with("….pdf"), "{cleaned}");
    }

    #[test]
    fn the_header_is_ascii_whatever_the_name() {
        assert_eq!(
            disposition("证 \"1\".pdf", Disposition::Attachment),
            "attachment; filename*=UTF-8''%E8%AF%81%20%221%22.pdf"
        );
    }
}
