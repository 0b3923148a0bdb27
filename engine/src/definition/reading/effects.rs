//! Effects of a step: letters, documents, numbers, services, other cases, links.

use indexmap::IndexMap;

use super::{Reader, naming::answer_of, participants::item};
use crate::{
    definition::{
        EffectKind, EffectRule, Void,
        document::{Entry, Kind, Node, Scalar},
        grammar::STEP_EFFECTS,
        outline::{FieldOutline, Outline},
        scope::Scope,
        type_text::is_text,
    },
    expression::{Expression, Type},
    names::{DocumentName, FieldName, LetterName, NumberName, OperationName, TaskName},
};

impl Reader<'_> {
    /// The effects of a step, in the order of the text.
    pub(super) fn effects(&self, node: &Node, scope: &Scope<'_>) -> Vec<EffectRule> {
        let mut effects = Vec::new();
        let mut drawn: Vec<&str> = Vec::new();
        let entries = node.entries().iter();
        for Entry { key, value } in entries.filter(|e| STEP_EFFECTS.contains(&e.key.text.as_str()))
        {
            match key.text.as_str() {
                "notify" => self.notify(value, scope, &mut effects),
                "document" if matches!(value.kind, Kind::List(_)) => {
                    let items = value.items().iter();
                    effects.extend(items.filter_map(|item| self.document(item)).map(always));
                }
                "document" => effects.extend(self.document(value).map(always)),
                "number" => {
                    drawn.extend(value.text());
                    effects.extend(self.number(value).map(always));
                }
                "close" => effects.extend(self.close(value).map(always)),
                "join" | "leave" => self.join(&key.text, value, scope, &mut effects),
                "draw" if matches!(value.kind, Kind::List(_)) => {
                    let items = value.items().iter();
                    effects.extend(items.filter_map(|item| self.draw(item, scope)));
                }
                "draw" => effects.extend(self.draw(value, scope)),
                "replace" => effects.extend(self.replace(value, scope)),
                _ => {
                    let numbered = self.with_numbers(&drawn, scope);
                    for entry in value.entries() {
                        let when = self.when(&entry.value, scope);
                        if key.text != "call" {
                            self.tell_early_numbers(&entry.value, &drawn);
                        }
                        let kind = match key.text.as_str() {
                            "call" => self.call(entry, &numbered),
                            "start" => self.start_case(entry, scope),
                            _ => self.tell(entry, scope),
                        };
                        effects.extend(kind.map(|kind| EffectRule { when, kind }));
                    }
                }
            }
        }
        effects
    }

    fn notify(&self, node: &Node, scope: &Scope<'_>, effects: &mut Vec<EffectRule>) {
        let when = self.when(node, scope);
        for entry in node.entries().iter().filter(|entry| entry.key.text != "when") {
            if self.is_turned(entry) {
                continue;
            }
            let (who, letter) = (self.participant(&key_node(entry)), self.letter(&entry.value));
            self.tell_unasked(&entry.value, scope.kind("ask").as_ref());
            if let (Some(who), Some(letter)) = (who, letter) {
                let kind = EffectKind::Notify { who, letter };
                effects.push(EffectRule { when: when.clone(), kind });
            }
        }
    }

    /// A letter by its name.
    pub(super) fn letter(&self, node: &Node) -> Option<LetterName> {
        let name = node.text()?;
        if !self.world.letters.contains_key(name) {
            let known = self.world.letters.keys().map(String::as_str);
            self.report.error(
                &node.spot,
                format!("没有信件「{name}」（letters/{name}.txt）"),
                crate::definition::report::suggestion(name, known),
            );
            return None;
        }
        self.letters.borrow_mut().insert(name.to_owned());
        Some(name.into())
    }

    /// A letter that tells what was asked, where it is sent without anybody being asked that.
    pub(super) fn tell_unasked(&self, node: &Node, ask: Option<&Type>) {
        let text = node.text().and_then(|name| self.world.letters.get(name));
        let (Some(text), Some(ask)) = (text, ask.and_then(Type::fields)) else { return };
        let is_unasked = |path: &Vec<String>| {
            path.first().is_some_and(|root| root == "asked")
                && path.get(1).is_some_and(|field| !ask.fields.contains_key(field))
        };
        let unasked = super::paths(text).into_iter().find(is_unasked);
        if let Some(path) = unasked.filter(|_| !text.contains("is defined")) {
            let name = node.text().unwrap_or_default();
            let message = format!("信件「{name}」写了 asked.{}，这里没有问它：发不出去", path[1]);
            self.report.doubt(&node.spot, message, "换一封信，或在信里先判断 is defined");
        }
    }

    fn document(&self, node: &Node) -> Option<EffectKind> {
        let name = node.text()?;
        self.use_names(vec![vec![format!("document {name}")]]);
        let own = self.outline.root.entries_of("documents").iter();
        let own = own.map(|entry| entry.key.text.as_str());
        let offered = self.world.host.documents.iter().map(DocumentName::as_str);
        let mut known = own.chain(offered);
        if !known.clone().any(|known| known == name) {
            let known = known.by_ref();
            let what = "文书（documents，或 host.yaml 的 documents）";
            self.report.unknown(&node.spot, what, name, known);
            return None;
        }
        Some(EffectKind::Document(name.into()))
    }

    fn number(&self, node: &Node) -> Option<EffectKind> {
        let name = node.text()?;
        let known = self.outline.root.entries_of("numbers");
        if !known.iter().any(|entry| entry.key.text == name) {
            let known = known.iter().map(|entry| entry.key.text.as_str());
            self.report.unknown(&node.spot, "编号（numbers）", name, known);
            return None;
        }
        Some(EffectKind::Number(NumberName::from(name)))
    }

    fn close(&self, node: &Node) -> Option<EffectKind> {
        let name = self.task_name(node)?;
        let task = self.outline.tasks.get(name.as_str());
        if task.is_some_and(|task| !task.is_each && self.outline.is_participant_known(task)) {
            self.report.error(
                &node.spot,
                format!("close 只能结束多人任务，「{name}」不是"),
                "多人任务的参与者写 each",
            );
        }
        Some(EffectKind::Close(name))
    }

    fn task_name(&self, node: &Node) -> Option<TaskName> {
        let name = node.text()?;
        if !self.outline.tasks.contains_key(name) {
            let known = self.outline.tasks.keys().map(String::as_str);
            self.report.unknown(&node.spot, "任务", name, known);
            return None;
        }
        Some(name.into())
    }

    pub(super) fn void(&self, node: &Node, scope: &Scope<'_>) -> Option<Void> {
        let names =
            if matches!(node.kind, Kind::List(_)) { node.items() } else { node.items_of("of") };
        let tasks: Vec<TaskName> = names.iter().filter_map(|name| self.task_name(name)).collect();
        let outlines = tasks.iter().filter_map(|task| self.outline.tasks.get(task.as_str()));
        let inner = scope.with("it", Some(answer_of(outlines)));
        let filter = node.get("where").map(|filter| self.condition(filter, &inner));
        match filter {
            Some(None) => None,
            Some(filter) => Some(Void { tasks, filter }),
            None => Some(Void { tasks, filter: None }),
        }
    }

    fn call(&self, entry: &Entry, scope: &Scope<'_>) -> Option<EffectKind> {
        let service = self.service(&key_node(entry))?;
        let name = entry.value.get("operation")?;
        let operations = self.world.host.services.get(&service)?;
        let Some((operation, schema)) = operations.get_key_value(name.text()?) else {
            let known = operations.keys().map(OperationName::as_str);
            let what = format!("操作（服务 {service}）");
            self.report.unknown(&name.spot, &what, name.text()?, known);
            return None;
        };
        let with = self.arguments(&entry.value, name, schema, scope);
        Some(EffectKind::Call { service, operation: operation.clone(), with })
    }

    fn start_case(&self, entry: &Entry, scope: &Scope<'_>) -> Option<EffectKind> {
        let link = self.link(&key_node(entry));
        let node = &entry.value;
        let workflow = node.get("workflow")?;
        let other = self.world.workflow(workflow, self.report)?;
        let link = link?;
        let declared = &self.outline.links.get(link.as_str())?.workflow;
        // A workflow that nobody knows is told where the link is declared.
        if !other.covers(declared) && self.world.knows(declared) {
            self.report.error(
                &workflow.spot,
                format!("联系「{link}」的另一端是 {declared}，不是 {}", other.key),
                format!("写 workflow: {declared}"),
            );
        }
        let each = self.each_started(node, link.as_str(), scope);
        let mut inner = scope.inner();
        if let Some(each) = &each {
            inner.define("it", each.as_ref().and_then(|list| item(list.value_type())).cloned());
        }
        let scope = &inner;
        let given = self.given(node, workflow, other, scope);
        let set = node.entries_of("set").iter().filter_map(|entry| {
            let Some(var) = other.vars.get(&entry.key.text) else {
                let known = other.vars.keys().map(String::as_str);
                let what = format!("变量（流程 {}）", other.key);
                self.report.unknown(&entry.key.spot, &what, &entry.key.text, known);
                return None;
            };
            let kind = var.as_ref().map(|(kind, _)| kind);
            Some((entry.key.text.as_str().into(), self.expression(&entry.value, scope, kind)?))
        });
        let set = set.collect();
        let form = node.get("form").map(|form| {
            self.expression_of(form, scope, "表单（按栏目）", |kind| {
                matches!(kind, Type::Record(_) | Type::Map(_))
            })
        });
        let workflow = other.key.as_str().into();
        let (each, form) = (each.flatten(), form.flatten());
        Some(EffectKind::Start { link, each, workflow, given, set, form })
    }

    /// The list for each of whose rows a case is started.
    fn each_started(
        &self,
        node: &Node,
        link: &str,
        scope: &Scope<'_>,
    ) -> Option<Option<Expression>> {
        let each = node.entry("each")?;
        if self.outline.links.get(link).is_some_and(|link| !link.is_many) {
            let message = format!("联系「{link}」只能有一个案，不能用 each 发起几个");
            self.report.error(&each.key.spot, message, "在 links 里写 many: true");
        }
        let list = |kind: &Type| item(kind).is_some();
        Some(self.expression_of(&each.value, scope, "清单", list))
    }

    fn given(
        &self,
        node: &Node,
        workflow: &Node,
        other: &Outline,
        scope: &Scope<'_>,
    ) -> IndexMap<crate::names::SubjectName, Expression> {
        let mut given = IndexMap::new();
        for entry in node.entries_of("given") {
            if !other.subjects.contains_key(&entry.key.text) {
                let known = other.subjects.keys().map(String::as_str);
                let what = format!("对象（流程 {} 的 given）", other.key);
                self.report.unknown(&entry.key.spot, &what, &entry.key.text, known);
                continue;
            }
            if let Some(id) = self.text_expression(&entry.value, scope) {
                given.insert(entry.key.text.as_str().into(), id);
            }
        }
        for subject in other.subjects.keys() {
            if !node.entries_of("given").iter().any(|entry| entry.key.text == *subject) {
                self.report.error(
                    &workflow.spot,
                    format!("发起 {} 要给定「{subject}」", other.key),
                    format!("在 given 里加上 {subject}: 编号"),
                );
            }
        }
        given
    }

    fn tell(&self, entry: &Entry, scope: &Scope<'_>) -> Option<EffectKind> {
        let node = &entry.value;
        let of = node.get("of")?;
        let expected = "案的清单：联系，或 cases 事实";
        let cases = self.expression_of(of, scope, expected, |kind| self.told(kind).is_some());
        let row = cases.as_ref().map(|cases| cases.value_type().clone());
        let row = row.map(|kind| item(&kind).cloned().unwrap_or_else(|| kind.present().clone()));
        let inner = scope.with("it", row.clone());
        let filter = node.get("where").map(|filter| self.condition(filter, &inner));
        let action = node.get("action")?;
        let fields = row.as_ref().and_then(|row| self.told_action(action, row));
        let mut ask = IndexMap::new();
        for entry in node.entries_of("ask") {
            let expected = fields.as_ref().and_then(|fields| {
                let field = fields.get(&entry.key.text);
                if field.is_none() {
                    let known = fields.keys().map(String::as_str);
                    let what = format!("回答（动作「{}」）", action.text().unwrap_or_default());
                    self.report.unknown(&entry.key.spot, &what, &entry.key.text, known);
                }
                field.map(FieldOutline::in_ask)
            });
            if let Some(value) = self.expression(&entry.value, scope, expected.as_ref()) {
                ask.insert(FieldName::from(entry.key.text.as_str()), value);
            }
        }
        for (name, _) in fields.iter().flatten().filter(|(_, field)| field.is_certain) {
            if !node.entries_of("ask").iter().any(|entry| entry.key.text == *name) {
                self.report.error(
                    &action.spot,
                    format!("动作「{}」必须回答「{name}」", action.text().unwrap_or_default()),
                    format!("加上 ask: {{{name}: 表达式}}"),
                );
            }
        }
        let all = node.is_true("all");
        let action = action.text()?.into();
        Some(EffectKind::Tell { of: cases?, filter: filter.flatten(), action, ask, all })
    }

    fn join(&self, word: &str, node: &Node, scope: &Scope<'_>, effects: &mut Vec<EffectRule>) {
        let when = self.when(node, scope);
        for entry in node.entries().iter().filter(|entry| entry.key.text != "when") {
            let Some(link) = self.link(&key_node(entry)) else { continue };
            let is_all = word == "leave" && entry.value.text() == Some("all");
            let case = if is_all {
                None
            } else {
                let Some(case) = self.expression_of(&entry.value, scope, "案的编号", is_text)
                else {
                    continue;
                };
                Some(case)
            };
            let kind = match (word, case) {
                ("join", Some(case)) => EffectKind::Join { link, case },
                (_, case) => EffectKind::Leave { link, case },
            };
            effects.push(EffectRule { when: when.clone(), kind });
        }
    }
}

/// The key of an entry, to be read as a name.
pub(super) fn key_node(entry: &Entry) -> Node {
    let text = entry.key.text.clone();
    let kind = Kind::Scalar(Scalar { text, quoted: false });
    Node { spot: entry.key.spot.clone(), kind }
}

fn always(kind: EffectKind) -> EffectRule {
    EffectRule { when: None, kind }
}
