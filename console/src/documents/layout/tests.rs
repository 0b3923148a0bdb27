//! Layout with a font of which every character is known: Chinese is as wide as high, Latin half.

use super::*;
use crate::documents::{
    review_form::{self, sample},
    sheet::{Cell, Row, Table},
};

struct Half;

impl Measure for Half {
    fn width(&self, character: char) -> f32 {
        if character.is_ascii() { 0.5 } else { 1.0 }
    }
}

fn words(page: &[Mark]) -> String {
    let texts = page.iter().filter_map(|mark| match mark {
        Mark::Text { text, .. } => Some(text.as_str()),
        Mark::Picture { .. } | Mark::Rule { .. } | Mark::Field { .. } => None,
    });
    texts.collect::<Vec<_>>().join("|")
}

fn pages(rows: Vec<Row>) -> Vec<String> {
    let head = vec![Row::of(vec![Cell::label("甲"), Cell::label("乙")])];
    let table = Table { title: "登记".to_owned(), columns: vec![1.0, 3.0], head, rows };
    let sheet = Sheet { blocks: vec![Block::Table(table)], ..Sheet::default() };
    lay_out(&sheet, &Half).iter().map(|page| words(page)).collect()
}

/// R130
#[test]
fn a_table_goes_on_with_its_heading_repeated() {
    let rows = (1..=60).map(|n| Row::of(vec![Cell::value(n.to_string()), Cell::text("内容")]));
    let pages = pages(rows.collect());
    assert!(pages.len() > 1, "{pages:?}");
    assert!(pages[0].starts_with("登记|甲|乙|1|内容|2|"), "{}", pages[0]);
    for page in &pages[1..] {
        assert!(page.starts_with("登记（续）|甲|乙|"), "{page}");
    }
    let count = pages.len();
    assert!(pages[0].ends_with(&format!("第 1 页，共 {count} 页")), "{}", pages[0]);
    let numbers = pages.join("|");
    for n in 1..=60 {
        assert!(numbers.contains(&format!("|{n}|内容")), "row {n} is lost: {numbers}");
    }
}

#[test]
fn a_text_longer_than_a_page_goes_on_line_by_line() {
    let text: String = (0..4000).map(|n| char::from_u32(0x4E00 + n).unwrap_or('一')).collect();
    let pages = pages(vec![Row::of(vec![Cell::value("论文"), Cell::text(text.clone())])]);
    assert!(pages.len() > 2, "{}", pages.len());
    let printed = pages.join("").replace('|', "");
    for character in text.chars() {
        assert!(printed.contains(character), "{character} is lost");
    }
    assert_eq!(printed.matches("论文").count(), 1);
}

#[test]
fn nothing_leaves_the_page() {
    for form in [sample::teacher(), sample::physician()] {
        let sheet = review_form::sheet(&form);
        for (number, page) in lay_out(&sheet, &Half).iter().enumerate() {
            for mark in page {
                let (right, lower) = match mark {
                    Mark::Text { look: Look::Pale, .. } => continue,
                    Mark::Text { x, y, size, text, .. } => {
                        (x + Half.width_of(text) * size * POINT, *y)
                    }
                    Mark::Picture { x, y, wide, .. } => (x + wide, *y),
                    Mark::Rule { from, to } => (from.0.max(to.0), from.1.max(to.1)),
                    Mark::Field { at, size } => (at.0 + size.0, at.1 + size.1),
                };
                let is_inside = right <= LEFT + WIDTH + 3.0 && lower <= 287.0;
                assert!(is_inside, "page {}: {mark:?}", number + 1);
            }
        }
    }
}

#[test]
fn a_heading_is_followed_by_something_on_its_page() {
    let form = sample::physician();
    for page in lay_out(&review_form::sheet(&form), &Half) {
        for mark in &page {
            if let Mark::Text { y, look: Look::Strong, text, .. } = mark {
                assert!(*y < BOTTOM - 15.0, "{text} at {y}: {}", words(&page));
            }
        }
    }
}
