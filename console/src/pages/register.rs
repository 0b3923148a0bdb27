//! 个人注册, the first page after the first sign-in and the only one until it is complete: who the
//! person is, how to reach them, and whether to bind to a unit now (R4–R9).

use serde::Serialize;

use super::{
    Choice, Errors, Field, Page, Template,
    unit_search::{UnitSearch, note_field},
};
use crate::template;

/// What was typed into the registration.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// 姓名.
    pub name: String,
    /// 身份证号码.
    pub id_number: String,
    /// 手机号.
    pub mobile: String,
    /// 所在系列.
    pub series: String,
    /// 联系地址.
    pub address: String,
    /// `yes`, `no` or nothing.
    pub bind: String,
    /// The search for a unit.
    pub query: String,
    /// The unit that was chosen.
    pub unit: String,
    /// 申请说明.
    pub note: String,
}

/// The registration page.
#[derive(Debug, Serialize)]
pub struct RegisterPage {
    /// 姓名, 身份证号码, 手机号 and so on.
    pub identity: Vec<Field>,
    /// 是否同步注册单位.
    pub bind: Field,
    /// The search and its hits.
    pub search: UnitSearch,
    /// 申请说明.
    pub note: Field,
    /// What is wrong.
    pub errors: Errors,
}

impl RegisterPage {
    /// The page with what was typed.
    pub fn new(
        typed: &Typed,
        series: &[(String, String)],
        search: UnitSearch,
        errors: Errors,
    ) -> Self {
        let options =
            series.iter().map(|(id, name)| Choice::new(id, name, &typed.series)).collect();
        let identity = vec![
            Field::text("name", "姓名", &typed.name)
                .required()
                .hint("与身份证一致；间隔号用「·」。提交后不能修改")
                .entry("w14", "name", "")
                .checked(&errors),
            Field::text("id_number", "身份证号码", &typed.id_number)
                .required()
                .hint("18 位。性别和出生日期由号码得出，提交后不能修改")
                .entry("w14", "off", "")
                .checked(&errors),
            Field::input("tel", "mobile", "手机号", &typed.mobile)
                .required()
                .hint("11 位，用于接收通知")
                .checked(&errors),
            Field::select("series", "所在系列", options)
                .hint("您平时从事的专业所属的职称系列，决定业绩库里有哪些类别；不确定可以以后再填")
                .checked(&errors),
            Field::text("address", "联系地址", &typed.address)
                .required()
                .entry("", "street-address", "")
                .checked(&errors),
        ];
        let bind = Field::radios(
            "bind",
            "是否同步注册单位",
            vec![
                Choice::new("yes", "是", &typed.bind)
                    .note("现在向工作单位申请绑定，单位同意后生效"),
                Choice::new("no", "否", &typed.bind)
                    .note("以后在个人中心绑定；绑定前可以录入业绩，不能提交审核和申报"),
            ],
        )
        .required()
        .checked(&errors);
        let note = note_field(&typed.note, &errors);
        Self { identity, bind, search, note, errors }
    }
}

impl Page for RegisterPage {
    const TEMPLATE: Template = template!("register");

    fn title(&self) -> String {
        "个人注册".to_owned()
    }

    fn is_faulty(&self) -> bool {
        !self.errors.is_empty()
    }

    fn samples() -> Vec<Self> {
        let series = [("health".to_owned(), "卫生技术".to_owned())];
        let typed = Typed {
            name: "测试十九号".to_owned(),
            id_number: "990101199202089034".to_owned(),
            bind: "yes".to_owned(),
            ..Typed::default()
        };
        let mut samples: Vec<_> = UnitSearch::samples()
            .into_iter()
            .map(|search| Self::new(&typed, &series, search, Errors::none()))
            .collect();
        let mut errors = Errors::none();
        errors.add("id_number", "身份证号码的校验位不对，请核对最后一位");
        errors.add("unit", "请先选择单位；没有找到单位请选「否」");
        let search =
            UnitSearch { error: errors.of("unit").map(str::to_owned), ..UnitSearch::default() };
        samples.push(Self::new(&typed, &series, search, errors));
        samples
    }
}
