//! What the manual says of single pages, each looked at once, by plain HTTP on the journey of
//! `kinds`.

use super::{World, photo};
use crate::browser::Browser;

const PLANS: &str = "section[aria-label=评审计划] tbody th a";

/// The home page with its five parts, each of the person alone; what the personal centre says is
/// the same (R12, R13, R14, R17).
pub(super) async fn home(world: &mut World) {
    let browser = &mut world.browser;
    browser.open("/").await;
    browser.sees(&["待处理事项", "我的申报情况", "最新计划信息列表", "业绩统计"]).await;
    browser.sees(&["您现在没有进行中的申报"]).await;
    let person = browser.texts("section[aria-labelledby=person] dd").await.join(" ");
    for words in ["测试二号", "星河小学", "已绑定"] {
        assert!(person.contains(words), "no {words} in 个人基本信息: {person}");
    }
    browser.misses(&["测试一号", "测试六号"]).await;
    // Newest first: by the day on which the window opened.
    let plans = browser.texts("section[aria-labelledby=plans] li b a").await;
    let order = plans.len() == 5 && plans[0].contains("正高级") && plans[4].contains("农业系列");
    assert!(order, "{plans:?}");
    browser.open("/me").await;
    browser.sees(&["测试二号", "星河小学", "已绑定"]).await;
}

/// What may be changed about oneself stays changed; who one is cannot be (R134).
pub(super) async fn profile(world: &mut World) {
    let browser = &mut world.browser;
    browser.open("/me").await;
    browser.follow("完善信息").await;
    let labels = browser.labels("").await;
    for fixed in ["姓名", "身份证号码", "性别", "出生日期"] {
        assert!(!labels.iter().any(|label| label.starts_with(fixed)), "{fixed} is only read");
    }
    browser.fill("联系地址", "示例市蜀山区示例路 7 号").await;
    browser.press("保存").await;
    browser.open("/me/profile").await;
    assert_eq!(browser.value("联系地址").await, "示例市蜀山区示例路 7 号");
}

/// The list of plans by each of its filters, alone and together; a plan with its four parts, and its
/// papers under their names (R32, R33, R34, R35, R41).
pub(super) async fn plans(world: &mut World) {
    let browser = &mut world.browser;
    browser.open("/plans").await;
    let columns = browser.texts("section[aria-label=评审计划] thead th").await;
    for name in ["计划", "年度", "评委会", "级别", "申报起止", "操作"] {
        assert!(columns.iter().any(|column| column == name), "no {name} in {columns:?}");
    }
    /// What is chosen, and words of each plan that is found.
    type Filter<'f> = (&'f [(&'f str, &'f str)], &'f [&'f str]);
    let filters: [Filter<'_>; 6] = [
        (&[("计划名称", "卫生")], &["卫生系列"]),
        (&[("年度", "2027 年")], &["农业系列"]),
        (&[("级别", "正高级")], &["正高级"]),
        (&[("类型", "认定（初聘）")], &["认定计划"]),
        (&[("年度", "2026 年"), ("级别", "副高级")], &["中小学教师高级", "卫生系列副高级"]),
        (&[("计划名称", "卫生"), ("类型", "认定（初聘）")], &[]),
    ];
    for (chosen, found) in filters {
        browser.open("/plans").await;
        for (label, value) in chosen {
            browser.fill(label, value).await;
        }
        browser.press("查询").await;
        let plans = browser.texts(PLANS).await;
        let all = found.iter().all(|words| plans.iter().any(|plan| plan.contains(words)));
        assert!(all && plans.len() == found.len(), "{chosen:?} finds {plans:?}");
    }
    browser.open("/plans/PLAN-2026-T-SA-HF").await;
    let blocks = browser.texts("section.panel h2").await;
    for block in ["基本信息", "评审范围对象", "可评审专业", "计划内容", "附件下载"]
    {
        assert!(blocks.iter().any(|name| name == block), "no {block} in {blocks:?}");
    }
    browser.sees(&["中小学教师系列高级评审委员会", "小学语文", "工作单位审核、公示并推荐"]).await;
    let Browser::Plain(plain) = &world.browser else { return };
    let paper = plain.page().link("评审工作通知");
    let answer = plain.get(paper.path()).await;
    let named = answer.headers()["content-disposition"].to_str().expect("a name").to_owned();
    // 高级教师评审工作通知.pdf
    assert!(named.contains("%E9%AB%98%E7%BA%A7%E6%95%99%E5%B8%88"), "{named}");
    let pdf = answer.bytes().await.expect("a PDF");
    let text = super::declaration::text_of(&pdf);
    assert!(text.contains("评审工作通知") && text.contains("合肥市所属中小学"), "{text}");
}

