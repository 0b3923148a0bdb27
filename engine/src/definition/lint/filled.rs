//! Forms that are handed in and that nobody can fill in, and forms that are filled in and never handed
//! in, so that nothing sees whether they are complete.

use super::unfillable::edits;
use crate::{
    definition::{Assigned, Condition, Definition, Edit, Field, document::Node, reading::Reader},
    names::SectionName,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    let mut actions = definition.tasks.values().flat_map(|task| task.actions.values());
    let is_handed_in = definition.start.action.freeze || actions.any(|action| action.freeze);
    let mut assigned = definition.steps().flat_map(|step| &step.set);
    if !is_handed_in {
        return never_examined(reader, definition);
    }
    let is_filled = definition.tasks.values().any(|task| task.edit != Edit::Nothing)
        || assigned.any(|assignment| matches!(assignment.to, Assigned::Form(..)));
    if is_filled {
        return;
    }
    let fields = definition.form.sections.values().filter(|section| section.when.is_none());
    let mut fields = fields.flat_map(|section| section.fields.values());
    let wanted = fields.find(|field| {
        field.required == Condition::Always
            && field.is_entered()
            && field.when.is_none()
            && field.prefill.is_none()
    });
    let (Some(field), Some(entry)) = (wanted, reader.outline.root.entry("form")) else { return };
    reader.report.error(
        &entry.key.spot,
        format!("「{}」是必填的，却没有任务能填写表单，永远提交不了", field.name),
        "给填写表单的任务写 edit: all",
    );
}

/// A form that tasks fill in, of which something has to be there, and that no action freezes.
fn never_examined(reader: &Reader<'_>, definition: &Definition) {
    let outlines = reader.world.outlines.values();
    let mut over = outlines.filter(|other| other.covers(&reader.outline.key));
    if over.any(|other| freezes(&other.root)) {
        return;
    }
    let is_wanted = |field: &&Field| field.required != Condition::Never && field.is_entered();
    let is_edited = |name: &SectionName| definition.tasks.values().any(|task| edits(task, name));
    let mut sections = definition.form.sections.iter().filter(|(name, _)| is_edited(name));
    let wanted = sections.find_map(|(_, section)| {
        let fewest = section.rows.filter(|rows| rows.min > 0);
        let field = section.fields.values().find(is_wanted).map(|field| field.name.as_str());
        fewest.map(|_| section.name.as_str()).or(field)
    });
    let (Some(wanted), Some(entry)) = (wanted, reader.outline.root.entry("form")) else { return };
    reader.report.doubt(
        &entry.key.spot,
        format!("「{wanted}」必须填，却没有动作写 freeze: true：填没填、合不合格从不检查"),
        "给提交表单的动作写 freeze: true",
    );
}

/// Whether some action below a node freezes the form.
fn freezes(node: &Node) -> bool {
    node.is_true("freeze")
        || node.items().iter().any(freezes)
        || node.entries().iter().any(|entry| freezes(&entry.value))
}
