//! Participants: who acts.

use indexmap::IndexMap;

use super::{ChoiceOf, Reader};
use crate::{
    definition::{
        Participant, Who, WhoKind,
        document::{Entry, Key, Kind, Node},
        outline::participant_name,
        scope::Scope,
        shape::is_rows,
        type_text::is_text,
    },
    expression::{Expression, Names, Type},
    names::{ParticipantName, RoleName, RuleName, SectionName},
};

impl Reader<'_> {
    /// Every participant, those written at a task included.
    pub(super) fn participants(&self, scope: &Scope<'_>) -> IndexMap<ParticipantName, Participant> {
        let root = &self.outline.root;
        let mut participants = IndexMap::new();
        for entry in root.entries_of("participants") {
            let participant = if is_rows(&entry.value) {
                let rows = entry.value.entries().iter().filter_map(|row| {
                    let when = self.when(&row.value, scope);
                    Some((row.key.text.as_str().into(), (when, self.who(&row.value, scope)?)))
                });
                let rows: IndexMap<_, (Option<Expression>, Who)> = rows.collect();
                self.examine_gap(&entry.key, entry.value.entries().len(), &rows, scope);
                Some(Participant::Rows(rows))
            } else {
                self.who(&entry.value, scope).map(Participant::One)
            };
            participants.extend(participant.map(|who| (entry.key.text.as_str().into(), who)));
        }
        let in_states = root.entries_of("states").iter().flat_map(|s| s.value.entries_of("tasks"));
        for task in in_states.chain(root.entries_of("tasks")) {
            let inline = task.value.get("for").filter(|node| matches!(node.kind, Kind::Map(_)));
            if let Some(who) = inline.and_then(|node| self.who(node, scope)) {
                participants.insert(participant_name(task).into(), Participant::One(who));
            }
        }
        participants
    }

    /// Rows none of which may hold mean nobody.
    fn examine_gap(
        &self,
        key: &Key,
        written: usize,
        rows: &IndexMap<RuleName, (Option<Expression>, Who)>,
        scope: &Scope<'_>,
    ) {
        let conditions = rows.values().map(|(when, _)| when.as_ref()).collect::<Option<Vec<_>>>();
        let Some(conditions) = conditions.filter(|rows| rows.len() == written) else { return };
        self.chooses((&key.spot, ChoiceOf::Participant), Vec::new(), &conditions, scope);
    }

    fn who(&self, node: &Node, scope: &Scope<'_>) -> Option<Who> {
        let kind = self.who_kind(node, scope);
        let except = node.items_of("except").iter();
        let except = except.filter_map(|item| {
            if self.tells_participant(item) {
                return None;
            }
            self.expression_of(item, scope, "账号、账号的清单或 任务.by", is_accounts)
        });
        let named = |key: &str| node.items_of(key).iter().filter_map(|n| self.participant(n));
        Some(Who {
            except: except.collect(),
            sees: node.get("sees").map(|sees| self.sections(sees.items())),
            unnamed_to: named("unnamed_to").collect(),
            delegate: node.text_of("delegate") != Some("false"),
            kind: kind?,
        })
    }

    /// A participant where an account belongs: which account that would be.
    fn tells_participant(&self, node: &Node) -> bool {
        let written = node.text().unwrap_or_default();
        let name = written.trim().trim_matches('\'');
        let outline = self.outline;
        let is_name = outline.vars.contains_key(name)
            || outline.subjects.contains_key(name)
            || ["facts", "values"]
                .iter()
                .any(|key| outline.root.entries_of(key).iter().any(|entry| entry.key.text == name));
        if !outline.participants.contains_key(name) || is_name && written.trim() == name {
            return false;
        }
        let whos = outline.root.get("participants").and_then(|whos| whos.get(name));
        let account = whos.and_then(|who| who.text_of("account"));
        let remedy = match account {
            Some(account) => format!("写成 {account}"),
            None => "写成账号，如 person.account，或办过的任务 任务.by".to_owned(),
        };
        let message = format!("「{name}」是参与者，这里要账号");
        self.report.error(&node.spot, message, remedy);
        true
    }

    /// Whether a letter stands where its receiver belongs and the other way round; then that is told.
    pub(super) fn is_turned(&self, entry: &Entry) -> bool {
        let (who, letter) = (entry.key.text.as_str(), entry.value.text().unwrap_or_default());
        let (people, letters) = (&self.outline.participants, &self.world.letters);
        let is_turned = people.contains_key(letter) && letters.contains_key(who);
        let is_right = people.contains_key(who) || letters.contains_key(letter);
        if is_turned && !is_right {
            let message = format!("写反了：「{who}」是信件，「{letter}」是参与者");
            self.report.error(&entry.key.spot, message, format!("写成 {letter}: {who}"));
            self.use_names(vec![vec![format!("participant {letter}")]]);
            self.letters.borrow_mut().insert(who.to_owned());
        }
        is_turned && !is_right
    }

    /// No role is held in a unit without a name.
    fn tell_empty_unit(&self, node: &Node, unit: Option<&Expression>) {
        let constant = unit.and_then(Expression::constant);
        let is_empty = constant.is_some_and(|unit| unit.is_blank());
        if let Some(entry) = node.entry("unit").filter(|_| is_empty) {
            let message = "unit 是空的：没有单位，也就没有人";
            self.report.error(&entry.value.spot, message, "不属于单位的角色不写 unit");
        }
    }

    fn who_kind(&self, node: &Node, scope: &Scope<'_>) -> Option<WhoKind> {
        if let Some(account) = node.get("account") {
            return self.account(account, scope).map(WhoKind::Account);
        }
        if let Some(role) = node.get("role") {
            let unit = node.get("unit").map(|unit| self.text_expression(unit, scope));
            let role = self.role(role, scope)?;
            return match unit {
                None => Some(WhoKind::Role { role, unit: None }),
                Some(unit) => {
                    self.tell_empty_unit(node, unit.as_ref());
                    Some(WhoKind::Role { role, unit: Some(unit?) })
                }
            };
        }
        if let Some(list) = node.get("each") {
            return self.each(node, list, scope);
        }
        if let Some(service) = node.get("service") {
            return self.service(service).map(WhoKind::Service);
        }
        if let Some(link) = node.get("link") {
            return self.link(link).map(WhoKind::Link);
        }
        if let Some(workflow) = node.get("case") {
            let outline = self.world.workflow(workflow, self.report)?;
            return Some(WhoKind::Case(outline.key.as_str().into()));
        }
        self.report.error(
            &node.spot,
            "没有说参与者是谁",
            "写 account、role、each、service、link 或 case 之一",
        );
        None
    }

    /// The account of somebody; a row that has one is not it.
    fn account(&self, node: &Node, scope: &Scope<'_>) -> Option<Expression> {
        let account = self.expression(node, scope, None)?;
        let kind = account.value_type();
        if is_text(kind) {
            return Some(account);
        }
        let has_account =
            kind.present().fields().is_some_and(|it| it.fields.contains_key("account"));
        if !has_account {
            return self.text_expression(node, scope);
        }
        let message = format!("这里要账号，得到的是{kind}");
        self.report.error(&node.spot, message, format!("写成 {}.account", account.source()));
        None
    }

    /// A role of the host by name, or an expression of one.
    fn role(&self, node: &Node, scope: &Scope<'_>) -> Option<Expression> {
        let text = node.text()?;
        let roles = &self.world.host.roles;
        if roles.iter().any(|role| role.as_str() == text) {
            return Expression::compile(&format!("'{text}'"), &Names::default(), None).ok();
        }
        let is_word = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if is_word && !scope.knows(text) {
            let known = roles.iter().map(RoleName::as_str);
            self.report.unknown(&node.spot, "角色（host.yaml 的 roles）", text, known);
            return None;
        }
        self.text_expression(node, scope)
    }

    /// Each row of a list.
    fn each(&self, node: &Node, list: &Node, scope: &Scope<'_>) -> Option<WhoKind> {
        let list = self.expression_of(
            list,
            scope,
            "账号的清单，或带 account 的行的清单",
            |kind| item(kind).is_some_and(is_account),
        );
        let row = list.as_ref().and_then(|list| item(list.value_type())).cloned();
        let inner = scope.with("it", row);
        let filter = node.get("where").map(|filter| self.condition(filter, &inner));
        Some(WhoKind::Each { list: list?, filter: filter.flatten() })
    }

    /// Sections of the form, by name.
    pub(super) fn sections(&self, nodes: &[Node]) -> Vec<SectionName> {
        let known = &self.outline.sections;
        let section = |node: &Node| {
            let name = node.text()?;
            if !known.contains_key(name) {
                self.unknown_section(&node.spot, name);
                return None;
            }
            Some(SectionName::from(name))
        };
        nodes.iter().filter_map(section).collect()
    }
}

/// What the rows of a list are.
pub(super) fn item(kind: &Type) -> Option<&Type> {
    if let Type::List(item) = kind { Some(item) } else { None }
}

/// An account, or a row with one.
fn is_account(kind: &Type) -> bool {
    if let Type::Record(record) = kind {
        return record.fields.get("account").is_some_and(is_text);
    }
    is_text(kind)
}

/// An account that may be missing, or a list of accounts.
fn is_accounts(kind: &Type) -> bool {
    let kind = kind.present();
    is_account(kind) || item(kind).is_some_and(|item| is_account(item.present()))
}
