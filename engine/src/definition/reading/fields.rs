//! Fields of forms, of `ask` and of rows.

use rust_decimal::Decimal;

use super::{Reader, demands::Filled, forms::limits, participants::item, whole};
use crate::{
    definition::{
        Correction, Field, FieldKind, Fields, FileKind, FileLimits, MOST_ROWS, Options, TextFormat,
        document::{Entry, Kind, Node},
        outline::{field_type, fields_of, type_name},
        scope::Scope,
        type_text::is_text,
    },
    expression::{Expression, Type, Value},
    names::FieldName,
};

impl Reader<'_> {
    /// Fields in their order; `scope` knows `row`.
    pub(super) fn fields(&self, entries: &[Entry], scope: &Scope<'_>) -> Fields {
        let field = |entry: &Entry| {
            Some((FieldName::from(entry.key.text.as_str()), self.field(entry, scope)?))
        };
        entries.iter().filter_map(field).collect()
    }

    fn field(&self, entry: &Entry, scope: &Scope<'_>) -> Option<Field> {
        let node = &entry.value;
        self.examine_limits(node);
        self.examine_most(node);
        let filled = field_type(node);
        let own = scope.with("it", Some(filled.clone()));
        let correct = self.correction(node, &filled, &own);
        let of_field = |key: &str| {
            let optional = filled.clone().optional();
            node.get(key).and_then(|node| self.expression(node, scope, Some(&optional)))
        };
        let (computed, prefill) = (of_field("computed"), of_field("prefill"));
        self.examine_prefill(node, prefill.as_ref());
        let kind = self.field_kind(node, scope);
        let require = self.requirements(node, &own);
        if let Some(kind) = &kind {
            self.examine_demands(node, &require, (Filled::Field(kind), &own));
        }
        let required = if type_name(node) == "accepted" {
            crate::definition::Condition::Always
        } else {
            self.condition_of(node.get("required"), scope)
        };
        Some(Field {
            name: node.text_of("name").unwrap_or(&entry.key.text).to_owned(),
            hint: node.text_of("hint").map(str::to_owned),
            required,
            when: self.when(node, scope),
            read_only: node.is_true("read_only") || node.get("computed").is_some(),
            computed,
            prefill,
            correct,
            require,
            untold: self.untold(node, scope),
            kind: kind?,
        })
    }

    /// Limits that nothing fits.
    pub(super) fn examine_limits(&self, node: &Node) {
        let number = |key: &str| node.text_of(key).and_then(|text| text.parse::<Decimal>().ok());
        if let (Some(min), Some(max)) = (number("min"), number("max"))
            && min > max
            && let Some(entry) = node.entry("min")
        {
            self.report.error(
                &entry.value.spot,
                format!("min（{min}）大于 max（{max}）"),
                "改其中一个",
            );
        }
    }

    /// More rows than a list of a form can have.
    pub(super) fn examine_row_count(&self, node: &Node) {
        let is_more = |entry: &&Entry| {
            entry
                .value
                .text()
                .and_then(|text| text.parse().ok())
                .is_some_and(|max: usize| max > MOST_ROWS)
        };
        if let Some(entry) = ["min", "max"].iter().find_map(|key| node.entry(key).filter(is_more)) {
            self.report.error(
                &entry.value.spot,
                format!("一张表最多 {MOST_ROWS} 行"),
                "写小一些；更多的，一件一件发起（start），或者上传文件",
            );
        }
    }

    /// What has room for nothing.
    fn examine_most(&self, node: &Node) {
        const HOLDING: [&str; 4] = ["text", "choices", "files", "rows"];
        let most = node.entry("max").filter(|_| HOLDING.contains(&type_name(node)));
        if let Some(most) = most.filter(|most| most.value.text() == Some("0")) {
            let message = "max 是 0：什么也填不了";
            self.report.error(&most.value.spot, message, "写 1 以上，或去掉 max");
        }
    }

    /// More options than there are cannot be chosen.
    fn examine_fewest(&self, node: &Node, options: &Options) {
        let Options::Fixed(options) = options else { return };
        let fewest = node.get("min").zip(whole(node, "min"));
        let is_more = |min: u32| usize::try_from(min).is_ok_and(|min| min > options.len());
        if let Some((min, fewest)) = fewest.filter(|(_, fewest)| is_more(*fewest)) {
            let message =
                format!("至少选 {fewest} 项，选项却只有 {} 项：怎么选都不合格", options.len());
            self.report.error(&min.spot, message, "写小一些，或补上选项");
        }
    }

    fn correction(&self, field: &Node, filled: &Type, scope: &Scope<'_>) -> Option<Correction> {
        let node = field.get("correct")?;
        let number = |key: &str| field.text_of(key).and_then(|text| text.parse::<Decimal>().ok());
        let when = node.get("when").and_then(|node| self.condition(node, scope));
        let to = node.get("to");
        let to = to.and_then(|node| self.expression(node, scope, Some(&filled.clone().optional())));
        let say = node.get("say").and_then(|node| self.template(node, scope));
        if let Some((node, to)) = node.get("to").zip(to.as_ref().and_then(Expression::constant)) {
            self.examine_corrected(node, &to, number("min"), number("max"));
        }
        Some(Correction { when: when?, to: to?, say: say? })
    }

    /// A number that is put right is one that the field takes.
    fn examine_corrected(
        &self,
        node: &Node,
        to: &Value,
        min: Option<Decimal>,
        max: Option<Decimal>,
    ) {
        if let Some(wrong) = beyond(to, min, max) {
            let message = format!("改成的 {} {wrong}：改了还是不合格", to.display());
            self.report.error(&node.spot, message, "改 to，或改 min、max");
        }
    }

    /// A number that stands in a field from the first is one that it takes.
    fn examine_prefill(&self, field: &Node, prefill: Option<&Expression>) {
        let number = |key: &str| field.text_of(key).and_then(|text| text.parse::<Decimal>().ok());
        let (Some(node), Some(value)) =
            (field.get("prefill"), prefill.and_then(Expression::constant))
        else {
            return;
        };
        if let Some(wrong) = beyond(&value, number("min"), number("max")) {
            let message = format!("预填的 {} {wrong}：不改就不合格", value.display());
            self.report.doubt(&node.spot, message, "改 prefill，或改 min、max");
        }
    }

    fn field_kind(&self, node: &Node, scope: &Scope<'_>) -> Option<FieldKind> {
        let number = |key: &str| node.text_of(key).and_then(|text| text.parse::<Decimal>().ok());
        Some(match type_name(node) {
            "integer" => FieldKind::Integer {
                min: self.whole_limit(node, "min"),
                max: self.whole_limit(node, "max"),
            },
            "decimal" => FieldKind::Decimal {
                min: number("min"),
                max: number("max"),
                scale: whole(node, "scale").unwrap_or(2),
                is_fixed: node.get("scale").is_some(),
            },
            "date" => FieldKind::Date,
            "month" => FieldKind::Month,
            name @ ("date_range" | "month_range") => FieldKind::DateRange {
                months: name == "month_range",
                open: node.text_of("open").map(str::to_owned),
            },
            "moment" => FieldKind::Moment,
            "choice" => FieldKind::Choice(self.options(node, scope)?),
            "choices" => {
                let options = self.options(node, scope)?;
                self.examine_fewest(node, &options);
                FieldKind::Choices { options, limits: limits(node) }
            }
            "yes_no" => FieldKind::YesNo,
            "accepted" => FieldKind::Accepted,
            "files" => FieldKind::Files(file_limits(node)),
            "rows" => {
                let fields = fields_of(node.entries_of("fields"));
                let row = scope.with("row", Some(super::naming::row_type(&fields)));
                self.examine_row_count(node);
                FieldKind::Rows {
                    fields: self.fields(node.entries_of("fields"), &row),
                    limits: limits(node),
                }
            }
            "parts" => FieldKind::Parts,
            "reference" => FieldKind::Reference(self.reference(node)?),
            _ => text(node),
        })
    }

    fn whole_limit(&self, node: &Node, key: &str) -> Option<i64> {
        let limit = node.get(key)?;
        let text = limit.text()?;
        let number = text.parse().ok();
        if number.is_none() && text.parse::<Decimal>().is_ok() {
            self.report.error(&limit.spot, format!("整数字段的 {key} 应当是整数"), "");
        }
        number
    }

    fn reference(&self, node: &Node) -> Option<String> {
        let of = node.get("of")?;
        let kind = of.text()?;
        let known = &self.world.host.subjects;
        if !known.contains_key(kind) {
            self.report.unknown(&of.spot, "对象种类", kind, known.keys().map(String::as_str));
            return None;
        }
        Some(kind.to_owned())
    }

    fn options(&self, node: &Node, scope: &Scope<'_>) -> Option<Options> {
        let choice = node.get("choice")?;
        let texts: Vec<(String, String)> = match &choice.kind {
            Kind::List(items) => {
                self.tell_wide_comma(items);
                let texts = items.iter().filter_map(Node::text);
                texts.map(|text| (text.to_owned(), text.to_owned())).collect()
            }
            Kind::Map(entries) => {
                let name = |entry: &Entry| entry.value.text().unwrap_or_default().to_owned();
                entries.iter().map(|entry| (entry.key.text.clone(), name(entry))).collect()
            }
            Kind::Scalar(_) => {
                let expected = "选项：文本的清单，或带 value（或 id）的行的清单";
                let options = self.expression_of(choice, scope, expected, is_options)?;
                return Some(Options::Computed(options));
            }
            Kind::Null => return None,
        };
        if texts.is_empty() {
            self.report.error(&choice.spot, "选项是空的", "至少写一项");
        }
        for (index, (text, name)) in texts.iter().enumerate() {
            let mut before = texts[..index].iter();
            if before.clone().any(|(other, _)| other == text) {
                self.report.error(&choice.spot, format!("选项「{text}」写了两次"), "删去其中一个");
            } else if let Some((other, _)) = before.find(|(_, other)| other == name) {
                let message = format!("选项「{other}」和「{text}」都叫「{name}」：人分不出来");
                self.report.error(&choice.spot, message, "给其中一个换个名称");
            }
        }
        Some(Options::Fixed(texts.into_iter().collect()))
    }
}

