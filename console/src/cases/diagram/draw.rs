//! The picture of a case: boxes in rows that turn at the end, straight lines along the path, arcs above
//! for ways back, stairs between rows for the rest.

use std::fmt::Write;

use super::{
    Node, Progress, Way,
    boxes::{self, HEIGHT, escape},
};

const WIDTH: i32 = 132;
const STEP_X: i32 = 186;
const STEP_Y: i32 = 110;
const LEFT: i32 = 4;
const TOP: i32 = 44;
/// From one arc to the next one above it.
const LANE: i32 = 22;
const PER_ROW: usize = 5;

/// The SVG of these boxes and ways; the first `main` boxes are the main path.
pub(super) fn svg(nodes: &[Node], main: usize, ways: &[Way], label: &str) -> String {
    let mut picture = Picture::new(nodes.len(), main, ways);
    for way in ways {
        picture.way(way);
    }
    for (index, node) in nodes.iter().enumerate() {
        picture.node(index, node);
    }
    picture.finish(label)
}

/// A picture being drawn.
struct Picture {
    body: String,
    /// Row and column of each box.
    places: Vec<(i32, i32)>,
    /// Where the first row begins: the arcs over it need room.
    top: i32,
    /// Arcs drawn so far, so that they do not cover one another.
    arcs: i32,
    /// Stairs drawn so far.
    stairs: i32,
}

/// The main path runs to and fro in rows; what was visited beside it stands below the box from
/// which it was first entered.
fn places(count: usize, main: usize, ways: &[Way]) -> Vec<(i32, i32)> {
    let mut places: Vec<(i32, i32)> = (0..main)
        .map(|index| {
            let (row, column) = (index / PER_ROW, index % PER_ROW);
            let column = if row % 2 == 0 { column } else { PER_ROW - 1 - column };
            (small(row), small(column))
        })
        .collect();
    let first_row = small(main.div_ceil(PER_ROW));
    for index in main..count {
        let from = ways.iter().find(|way| way.to == index && way.from < index);
        let wished = from.and_then(|way| places.get(way.from)).map_or(0, |(_, column)| *column);
        let columns = (wished..small(PER_ROW)).chain(0..wished);
        let mut free =
            (first_row..).flat_map(|row| columns.clone().map(move |column| (row, column)));
        places.extend(free.find(|place| !places.contains(place)));
    }
    places
}

