//! Marks on pages as a PDF: selectable text in subset fonts.

use std::collections::BTreeMap;

use printpdf::{
    Color, DictItem, ExternalStream, ExternalXObject, FontId, Line, LinePoint, Mm, Op, PaintMode,
    PdfDocument, PdfFontHandle, PdfPage, PdfSaveOptions, Point, Polygon, PolygonRing, Pt, Rgb,
    TextItem, TextRenderingMode, WindingOrder, XObjectId, XObjectTransform,
};

use super::{
    font::FaceSet,
    layout::{Look, Mark, PAGE_HEIGHT, PAGE_WIDTH},
    sheet::Picture,
};

/// How thick rules are.
const RULE: f32 = 0.5;
/// How much thicker strong text is.
const STRONG: f32 = 0.35;

/// Writes pages.
pub(super) fn write(title: &str, pages: &[Vec<Mark>], faces: &FaceSet) -> Vec<u8> {
    let mut document = PdfDocument::new(title);
    let fonts: Vec<FontId> = faces.faces.iter().map(|face| document.add_font(&face.font)).collect();
    let mut made = Vec::with_capacity(pages.len());
    for marks in pages {
        let mut operations = vec![Op::SetOutlineThickness { pt: Pt(RULE) }];
        for mark in marks {
            match mark {
                Mark::Picture { x, y, wide, high, picture } => {
                    let id = document.add_xobject(&embedded(picture));
                    operations.push(placed(id, (*x, *y), (*wide, *high)));
                }
                Mark::Rule { .. } | Mark::Field { .. } | Mark::Text { .. } => {
                    draw(&mut operations, mark, faces, &fonts)
                }
            }
        }
        made.push(PdfPage::new(Mm(PAGE_WIDTH), Mm(PAGE_HEIGHT), operations));
    }
    let options = PdfSaveOptions { image_optimization: None, ..PdfSaveOptions::default() };
    document.with_pages(made).save(&options, &mut Vec::new())
}

fn point(x: f32, y: f32) -> Point {
    Point::new(Mm(x), Mm(PAGE_HEIGHT - y))
}

fn grey(part: f32) -> Color {
    Color::Rgb(Rgb { r: part, g: part, b: part, icc_profile: None })
}

/// A JPEG goes into a PDF as it is.
fn embedded(picture: &Picture) -> ExternalXObject {
    let name = |text: &str| DictItem::Name(text.as_bytes().to_vec());
    let dict = [
        ("Type", name("XObject")),
        ("Subtype", name("Image")),
        ("Width", DictItem::Int(picture.width.into())),
        ("Height", DictItem::Int(picture.height.into())),
        ("ColorSpace", name("DeviceRGB")),
        ("BitsPerComponent", DictItem::Int(8)),
        ("Filter", name("DCTDecode")),
    ];
    let dict: BTreeMap<_, _> = dict.into_iter().map(|(key, it)| (key.to_owned(), it)).collect();
    let stream = ExternalStream { dict, content: picture.jpeg.to_vec(), compress: false };
    ExternalXObject { stream, width: None, height: None, dpi: None }
}

/// A picture, which is one unit wide and high, in its place.
fn placed(id: XObjectId, (x, y): (f32, f32), (wide, high): (f32, f32)) -> Op {
    let at = point(x, y);
    let transform = XObjectTransform {
        translate_x: Some(at.x),
        translate_y: Some(at.y),
        scale_x: Some(Pt::from(Mm(wide)).0),
        scale_y: Some(Pt::from(Mm(high)).0),
        no_auto_scale: true,
        ..XObjectTransform::default()
    };
    Op::UseXobject { id, transform }
}

fn draw(operations: &mut Vec<Op>, mark: &Mark, faces: &FaceSet, fonts: &[FontId]) {
    match mark {
        Mark::Rule { from, to } => {
            let end = |(x, y): (f32, f32)| LinePoint { p: point(x, y), bezier: false };
            let line = Line { points: vec![end(*from), end(*to)], is_closed: false };
            operations.push(Op::DrawLine { line });
        }
        Mark::Picture { .. } => {}
        Mark::Field { at, size } => {
            operations.push(Op::SetFillColor { col: grey(0.0) });
            let corners = [(0.0, 0.0), (size.0, 0.0), (size.0, size.1), (0.0, size.1)];
            let corner =
                |(x, y): (f32, f32)| LinePoint { p: point(at.0 + x, at.1 + y), bezier: false };
            let ring = PolygonRing { points: corners.map(corner).to_vec() };
            let (mode, winding_order) = (PaintMode::Fill, WindingOrder::NonZero);
            let polygon = Polygon { rings: vec![ring], mode, winding_order };
            operations.push(Op::DrawPolygon { polygon });
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
    for character in text.chars().filter_map(|character| faces.shown(character)) {
        let face = faces.index_for(character);
        match runs.last_mut() {
            Some((last, run)) if *last == face => run.push(character),
            Some(_) | None => runs.push((face, character.to_string())),
        }
    }
    runs
}
