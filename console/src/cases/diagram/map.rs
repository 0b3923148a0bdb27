//! A definition as a picture: every state, and every way between them.

use engine::{
    definition::{Definition, Place},
    names::StateName,
};

use super::{Diagram, Node, Progress, Way, draw, main_path};

/// Draws a definition; `href` says where a state leads, by its place in the text.
pub fn map(definition: &Definition, href: impl Fn(&Place) -> Option<String>) -> Diagram {
    let main = main_path(definition);
    let others = definition.states.keys().filter(|name| !main.contains(name));
    let nodes: Vec<Node> = main
        .iter()
        .chain(others)
        .filter_map(|name| Some((name, definition.states.get(name)?)))
        .map(|(name, state)| Node {
            name: state.name.clone(),
            progress: Progress::Todo,
            note: if state.is_end { format!("{name}，结束") } else { name.to_string() },
            href: href(&state.place),
            state: name.clone(),
        })
        .collect();
    let ways = ways(definition, &nodes);
    let names: Vec<&str> = nodes.iter().map(|node| node.name.as_str()).collect();
    let label = format!("流程图，共 {} 个环节：{}", names.len(), names.join("、"));
    Diagram { svg: draw::svg(&nodes, main.len(), &ways, &label), nodes }
}

/// Every way once; what leads back or aside says so.
fn ways(definition: &Definition, nodes: &[Node]) -> Vec<Way> {
    let mut ways: Vec<Way> = Vec::new();
    for edge in definition.edges() {
        let position = |state: &StateName| nodes.iter().position(|node| node.state == *state);
        let Some((from, to)) = edge.from.as_ref().and_then(position).zip(position(&edge.to)) else {
            continue;
        };
        let is_known = ways.iter().any(|way| (way.from, way.to) == (from, to));
        if from != to && !is_known {
            ways.push(Way { from, to, times: 0, is_back: to < from });
        }
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::samples;

    #[test]
    fn every_state_is_there_and_leads_to_its_line() {
        let definition = samples::definition("library-item");
        let diagram = map(&definition, |place| Some(format!("#L{}", place.line)));
        assert_eq!(diagram.nodes.len(), definition.states.len());
        for state in definition.states.values() {
            let link = format!("<a href=\"#L{}\"", state.place.line);
            assert!(diagram.svg.contains(&link), "{link} in {}", diagram.svg);
        }
        assert!(!diagram.svg.contains("次"), "{}", diagram.svg);
    }
}