fn small(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

impl Picture {
    fn new(count: usize, main: usize, ways: &[Way]) -> Self {
        let places = places(count, main, ways);
        let is_arc = |way: &&Way| places[way.from].0 == 0 && places[way.to].0 == 0 && !is_next(way);
        let arcs = small(ways.iter().filter(is_arc).count());
        let top = if arcs == 0 { 4 } else { TOP + (arcs - 1) * LANE };
        Self { body: String::new(), places, top, arcs: 0, stairs: 0 }
    }

    fn finish(self, label: &str) -> String {
        let rows = self.places.iter().map(|(row, _)| row + 1).max().unwrap_or(1);
        let columns = self.places.iter().map(|(_, column)| column + 1).max().unwrap_or(1);
        let width = LEFT * 2 + (columns - 1) * STEP_X + WIDTH;
        let height = self.top + (rows - 1) * STEP_Y + HEIGHT + 4;
        let label = escape(label);
        let class = if columns < 4 { " class=\"sm\"" } else { "" };
        format!(
            "<svg{class} viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"{label}\">{}</svg>",
            self.body
        )
    }

    /// The upper left corner of a box.
    fn corner(&self, index: usize) -> (i32, i32) {
        let (row, column) = self.places[index];
        (LEFT + column * STEP_X, self.top + row * STEP_Y)
    }

    fn way(&mut self, way: &Way) {
        let ((from_x, from_y), (to_x, to_y)) = (self.corner(way.from), self.corner(way.to));
        let class = match (way.times, way.is_back) {
            (0, _) => "",
            (_, true) => "loop",
            (_, false) => "taken",
        };
        let svg = &mut self.body;
        match (is_next(way), from_y == to_y) {
            (true, true) => straight(svg, class, from_x, to_x, from_y),
            (true, false) if from_x == to_x && to_y == from_y + STEP_Y => {
                down(svg, class, from_x, from_y);
            }
            (false, true) => {
                self.arcs += 1;
                arc(svg, class, way.times, (from_x, to_x), from_y, self.arcs);
            }
            (_, false) => {
                self.stairs += 1;
                stairs(svg, class, way.times, (from_x, from_y), (to_x, to_y), self.stairs);
            }
        }
    }

    fn node(&mut self, index: usize, node: &Node) {
        let (x, y) = self.corner(index);
        let class = match node.progress {
            Progress::Done => "done",
            Progress::Now => "now",
            Progress::Todo => "todo",
            Progress::Skipped => "skipped",
            Progress::Back => "back",
        };
        boxes::write(&mut self.body, class, (x, y, WIDTH), (&node.name, &node.note));
    }
}

fn is_next(way: &Way) -> bool {
    way.to == way.from + 1 && !way.is_back
}

fn path(svg: &mut String, class: &str, line: &str, arrow: &str) {
    let attribute = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    let arrow_class = if class.is_empty() { "arr".to_owned() } else { format!("arr {class}") };
    // Writing to a String cannot fail.
    let _ =
        write!(svg, "<path{attribute} d=\"{line}\"/><path class=\"{arrow_class}\" d=\"{arrow}\"/>");
}

fn straight(svg: &mut String, class: &str, from_x: i32, to_x: i32, y: i32) {
    let y = y + HEIGHT / 2;
    let (start, end, wing) =
        if to_x > from_x { (from_x + WIDTH, to_x - 1, -8) } else { (from_x, to_x + WIDTH + 1, 8) };
    let tip = end + wing * 3 / 4;
    path(svg, class, &format!("M{start} {y}H{tip}"), &format!("M{end} {y}l{wing}-5v10z"));
}

fn down(svg: &mut String, class: &str, x: i32, y: i32) {
    let (x, start, end) = (x + WIDTH / 2, y + HEIGHT, y + STEP_Y - 1);
    path(svg, class, &format!("M{x} {start}V{}", end - 6), &format!("M{x} {end}l-5-8h10z"));
}

/// A way in one row that is not to the next box: over the boxes.
fn arc(svg: &mut String, class: &str, times: u32, (from, to): (i32, i32), y: i32, lane: i32) {
    let shift = (lane % 3 - 1) * 12;
    let (from, to) = (from + WIDTH / 2 + shift, to + WIDTH / 2 + shift);
    let (from, to) = if from == to { (from + 24, to - 24) } else { (from, to) };
    let top = y - 24 - (lane - 1) * LANE;
    path(
        svg,
        class,
        &format!("M{from} {y}V{top}H{to}V{}", y - 7),
        &format!("M{to} {}l-5-8h10z", y - 1),
    );
    if times == 0 {
        return;
    }
    let word = if class == "loop" { "返回" } else { "走过" };
    let (x, label) = (i32::midpoint(from, to), top - 7);
    let _ = write!(svg, "<text class=\"t2\" x=\"{x}\" y=\"{label}\">{word} {times} 次</text>");
}

/// A way between rows: down or up through the gap between them.
fn stairs(
    svg: &mut String,
    class: &str,
    times: u32,
    (from_x, from_y): (i32, i32),
    (to_x, to_y): (i32, i32),
    lane: i32,
) {
    let shift = if lane % 2 == 0 { 16 } else { -16 };
    let (from, to) = (from_x + WIDTH / 2 + shift, to_x + WIDTH / 2 + shift);
    let upper = from_y.min(to_y) + HEIGHT;
    let middle = upper + 14 + lane % 3 * 10;
    let (start, end, wing) = if to_y > from_y {
        (from_y + HEIGHT, to_y - 1, -8)
    } else {
        (from_y, to_y + HEIGHT + 1, 8)
    };
    let tip = end + wing * 3 / 4;
    let line = if (to_y - from_y).abs() == STEP_Y {
        format!("M{from} {start}V{middle}H{to}V{tip}")
    } else {
        // Past other rows it runs between the columns, behind no box.
        let aside = (STEP_X - WIDTH) / 2 + lane % 3 * 6 - 6;
        let gap = if to_x > LEFT { to_x - aside } else { to_x + WIDTH + aside };
        let lower = from_y.max(to_y) - 14 - lane % 3 * 10;
        let (first, last) = if to_y > from_y { (middle, lower) } else { (lower, middle) };
        format!("M{from} {start}V{first}H{gap}V{last}H{to}V{tip}")
    };
    path(svg, class, &line, &format!("M{to} {end}l-5 {wing}h10z"));
    if class == "loop" && to_y > from_y {
        let (x, y) = (from.min(to) - 40, middle + 4);
        let _ = write!(svg, "<text class=\"t2\" x=\"{x}\" y=\"{y}\">退回 {times} 次</text>");
    } else if times > 1 {
        let (x, y) = (i32::midpoint(from, to), middle - 4);
        let _ = write!(svg, "<text class=\"t2\" x=\"{x}\" y=\"{y}\">{times} 次</text>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_past_other_rows_runs_behind_no_box() {
        let mut svg = String::new();
        let column = LEFT + STEP_X;
        stairs(&mut svg, "loop", 1, (column, 4), (column, 4 + 3 * STEP_Y), 1);
        let line = svg.split('"').nth(3).unwrap_or_default();
        let runs: Vec<i32> = line
            .split('H')
            .skip(1)
            .filter_map(|part| part.split('V').next()?.parse().ok())
            .collect();
        let is_between = |x: &i32| *x > LEFT + WIDTH && *x < column;
        assert!(runs.first().is_some_and(is_between), "{line}");
    }
}
