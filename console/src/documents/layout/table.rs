//! Tables: the heights of rows, cells over several rows and columns, and rows that are higher than
//! what is left of the page.

use super::{BODY, LEFT, Look, Mark, Paper, TOP, WIDTH, line_height};
use crate::documents::{
    sheet::{Cell, Picture, Row, Stand, Table},
    wrap::Measure,
};

/// Between a rule and the text.
const PAD: f32 = 1.6;
/// No row is lower.
const LOWEST: f32 = 8.5;
/// So many lines of a text stand together at the foot or the head of a page.
const TOGETHER: usize = 3;

/// A cell with its lines and its place in the grid.
struct Box<'t> {
    cell: &'t Cell,
    lines: Vec<String>,
    row: usize,
    column: usize,
    down: usize,
    /// Whether the text goes on over the page; the signature then stands there.
    goes_on: bool,
}

/// Rows that stand together: those that cells span.
struct Group<'t> {
    boxes: Vec<Box<'t>>,
    heights: Vec<f32>,
}

/// Writes a table, over as many pages as it needs.
pub(super) fn place<M: Measure>(paper: &mut Paper<'_, M>, table: &Table) {
    let edges = edges(&table.columns);
    let head = groups(paper, &table.head, &edges);
    let rows = groups(paper, &table.rows, &edges);
    let head_height: f32 = head.iter().map(Group::height).sum();
    let title = if table.title.is_empty() { 0.0 } else { line_height(BODY) + 3.0 };
    let first = rows.first().map_or(0.0, |group| group.least());
    if paper.room() < title + head_height + first {
        paper.next_page();
    }
    begin(paper, table, &head, &edges, false);
    for group in rows {
        let mut group = group;
        loop {
            if group.height() <= paper.room() {
                group.draw(paper, &edges);
                break;
            }
            let room = paper.room();
            let (now, later) = group.split(room);
            match now {
                Some(now) => now.draw(paper, &edges),
                // What does not fit an empty page either is drawn all the same.
                None if paper.y <= TOP + title + head_height + 1.0 => {
                    later.draw(paper, &edges);
                    break;
                }
                None => {}
            }
            paper.next_page();
            begin(paper, table, &head, &edges, true);
            group = later;
        }
    }
    paper.y += 4.0;
}

/// The title and the head, at the beginning and again on every page.
fn begin<M: Measure>(
    paper: &mut Paper<'_, M>,
    table: &Table,
    head: &[Group<'_>],
    edges: &[f32],
    again: bool,
) {
    if !table.title.is_empty() {
        let title = match again {
            true => format!("{}（续）", table.title),
            false => table.title.clone(),
        };
        let y = paper.y + 1.0;
        paper.line(LEFT, y, BODY + 1.0, &title, Look::Strong);
        paper.y += line_height(BODY) + 3.0;
    }
    for group in head {
        group.draw(paper, edges);
    }
}

/// The left edges of the columns, and the right edge of the last.
fn edges(columns: &[f32]) -> Vec<f32> {
    let whole: f32 = columns.iter().sum();
    let mut edges = vec![LEFT];
    let mut at = LEFT;
    for column in columns {
        at += column / whole * WIDTH;
        edges.push(at);
    }
    edges
}

fn groups<'t, M: Measure>(paper: &Paper<'_, M>, rows: &'t [Row], edges: &[f32]) -> Vec<Group<'t>> {
    let mut groups = Vec::new();
    let mut rest = rows;
    while !rest.is_empty() {
        // Rows belong together as long as a cell above reaches into them.
        let (mut count, mut reach) = (1, 1);
        while count <= reach.min(rest.len()) {
            let down = rest[count - 1].cells.iter().map(|cell| cell.down).max().unwrap_or(1);
            reach = reach.max(count - 1 + down);
            count += 1;
        }
        let count = reach.min(rest.len());
        groups.push(group(paper, &rest[..count], edges));
        rest = &rest[count..];
    }
    groups
}

fn group<'t, M: Measure>(paper: &Paper<'_, M>, rows: &'t [Row], edges: &[f32]) -> Group<'t> {
    let columns = edges.len() - 1;
    let mut taken = vec![vec![false; columns]; rows.len()];
    let mut boxes = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let mut column = 0;
        for cell in &row.cells {
            while column < columns && taken[index][column] {
                column += 1;
            }
            if column >= columns {
                break;
            }
            let right = (column + cell.across.max(1)).min(columns);
            let down = cell.down.clamp(1, rows.len() - index);
            for line in taken.iter_mut().skip(index).take(down) {
                line[column..right].fill(true);
            }
            let width = edges[right] - edges[column] - 2.0 * PAD;
            let lines = paper.lines(&cell.text, width, BODY);
            boxes.push(Box { cell, lines, row: index, column, down, goes_on: false });
            column = right;
        }
    }
    let mut group = Group { boxes, heights: vec![LOWEST; rows.len()] };
    for (height, row) in std::iter::zip(&mut group.heights, rows) {
        *height = height.max(row.height);
    }
    group.grow();
    group
}

impl<'t> Box<'t> {
    fn height(&self) -> f32 {
        let count = self.lines.len() + usize::from(!self.cell.below.is_empty()) * 2;
        lines_height(count) + 2.0 * PAD
    }
}

fn lines_height(count: usize) -> f32 {
    f32::from(u16::try_from(count).unwrap_or(u16::MAX)) * line_height(BODY)
}

impl<'t> Group<'t> {
    fn height(&self) -> f32 {
        self.heights.iter().sum()
    }

