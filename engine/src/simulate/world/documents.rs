//! Documents of the simulated world: what stands on them.

use super::World;
use crate::{
    decision::{Effect, Printed, PrintedPart, Undecided, printed},
    names::{CaseId, DocumentName},
};

impl World<'_> {
    /// Notes the documents among the effects of a case's last command.
    pub(super) fn order_documents(&mut self, case: &CaseId, effects: &[Effect]) {
        let ordered = effects.iter().filter_map(|effect| {
            let Effect::Document { document } = effect else { return None };
            Some((case.clone(), document.clone()))
        });
        let ordered: Vec<_> = ordered.collect();
        self.state.ordered_documents.extend(ordered);
    }

    /// Makes what was ordered, as the jobs of the product do after the commit. What stands on a
    /// document of the program itself is not known here.
    pub(super) fn print_documents(&mut self) {
        for (id, document) in std::mem::take(&mut self.state.ordered_documents) {
            let Some(kept) = self.state.cases.get(&id) else { continue };
            let facts = self.facts_of(&kept.definition, &kept.case);
            match printed(&kept.definition, &kept.case, &document, &facts, self.now) {
                Ok(Some(sheet)) => {
                    self.state.documents.insert((id, document), text(&sheet));
                }
                Ok(None) => {}
                Err(why) => {
                    let fault = format!("文书「{document}」印不出来：{}", said(&why));
                    self.state.faults.push(fault);
                }
            }
        }
    }

    /// What stands on a document of a case, as it was made last.
    pub(in crate::simulate) fn document(
        &self,
        case: &CaseId,
        document: &DocumentName,
    ) -> Option<&str> {
        self.state.documents.get(&(case.clone(), document.clone())).map(String::as_str)
    }

    /// The documents that the program makes itself.
    pub(in crate::simulate) fn host_documents(&self) -> &[DocumentName] {
        &self.compiled.host.documents
    }
}

/// Why something is not known.
pub(in crate::simulate) fn said(why: &Undecided) -> String {
    match why {
        Undecided::Rejected(rejection) => rejection.to_string(),
        Undecided::Needs(_) => "规则所需的数据层层相依".to_owned(),
    }
}

/// All that stands on a document, a line for each part and row.
fn text(sheet: &Printed) -> String {
    let mut lines = Vec::new();
    for part in &sheet.parts {
        match part {
            PrintedPart::Title(text)
            | PrintedPart::Heading(text)
            | PrintedPart::Text(text)
            | PrintedPart::Signed(text) => lines.push(text.clone()),
            PrintedPart::Table(table) => {
                let rows = std::iter::once(&table.head).chain(&table.rows);
                lines.extend(rows.map(|row| row.join(" ")));
            }
            PrintedPart::Code => {}
        }
    }
    lines.push(sheet.foot.clone());
    lines.join("\n")
}
