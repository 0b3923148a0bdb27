//! What the cases of a list are called, loaded for all of them at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use engine::{
    names::{CaseId, SectionName},
    runtime::Published,
    store::cases::{self, ListedCase},
};

use super::{Heading, Marks, first_text, heading, telling_section};
use crate::{
    app::App,
    cases::names::{Names, Wanted},
};

/// What listed cases are called beside what their labels say.
#[derive(Clone, Debug, Default)]
pub struct Headings {
    starters: Names,
    texts: BTreeMap<CaseId, String>,
}

impl Headings {
    /// Of these cases.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn load(app: &App, listed: &[ListedCase]) -> Result<Self, sqlx::Error> {
        let mut wanted = Wanted::default();
        let mut sections: BTreeMap<SectionName, Vec<(CaseId, Arc<Published>)>> = BTreeMap::new();
        for case in listed {
            wanted.accounts.extend(case.started_by.clone());
            let Some(published) = app.runtime.newest(&case.workflow) else { continue };
            if let Some((name, _)) = telling_section(&published.definition) {
                let of = sections.entry(name.clone()).or_default();
                of.push((case.id.clone(), Arc::clone(&published)));
            }
        }
        let mut texts = BTreeMap::new();
        for (name, cases) in sections {
            let ids: BTreeSet<CaseId> = cases.iter().map(|(id, _)| id.clone()).collect();
            let ids: Vec<CaseId> = ids.into_iter().collect();
            let contents = cases::sections(&app.db, &ids, &name).await?;
            for (id, published) in cases {
                let section = published.definition.form.sections.get(&name);
                let text = section.zip(contents.get(&id)).and_then(|(it, of)| first_text(it, of));
                texts.extend(text.map(|text| (id, text)));
            }
        }
        Ok(Self { starters: wanted.load(app).await?, texts })
    }

    /// Of one of them; `None` where its workflow is there no more.
    #[must_use]
    pub fn of(&self, app: &App, case: &ListedCase) -> Option<Heading> {
        let published = app.runtime.newest(&case.workflow)?;
        let starter = case.started_by.as_ref();
        let marks = Marks {
            starter: starter.and_then(|account| self.starters.account(account.as_str())),
            text: self.texts.get(&case.id).cloned(),
        };
        Some(heading(&published.definition, &case.shown, &marks))
    }
}
