//! Personal centre: who the viewer is, and the ways on to what can be changed (R133).

use serde::Serialize;

use super::{Count, Page, Tag, Template, Tone};
use crate::template;

/// The personal centre.
#[derive(Debug, Serialize)]
pub struct MePage {
    /// 姓名, 身份证号码 (masked), 手机号码 (masked) and the rest.
    pub facts: Vec<(String, String)>,
    /// The unit; empty where there is none.
    pub unit: String,
    /// The state of its binding.
    pub binding: Tag,
    /// Roles held, with their units.
    pub roles: Vec<String>,
    /// Unread notices.
    pub unread: Count,
}

impl Page for MePage {
    const TEMPLATE: Template = template!("me");

    fn title(&self) -> String {
        "个人中心".to_owned()
    }

    fn samples() -> Vec<Self> {
        let facts = [
            ("姓名", "测试一号"),
            ("身份证号码", "990101********9010"),
            ("性别", "男"),
            ("出生年月", "1985 年 6 月"),
            ("手机号码", "199****0901"),
            ("联系地址", "安徽省合肥市示例路 1 号"),
        ]
        .map(|(term, value)| (term.to_owned(), value.to_owned()))
        .to_vec();
        vec![
            Self {
                facts: facts.clone(),
                unit: "示例·合肥市庐阳区第九十九中学".to_owned(),
                binding: Tag::new(Tone::Ok, "已绑定"),
                roles: vec!["单位审核人（示例·合肥市庐阳区第九十九中学）".to_owned()],
                unread: Count(3),
            },
            Self {
                facts,
                unit: String::new(),
                binding: Tag::new(Tone::Plain, "未绑定"),
                roles: Vec::new(),
                unread: Count(0),
            },
        ]
    }
}
