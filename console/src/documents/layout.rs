//! Laying a sheet out on pages of A4: rows and cells that span, long texts that go on over the page,
//! headings that stand again, and the number of each page. All lengths are millimetres from the
//! upper left corner.

mod code;
mod table;

use super::{
    sheet::{Block, Picture, Sheet},
    wrap::{Measure, lines},
};

pub(super) const PAGE_WIDTH: f32 = 210.0;
pub(super) const PAGE_HEIGHT: f32 = 297.0;
const LEFT: f32 = 20.0;
const TOP: f32 = 18.0;
const BOTTOM: f32 = 277.0;
const WIDTH: f32 = PAGE_WIDTH - 2.0 * LEFT;
/// One point of type.
const POINT: f32 = 0.352_778;
/// The size of running text: 五号.
const BODY: f32 = 10.5;
const SMALL: f32 = 9.0;
const HEADING: f32 = 14.0;
const TITLE: f32 = 30.0;
const SHORT_TITLE: f32 = 22.0;
/// From line to line, as a multiple of the size.
const LEADING: f32 = 1.45;

/// Something on a page.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mark {
    /// A line of text; `y` is its base line.
    Text { x: f32, y: f32, size: f32, text: String, look: Look },
    /// A picture; `y` is its lower edge.
    Picture { x: f32, y: f32, wide: f32, high: f32, picture: Picture },
    /// A rule.
    Rule { from: (f32, f32), to: (f32, f32) },
    /// A black field.
    Field { at: (f32, f32), size: (f32, f32) },
}

/// How text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    Plain,
    Strong,
    /// Across the page, pale.
    Pale,
}

/// The pages of a sheet.
pub(super) fn lay_out(sheet: &Sheet, measure: &impl Measure) -> Vec<Vec<Mark>> {
    let mut paper = Paper { measure, pages: vec![Vec::new()], y: TOP };
    for block in &sheet.blocks {
        match block {
            Block::Cover { title, lines, printed } => paper.cover(title, lines, printed),
            Block::Title { text } => paper.title(text),
            Block::Heading { text } => paper.heading(text),
            Block::Paragraph { text } => paper.paragraph(text),
            Block::Signed { text } => paper.signed(text),
            Block::Code { scanned, lines } => code::place(&mut paper, scanned, lines),
            Block::Table(table) => table::place(&mut paper, table),
            Block::PageBreak => paper.next_page(),
        }
    }
    paper.finish(sheet)
}

/// The paper being written on.
struct Paper<'m, M> {
    measure: &'m M,
    pages: Vec<Vec<Mark>>,
    /// Where the next thing begins.
    y: f32,
}

/// How high a line of this size is.
fn line_height(size: f32) -> f32 {
    size * POINT * LEADING
}

