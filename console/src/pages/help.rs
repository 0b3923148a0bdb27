//! Help: what people ask, answered on one page that can be searched.

use axum::{extract::Query, response::Response};
use serde::{Deserialize, Serialize};

use super::{Chrome, Page, Template, render};
use crate::template;

/// The help page.
#[derive(Debug, Serialize)]
pub struct HelpPage {
    /// What was searched for.
    pub query: String,
    /// The answers that fit.
    pub topics: Vec<Topic>,
}

/// One question with its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Topic {
    /// The id of its heading.
    pub id: &'static str,
    /// The question.
    pub name: &'static str,
    /// The answer, by paragraphs.
    pub say: &'static [&'static str],
}

const TOPICS: [Topic; 8] = [
    Topic {
        id: "start",
        name: "第一次使用要做什么",
        say: &[
            "登录后先填写个人注册，填完才能使用其他页面。注册时可以同时申请绑定工作单位，也可以以后在个人中心绑定。",
            "单位同意绑定之前，可以在业绩库录入材料；提交业绩审核和申报，要等单位同意绑定。",
        ],
    },
    Topic {
        id: "no-unit",
        name: "找不到我的单位",
        say: &[
            "说明单位还没有在本系统注册。请在注册页选「否」，先完成个人注册。",
            "请单位经办人登录后，在个人中心打开「注册单位」，填写单位信息并上传法人证书；职称管理部门同意后，您就能在「变更单位」里找到它。",
        ],
    },
    Topic {
        id: "change-unit",
        name: "换了工作单位怎么办",
        say: &[
            "打开个人中心的「单位绑定」，查找新单位并提交绑定申请。新单位同意之前，原来的绑定继续有效。",
            "新单位同意之后，还没审核完的业绩会退回草稿，请向新单位重新提交；已经通过的不受影响。",
        ],
    },
    Topic {
        id: "library",
        name: "业绩库怎么用",
        say: &[
            "业绩库全年都可以录入：工作经历、教育经历、年度考核、获得荣誉、论文等，每一项附上证明材料，提交单位审核。",
            "单位审核通过的业绩，申报时直接引用，不用重复填写。被退回的按单位写的理由修改后重新提交。",
        ],
    },
    Topic {
        id: "files",
        name: "上传文件有什么要求",
        say: &[
            "一般是 JPG、PNG 或 PDF，每个不超过 5 MB，具体见每一项下面的说明。请上传原件的扫描件或照片，复印件要加盖单位公章。",
            "文件太大时，用手机或电脑的相册压缩后再传；上传失败不会影响已经填写的内容。",
        ],
    },
    Topic {
        id: "progress",
        name: "怎么知道审核到哪了",
        say: &[
            "每件事项都有自己的页面，写明现在由谁办理、一般几个工作日、之前经过了什么。结果会发通知；填写了邮箱的，同时发邮件。",
        ],
    },
    Topic {
        id: "fix-identity",
        name: "姓名或身份证号码填错了",
        say: &["这两项提交后不能自己修改。请联系系统管理员，凭身份证原件更正。"],
    },
    Topic {
        id: "keys",
        name: "键盘快捷键",
        say: &[
            "审核页：a 到同意、r 到退回，再按回车办理；n 下一件，p 上一件，[ 和 ] 换材料，+ - 0 放大、缩小、适合宽度，t 旋转；列表：j、k 上下移动，x 选中，o 打开；按 ? 回到这里。正在输入文字时不起作用，可以在「显示、快捷键和邮件」里关闭。",
        ],
    },
];

impl HelpPage {
    /// The answers that contain what is searched for; all of them for nothing.
    #[must_use]
    pub fn new(query: &str) -> Self {
        let query = query.trim();
        let topics = TOPICS
            .into_iter()
            .filter(|topic| {
                topic.name.contains(query) || topic.say.iter().any(|say| say.contains(query))
            })
            .collect();
        Self { query: query.to_owned(), topics }
    }
}

/// What is searched for.
#[derive(Debug, Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
}

/// The help page.
pub async fn show(chrome: Chrome, Query(search): Query<Search>) -> Response {
    render(&chrome, &HelpPage::new(&search.q))
}

impl Page for HelpPage {
    const TEMPLATE: Template = template!("help");

    fn title(&self) -> String {
        "帮助".to_owned()
    }

    fn samples() -> Vec<Self> {
        vec![Self::new(""), Self::new("单位"), Self::new("没有这个词")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_finds_answers_by_their_text() {
        assert_eq!(HelpPage::new(" 公章 ").topics.len(), 1);
        assert_eq!(HelpPage::new("").topics.len(), TOPICS.len());
        assert!(HelpPage::new("没有这个词").topics.is_empty());
    }
}
