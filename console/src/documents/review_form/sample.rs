//! Two fictional people for tests: a teacher with little, a physician with much.

use super::{Essay, Opinion, Register, ReviewForm, Votes};
use crate::documents::sheet::Picture;

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect()
}

fn register(title: &str, columns: &[(&str, f32)], rows: &[&[&str]]) -> Register {
    Register {
        title: title.to_owned(),
        columns: columns.iter().map(|(name, wide)| ((*name).to_owned(), *wide)).collect(),
        rows: rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect(),
    }
}

const STUDY: [(&str, f32); 5] = [
    ("起止年月", 26.0),
    ("学校（机构）", 48.0),
    ("专业", 36.0),
    ("学历（学位）/结业", 32.0),
    ("证明人", 20.0),
];
const TRAINING: [(&str, f32); 3] = [("年度", 20.0), ("内容", 110.0), ("学时", 20.0)];
const WORK: [(&str, f32); 4] =
    [("起止年月", 30.0), ("单位", 55.0), ("从事何专业技术工作", 50.0), ("职务", 25.0)];
const DEEDS: [(&str, f32); 4] =
    [("起止年月", 28.0), ("内容", 60.0), ("本人作用", 28.0), ("完成情况及效果", 54.0)];
const PAPERS: [(&str, f32); 4] = [
    ("日期", 22.0),
    ("名称及内容提要", 72.0),
    ("出版、登载或交流情况", 48.0),
    ("合（独）著、排名", 28.0),
];
const YEARS: [(&str, f32); 3] = [("年度", 25.0), ("考核单位", 100.0), ("考核结果", 35.0)];

fn opinions() -> Vec<Opinion> {
    let seal = "负责人（签名）：　　　　　　（公章）　　　　年　　月　　日";
    let opinion = |part: &str, of: &str, text: &str, signed: &str, votes: Option<Votes>| Opinion {
        part: part.to_owned(),
        of: of.to_owned(),
        text: text.to_owned(),
        signed: signed.to_owned(),
        votes,
    };
    let leader = "组长（签名）：　　　　　　　　　年　　月　　日";
    let chair = "主任委员（签名）：　　　　　（评委会章）　　　　年　　月　　日";
    vec![
        opinion(
            "审核意见",
            "基层单位意见（含公示情况）",
            "经审核，材料属实，于 2026 年 8 月 3 日至 8 月 7 日公示五个工作日，无异议，同意推荐。",
            seal,
            None,
        ),
        opinion("审核意见", "业务主管部门意见", "", seal, None),
        opinion("审核意见", "职称管理部门（呈报单位）意见", "", seal, None),
        opinion("评审意见", "专业评议组意见", "", leader, None),
        opinion("评审意见", "评委会评审意见", "", chair, Some(Votes::default())),
        opinion("评审意见", "评委会组建单位（审批部门）意见及公布文号", "", seal, None),
        opinion("评审意见", "备注", "", "", None),
    ]
}

/// A photograph of nobody: a plain JPEG, as high as such a picture is.
pub(crate) fn photo() -> Option<Picture> {
    let mut jpeg = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_fn(295, 413, |x, y| {
        let is_head = x.abs_diff(147).pow(2) + y.abs_diff(150).pow(2) < 6_400;
        image::Rgb(if is_head { [214, 176, 150] } else { [67, 142, 219] })
    });
    picture.write_to(&mut jpeg, image::ImageFormat::Jpeg).ok()?;
    Picture::of_jpeg(&jpeg.into_inner(), "照片", "/files/f-1/view?w=640".to_owned())
}

fn pledge() -> Essay {
    Essay {
        title: "本人承诺".to_owned(),
        text: "本人承诺所填内容和所附材料真实、准确，无抄袭、剽窃、弄虚作假；如有不实，愿意接受撤销职称、\
               记入诚信档案等处理。\n承诺书版本：2026-1，2026 年 7 月 20 日 09:12 在线确认。"
            .to_owned(),
    }
}

fn registers() -> Vec<Register> {
    vec![
        register(
            "学习（培训）经历",
            &STUDY,
            &[&["2003.09—2007.07", "示例师范学院", "汉语言文学", "本科（学士）", "示例教师甲"]],
        ),
        register(
            "继续教育",
            &TRAINING,
            &[
                &["2025", "示例市中学语文教师专业科目与公需科目", "90"],
                &["2024", "示例市中学语文教师专业科目与公需科目", "96"],
            ],
        ),
        register(
            "工作经历",
            &WORK,
            &[&["2007.08—至今", "示例·合肥市庐阳区第九十九中学", "初中语文教学", "教师"]],
        ),
        register("任现职前主要专业技术工作业绩登记", &DEEDS, &[]),
        register(
            "任现职后主要专业技术工作业绩登记",
            &DEEDS,
            &[&[
                "2019.09—2022.07",
                "担任 2019 级三班班主任，完整带完一届",
                "独立承担",
                "2022 年获区先进班集体；学生阅读量显著提高。",
            ]],
        ),
        register("著作、论文及重要技术报告登记", &PAPERS, &[]),
        register(
            "年度考核情况",
            &YEARS,
            &[
                &["2025", "示例·合肥市庐阳区第九十九中学", "合格"],
                &["2024", "示例·合肥市庐阳区第九十九中学", "优秀"],
                &["2023", "示例·合肥市庐阳区第九十九中学", "合格"],
            ],
        ),
    ]
}

