//! What a scenario says that somebody is told, shown or not: participants, sections, answers, letters,
//! documents, lists for everybody.

use super::Names;
use crate::{
    definition::{Definition, document::Node},
    simulate::transcript::{NOTICES, said},
};

impl<'c> Names<'c> {
    /// What somebody is said not to know, or to see.
    pub(super) fn kept(&self, node: &'c Node, of: &[&'c Definition]) {
        let named = |key: &str| {
            let entries = node.entries_of(key).iter();
            entries.flat_map(|entry| entry.value.items()).collect::<Vec<_>>()
        };
        for item in named("unnamed") {
            let known = of.iter().flat_map(|of| of.participants.keys()).map(|it| it.as_str());
            self.one_of(&item.spot, "参与者", item.text().unwrap_or_default(), known);
        }
        for item in named("sees") {
            let known = of.iter().flat_map(|of| of.form.sections.keys()).map(|it| it.as_str());
            self.one_of(&item.spot, "栏目", item.text().unwrap_or_default(), known);
        }
        for item in named("untold") {
            let text = item.text().unwrap_or_default();
            let (task, field) = text.split_once('.').map_or((text, None), |(t, f)| (t, Some(f)));
            let tasks: Vec<_> = of.iter().filter_map(|of| of.tasks.get(task)).collect();
            if tasks.is_empty() {
                let known = of.iter().flat_map(|of| of.tasks.keys()).map(|it| it.as_str());
                self.report.unknown(&item.spot, "任务", task, known);
            } else if let Some(field) = field {
                let actions = tasks.iter().flat_map(|task| task.actions.values());
                let asked = actions.flat_map(|action| action.ask.keys()).map(|it| it.as_str());
                self.one_of(&item.spot, "要问的内容", field, asked);
            }
        }
    }

    /// Letters that somebody is said to have got: one of any workflow, or a notice without a letter.
    pub(super) fn told(&self, node: &'c Node) {
        let of_all = self.compiled.definitions.iter().flat_map(|it| it.letters.keys());
        let of_host = self.compiled.host.letters.iter();
        let letters: Vec<&str> =
            of_all.map(|it| it.as_str()).chain(of_host.map(String::as_str)).collect();
        let notices = || letters.iter().copied().chain(NOTICES.map(said));
        for entry in node.entries_of("notices") {
            for item in entry.value.items() {
                self.one_of(&item.spot, "信件或通知", item.text().unwrap_or_default(), notices());
            }
        }
        for entry in node.entries_of("letters").iter().flat_map(|it| it.value.entries()) {
            let known = letters.iter().copied();
            self.one_of(&entry.key.spot, "信件", &entry.key.text, known);
        }
    }

    /// What is made of a case, and what everybody may know of it.
    pub(super) fn shown(&self, node: &'c Node, of: &[&'c Definition]) {
        let documents = || of.iter().flat_map(|of| &of.documents);
        for key in ["documents", "verified"] {
            for entry in node.entries_of(key) {
                let known = documents()
                    .filter(|(_, document)| key == "documents" || document.verify.is_some());
                let known = known.map(|(name, _)| name.as_str());
                self.one_of(&entry.key.spot, "文书", &entry.key.text, known);
            }
        }
        for entry in node.entries_of("public") {
            let states = of.iter().flat_map(|of| of.states.values());
            let lists = states.filter_map(|state| state.public.as_ref());
            let known = lists.map(|public| public.name.as_str());
            self.one_of(&entry.key.spot, "公示的名单", &entry.key.text, known);
        }
    }
}