impl Reader<'_> {
    /// One option that holds a comma of the Chinese keyboard was meant as several.
    fn tell_wide_comma(&self, items: &[Node]) {
        for item in items {
            let text = item.text().unwrap_or_default();
            let is_plain = matches!(&item.kind, Kind::Scalar(scalar) if !scalar.quoted);
            if is_plain && text.contains(['，', '、']) && items.len() == 1 {
                let options = text.replace(['，', '、'], ", ");
                let message = format!("只有一个选项「{text}」：「，」是全角的，隔不开两项");
                self.report.error(
                    &item.spot,
                    message,
                    format!("写成 [{options}]；就是一项则加引号"),
                );
            }
        }
    }
}

/// How a number lies outside of these ends.
fn beyond(value: &Value, min: Option<Decimal>, max: Option<Decimal>) -> Option<String> {
    let number = value.as_decimal()?;
    let below = min.filter(|min| number < *min).map(|min| format!("小于 min（{min}）"));
    below.or_else(|| max.filter(|max| number > *max).map(|max| format!("大于 max（{max}）")))
}

fn is_options(kind: &Type) -> bool {
    let Some(item) = item(kind) else { return false };
    if let Type::Record(record) = item {
        let field = record.fields.get("value").or_else(|| record.fields.get("id"));
        return field.is_some_and(|kind| is_text(kind.present()));
    }
    is_text(item)
}