/// A teacher who has little: some lists are empty.
pub(crate) fn teacher() -> ReviewForm {
    ReviewForm {
        number: "2026-ZXX-000402".to_owned(),
        photo: photo(),
        across: String::new(),
        version: "第 1 次提交 3f9a0c1b".to_owned(),
        name: "测试一号".to_owned(),
        unit: "示例·合肥市庐阳区第九十九中学".to_owned(),
        cover: pairs(&[
            ("现任职称", "一级教师"),
            ("申报系列", "中小学教师"),
            ("申报专业", "初中语文"),
            ("申报职称", "高级教师"),
            ("申报方式", "常规申报"),
        ]),
        printed: vec!["2026 年 7 月 21 日".to_owned(), "示例省人力资源和社会保障厅印制".to_owned()],
        basic: pairs(&[
            ("姓名", "测试一号"),
            ("曾用名", ""),
            ("性别", "女"),
            ("出生年月", "1985 年 6 月"),
            ("民族", "汉族"),
            ("政治面貌", "群众"),
            ("健康状况", "良好"),
            ("参加工作时间", "2007 年 8 月"),
            ("身份证号", "340103198506120028"),
            ("学历（学位）", "大学本科，文学学士，示例师范学院汉语言文学，2007 年 7 月，全日制"),
            ("现任职称", "一级教师"),
            ("取得时间", "2018 年 12 月"),
            ("聘任时间", "2019 年 1 月"),
            ("现从事专业", "初中语文"),
            ("专业年限", "18 年"),
            ("工作年限", "18 年"),
            ("行政职务", ""),
            ("社会兼职", ""),
        ]),
        registers: registers(),
        essays: vec![Essay {
            title: "专业技术工作总结（述职）".to_owned(),
            text: "任现职以来，一直在一线教学，每周十二节课，兼任班主任六年。".to_owned(),
        }],
        pledge: pledge(),
        opinions: opinions(),
    }
}

/// A physician who has much: lists and texts go on over pages; a rare name.
pub(crate) fn physician() -> ReviewForm {
    let report = "任副主任医师以来，主要从事心血管内科的医疗、教学和科研工作。年均门诊四百单元，\
                  主持疑难病例讨论（MDT）三十六次，独立完成冠状动脉造影 1,286 例、支架植入 612 例，\
                  并发症发生率低于 0.5%，低于同级医院平均水平。"
        .repeat(30);
    let deed = |year: usize| -> Vec<String> {
        vec![
            format!("{year}.01—{year}.12"),
            format!(
                "{year} 年度病房主治工作：收治急性心肌梗死、心力衰竭、复杂心律失常等患者，参加全院会诊，\
                 带教规范化培训住院医师"
            ),
            "主要完成人（第 1）".to_owned(),
            "全年收治 420 例，抢救成功率 96.8%，平均住院日 7.2 天，无医疗事故。".to_owned(),
        ]
    };
    let paper = |index: usize| -> Vec<String> {
        vec![
            format!("202{}.0{}", index % 6, index % 9 + 1),
            format!(
                "《心力衰竭患者的管理研究之{index}》：比较两种随访方式，随访组再住院率下降 12.5%"
            ),
            format!("Chinese Journal of Example Cardiology，{index} 卷，ISSN 0000-00{index:02}"),
            "第一作者，1/5".to_owned(),
        ]
    };
    let mut form = teacher();
    form.number = "受理编号：SL2026-77".to_owned();
    form.version = "第 2 次提交 b81f77aa".to_owned();
    form.name = "欧阳·䶮𠮷".to_owned();
    form.unit = "示例省立医院（示例大学第一附属医院）心血管内科与重症医学中心".to_owned();
    form.cover = pairs(&[
        ("现任职称", "副主任医师"),
        ("申报系列", "卫生技术"),
        ("申报专业", "心血管内科"),
        ("申报职称", "主任医师"),
        ("申报方式", "破格申报"),
    ]);
    form.basic[0].1.clone_from(&form.name);
    form.basic[9].1 = "研究生，医学博士，示例医科大学内科学（心血管病），2008 年 6 月，全日制；\
                       第一学历：大学本科，医学学士，示例医科大学临床医学，2003 年 6 月，全日制"
        .to_owned();
    form.registers[4].rows = (2015..2026).map(deed).collect();
    form.registers[5].rows = (1..=14).map(paper).collect();
    form.essays = vec![
        Essay {
            title: "破格申报".to_owned(),
            text: "破格理由：任现职不满五年，主持省级科研项目一项并获省科学技术奖二等奖（第一完成人）。"
                .to_owned(),
        },
        Essay {
            title: "专业技术工作总结（述职）".to_owned(),
            text: format!("{report}\n以上内容真实。"),
        },
    ];
    form
}
