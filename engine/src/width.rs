//! Characters as Chinese input methods make them.

/// Full-width ASCII (`０` to `ｚ`, `－`, `＠`, the wide blank and the like) as ASCII; anything else as
/// it is.
#[must_use]
pub fn half_width(character: char) -> char {
    match u32::from(character) {
        code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(character),
        0x3000 => ' ',
        _ => character,
    }
}
