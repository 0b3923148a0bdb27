//! The pages of unit administration as pages, with samples of each of their states.

use super::{
    super::{Count, Crumb, Page, Pager, Stamp, Tag, Template, Tone, home::Queue},
    UnitList, UnitListPage, UnitPage, UnitRow, View,
};
use crate::{routes, template};

impl Page for UnitPage {
    const TEMPLATE: Template = template!("unit");

    fn title(&self) -> String {
        "单位管理".to_owned()
    }

    fn samples() -> Vec<Self> {
        let unit = "示例·合肥市庐阳区第九十九中学".to_owned();
        let queue = Queue {
            name: "单位绑定".to_owned(),
            href: routes::with_query(routes::TASKS, &[("workflow", "binding")]),
            count: Count(4),
        };
        let other = ("示例·合肥市蜀山区星河小学".to_owned(), "/unit?unit=U-SS-PS1".to_owned());
        let full = Self {
            facts: vec![("单位名称".to_owned(), unit.clone())],
            unit,
            queues: vec![queue],
            people: Count(37),
            others: vec![other],
            people_href: routes::UNIT_PEOPLE.to_owned(),
            bindings_href: routes::UNIT_BINDINGS.to_owned(),
        };
        let empty = Self {
            unit: full.unit.clone(),
            facts: full.facts.clone(),
            queues: Vec::new(),
            people: Count(0),
            others: Vec::new(),
            people_href: full.people_href.clone(),
            bindings_href: full.bindings_href.clone(),
        };
        vec![full, empty]
    }
}

impl Page for UnitListPage {
    const TEMPLATE: Template = template!("unit_list");

    fn title(&self) -> String {
        match self.what {
            UnitList::People => "本单位人员".to_owned(),
            UnitList::Bindings => "绑定申请".to_owned(),
        }
    }

    fn crumbs(&self) -> Vec<Crumb> {
        vec![Crumb::new("单位管理", &self.unit_href)]
    }

    fn samples() -> Vec<Self> {
        let row = UnitRow {
            name: "测试一号".to_owned(),
            id_number: "990101********9010".to_owned(),
            mobile: "199****0901".to_owned(),
            tag: Tag::new(Tone::Ok, "已绑定"),
            since: Stamp::moment(engine::calendar::Moment(1_785_297_600_000)),
            href: "/cases/b-1".to_owned(),
            action: Some(("解除绑定".to_owned(), "/tasks/b-1~ending".to_owned())),
        };
        let view = View {
            name: "全部".to_owned(),
            href: routes::UNIT_BINDINGS.to_owned(),
            count: Some(Count(2)),
            is_current: true,
        };
        let page = |what, rows: Vec<UnitRow>, query: &str| Self {
            what,
            unit: "示例·合肥市庐阳区第九十九中学".to_owned(),
            unit_href: routes::UNIT.to_owned(),
            query: query.to_owned(),
            unit_id: "U-LY-MS1".to_owned(),
            status: String::new(),
            clear: routes::UNIT_PEOPLE.to_owned(),
            views: if what == UnitList::Bindings { vec![view.clone()] } else { Vec::new() },
            rows,
            pager: Pager {
                summary: "第 51 至 52 人".to_owned(),
                previous: Some(routes::UNIT_PEOPLE.to_owned()),
                next: None,
            },
        };
        let waiting = UnitRow {
            tag: Tag::new(Tone::Go, "待单位审核"),
            action: Some(("审核".to_owned(), "/tasks/b-2~review".to_owned())),
            ..row.clone()
        };
        vec![
            page(UnitList::People, vec![row.clone(), UnitRow { action: None, ..row.clone() }], ""),
            page(UnitList::Bindings, vec![waiting, row], ""),
            page(UnitList::People, Vec::new(), "没有的人"),
            page(UnitList::Bindings, Vec::new(), ""),
        ]
    }
}
