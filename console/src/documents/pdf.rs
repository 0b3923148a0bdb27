//! Marks on pages as a PDF: selectable text in subset fonts.

use printpdf::{
    Color, FontId, Line, LinePoint, Mm, Op, PdfDocument, PdfFontHandle, PdfPage, PdfSaveOptions,
    Point, Pt, Rgb, TextItem, TextRenderingMode,
};

use super::{
    font::FaceSet,
    layout::{Look, Mark, PAGE_HEIGHT, PAGE_WIDTH},
};

/// How thick rules are.
const RULE: f32 = 0.5;
/// How much thicker strong text is.
const STRONG: f32 = 0.35;

/// Writes pages.
pub(super) fn write(title: &str, pages: &[Vec<Mark>], faces: &FaceSet) -> Vec<u8> {
    let mut document = PdfDocument::new(title);
    let fonts: Vec<FontId> = faces.faces.iter().map(|face| document.add_font(&face.font)).collect();
    let page = |marks: &Vec<Mark>| {
        let mut operations = vec![Op::SetOutlineThickness { pt: Pt(RULE) }];
        for mark in marks {
            draw(&mut operations, mark, faces, &fonts);
        }
        PdfPage::new(Mm(PAGE_WIDTH), Mm(PAGE_HEIGHT), operations)
    };
    let pages = pages.iter().map(page).collect();
    let options = PdfSaveOptions { image_optimization: None, ..PdfSaveOptions::default() };
    document.with_pages(pages).save(&options, &mut Vec::new())
}

fn point(x: f32, y: f32) -> Point {
    Point::new(Mm(x), Mm(PAGE_HEIGHT - y))
}

fn grey(part: f32) -> Color {
    Color::Rgb(Rgb { r: part, g: part, b: part, icc_profile: None })
}

fn draw(operations: &mut Vec<Op>, mark: &Mark, faces: &FaceSet, fonts: &[FontId]) {
    match mark {
        Mark::Rule { from, to } => {
            let end = |(x, y): (f32, f32)| LinePoint { p: point(x, y), bezier: false };
            let line = Line { points: vec![end(*from), end(*to)], is_closed: false };
            operations.push(Op::DrawLine { line });
        }
        Mark::Text { x, y, size, text, look } => {
            operations.push(Op::StartTextSection);
            let col = grey(if *look == Look::Pale { 0.88 } else { 0.0 });
            operations.push(Op::SetFillColor { col });
            if *look == Look::Strong {
                operations.push(Op::SetOutlineThickness { pt: Pt(STRONG) });
                let mode = TextRenderingMode::FillStroke;
                operations.push(Op::SetTextRenderingMode { mode });
            }
            operations.push(Op::SetTextCursor { pos: point(*x, *y) });
            for (face, run) in runs(text, faces) {
                let Some(font) = fonts.get(face) else { continue };
                let font = PdfFontHandle::External(font.clone());
                operations.push(Op::SetFont { font, size: Pt(*size) });
                operations.push(Op::ShowText { items: vec![TextItem::Text(run)] });
            }
            if *look == Look::Strong {
                let mode = TextRenderingMode::Fill;
                operations.push(Op::SetTextRenderingMode { mode });
                operations.push(Op::SetOutlineThickness { pt: Pt(RULE) });
            }
            operations.push(Op::EndTextSection);
        }
    }
}

/// Runs of characters that are set in the same face.
fn runs(text: &str, faces: &FaceSet) -> Vec<(usize, String)> {
    let mut runs: Vec<(usize, String)> = Vec::new();
    for character in text.chars() {
        let face = faces.index_for(character);
        match runs.last_mut() {
            Some((last, run)) if *last == face => run.push(character),
            Some(_) | None => runs.push((face, character.to_string())),
        }
    }
    runs
}
