//! The form as a PDF, read back with pdftotext: all of it is there, in order, on numbered pages.

use std::{collections::BTreeSet, process::Command};

use super::{sample, *};
use crate::documents::{FontError, Fonts, pdf};

/// The text of a PDF page by page, without white space.
fn read_back(bytes: &[u8], name: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("form.pdf");
    std::fs::write(&path, bytes).expect("written");
    if let Ok(kept) = std::env::var("ZHIPING_SAMPLES") {
        std::fs::create_dir_all(&kept).expect("a folder");
        std::fs::copy(&path, format!("{kept}/{name}.pdf")).expect("copied");
    }
    let output = Command::new("pdftotext")
        .args(["-layout", "-enc", "UTF-8"])
        .arg(&path)
        .arg("-")
        .output()
        .expect("pdftotext, which `make test` installs or asks for");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let squeeze = |page: &str| page.split_whitespace().collect::<String>();
    let mut pages: Vec<String> = text.split('\u{c}').map(squeeze).collect();
    pages.pop();
    pages
}

fn made(form: &ReviewForm) -> Vec<u8> {
    match pdf(&sheet(form), &Fonts::find(None)) {
        Ok(bytes) => bytes,
        Err(error) => panic!("{}", error.say()),
    }
}

/// R131, R132
#[test]
fn the_form_of_a_teacher_has_every_part_in_order() {
    let form = sample::teacher();
    let pages = read_back(&made(&form), "teacher");
    let text = pages.join("");
    let mut at = 0;
    for part in [
        "专业技术资格评审表",
        "示例·合肥市庐阳区第九十九中学",
        "填表说明",
        "基本情况",
        "学习（培训）经历",
        "继续教育",
        "工作经历",
        "任现职前主要专业技术工作业绩登记",
        "任现职后主要专业技术工作业绩登记",
        "著作、论文及重要技术报告登记",
        "年度考核情况",
        "专业技术工作总结（述职）",
        "本人承诺",
        "审核意见",
        "基层单位意见",
        "业务主管部门意见",
        "职称管理部门",
        "评审意见",
        "专业评议组意见",
        "评委会评审意见",
        "总人数",
        "评委会组建单位",
        "备注",
    ] {
        let found = text[at..].find(part).unwrap_or_else(|| panic!("{part} after {}", &text[..at]));
        at += found;
    }
    let count = pages.len();
    assert!((5..=10).contains(&count), "{count} pages");
    for (index, page) in pages.iter().enumerate() {
        let foot = format!("第{}页，共{count}页", index + 1);
        assert!(page.contains(&foot), "page {} has no {foot}: {page}", index + 1);
        assert!(page.contains("姓名：测试一号") && page.contains("3f9a0c1b"), "{page}");
    }
    assert!(!text.contains("草"), "a submitted form is no draft");
}

/// R46
#[test]
fn the_photograph_is_in_the_form() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("form.pdf");
    std::fs::write(&path, made(&sample::teacher())).expect("written");
    let output = Command::new("pdfimages").arg("-list").arg(&path).output();
    let output = output.expect("pdfimages, which comes with pdftotext");
    let listed = String::from_utf8(output.stdout).expect("UTF-8");
    let images: Vec<&str> = listed.lines().skip(2).collect();
    assert_eq!(images.len(), 1, "{listed}");
    let words: Vec<&str> = images[0].split_whitespace().collect();
    assert!(
        words.contains(&"jpeg") && words.contains(&"295") && words.contains(&"413"),
        "{listed}"
    );
    assert_eq!(words[0], "3", "beside the basic facts: {listed}");
}

/// R119
#[test]
fn what_is_empty_says_so() {
    let text = read_back(&made(&sample::teacher()), "teacher").join("");
    assert!(text.contains("曾用名无"), "{text}");
    let after = text.split("任现职前主要专业技术工作业绩登记").nth(1).unwrap_or_default();
    assert!(after.starts_with("起止年月内容本人作用完成情况及效果无"), "{after}");
}

/// R132
#[test]
fn much_goes_on_over_pages_and_no_character_is_lost() {
    let form = sample::physician();
    let pages = read_back(&made(&form), "physician");
    let text = pages.join("");
    let printed: BTreeSet<char> = text.chars().collect();
    let sheet = sheet(&form);
    let wanted: BTreeSet<char> =
        sheet.texts().flat_map(str::chars).filter(|c| !c.is_whitespace()).collect();
    let missing: Vec<&char> = wanted.difference(&printed).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(text.contains("欧阳·䶮𠮷"), "the rare name is whole");
    assert!(text.contains("任现职后主要专业技术工作业绩登记（续）"), "the heading is repeated");
    assert_eq!(text.matches("独立完成冠状动脉造影").count(), 30);
    assert!(pages.len() > 9, "{} pages", pages.len());
}

/// R131
#[test]
fn a_draft_says_so_on_every_page() {
    let form = ReviewForm { across: "草　稿".to_owned(), ..sample::teacher() };
    for page in read_back(&made(&form), "draft") {
        assert!(page.contains("草") && page.contains("稿"), "{page}");
    }
}

#[test]
fn a_little_picture_that_no_font_has_does_not_keep_a_document_from_being_printed() {
    let form = ReviewForm { name: "测😀👨\u{200D}👩试".to_owned(), ..sample::teacher() };
    let text = read_back(&made(&form), "pictures").join("");
    // Each is marked, and what joins two of them is nothing.
    assert!(text.contains("测〓〓〓试"), "{text}");
    assert!(text.contains("U+1F468、U+1F469、U+1F600"), "{text}");
}

#[test]
fn a_missing_font_is_told_with_a_remedy() {
    let form = sample::teacher();
    let empty = tempfile::tempdir().expect("a folder");
    let none = Fonts::find_in(None, &[empty.path().to_owned()]);
    let error = pdf(&sheet(&form), &none).expect_err("no font");
    assert_eq!(error, FontError::None);
    assert!(error.say().contains("fonts-noto-cjk") && error.say().contains("ZHIPING_FONT"));
    let named = Fonts::find(Some(std::path::Path::new("/nowhere/font.ttf")));
    let error = pdf(&sheet(&form), &named).expect_err("no such font");
    assert!(error.say().contains("/nowhere/font.ttf"), "{}", error.say());
}

#[test]
fn a_rare_character_that_no_font_has_is_marked_and_told_at_the_end() {
    let odd = ReviewForm { name: "测\u{10FFFD}试".to_owned(), ..sample::teacher() };
    let pages = read_back(&made(&odd), "rare");
    assert!(pages.join("").contains("测〓试"), "{pages:?}");
    let last = pages.last().expect("a page");
    assert!(last.contains("「〓」处的字（U+10FFFD）字体里没有"), "{last}");
}
