//! Documents, what anybody may verify of them, and what is public in a state.

use indexmap::IndexMap;

use super::{Reader, participants::item};
use crate::{
    definition::{
        Document, Part, PartKind, Publicity, Table, TableRows, Verification,
        document::{Entry, Node},
        grammar::PARTS,
        scope::Scope,
    },
    expression::{Template, Type},
    names::{DocumentName, LabelName, VarName},
};

impl Reader<'_> {
    pub(super) fn documents(&self, scope: &Scope<'_>) -> IndexMap<DocumentName, Document> {
        let document = |entry: &Entry| {
            let node = &entry.value;
            let name = node.text_of("name").unwrap_or(&entry.key.text).to_owned();
            let readers = node.get("for").map(|readers| {
                readers.items().iter().filter_map(|reader| self.participant(reader)).collect()
            });
            let sheet = node.items_of("sheet").iter();
            let document = Document {
                name,
                when: self.when(node, scope),
                button: node.text_of("button").map(str::to_owned),
                readers,
                sheet: sheet.filter_map(|part| self.printed_part(part, scope)).collect(),
                foot: node.get("foot").and_then(|foot| self.template(foot, scope)),
                verify: node.get("verify").and_then(|verify| self.verification(verify, scope)),
            };
            let prints_code = document.sheet.iter().any(|part| part.kind == PartKind::Code);
            if prints_code && node.get("verify").is_none() {
                let message = format!("文书「{}」印验证码，但没有说核验什么", entry.key.text);
                self.report.error(&entry.key.spot, message, "加上 verify");
            }
            let mut parts = node.items_of("sheet").iter();
            if let Some(verify) = node.entry("verify")
                && !parts.any(|part| part.get("code").is_some())
            {
                let message = format!("文书「{}」没有印验证码：拿着它的人也查不到", entry.key.text);
                self.report.doubt(&verify.key.spot, message, "在 sheet 里加上 {code: true}");
            }
            (DocumentName::from(entry.key.text.as_str()), document)
        };
        self.outline.root.entries_of("documents").iter().map(document).collect()
    }

    fn printed_part(&self, node: &Node, scope: &Scope<'_>) -> Option<Part> {
        let Some(entry) = node.entries().iter().find(|e| PARTS.contains(&e.key.text.as_str()))
        else {
            let remedy = format!("写 {} 之一", PARTS.join("、"));
            self.report.error(&node.spot, "文书的这一段没有说印什么", remedy);
            return None;
        };
        let text = || self.template(&entry.value, scope);
        let kind = match entry.key.text.as_str() {
            "title" => PartKind::Title(text()?),
            "heading" => PartKind::Heading(text()?),
            "text" => PartKind::Text(text()?),
            "signed" => PartKind::Signed(text()?),
            "table" => PartKind::Table(self.printed_table(&entry.value, scope)?),
            _ => PartKind::Code,
        };
        Some(Part { when: self.when(node, scope), kind })
    }

    fn printed_table(&self, node: &Node, scope: &Scope<'_>) -> Option<Table> {
        let columns = node.items_of("columns").iter();
        let columns: Vec<u32> =
            columns.filter_map(|column| column.text()?.parse().ok()).filter(|w| *w > 0).collect();
        let templates = |nodes: &[Node], scope: &Scope<'_>| -> Vec<Template> {
            nodes.iter().filter_map(|cell| self.template(cell, scope)).collect()
        };
        let as_wide = |node: &Node, cells: &[Node]| {
            if cells.len() != columns.len() {
                let (cells, columns) = (cells.len(), columns.len());
                let message = format!("这一行有 {cells} 格，表格有 {columns} 列");
                self.report.error(&node.spot, message, "格数应当等于 columns 的列数");
            }
        };
        let rows = if let Some(each) = node.get("each") {
            let list = self.expression_of(each, scope, "清单", |kind| item(kind).is_some())?;
            let row = item(list.value_type()).cloned();
            let inner = scope.with("it", row);
            let inner = inner.with("n", Some(Type::Integer));
            let cells = node.items_of("cells");
            as_wide(each, cells);
            TableRows::Each { cells: templates(cells, &inner), list }
        } else {
            let rows = node.items_of("rows").iter().map(|row| {
                as_wide(row, row.items());
                templates(row.items(), scope)
            });
            TableRows::Fixed(rows.collect())
        };
        let head = node.items_of("head");
        if let Some(node) = node.get("head") {
            as_wide(node, head);
        }
        let is_files = |kind: &Type| item(kind).is_some_and(|item| *item == Type::File);
        let photo = node.get("photo");
        let photo = photo.and_then(|node| self.expression_of(node, scope, "文件清单", is_files));
        Some(Table { head: templates(head, scope), columns, photo, rows })
    }

    fn verification(&self, node: &Node, scope: &Scope<'_>) -> Option<Verification> {
        let shows = node.entries_of("shows").iter().filter_map(|entry| {
            Some((entry.key.text.clone(), self.template(&entry.value, scope)?))
        });
        Some(Verification {
            number: self.label(node.get("number")?)?,
            valid: self.condition(node.get("valid")?, scope)?,
            invalid: self.template(node.get("invalid")?, scope)?,
            shows: shows.collect(),
        })
    }

    /// A label of this definition.
    fn label(&self, node: &Node) -> Option<LabelName> {
        let name = node.text()?;
        let known = self.outline.root.entries_of("labels");
        if !known.iter().any(|entry| entry.key.text == name) {
            let known = known.iter().map(|entry| entry.key.text.as_str());
            self.report.unknown(&node.spot, "标签（labels）", name, known);
            return None;
        }
        Some(name.into())
    }

    /// The variable of the posts that read the case.
    pub(super) fn readers(&self) -> Option<VarName> {
        let node = self.outline.root.get("readers")?;
        let name = node.text()?;
        self.use_names(vec![vec![name.to_owned()]]);
        let Some(var) = self.outline.vars.get(name) else {
            let known = self.outline.vars.keys().map(String::as_str);
            self.report.unknown(&node.spot, "变量", name, known);
            return None;
        };
        let (kind, _) = var.as_ref()?;
        let is_post = |kind: &Type| {
            let Type::Record(record) = kind else { return false };
            let is_text = |field| record.fields.get(field) == Some(&Type::Text);
            is_text("role") && is_text("unit")
        };
        if !item(kind).is_some_and(is_post) {
            let message = format!("readers 要一个岗位的清单，变量「{name}」不是");
            self.report.error(&node.spot, message, "类型写 list of 有 role 和 unit 的记录");
            return None;
        }
        Some(VarName::from(name))
    }

    pub(super) fn publicity(&self, node: &Node) -> Publicity {
        let known = self.outline.root.entries_of("labels");
        let shown = |entry: &Entry| {
            let name = entry.key.text.as_str();
            if !known.iter().any(|label| label.key.text == name) {
                let known = known.iter().map(|label| label.key.text.as_str());
                self.report.unknown(&entry.key.spot, "标签（labels）", name, known);
            }
            (LabelName::from(name), entry.value.text().unwrap_or_default().to_owned())
        };
        Publicity {
            name: node.text_of("name").unwrap_or_default().to_owned(),
            shows: node.entries_of("shows").iter().map(shown).collect(),
        }
    }
}
