//! The picture of a definition: layers from the beginning downwards, laid out by a library, so that no
//! way runs behind a box and each can be followed with the eye.

use std::fmt::Write as _;

use dagre::{
    EdgeLabel, LayoutOptions, NodeLabel, Point,
    graph::{Graph, GraphOptions},
    layout,
};

use super::{Mapped, Way};
use crate::cases::diagram::boxes::{self, HEIGHT, escape};

/// What is free around the picture.
const MARGIN: i32 = 6;
/// The narrowest box, and what is free beside its text.
const NARROWEST: i32 = 96;
const BESIDE: i32 = 24;
/// How much straighter the main path is than other ways.
const MAIN: i32 = 20;
/// So far above and below a row of boxes a way that passes it goes straight.
const BEYOND: f64 = 8.0;
/// The head of an arrow: how long, and half as wide.
const LONG: f64 = 9.0;
const WIDE: f64 = 5.0;

/// Where everything stands.
struct Placed {
    /// The upper left corner of each box, and its width.
    boxes: Vec<(i32, i32, i32)>,
    /// The points of each way, from its beginning to its end.
    lines: Vec<Vec<Point>>,
    /// All that is seen: left, top, width and height.
    view: [i32; 4],
}

/// The SVG of these states, of which the first `main` are the main path.
pub(super) fn svg(states: &[Mapped], main: usize, ways: &[Way]) -> String {
    let placed = placed(states, main, ways);
    let [left, top, width, height] = placed.view;
    let names: Vec<&str> = states.iter().map(|state| state.name.as_str()).collect();
    let label = escape(&format!("流程图，共 {} 个环节：{}", names.len(), names.join("、")));
    let mut svg = format!(
        "<svg class=\"whole\" viewBox=\"{left} {top} {width} {height}\" width=\"{width}\" \
         height=\"{height}\" role=\"group\" aria-label=\"{label}\">"
    );
    // The main path is drawn last, over the others.
    let is_main = |way: &&(&Way, &Vec<Point>)| way.0.to < main && way.0.to == way.0.from + 1;
    let all: Vec<_> = ways.iter().zip(&placed.lines).collect();
    for (way, line) in all.iter().filter(|way| !is_main(way)) {
        let class = if way.to < way.from { "way back" } else { "way" };
        draw(&mut svg, class, states, way, line);
    }
    for (way, line) in all.iter().filter(is_main) {
        draw(&mut svg, "way main", states, way, line);
    }
    for (state, place) in states.iter().zip(&placed.boxes) {
        let (name, key) = (&state.name, shown_key(state));
        let class = if state.is_end { "free end" } else { "free" };
        if let Some(href) = &state.href {
            let end = if state.is_end { "，结束" } else { "" };
            let label = escape(&format!("{name}，{}{end}", state.key));
            let _ = write!(svg, "<a href=\"{}\" aria-label=\"{label}\">", escape(href));
        }
        boxes::write(&mut svg, class, *place, (name, &key));
        if state.href.is_some() {
            svg.push_str("</a>");
        }
    }
    svg.push_str("</svg>");
    svg
}

/// What leads back is laid out as if it led on: the main path keeps its order.
fn placed(states: &[Mapped], main: usize, ways: &[Way]) -> Placed {
    let options = GraphOptions { directed: true, multigraph: true, compound: false };
    let mut graph: Graph<NodeLabel, EdgeLabel> = Graph::with_options(options);
    let widths: Vec<i32> = states.iter().map(width).collect();
    for (index, width) in widths.iter().enumerate() {
        let (width, height) = (f64::from(*width), f64::from(HEIGHT));
        let label = NodeLabel { width, height, ..NodeLabel::default() };
        graph.set_node(index.to_string(), Some(label));
    }
    for (index, way) in ways.iter().enumerate() {
        let is_main = way.to < main && way.to == way.from + 1;
        let weight = if is_main { MAIN } else { 1 };
        let (upper, lower) = ends(way);
        let label = EdgeLabel { weight, ..EdgeLabel::default() };
        graph.set_edge(upper, lower, Some(label), Some(&index.to_string()));
    }
    let options =
        LayoutOptions { nodesep: 24.0, edgesep: 12.0, ranksep: 46.0, ..LayoutOptions::default() };
    layout(&mut graph, Some(options));
    let place = |(index, width): (usize, &i32)| {
        let (x, y) =
            graph.node(&index.to_string()).and_then(|node| node.x.zip(node.y)).unwrap_or_default();
        (whole(x) - width / 2, whole(y) - HEIGHT / 2, *width)
    };
    let boxes: Vec<_> = widths.iter().enumerate().map(place).collect();
    let line = |(index, way): (usize, &Way)| {
        let (upper, lower) = ends(way);
        let label = graph.edge(&upper, &lower, Some(&index.to_string()));
        let points = label.map(|label| label.points.as_slice()).unwrap_or_default();
        let (upper, lower) = (way.from.min(way.to), way.from.max(way.to));
        let mut points = between(&boxes, (boxes[upper], boxes[lower]), points);
        if way.to < way.from {
            points.reverse();
        }
        points
    };
    let lines: Vec<Vec<Point>> = ways.iter().enumerate().map(line).collect();
    let view = view(&boxes, &lines);
    Placed { boxes, lines, view }
}