fn text(node: &Node) -> FieldKind {
    let lines = whole(node, "lines").unwrap_or(1).max(1);
    let format = match node.text_of("format") {
        Some("id_number") => Some(TextFormat::IdNumber),
        Some("credit_code") => Some(TextFormat::CreditCode),
        Some("issn_isbn") => Some(TextFormat::IssnIsbn),
        Some("mobile") => Some(TextFormat::Mobile),
        Some("email") => Some(TextFormat::Email),
        Some(_) | None => None,
    };
    let max = whole(node, "max").unwrap_or(if lines > 1 { 2000 } else { 200 });
    FieldKind::Text { lines, max, format }
}

fn file_limits(node: &Node) -> FileLimits {
    let kinds: Vec<FileKind> = node
        .items_of("kinds")
        .iter()
        .filter_map(|kind| match kind.text() {
            Some("image") => Some(FileKind::Image),
            Some("pdf") => Some(FileKind::Pdf),
            Some(_) | None => None,
        })
        .collect();
    let both = vec![FileKind::Image, FileKind::Pdf];
    FileLimits {
        kinds: if kinds.is_empty() { both } else { kinds },
        min: whole(node, "min").unwrap_or(1),
        max: whole(node, "max").unwrap_or(5),
        max_bytes: u64::from(whole(node, "max_mb").unwrap_or(5)) * FileLimits::MEGABYTE,
    }
}
