//! A code to be scanned: black fields on white, with the words beside it for who cannot scan.

use qrcode::{Color, EcLevel, QrCode};

use super::{BODY, LEFT, Look, Mark, Paper, line_height};
use crate::documents::wrap::Measure;

/// How wide the code is.
const SIDE: f32 = 30.0;
/// The white around it that scanners need.
const QUIET: f32 = 3.0;

/// Draws the code at the left, its lines at its right.
pub(super) fn place<M: Measure>(paper: &mut Paper<'_, M>, scanned: &str, lines: &[String]) {
    if paper.room() < SIDE + 2.0 * QUIET {
        paper.next_page();
    }
    let (left, top) = (LEFT + QUIET, paper.y + QUIET);
    // What is too long for a code is still read in the lines.
    if let Ok(code) = QrCode::with_error_correction_level(scanned, EcLevel::M) {
        for (at, size) in fields(&code) {
            let at = (left + at.0, top + at.1);
            paper.mark(Mark::Field { at, size });
        }
    }
    let mut y = top + 2.0;
    for line in lines {
        paper.line(left + SIDE + 6.0, y, BODY, line, Look::Plain);
        y += line_height(BODY) + 1.0;
    }
    paper.y += SIDE + 2.0 * QUIET;
}

type Place = (f32, f32);

/// The black runs of each row: where from the upper left corner, and how large.
fn fields(code: &QrCode) -> Vec<(Place, Place)> {
    let wide = code.width();
    let module = SIDE / f32::from(u16::try_from(wide).unwrap_or(u16::MAX));
    let along = |count: usize| f32::from(u16::try_from(count).unwrap_or(u16::MAX)) * module;
    let mut fields = Vec::new();
    for (row, colors) in code.to_colors().chunks(wide).enumerate() {
        let mut from = None;
        for column in 0..=wide {
            let is_dark = colors.get(column).is_some_and(|color| *color == Color::Dark);
            match (from, is_dark) {
                (None, true) => from = Some(column),
                (Some(first), false) => {
                    fields.push(((along(first), along(row)), (along(column - first), module)));
                    from = None;
                }
                (None, false) | (Some(_), true) => {}
            }
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runs_are_the_dark_modules() {
        let code = QrCode::with_error_correction_level("https://zp/verify", EcLevel::M).unwrap();
        let module = SIDE / f32::from(u16::try_from(code.width()).unwrap());
        let dark = code.to_colors().iter().filter(|color| **color == Color::Dark).count();
        let drawn: f32 = fields(&code).iter().map(|(_, size)| size.0 / module).sum();
        assert!((drawn - f32::from(u16::try_from(dark).unwrap())).abs() < 0.5);
        assert!(fields(&code).iter().all(|(at, size)| at.0 + size.0 <= SIDE + 0.01));
    }
}