/// The part of the plane in which everything stands, with a margin.
fn view(boxes: &[(i32, i32, i32)], lines: &[Vec<Point>]) -> [i32; 4] {
    let points = || lines.iter().flatten();
    let ends = boxes.iter().flat_map(|(x, _, width)| [*x, x + width]);
    let across: Vec<i32> = ends.chain(points().map(|point| whole(point.x))).collect();
    let ends = boxes.iter().flat_map(|(_, y, _)| [*y, y + HEIGHT]);
    let down: Vec<i32> = ends.chain(points().map(|point| whole(point.y))).collect();
    let span = |places: &[i32]| {
        let least = places.iter().min().copied().unwrap_or_default() - MARGIN;
        (least, places.iter().max().copied().unwrap_or_default() + MARGIN - least)
    };
    let ((left, width), (top, height)) = (span(&across), span(&down));
    [left, top, width, height]
}

/// A way from the lower side of a box to the upper side of another, past these points: straight down
/// where boxes stand beside it, aslant only between their rows.
fn between(
    boxes: &[(i32, i32, i32)],
    (upper, lower): ((i32, i32, i32), (i32, i32, i32)),
    points: &[Point],
) -> Vec<Point> {
    let half = f64::from(HEIGHT) / 2.0;
    let is_in_row =
        |y: f64| boxes.iter().any(|(_, top, _)| (f64::from(*top) + half - y).abs() < 2.0);
    let inner = points.get(1..points.len().saturating_sub(1)).unwrap_or_default();
    let side = |(x, _, width): (i32, i32, i32), towards: f64| {
        let corner = f64::from(BESIDE) / 2.0;
        towards.clamp(f64::from(x) + corner, f64::from(x + width) - corner)
    };
    let middle = |(x, _, width): (i32, i32, i32)| f64::from(x) + f64::from(width) / 2.0;
    let first = inner.first().map_or_else(|| middle(lower), |point| point.x);
    let last = inner.last().map_or_else(|| middle(upper), |point| point.x);
    let mut line = vec![Point::new(side(upper, first), f64::from(upper.1 + HEIGHT))];
    for point in inner {
        if is_in_row(point.y) {
            line.push(Point::new(point.x, point.y - half - BEYOND));
            line.push(Point::new(point.x, point.y + half + BEYOND));
        } else {
            line.push(point.clone());
        }
    }
    line.push(Point::new(side(lower, last), f64::from(lower.1)));
    line
}

/// The upper and the lower end of a way.
fn ends(way: &Way) -> (String, String) {
    (way.from.min(way.to).to_string(), way.from.max(way.to).to_string())
}

/// A place of the picture, which is never larger than this.
#[expect(clippy::cast_possible_truncation, reason = "rounded, and bounded first")]
fn whole(number: f64) -> i32 {
    number.round().clamp(-1_000_000.0, 1_000_000.0) as i32
}

/// The key as it stands in the box: a long one is cut, the list says it whole.
fn shown_key(state: &Mapped) -> String {
    const MOST: usize = 22;
    if state.key.chars().count() <= MOST {
        return state.key.clone();
    }
    state.key.chars().take(MOST - 1).chain(['…']).collect()
}

/// How wide the box of a state is.
fn width(state: &Mapped) -> i32 {
    let of = |text: &str, wide: i32, narrow: i32| -> i32 {
        text.chars().map(|letter| if letter.is_ascii() { narrow } else { wide }).sum()
    };
    let name = boxes::lines(&state.name).iter().map(|line| of(line, 15, 9)).max();
    let key = of(&shown_key(state), 13, 8);
    (name.unwrap_or_default().max(key) + BESIDE).max(NARROWEST)
}

