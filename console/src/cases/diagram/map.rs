//! A definition as a picture and in words: every state, and every way between them.

mod layered;

use engine::{
    definition::{Definition, Place},
    names::StateName,
};
use serde::Serialize;

use super::main_path;

/// A definition drawn.
#[derive(Clone, Debug, Serialize)]
pub struct Map {
    /// The picture, as SVG text that is safe to put into a page.
    pub svg: String,
    /// The same in words: the main path, then the others.
    pub states: Vec<Mapped>,
}

/// A state of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mapped {
    /// What people see.
    pub name: String,
    /// What the text calls it.
    pub key: String,
    /// Where it stands in the text.
    pub href: Option<String>,
    /// Whether a case ends there.
    pub is_end: bool,
    /// What leads on: the state, and by what.
    pub ways: Vec<(String, String)>,
}

impl Map {
    /// Two states, for samples.
    pub fn sample() -> Self {
        let state = |name: &str, key: &str, line: u32, ways: &[(&str, &str)]| Mapped {
            name: name.to_owned(),
            key: key.to_owned(),
            href: Some(format!("/admin/workflows/binding/edit#L{line}")),
            is_end: ways.is_empty(),
            ways: ways.iter().map(|(to, by)| ((*to).to_owned(), (*by).to_owned())).collect(),
        };
        let states = vec![
            state("待单位审核", "pending", 12, &[("已绑定", "审核通过")]),
            state("已绑定", "approved", 40, &[]),
        ];
        let way = Way { from: 0, to: 1, by: vec!["审核通过".to_owned()] };
        Self { svg: layered::svg(&states, states.len(), &[way]), states }
    }
}

/// All that leads from one state to another.
struct Way {
    from: usize,
    to: usize,
    /// The names of the actions; `自动` for times and rules.
    by: Vec<String>,
}

/// Draws a definition; `href` says where a state leads, by its place in the text.
pub fn map(definition: &Definition, href: impl Fn(&Place) -> Option<String>) -> Map {
    let main = main_path(definition);
    let others = definition.states.keys().filter(|name| !main.contains(name));
    let names: Vec<&StateName> = main.iter().chain(others).collect();
    let ways = ways(definition, &names);
    let named = |name: &StateName| definition.states.get(name).map(|state| state.name.clone());
    let states = names.iter().enumerate().filter_map(|(index, name)| {
        let state = definition.states.get(*name)?;
        let leads = ways.iter().filter(|way| way.from == index);
        Some(Mapped {
            name: state.name.clone(),
            key: name.to_string(),
            href: href(&state.place),
            is_end: state.is_end,
            ways: leads
                .filter_map(|way| Some((named(names[way.to])?, way.by.join("、"))))
                .collect(),
        })
    });
    let states: Vec<Mapped> = states.collect();
    Map { svg: layered::svg(&states, main.len(), &ways), states }
}

/// The ways between two states, each pair once.
fn ways(definition: &Definition, names: &[&StateName]) -> Vec<Way> {
    let mut ways: Vec<Way> = Vec::new();
    for edge in definition.edges() {
        let position = |state: &StateName| names.iter().position(|name| *name == state);
        let Some((from, to)) = edge.from.as_ref().and_then(position).zip(position(&edge.to)) else {
            continue;
        };
        if from == to {
            continue;
        }
        let by = if edge.label.is_empty() { "自动".to_owned() } else { edge.label };
        match ways.iter_mut().find(|way| (way.from, way.to) == (from, to)) {
            Some(way) if !way.by.contains(&by) => way.by.push(by),
            Some(_) => {}
            None => ways.push(Way { from, to, by: vec![by] }),
        }
    }
    ways
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cases::samples;

    #[test]
    fn every_state_is_there_leads_to_its_line_and_says_its_ways() {
        let definition = samples::definition("library-item");
        let map = map(&definition, |place| Some(format!("#L{}", place.line)));
        assert_eq!(map.states.len(), definition.states.len());
        for state in definition.states.values() {
            let link = format!("<a href=\"#L{}\"", state.place.line);
            assert!(map.svg.contains(&link), "{link} in {}", map.svg);
        }
        let ways: usize = map.states.iter().map(|state| state.ways.len()).sum();
        assert_eq!(map.svg.matches("<title>").count(), ways, "{}", map.svg);
        let pending = map.states.iter().find(|state| state.key == "pending").expect("is there");
        let back = pending.ways.iter().find(|(to, _)| to == "退回修改").expect("it is sent back");
        let told = format!("<title>待单位审核 → 退回修改：{}</title>", back.1);
        assert!(map.svg.contains(&told), "{told} in {}", map.svg);
    }
}
