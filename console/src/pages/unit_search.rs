//! Choosing a unit without JavaScript, as registration and 变更单位 ask for it.

use serde::Serialize;

use super::{Errors, Field};

/// Finding a unit by a part of its name, without JavaScript: the search submits the form, which
/// comes back with everything typed and a 选择 button per hit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct UnitSearch {
    /// What is searched for.
    pub query: String,
    /// The hits; `None` before the first search.
    pub hits: Option<Vec<UnitHit>>,
    /// Whether there are more hits than shown.
    pub is_cut: bool,
    /// The chosen unit.
    pub chosen: Option<UnitHit>,
    /// What is wrong with the choice.
    pub error: Option<String>,
}

/// One unit that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnitHit {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it is and of what kind.
    pub about: String,
}

/// 申请说明, as registration and 变更单位 ask for it.
pub fn note_field(note: &str, errors: &Errors) -> Field {
    Field::area("note", "申请说明", note, 3)
        .required()
        .hint("写明您在该单位的部门和岗位，方便单位核对，500 字以内")
        .checked(errors)
}

impl UnitSearch {
    /// Samples: before a search, with hits, without, with a choice.
    #[must_use]
    pub fn samples() -> Vec<Self> {
        let hit = UnitHit {
            id: "U-LY-MS1".to_owned(),
            name: "示例·合肥市庐阳区第九十九中学".to_owned(),
            about: "合肥市庐阳区　事业单位".to_owned(),
        };
        vec![
            Self::default(),
            Self {
                query: "中学".to_owned(),
                hits: Some(vec![hit.clone()]),
                is_cut: true,
                ..Self::default()
            },
            Self { query: "第一百中学".to_owned(), hits: Some(Vec::new()), ..Self::default() },
            Self { chosen: Some(hit), ..Self::default() },
        ]
    }
}