/// A way as a curve, with a broad line under it that the mouse finds, and what it is.
fn draw(svg: &mut String, class: &str, states: &[Mapped], way: &Way, points: &[Point]) {
    let [.., before, end] = points else { return };
    let (along_x, along_y) = (end.x - before.x, end.y - before.y);
    let length = along_x.hypot(along_y).max(1.0);
    let (along_x, along_y) = (along_x / length, along_y / length);
    let (neck_x, neck_y) = (end.x - along_x * LONG, end.y - along_y * LONG);
    let mut line = format!("M{:.0} {:.0}", points[0].x, points[0].y);
    // Each inner point bends the line; between two of them it passes the middle.
    for (bend, next) in points[1..].iter().zip(&points[2..]).take(points.len().saturating_sub(3)) {
        let (x, y) = (f64::midpoint(bend.x, next.x), f64::midpoint(bend.y, next.y));
        let _ = write!(line, "Q{:.0} {:.0} {x:.0} {y:.0}", bend.x, bend.y);
    }
    if points.len() > 2 {
        let _ = write!(line, "Q{:.0} {:.0} {neck_x:.0} {neck_y:.0}", before.x, before.y);
    } else {
        let _ = write!(line, "L{neck_x:.0} {neck_y:.0}");
    }
    let arrow = format!(
        "M{:.1} {:.1}L{:.1} {:.1}L{:.1} {:.1}z",
        end.x,
        end.y,
        neck_x - along_y * WIDE,
        neck_y + along_x * WIDE,
        neck_x + along_y * WIDE,
        neck_y - along_x * WIDE
    );
    let (from, to) = (&states[way.from].name, &states[way.to].name);
    let title = escape(&format!("{from} → {to}：{}", way.by.join("、")));
    let _ = write!(
        svg,
        "<g class=\"{class}\"><title>{title}</title><path class=\"wide\" d=\"{line}\"/>\
         <path d=\"{line}\"/><path class=\"arr\" d=\"{arrow}\"/></g>"
    );
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cases::{diagram::map::map, samples};

    fn states(count: usize) -> Vec<Mapped> {
        let state = |index: usize| Mapped {
            name: "待评委会组建单位受理".chars().take(1 + index % 10).collect(),
            key: format!("state_{index}"),
            href: None,
            is_end: index % 5 == 4,
            ways: Vec::new(),
        };
        (0..count).map(state).collect()
    }

    /// What stands where something else stands.
    fn collisions(placed: &Placed, ways: &[Way]) -> Vec<String> {
        let mut found = Vec::new();
        let inside = |(x, y, width): (i32, i32, i32), point: (f64, f64)| {
            point.0 > f64::from(x) + 1.0
                && point.0 < f64::from(x + width) - 1.0
                && point.1 > f64::from(y) + 1.0
                && point.1 < f64::from(y + HEIGHT) - 1.0
        };
        for (index, first) in placed.boxes.iter().enumerate() {
            for (other, second) in placed.boxes.iter().enumerate().skip(index + 1) {
                let beside = first.0 + first.2 <= second.0 || second.0 + second.2 <= first.0;
                let above = first.1 + HEIGHT <= second.1 || second.1 + HEIGHT <= first.1;
                if !beside && !above {
                    found.push(format!("boxes {index} and {other}"));
                }
            }
            for (way, line) in ways.iter().zip(&placed.lines) {
                let steps = line.windows(2).flat_map(|pair| {
                    (0..=20).map(|step| {
                        let part = f64::from(step) / 20.0;
                        let at = |from: f64, to: f64| from + (to - from) * part;
                        (at(pair[0].x, pair[1].x), at(pair[0].y, pair[1].y))
                    })
                });
                let is_own = way.from == index || way.to == index;
                if !is_own && steps.into_iter().any(|point| inside(*first, point)) {
                    found.push(format!("{} to {} behind box {index}", way.from, way.to));
                }
            }
        }
        found
    }

    #[test]
    fn in_the_shipped_workflows_no_way_runs_behind_a_box() {
        for key in ["declaration", "library-item", "binding", "unit-registration"] {
            let definition = samples::definition(key);
            let map = map(&definition, |_| None);
            let main = crate::cases::diagram::main_path(&definition);
            let others = definition.states.keys().filter(|name| !main.contains(name));
            let names: Vec<_> = main.iter().chain(others).collect();
            let ways = super::super::ways(&definition, &names);
            let placed = placed(&map.states, main.len(), &ways);
            assert_eq!(collisions(&placed, &ways), Vec::<String>::new(), "{key}");
            assert!(ways.len() == placed.lines.iter().filter(|line| line.len() > 1).count());
            // Down the main path, however often a case goes back.
            let rows: Vec<i32> = placed.boxes[..main.len()].iter().map(|(_, y, _)| *y).collect();
            assert!(rows.is_sorted_by(|upper, lower| upper < lower), "{key} {rows:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_states_and_ways_are_drawn_beside_each_other(
            count in 1_usize..30,
            drawn in prop::collection::vec((0_usize..30, 0_usize..30), 0..80),
            main in 0_usize..30,
        ) {
            let states = states(count);
            let mut ways: Vec<Way> = Vec::new();
            for (from, to) in drawn.into_iter().map(|(from, to)| (from % count, to % count)) {
                let is_known = ways.iter().any(|way| (way.from, way.to) == (from, to));
                if from != to && !is_known {
                    ways.push(Way { from, to, by: vec!["<同意>".to_owned()] });
                }
            }
            let placed = placed(&states, main.min(count), &ways);
            prop_assert_eq!(collisions(&placed, &ways), Vec::<String>::new());
            let [left, top, width, height] = placed.view;
            for point in placed.lines.iter().flatten() {
                prop_assert!(whole(point.x) >= left && whole(point.x) <= left + width);
                prop_assert!(whole(point.y) >= top && whole(point.y) <= top + height);
            }
            let svg = svg(&states, main.min(count), &ways);
            prop_assert_eq!(svg.matches("<title>").count(), ways.len());
            prop_assert!(!svg.contains("<同意>"));
        }
    }
}
