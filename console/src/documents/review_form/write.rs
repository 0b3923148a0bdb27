//! From the content of the form to its sheet.

use super::{Essay, Opinion, Register, ReviewForm, Votes};
use crate::documents::sheet::{Block, Cell, Picture, Row, Sheet, Table};

/// What is printed where there is nothing.
const NOTHING: &str = "无";
/// How the form is to be used; stands behind the title page.
const HOW: [&str; 6] = [
    "一、本表供评审专业技术资格使用，由系统按申报人提交的内容生成，一律用 A4 纸双面打印。",
    "二、表中内容与申报人提交的版本一致；每页下方印有姓名和版本，改动后须重新提交、重新打印。",
    "三、没有的内容填写「无」。内容较多的，表格自动续页。",
    "四、「本人承诺」由申报人亲笔签名；各级意见由负责人签名，并加盖公章。",
    "五、相片一栏印有申报人上传的近期正面免冠彩色证件照；没有印出的，粘贴照片。",
    "六、本表经用人单位、业务主管部门、职称管理部门、评委会组建单位和评委会签章后，存入个人档案。",
];
/// A value longer than this has a row of its own.
const SHORT: usize = 13;
/// The room for an opinion.
const OPINION: f32 = 52.0;
/// The room for a remark.
const REMARK: f32 = 20.0;
/// So many rows of the first table stand beside the photograph.
const BESIDE_PHOTO: usize = 4;

/// The sheet of a form.
#[must_use]
pub fn sheet(form: &ReviewForm) -> Sheet {
    let mut blocks = vec![cover(form), Block::Heading { text: "填表说明".to_owned() }];
    blocks.extend(HOW.map(|text| Block::Paragraph { text: text.to_owned() }));
    blocks.push(Block::PageBreak);
    blocks.push(heading("基本情况"));
    blocks.push(Block::Table(basic(&form.basic, form.photo.clone())));
    for register in &form.registers {
        blocks.push(Block::Table(table(register)));
    }
    blocks.extend(form.essays.iter().map(|essay| Block::Table(text(essay, None))));
    blocks.push(Block::Table(text(
        &form.pledge,
        Some("申报人（签名）：　　　　　　　　　年　　月　　日"),
    )));
    let mut part = "";
    for opinion in &form.opinions {
        if opinion.part != part {
            blocks.push(Block::PageBreak);
            blocks.push(heading(&opinion.part));
            part = &opinion.part;
        }
        blocks.push(Block::Table(opinion_table(opinion)));
    }
    Sheet {
        title: format!("专业技术资格评审表 {}", form.name),
        foot: format!("姓名：{}　　{}　　{}", form.name, form.number, form.version),
        across: form.across.clone(),
        blocks,
    }
}

fn heading(text: &str) -> Block {
    Block::Heading { text: text.to_owned() }
}

fn or_nothing(text: &str) -> String {
    if text.trim().is_empty() { NOTHING.to_owned() } else { text.trim().to_owned() }
}

fn cover(form: &ReviewForm) -> Block {
    let own = [("单　　位", form.unit.as_str()), ("姓　　名", form.name.as_str())];
    let own = own.map(|(label, value)| (label.to_owned(), value.to_owned()));
    Block::Cover {
        title: "专业技术资格评审表".to_owned(),
        lines: own.into_iter().chain(form.cover.iter().cloned()).collect(),
        printed: form.printed.clone(),
    }
}

/// Two labels and values in a row; the first rows leave room for the photograph, long values have
/// a row of their own.
fn basic(facts: &[(String, String)], photo: Option<Picture>) -> Table {
    let mut rows: Vec<Row> = Vec::new();
    let mut half: Option<&(String, String)> = None;
    let label = |text: &str| Cell::label(text);
    let value = |text: &str| Cell::value(or_nothing(text));
    for fact in facts {
        let is_long = fact.1.chars().count() > SHORT;
        let beside = rows.len() < BESIDE_PHOTO;
        match half.take() {
            None if !is_long => half = Some(fact),
            None => {
                let across = if beside { 3 } else { 4 };
                rows.push(Row::of(vec![label(&fact.0), value(&fact.1).across(across)]));
            }
            Some(first) if is_long => {
                let across = if beside { 3 } else { 4 };
                rows.push(Row::of(vec![label(&first.0), value(&first.1).across(across)]));
                let across = if rows.len() < BESIDE_PHOTO { 3 } else { 4 };
                rows.push(Row::of(vec![label(&fact.0), value(&fact.1).across(across)]));
            }
            Some(first) => {
                let last = value(&fact.1).across(if beside { 1 } else { 2 });
                rows.push(Row::of(vec![label(&first.0), value(&first.1), label(&fact.0), last]));
            }
        }
    }
    if let Some(first) = half {
        let across = if rows.len() < BESIDE_PHOTO { 3 } else { 4 };
        rows.push(Row::of(vec![label(&first.0), value(&first.1).across(across)]));
    }
    while rows.len() < BESIDE_PHOTO {
        let cells = vec![label(""), Cell::value(""), label(""), Cell::value("")];
        rows.push(Row::of(cells));
    }
    rows[0].cells.push(Cell::label("相\n片").down(BESIDE_PHOTO).showing(photo));
    for row in rows.iter_mut().take(BESIDE_PHOTO) {
        row.height = 11.0;
    }
    Table {
        title: String::new(),
        columns: vec![26.0, 42.0, 26.0, 42.0, 30.0],
        head: Vec::new(),
        rows,
    }
}

fn table(register: &Register) -> Table {
    let head = register.columns.iter().map(|(name, _)| Cell::label(name)).collect();
    let columns: Vec<f32> = register.columns.iter().map(|(_, wide)| *wide).collect();
    let mut rows: Vec<Row> = register
        .rows
        .iter()
        .map(|row| Row::of(row.iter().map(|cell| Cell::text(or_nothing(cell))).collect()))
        .collect();
    if rows.is_empty() {
        rows.push(Row::of(vec![Cell::label(NOTHING).across(columns.len())]));
    }
    Table { title: register.title.clone(), columns, head: vec![Row::of(head)], rows }
}

/// A running text in a frame of its own.
fn text(essay: &Essay, signed: Option<&str>) -> Table {
    let mut cell = Cell::text(or_nothing(&essay.text));
    if let Some(signed) = signed {
        cell = cell.below(signed);
    }
    let row = Row::of(vec![cell]).high(if signed.is_some() { 40.0 } else { 16.0 });
    Table { title: essay.title.clone(), columns: vec![1.0], head: Vec::new(), rows: vec![row] }
}

fn opinion_table(opinion: &Opinion) -> Table {
    let mut rows = Vec::new();
    if let Some(votes) = &opinion.votes {
        rows.extend(votes_rows(votes));
    }
    let columns = vec![1.0; 5];
    let cell = Cell::text(opinion.text.trim()).below(&opinion.signed).across(5);
    let height = if opinion.signed.is_empty() { REMARK } else { OPINION };
    rows.push(Row::of(vec![cell]).high(height));
    Table { title: opinion.of.clone(), columns, head: Vec::new(), rows }
}

fn votes_rows(votes: &Votes) -> [Row; 2] {
    let names = ["总人数", "参加人数", "赞成", "反对", "弃权"];
    let counts = [&votes.members, &votes.present, &votes.agree, &votes.disagree, &votes.abstain];
    [
        Row::of(names.map(Cell::label).to_vec()),
        Row::of(counts.map(|count| Cell::label(count.as_str())).to_vec()),
    ]
}
