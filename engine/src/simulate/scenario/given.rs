//! What a scenario gives of the world: every name must be one that the host has.

use super::{Given, read::Reader, read::values};
use crate::{
    definition::{
        catalogue::literal,
        document::{Kind, Node},
        report::suggestion,
    },
    expression::{Record, Type},
    names::{OperationName, RoleName},
};

/// What a fault says was written.
fn written(node: &Node) -> String {
    node.text().map_or_else(|| node.shape().to_owned(), |text| format!("「{text}」"))
}

impl Reader<'_> {
    /// What is given.
    pub(super) fn given(&mut self, node: &Node) -> Given {
        let mut given = Given::default();
        self.subjects(node, &mut given);
        self.roles(node, &mut given);
        if let Some(calendar) = node.get("calendar") {
            given.offdays = self.dates(calendar.items_of("offdays"));
            given.workdays = self.dates(calendar.items_of("workdays"));
        }
        self.facts(node, &mut given);
        given
    }

    fn subjects(&mut self, node: &Node, given: &mut Given) {
        let compiled = self.compiled;
        for kind in node.entries_of("subjects") {
            let known = &compiled.host.subjects;
            let record = known.get(&kind.key.text);
            if record.is_none() {
                let names = known.keys().map(String::as_str);
                self.unknown(&kind.key.spot, "对象种类", &kind.key.text, names);
            }
            for subject in kind.value.entries() {
                if let Some(record) = record {
                    self.row(&subject.value, record);
                }
                let (kind, id) = (kind.key.text.clone(), subject.key.text.clone());
                given.subjects.push((kind, id, subject.value.clone()));
            }
        }
    }

    fn roles(&mut self, node: &Node, given: &mut Given) {
        let compiled = self.compiled;
        let known = &compiled.host.roles;
        for account in node.entries_of("roles") {
            let mut roles = Vec::new();
            for item in account.value.items() {
                let Some((role, unit)) = item.text().and_then(|text| text.split_once('@')) else {
                    self.fault(item.spot.place(), "角色写法不对", "写成 角色@单位");
                    continue;
                };
                if !known.iter().any(|known| known.as_str() == role) {
                    let names = known.iter().map(RoleName::as_str);
                    self.unknown(&item.spot, "角色（host.yaml 的 roles）", role, names);
                }
                roles.push((role.to_owned(), unit.to_owned()));
            }
            given.roles.push((account.key.text.clone(), roles));
        }
    }

    fn facts(&mut self, node: &Node, given: &mut Given) {
        let compiled = self.compiled;
        let known = &compiled.host.operations;
        for operation in node.entries_of("facts") {
            let name = &operation.key;
            let schema = known.get(name.text.as_str());
            if schema.is_none() {
                let names = known.keys().map(OperationName::as_str);
                let what = "查询（host.yaml 的 operations，不是 facts 里的名称）";
                self.unknown(&name.spot, what, &name.text, names);
            }
            let mut answers = Vec::new();
            for item in operation.value.items() {
                for argument in item.entries_of("with") {
                    let with = schema.map(|schema| &schema.with);
                    if let Some(with) = with.filter(|with| !with.contains_key(&argument.key.text)) {
                        let names = with.keys().map(String::as_str);
                        let what = format!("参数（查询 {}）", name.text);
                        self.unknown(&argument.key.spot, &what, &argument.key.text, names);
                    }
                }
                let Some(gives) = item.get("gives") else { continue };
                if let Some(kind) = schema.and_then(|schema| schema.gives.as_ref()) {
                    self.fits(gives, kind);
                }
                answers.push((values(item.entries_of("with")), gives.clone()));
            }
            given.facts.push((name.text.clone(), answers));
        }
    }

    /// Whether what is given is of its type, and its rows have only fields that their type has.
    fn fits(&mut self, node: &Node, kind: &Type) {
        let is_none = matches!(node.kind, Kind::Null) || node.text() == Some("none");
        match (kind.present(), &node.kind) {
            _ if is_none => {}
            (Type::Record(record), Kind::Map(_)) => self.row(node, record),
            (Type::List(item), Kind::List(items)) => {
                items.iter().for_each(|node| self.fits(node, item));
            }
            (Type::Map(item), Kind::Map(entries)) => {
                entries.iter().for_each(|entry| self.fits(&entry.value, item));
            }
            (present, Kind::Scalar(_)) if literal(node, present).fits(present) => {}
            (present, Kind::Scalar(_) | Kind::List(_) | Kind::Map(_)) => {
                let message = format!("这里要{present}，写的是{}", written(node));
                let remedy = if *present == Type::Moment {
                    "写成 2026-07-01 09:00"
                } else if *present == Type::Date {
                    "写成 2026-07-01"
                } else if *present == Type::Bool {
                    "写 true 或 false"
                } else if matches!(present, Type::List(_)) {
                    "写成 [值, 值]"
                } else {
                    ""
                };
                self.fault(node.spot.place(), message, remedy);
            }
            (_, Kind::Null) => {}
        }
    }

    fn row(&mut self, node: &Node, record: &Record) {
        for entry in node.entries() {
            match record.fields.get(&entry.key.text) {
                Some(kind) => self.fits(&entry.value, kind),
                None => {
                    let names = record.fields.keys().map(String::as_str);
                    let what = format!("字段（{}）", record.name);
                    self.unknown(&entry.key.spot, &what, &entry.key.text, names);
                }
            }
        }
    }

    fn unknown<'n>(
        &mut self,
        spot: &crate::definition::document::Spot,
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) {
        let message = format!("没有叫「{name}」的{what}");
        self.fault(spot.place(), message, suggestion(name, known));
    }

    fn dates(&mut self, nodes: &[Node]) -> Vec<jiff::civil::Date> {
        let mut dates = Vec::new();
        for node in nodes {
            match node.text().and_then(|text| text.parse().ok()) {
                Some(date) => dates.push(date),
                None => self.fault(node.spot.place(), "这里应当是日期", "写成 2026-07-01"),
            }
        }
        dates
    }
}
