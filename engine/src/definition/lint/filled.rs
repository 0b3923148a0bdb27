//! Forms that are handed in and that nobody can fill in.

use crate::definition::{Assigned, Condition, Definition, Edit, reading::Reader};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition) {
    let mut actions = definition.tasks.values().flat_map(|task| task.actions.values());
    let is_handed_in = definition.start.action.freeze || actions.any(|action| action.freeze);
    let mut assigned = definition.steps().flat_map(|step| &step.set);
    let is_filled = definition.tasks.values().any(|task| task.edit != Edit::Nothing)
        || assigned.any(|assignment| matches!(assignment.to, Assigned::Form(..)));
    if !is_handed_in || is_filled {
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
