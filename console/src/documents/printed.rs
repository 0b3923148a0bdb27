//! From a document of a workflow, with its values filled in, to its sheet.

use engine::decision::{Printed, PrintedPart, PrintedTable};

use super::sheet::{Block, Cell, Picture, Row, Sheet, Table};

/// The columns of a table share this width with the photograph.
const WIDTH: f32 = 170.0;
/// How wide the place of a photograph is, in millimetres.
const PHOTO_WIDTH: f32 = 34.0;
/// How high at least.
const PHOTO_HEIGHT: f32 = 46.0;

/// What the console adds to a document.
#[derive(Clone, Debug, Default)]
pub struct Additions {
    /// The photograph, where there is one.
    pub photo: Option<Picture>,
    /// How it is verified: what is scanned, and the lines beside it.
    pub code: Option<(String, Vec<String>)>,
}

/// What stands beside the number of a document at the foot of every page.
const MADE_BY: &str = "由职称申报评审系统生成";

/// The sheet of a document.
#[must_use]
pub fn sheet(printed: &Printed, additions: &Additions) -> Sheet {
    let block = |part: &PrintedPart| match part {
        PrintedPart::Title(text) => Some(Block::Title { text: text.clone() }),
        PrintedPart::Heading(text) => Some(Block::Heading { text: text.clone() }),
        PrintedPart::Text(text) => Some(Block::Paragraph { text: indented(text) }),
        PrintedPart::Signed(text) => Some(Block::Signed { text: text.clone() }),
        PrintedPart::Table(filled) => Some(Block::Table(table(filled, additions))),
        PrintedPart::Code => {
            let (scanned, lines) = additions.code.clone()?;
            Some(Block::Code { scanned, lines })
        }
    };
    let foot = [printed.foot.as_str(), MADE_BY].into_iter().filter(|text| !text.is_empty());
    Sheet {
        title: printed.name.clone(),
        foot: foot.collect::<Vec<_>>().join("\u{3000}\u{3000}"),
        across: String::new(),
        blocks: printed.parts.iter().filter_map(block).collect(),
    }
}

/// Each paragraph begins two characters in.
fn indented(text: &str) -> String {
    let lines = text.lines().map(|line| format!("\u{3000}\u{3000}{}", line.trim()));
    lines.collect::<Vec<_>>().join("\n")
}

fn table(filled: &PrintedTable, additions: &Additions) -> Table {
    let weights: Vec<f32> = filled
        .columns
        .iter()
        .map(|column| f32::from(u16::try_from(*column).unwrap_or(u16::MAX)))
        .collect();
    let whole: f32 = weights.iter().sum();
    let mut columns: Vec<f32> = weights.clone();
    let cell = |(index, text): (usize, &String)| match filled.is_labelled && index % 2 == 1 {
        // Lines that are left empty are room for a seal.
        true => Cell::value(text.trim_matches(' ')),
        false => Cell::label(text.trim()),
    };
    let mut rows: Vec<Row> =
        filled.rows.iter().map(|row| Row::of(row.iter().enumerate().map(cell).collect())).collect();
    if rows.is_empty() {
        rows.push(Row::of(vec![Cell::label("无").across(columns.len())]));
    }
    if filled.photo.is_some() {
        columns.push(whole * PHOTO_WIDTH / (WIDTH - PHOTO_WIDTH));
        let count = rows.len();
        let place = match &additions.photo {
            Some(picture) => Cell { picture: Some(picture.clone()), ..Cell::label("") },
            None => Cell::label("照\n片"),
        };
        let height = PHOTO_HEIGHT / f32::from(u16::try_from(count).unwrap_or(u16::MAX));
        for row in &mut rows {
            row.height = height;
        }
        rows[0].cells.push(place.down(count));
    }
    let head = match filled.head.is_empty() {
        true => Vec::new(),
        false => vec![Row::of(filled.head.iter().map(Cell::label).collect())],
    };
    Table { title: String::new(), columns, head, rows }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled(photo: bool) -> PrintedTable {
        PrintedTable {
            columns: vec![1, 2],
            head: Vec::new(),
            photo: photo.then(Default::default),
            is_labelled: true,
            rows: vec![
                vec!["姓名".to_owned(), "测试一号".to_owned()],
                vec!["性别".to_owned(), "女".to_owned()],
            ],
        }
    }

    #[test]
    fn the_place_of_a_photograph_spans_the_rows_beside_it() {
        let beside = table(&labelled(true), &Additions::default());
        assert_eq!(beside.columns.len(), 3);
        assert_eq!(beside.rows[0].cells[2].down, 2);
        assert!(beside.rows.iter().map(|row| row.height).sum::<f32>() >= PHOTO_HEIGHT);
        assert_eq!(table(&labelled(false), &Additions::default()).columns.len(), 2);
    }

    #[test]
    fn empty_lines_before_a_seal_are_room_for_it() {
        let mut opinions = labelled(false);
        opinions.rows[0][1] = "\n\n（公章） ".to_owned();
        assert_eq!(table(&opinions, &Additions::default()).rows[0].cells[1].text, "\n\n（公章）");
    }

    #[test]
    fn an_empty_list_prints_that_there_is_none() {
        let list = PrintedTable { rows: Vec::new(), is_labelled: false, ..labelled(false) };
        assert_eq!(table(&list, &Additions::default()).rows[0].cells[0].text, "无");
    }

    #[test]
    fn a_code_is_printed_only_where_it_is_verified_and_the_number_on_every_page() {
        let printed = Printed {
            name: "证书".to_owned(),
            parts: vec![PrintedPart::Text("一\n二".to_owned()), PrintedPart::Code],
            foot: "证书编号：2026-1".to_owned(),
        };
        let plain = sheet(&printed, &Additions::default());
        let text = "\u{3000}\u{3000}一\n\u{3000}\u{3000}二".to_owned();
        assert_eq!(plain.blocks, [Block::Paragraph { text }]);
        assert_eq!(plain.foot, "证书编号：2026-1\u{3000}\u{3000}由职称申报评审系统生成");
        let code = Some(("https://zp".to_owned(), vec!["证书编号".to_owned()]));
        assert_eq!(sheet(&printed, &Additions { code, ..Additions::default() }).blocks.len(), 2);
    }
}