/// A declaration that has just begun: its six pages, the three parts of the first; the speciality
/// can be changed and the level cannot; a photograph is a picture that is not too large (R42, R43,
/// R45, R118).
pub(super) async fn basics(world: &mut World) {
    let browser = &mut world.browser;
    let index = browser.texts(".index a").await.join(" ");
    for page in ["基本信息", "工作经历", "学历教育", "继续教育", "年度考核", "附件上传"]
    {
        assert!(index.contains(page), "no {page} in {index}");
    }
    browser.follow("基本信息").await;
    let blocks = browser.texts("section.panel h2").await;
    for block in ["申报情况", "个人信息", "现有职称", "现有职称评聘情况"] {
        assert!(blocks.iter().any(|name| name == block), "no {block} in {blocks:?}");
    }
    browser.fill("申报专业", "小学数学").await;
    browser.upload("电子证件照片", "证件照.pdf", b"%PDF-1.4\n%%EOF").await;
    browser.press("保存").await;
    let errors = browser.texts(".errors").await.join(" ");
    assert!(errors.contains("证件照.pdf") || errors.contains("JPG"), "a picture: {errors}");
    let mut large = photo();
    large.resize(2 * 1024 * 1024 + 1, 0);
    browser.upload("电子证件照片", "证件照.png", &large).await;
    browser.press("保存").await;
    let errors = browser.texts(".errors").await.join(" ");
    assert!(errors.contains("2 MB"), "not too large: {errors}");
    browser.upload("电子证件照片", "证件照.png", &photo()).await;
    browser.press("保存").await;
    assert!(browser.texts(".errors").await.is_empty(), "{}", browser.text().await);
    assert_eq!(browser.texts("img[src*='/view']").await.len(), 1, "the photograph is shown");
    let path = browser.path().await;
    let declaration = path.split("/s/").next().expect("a page of it").to_owned();
    browser.open(&format!("{declaration}/overview")).await;
    browser.sees(&["小学数学", "副高级"]).await;
    browser.open(&declaration).await;
}

/// Imported rows: moved, opened, taken out and taken in again; the library keeps its items, and
/// nothing is entered here directly (R51, R52, R55, R64, R65, R66, R128).
pub(super) async fn rows(world: &mut World) {
    row_page(world, ("工作经历", "work_experience"), &["星河小学"], "证明人").await;
    row_page(world, ("学历教育", "education"), &["示例师范学院"], "毕业证书.png").await;
    let words = ["草船借箭", "小学语文"];
    row_page(world, ("能力条件", "achievements.ability"), &words, "草船借箭").await;
}

async fn row_page(world: &mut World, (page, key): (&str, &str), words: &[&str], says: &str) {
    super::declaration::import(world, page, words).await;
    let browser = &mut world.browser;
    assert!(!browser.has_button("添加一项").await, "nothing is entered past the library");
    let here = browser.path().await;
    assert!(here.ends_with(key), "{here} is not the page of {key}");
    let before = browser.texts("ol.items > li h3").await;
    let opened = browser.texts("ol.items details dl").await.join(" ");
    assert!(opened.contains(says), "what it says: {opened}");
    let name = |row: &str| row.trim_start_matches(|c: char| c.is_ascii_digit()).trim().to_owned();
    if before.len() > 1 {
        browser.press("下移").await;
        browser.open(&here).await;
        let moved = browser.texts("ol.items > li h3").await;
        assert_eq!((name(&moved[0]), name(&moved[1])), (name(&before[1]), name(&before[0])));
        browser.press("上移").await;
    }
    browser.press("移除").await;
    browser.sees(&[&format!("已引用 {} 项", before.len() - 1)]).await;
    browser.press("从业绩库引用").await;
    let again = browser.labels(&name(&before[0])).await;
    assert!(!again.is_empty(), "the library keeps {}", before[0]);
    browser.tick(&again[0]).await;
    browser.press("引用选中的业绩").await;
    browser.sees(&[&format!("已引用 {} 项", before.len())]).await;
}