impl<M: Measure> Paper<'_, M> {
    fn room(&self) -> f32 {
        BOTTOM - self.y
    }

    fn next_page(&mut self) {
        if self.pages.last().is_some_and(|page| !page.is_empty()) {
            self.pages.push(Vec::new());
        }
        self.y = TOP;
    }

    fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.pages.last_mut() {
            page.push(mark);
        }
    }

    /// One line whose upper edge is at `y`.
    fn line(&mut self, x: f32, y: f32, size: f32, text: &str, look: Look) {
        if !text.is_empty() {
            // The base line lies so that the character stands in the middle of its line.
            let y = y + line_height(size) / 2.0 + size * POINT * 0.36;
            self.mark(Mark::Text { x, y, size, text: text.to_owned(), look });
        }
    }

    fn wide(&self, text: &str, size: f32) -> f32 {
        self.measure.width_of(text) * size * POINT
    }

    fn lines(&self, text: &str, width: f32, size: f32) -> Vec<String> {
        lines(text, width / (size * POINT), self.measure)
    }

    fn centred(&mut self, (x, width): (f32, f32), y: f32, size: f32, text: &str, look: Look) {
        let x = x + (width - self.wide(text, size)) / 2.0;
        self.line(x, y, size, text, look);
    }

    fn heading(&mut self, text: &str) {
        let high = line_height(HEADING);
        // A heading does not stand alone at the end of a page.
        if self.room() < high + 30.0 {
            self.next_page();
        }
        self.y += 3.0;
        let y = self.y;
        self.centred((LEFT, WIDTH), y, HEADING, text, Look::Strong);
        self.y += high + 2.0;
    }

    fn paragraph(&mut self, text: &str) {
        let high = line_height(BODY);
        for line in self.lines(text, WIDTH, BODY) {
            if self.room() < high {
                self.next_page();
            }
            let y = self.y;
            self.line(LEFT, y, BODY, &line, Look::Plain);
            self.y += high;
        }
        self.y += 2.0;
    }

    fn title(&mut self, text: &str) {
        self.y += 8.0;
        for line in self.lines(text, WIDTH, SHORT_TITLE) {
            let y = self.y;
            self.centred((LEFT, WIDTH), y, SHORT_TITLE, &line, Look::Strong);
            self.y += line_height(SHORT_TITLE);
        }
        self.y += 8.0;
    }

    fn signed(&mut self, text: &str) {
        let high = line_height(BODY) + 2.0;
        if self.room() < high {
            self.next_page();
        }
        let (x, y) = (LEFT + WIDTH - 6.0 - self.wide(text, BODY), self.y + 2.0);
        self.line(x, y, BODY, text, Look::Plain);
        self.y += high;
    }

    fn cover(&mut self, title: &str, rows: &[(String, String)], printed: &[String]) {
        self.y = 52.0;
        for line in self.lines(title, WIDTH, TITLE) {
            let y = self.y;
            self.centred((LEFT, WIDTH), y, TITLE, &line, Look::Strong);
            self.y += line_height(TITLE);
        }
        self.y += 26.0;
        let size = 14.0;
        let (label_at, value_at, value_wide) = (LEFT + 18.0, LEFT + 62.0, 90.0);
        for (label, value) in rows {
            let values = self.lines(value, value_wide, size);
            let y = self.y;
            self.line(label_at, y, size, label, Look::Plain);
            for line in values {
                let y = self.y;
                self.line(value_at + 1.0, y, size, &line, Look::Plain);
                self.y += line_height(size);
                let y = self.y - 0.4;
                let to = (value_at + value_wide, y);
                self.mark(Mark::Rule { from: (value_at, y), to });
            }
            self.y += 4.5;
        }
        self.y = BOTTOM - 26.0;
        for line in printed {
            let y = self.y;
            self.centred((LEFT, WIDTH), y, size, line, Look::Plain);
            self.y += line_height(size) + 1.0;
        }
        self.next_page();
    }

    /// Foot and number of every page.
    fn finish(mut self, sheet: &Sheet) -> Vec<Vec<Mark>> {
        if self.pages.last().is_some_and(Vec::is_empty) {
            self.pages.pop();
        }
        let count = self.pages.len();
        let mut pages = std::mem::take(&mut self.pages);
        for (index, page) in pages.iter_mut().enumerate() {
            self.pages = vec![std::mem::take(page)];
            let number = format!("第 {} 页，共 {count} 页", index + 1);
            let right = LEFT + WIDTH - self.wide(&number, SMALL);
            self.line(LEFT, 281.0, SMALL, &sheet.foot, Look::Plain);
            self.line(right, 281.0, SMALL, &number, Look::Plain);
            if !sheet.across.is_empty() {
                let x = (PAGE_WIDTH - self.wide(&sheet.across, 90.0)) / 2.0;
                let text = sheet.across.clone();
                let mark = Mark::Text { x, y: 165.0, size: 90.0, text, look: Look::Pale };
                self.pages[0].insert(0, mark);
            }
            *page = self.pages.pop().unwrap_or_default();
        }
        pages
    }
}

#[cfg(test)]
mod tests;