    /// The least that must fit below a head.
    fn least(&self) -> f32 {
        let few = lines_height(TOGETHER) + 2.0 * PAD;
        let can_go_on = self.heights.len() == 1 && self.longest() >= 2 * TOGETHER;
        if can_go_on { self.height().min(few) } else { self.height() }
    }

    /// The most lines of a cell.
    fn longest(&self) -> usize {
        self.boxes.iter().map(|one| one.lines.len()).max().unwrap_or(0)
    }

    /// Makes rows as high as their cells need.
    fn grow(&mut self) {
        for one in self.boxes.iter().filter(|one| one.down == 1) {
            self.heights[one.row] = self.heights[one.row].max(one.height());
        }
        for one in self.boxes.iter().filter(|one| one.down > 1) {
            let rows = &mut self.heights[one.row..one.row + one.down];
            let lacking = one.height() - rows.iter().sum::<f32>();
            if let Some(last) = rows.last_mut().filter(|_| lacking > 0.0) {
                *last += lacking;
            }
        }
    }

    /// What fits in `room`, and what is left; nothing fits where too few lines would.
    fn split(mut self, room: f32) -> (Option<Self>, Self) {
        let fitting = ((room - 2.0 * PAD) / line_height(BODY)).floor().max(0.0);
        // The number of lines of a page is small.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a small count"
        )]
        let fitting = fitting as usize;
        // What goes on is not a single line either.
        let longest = self.longest();
        let fitting = fitting.min(longest.saturating_sub(TOGETHER));
        let has_room = fitting >= TOGETHER && longest > fitting;
        if self.heights.len() > 1 || !has_room {
            return (None, self);
        }
        let mut now = Vec::new();
        for one in &mut self.boxes {
            // Values and labels stand once, at the head; texts go on.
            let at = fitting.min(one.lines.len());
            let rest = one.lines.split_off(at);
            let lines = std::mem::replace(&mut one.lines, rest);
            let column = one.column;
            now.push(Box { cell: one.cell, lines, row: 0, column, down: 1, goes_on: true });
        }
        let used = now.iter().map(|one| one.lines.len()).max().unwrap_or(0);
        let now = Self { boxes: now, heights: vec![(lines_height(used) + 2.0 * PAD).max(LOWEST)] };
        // What is left of the row's own height does not matter any more, but for a signature's room.
        let needs_room = self.boxes.iter().any(|one| !one.cell.below.is_empty());
        self.heights = vec![if needs_room { 40.0 } else { LOWEST }];
        self.grow();
        (Some(now), self)
    }

    fn draw<M: Measure>(&self, paper: &mut Paper<'_, M>, edges: &[f32]) {
        let top = paper.y;
        for one in &self.boxes {
            let y = top + self.heights[..one.row].iter().sum::<f32>();
            let high: f32 = self.heights[one.row..one.row + one.down].iter().sum();
            let right = (one.column + one.cell.across.max(1)).min(edges.len() - 1);
            let (x, wide) = (edges[one.column], edges[right] - edges[one.column]);
            frame(paper, (x, y), (wide, high));
            write(paper, one, (x, y), (wide, high));
        }
        paper.y += self.height();
    }
}

fn frame<M: Measure>(paper: &mut Paper<'_, M>, (x, y): (f32, f32), (wide, high): (f32, f32)) {
    let corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)];
    for index in 0..4 {
        paper.mark(Mark::Rule { from: corners[index], to: corners[(index + 1) % 4] });
    }
}

fn write<M: Measure>(
    paper: &mut Paper<'_, M>,
    one: &Box<'_>,
    (x, y): (f32, f32),
    (wide, high): (f32, f32),
) {
    if let Some(picture) = &one.cell.picture {
        return show(paper, picture, (x, y), (wide, high));
    }
    let text = lines_height(one.lines.len());
    let from = match one.cell.stand {
        Stand::Text => y + PAD,
        Stand::Label | Stand::Value => y + (high - text) / 2.0,
    };
    for (index, line) in one.lines.iter().enumerate() {
        let y = from + lines_height(index);
        match one.cell.stand {
            Stand::Label => paper.centred((x, wide), y, BODY, line, Look::Plain),
            Stand::Value | Stand::Text => paper.line(x + PAD, y, BODY, line, Look::Plain),
        }
    }
    if !one.cell.below.is_empty() && !one.goes_on {
        let at = x + wide - PAD - paper.wide(&one.cell.below, BODY);
        let y = y + high - PAD - line_height(BODY);
        paper.line(at, y, BODY, &one.cell.below, Look::Plain);
    }
}

/// A picture in the middle of its cell, as large as it fits.
fn show<M: Measure>(
    paper: &mut Paper<'_, M>,
    picture: &Picture,
    (x, y): (f32, f32),
    (wide, high): (f32, f32),
) {
    #[expect(clippy::cast_precision_loss, reason = "pixels of a picture are few")]
    let ratio = picture.width.max(1) as f32 / picture.height.max(1) as f32;
    let most = (wide - 2.0 * PAD, high - 2.0 * PAD);
    let shown = match most.0 / ratio <= most.1 {
        true => (most.0, most.0 / ratio),
        false => (most.1 * ratio, most.1),
    };
    paper.mark(Mark::Picture {
        x: x + (wide - shown.0) / 2.0,
        y: y + (high + shown.1) / 2.0,
        wide: shown.0,
        high: shown.1,
        picture: picture.clone(),
    });
}
