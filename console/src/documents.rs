//! The documents that a case gives: plain data becomes a sheet, a sheet becomes a PDF or a page to
//! print. Nothing here knows cases, pages or jobs.
//!
//! Reading order: `review_form` (what stands in it), `printed` (what a workflow prints), `sheet` (headings, paragraphs, tables),
//! `layout` (pages), `pdf` and `font` (the only files that know the PDF library).

mod font;
mod layout;
mod pdf;
pub mod printed;
pub mod review_form;
pub mod sheet;
mod wrap;

pub use font::{FontError, Fonts};
pub use sheet::Sheet;

/// A sheet as a PDF.
///
/// # Errors
/// When no font has the common characters in it; rare ones are marked, and told of at its end.
pub fn pdf(sheet: &Sheet, fonts: &Fonts) -> Result<Vec<u8>, FontError> {
    // The words that layout adds are to be in the font, too.
    const OWN: &str = "第页共（续）0123456789 ";
    let faces = fonts.for_text(sheet.texts().chain([OWN]))?;
    let pages = match faces.note() {
        None => layout::lay_out(sheet, &faces),
        Some(text) => {
            let mut sheet = sheet.clone();
            sheet.blocks.push(sheet::Block::Paragraph { text });
            layout::lay_out(&sheet, &faces)
        }
    };
    Ok(pdf::write(&sheet.title, &pages, &faces))
}
