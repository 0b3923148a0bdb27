//! The list of declarations: its columns, what may be done from it, and what is taken home or printed.

use super::World;
use crate::{browser::Browser, chromium::beside};

/// What may be done with the current declaration from the list of them, in the names of the manual.
pub(in crate::flows) async fn buttons(world: &mut World, expected: &[&str]) {
    const NAMED: [&str; 7] =
        ["填报", "查看", "打印准考证", "下载证书", "导出申报信息", "删除", "免面试"];
    let browser = &mut world.browser;
    browser.open("/declarations").await;
    // Once its year is over, what is finished stands below, among what is past.
    let links = browser.texts("td[data-k=操作] a").await;
    let names = links.iter().filter_map(|words| words.split(['：', '…']).next());
    let names: Vec<&str> = names.filter(|name| NAMED.contains(name)).collect();
    assert_eq!(names, expected, "{}", browser.text().await);
}

/// What was submitted can be taken home as a PDF, which a job has made.
///
/// R131, R132
pub(super) async fn print(world: &mut World) {
    world.settle().await;
    buttons(world, &["查看", "导出申报信息"]).await;
    let browser = &mut world.browser;
    browser.sees(&["当前申报记录", "我的历史记录", "评审计划"]).await;
    let head = browser.texts("section[aria-labelledby=current] th[scope=col]").await;
    let columns = [
        "申报",
        "申报年度",
        "申报专业",
        "有无面试",
        "起止日期",
        "申报职称",
        "申报时间",
        "申报方式",
        "申报级别",
        "申报状态",
        "操作",
    ];
    assert_eq!(head, columns);
    let row = browser.texts("section[aria-labelledby=current] tbody td").await.join(" ");
    for cell in ["小学语文", "有", "高级教师", "常规申报", "副高级", "待单位审核"]
    {
        assert!(row.contains(cell), "no {cell} in {row}");
    }
    browser.follow("查看").await;
    browser.sees(&["申报一览", "草船借箭"]).await;
    assert!(!browser.has_button("保存").await, "what is read cannot be written");
    browser.open("/declarations").await;
    browser.follow("导出申报信息").await;
    browser.sees(&["专业技术资格评审表", "99010119880303902X", "星河小学"]).await;
    let path = format!("{}.pdf", browser.path().await);
    let Some(pdf) = browser.fetch(&path).await else { return };
    let text = text_of(&pdf);
    for printed in [
        "测试二号",
        "99010119880303902X",
        "高级教师",
        "小学语文",
        "示例师范学院",
        "草船借箭",
        "本人没有抄袭",
        "第1次提交",
    ] {
        assert!(text.contains(printed), "「{printed}」 is not in the form: {text}");
    }
    assert!(!text.contains("草稿") && !text.contains("同意推荐"), "nobody has said anything yet");
}

/// What is printed and signed for the pledge stands beside the place where it is uploaded.
pub(super) async fn blank_pledge(browser: &Browser) {
    let Browser::Plain(plain) = browser else { return };
    let href = plain.page().link("下载空白的职称申报承诺书");
    let pdf = browser.fetch(href.path()).await.expect("a PDF");
    keep("职称申报承诺书", &pdf);
    let text = text_of(&pdf);
    for printed in ["本人郑重承诺", "没有抄袭、剽窃", "承诺人（手写签名）"] {
        assert!(text.contains(printed), "「{printed}」 is not in the pledge: {text}");
    }
}

/// Keeps a PDF for people to look at.
pub(in crate::flows) fn keep(name: &str, pdf: &[u8]) {
    std::fs::write(beside("papers").join(format!("{name}.pdf")), pdf).expect("a paper is kept");
}

/// The words of a PDF, as pdftotext reads them, without white space.
pub(in crate::flows) fn text_of(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("form.pdf");
    std::fs::write(&path, pdf).expect("written");
    let read = std::process::Command::new("pdftotext").arg(&path).arg("-").output();
    let read = read.expect("pdftotext, which `make test` installs or asks for").stdout;
    String::from_utf8(read).expect("UTF-8").split_whitespace().collect()
}
