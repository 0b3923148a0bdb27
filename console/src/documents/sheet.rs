//! A printed document before it is laid out: headings, paragraphs and tables of cells. The same
//! sheet becomes a PDF and a page for the browser.

use std::{fmt, io::Cursor, sync::Arc};

use serde::Serialize;

/// A document.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Sheet {
    /// Its title.
    pub title: String,
    /// What stands at the foot of every page, beside the page's number.
    pub foot: String,
    /// What stands across every page; may be empty.
    pub across: String,
    /// Its parts in order.
    pub blocks: Vec<Block>,
}

/// A part of a document.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Block {
    /// The title page: a title, and lines of label and value.
    Cover {
        /// The title, large.
        title: String,
        /// Label and value.
        lines: Vec<(String, String)>,
        /// Who printed it, and when.
        printed: Vec<String>,
    },
    /// The title of a short document, large and in the middle.
    Title {
        /// Its words.
        text: String,
    },
    /// A heading.
    Heading {
        /// Its words.
        text: String,
    },
    /// Running text.
    Paragraph {
        /// Its words; line ends are kept.
        text: String,
    },
    /// A line at the right: who signs, and when.
    Signed {
        /// Its words.
        text: String,
    },
    /// A picture to be scanned, with lines beside it.
    Code {
        /// What is scanned.
        scanned: String,
        /// What is read.
        lines: Vec<String>,
    },
    /// A table.
    Table(Table),
    /// What follows begins a page.
    PageBreak,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Table {
    /// What it is about: stands above it, again on every page.
    pub title: String,
    /// How wide its columns are, as parts of the whole.
    pub columns: Vec<f32>,
    /// Rows that stand again on every page.
    pub head: Vec<Row>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A row.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Row {
    /// Its cells, from the left.
    pub cells: Vec<Cell>,
    /// At least so high, in millimetres.
    pub height: f32,
}

/// A cell.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cell {
    /// What stands in it.
    pub text: String,
    /// How many columns it spans.
    pub across: usize,
    /// How many rows it spans.
    pub down: usize,
    /// How its text stands.
    pub stand: Stand,
    /// What stands at its lower edge, for signatures and seals.
    pub below: String,
    /// A picture that fills it; its text then stands nowhere.
    pub picture: Option<Picture>,
}

/// A photograph: a JPEG that stands upright.
#[derive(Clone, PartialEq, Serialize)]
pub struct Picture {
    /// The bytes.
    #[serde(skip)]
    pub jpeg: Arc<[u8]>,
    /// Its width in pixels.
    pub width: u32,
    /// Its height in pixels.
    pub height: u32,
    /// Where a browser finds it.
    pub href: String,
    /// What it shows.
    pub name: String,
}

impl Picture {
    /// The picture of these bytes; `None` where they are no JPEG.
    #[must_use]
    pub fn of_jpeg(jpeg: &[u8], name: &str, href: String) -> Option<Self> {
        let reader = image::ImageReader::with_format(Cursor::new(jpeg), image::ImageFormat::Jpeg);
        let (width, height) = reader.into_dimensions().ok()?;
        Some(Self { jpeg: jpeg.into(), width, height, href, name: name.to_owned() })
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Picture({}×{})", self.width, self.height)
    }
}

/// How the text of a cell stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stand {
    /// A label: in the middle.
    Label,
    /// A short value: in the middle of the height, from the left.
    #[default]
    Value,
    /// Running text: from the top.
    Text,
}

impl Cell {
    /// A label.
    pub fn label(text: impl Into<String>) -> Self {
        Self { stand: Stand::Label, ..Self::value(text) }
    }

    /// A short value.
    pub fn value(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            across: 1,
            down: 1,
            stand: Stand::Value,
            below: String::new(),
            picture: None,
        }
    }

    /// Running text.
    pub fn text(text: impl Into<String>) -> Self {
        Self { stand: Stand::Text, ..Self::value(text) }
    }

    /// Filled by a picture, where there is one.
    #[must_use]
    pub fn showing(mut self, picture: Option<Picture>) -> Self {
        self.picture = picture;
        self
    }

    /// Over so many columns.
    #[must_use]
    pub fn across(mut self, columns: usize) -> Self {
        self.across = columns;
        self
    }

    /// Over so many rows.
    #[must_use]
    pub fn down(mut self, rows: usize) -> Self {
        self.down = rows;
        self
    }

    /// With a line for signatures at its lower edge.
    #[must_use]
    pub fn below(mut self, text: impl Into<String>) -> Self {
        self.below = text.into();
        self
    }
}

impl Row {
    /// A row of these cells.
    #[must_use]
    pub fn of(cells: Vec<Cell>) -> Self {
        Self { cells, height: 0.0 }
    }

    /// At least so many millimetres high.
    #[must_use]
    pub fn high(mut self, millimetres: f32) -> Self {
        self.height = millimetres;
        self
    }
}

impl Sheet {
    /// Every text of the document.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let own = [self.title.as_str(), &self.foot, &self.across];
        own.into_iter().chain(self.blocks.iter().flat_map(Block::texts))
    }
}

impl Block {
    fn texts(&self) -> Vec<&str> {
        match self {
            Self::Cover { title, lines, printed } => {
                let lines = lines.iter().flat_map(|(label, value)| [label.as_str(), value]);
                let printed = printed.iter().map(String::as_str);
                std::iter::once(title.as_str()).chain(lines).chain(printed).collect()
            }
            Self::Title { text }
            | Self::Heading { text }
            | Self::Paragraph { text }
            | Self::Signed { text } => vec![text],
            Self::Code { lines, .. } => lines.iter().map(String::as_str).collect(),
            Self::Table(table) => {
                let rows = table.head.iter().chain(&table.rows);
                let cells = rows.flat_map(|row| &row.cells);
                let texts = cells.flat_map(|cell| [cell.text.as_str(), &cell.below]);
                std::iter::once(table.title.as_str()).chain(texts).collect()
            }
            Self::PageBreak => Vec::new(),
        }
    }
}
