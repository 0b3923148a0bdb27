//! What goes wrong while a declaration is filled in, and is told so that nothing is lost: files that
//! are refused, a session that is gone, and a check that leads to where it is mended.

use console::records::sessions;
use engine::runtime::{Clock as _, SystemClock};
use reqwest::StatusCode;

use crate::{
    bad_input::begun,
    flows::photo,
    page::{Entry, Page},
    plain::Plain,
    server::{Database, Server},
};

/// The files that an attachment page shows as there.
fn attached(page: &Page) -> Vec<String> {
    page.texts("ul.ups b a")
}

/// Every fault of the summary leads to something on the page.
fn faults(page: &Page) -> String {
    for href in page.attributes(".errors a", "href") {
        let there = page.attributes("[id]", "id");
        let place = href.strip_prefix('#').unwrap_or_default();
        assert!(there.iter().any(|id| id == place), "{href} leads nowhere: {}", page.describe());
    }
    page.texts(".errors li").join("\n")
}

#[tokio::test]
async fn refused_files_are_told_and_what_came_with_them_is_saved() {
    let server = Server::demo(Database::Sqlite).await;
    let mut person = server.signed_in("测试二号").await;
    let declaration = begun(&mut person).await;
    let attachments = format!("{declaration}/s/attachments");
    person.open(&attachments).await;
    let page = person.page_mut();
    page.upload("上传身份证正面", vec![("正面.png".to_owned(), photo())]);
    person.press("保存并上传").await;
    assert_eq!(attached(person.page()).len(), 1, "{}", person.page().describe());

    let mut too_large = photo();
    too_large.resize(5 * 1024 * 1024 + 1, 0);
    let page = person.page_mut();
    page.fill("文件名称（身份证正面）", "身份证正面");
    page.upload("上传身份证反面", vec![("反面.png".to_owned(), photo())]);
    page.upload(
        "上传职称申报承诺书",
        vec![("承诺书.doc".to_owned(), b"\xd0\xcf\x11\xe0".to_vec())],
    );
    page.upload("上传现任职称证书", vec![("证书.pdf".to_owned(), photo())]);
    page.upload("上传教师资格证书", vec![("资格.png".to_owned(), too_large)]);
    let mut submission = page.press("保存并上传");
    // What the script of the page has refused before it was sent.
    let said = "「聘书.gif」不是 JPG、PNG、PDF 文件，不能上传，请换一个文件";
    submission.entries.push(Entry::Text("add.appointment.refused".to_owned(), said.to_owned()));
    person.submit(submission).await;
    let page = person.page();
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", page.describe());
    let told = faults(page);
    for (file, why) in [
        ("承诺书.doc", "这里只收"),
        ("证书.pdf", "扩展名是 .pdf，内容却是"),
        ("资格.png", "超过 5 MB"),
        ("聘书.gif", "不是 JPG"),
    ] {
        let one = told.lines().find(|line| line.contains(file));
        assert!(one.is_some_and(|line| line.contains(why)), "{file} {why}: {told}");
        let at_type = page.texts("section.panel > p.err").join("\n");
        assert!(at_type.contains(file), "{file} is told where it was chosen: {at_type}");
    }
    assert_eq!(told.lines().count(), 4, "{told}");
    person.open(&attachments).await;
    let page = person.page();
    assert_eq!(attached(page), ["身份证正面.png（新窗口）", "反面.png（新窗口）"]);

    // A page of fields keeps what was typed beside the picture that is refused.
    person.open(&format!("{declaration}/s/choice")).await;
    let page = person.page_mut();
    page.fill("民族", "汉族");
    page.upload("电子证件照片", vec![("照片.png".to_owned(), b"%PDF-1.4\n%%EOF".to_vec())]);
    person.press("保存，到").await;
    let told = faults(person.page());
    assert!(told.contains("照片.png") && told.lines().count() == 1, "{told}");
    assert_eq!(person.page().value("民族"), "汉族");
    person.open(&format!("{declaration}/s/choice")).await;
    assert_eq!(person.page().value("民族"), "汉族", "it is saved");
}

#[tokio::test]
async fn an_attachment_that_was_taken_out_is_named_and_put_back() {
    let server = Server::demo(Database::Sqlite).await;
    let mut person = server.signed_in("测试二号").await;
    let declaration = begun(&mut person).await;
    person.open(&format!("{declaration}/s/attachments")).await;
    let page = person.page_mut();
    page.upload("上传身份证正面", vec![("正面.png".to_owned(), photo())]);
    page.upload("上传身份证反面", vec![("反面.png".to_owned(), photo())]);
    person.press("保存并上传").await;
    person.page_mut().fill("文件名称（身份证正面）", "证件");
    person.press("移除正面").await;
    assert_eq!(attached(person.page()), ["反面.png（新窗口）"]);
    // In another list it has no place, whatever is sent.
    let taken_out = person.page().attributes("button[name=put_back]", "value").remove(0);
    let here = person.page().url.clone();
    person.open(&format!("{declaration}/s/education")).await;
    let mut forged = person.page().press("保存");
    forged.entries.push(Entry::Text("put_back".to_owned(), taken_out));
    person.submit(forged).await;
    assert!(person.page().text().contains("已引用 0 项"), "{}", person.page().describe());
    person.open(here.as_str()).await;
    let text = person.page().text();
    assert!(text.contains("已移除「证件.png」"), "with the name typed a moment ago: {text}");
    person.press("撤销移除").await;
    assert!(person.page().text().contains("已放回"), "{}", person.page().describe());
    assert_eq!(attached(person.page()), ["证件.png（新窗口）", "反面.png（新窗口）"]);
    assert!(!person.page().has_button("撤销移除"), "{}", person.page().describe());
}

/// Signs in at the page that asks for it, and sends the form again that is still open elsewhere.
async fn take_up_again(person: &mut Plain, name: &str) {
    let again = person.page().press("已经登录，继续");
    person.follow("登录").await;
    person.press(&format!("以{name}登录")).await;
    person.submit(again).await;
    assert_eq!(person.page().status, StatusCode::FORBIDDEN, "{}", person.page().describe());
}

#[tokio::test]
async fn a_form_of_a_lost_session_is_taken_up_again() {
    let server = Server::demo(Database::Sqlite).await;
    let mut person = server.signed_in("测试二号").await;
    let declaration = begun(&mut person).await;
    let basics = format!("{declaration}/s/choice");
    person.open(&basics).await;
    person.page_mut().fill("民族", "汉族");
    person.page_mut().fill("曾用名", "测试贰号");
    let form = person.page().press("保存，到");
    // Signed out in another window.
    let signed_out = person.send(person.page().press("退出")).await;
    assert!(signed_out.status().is_success(), "{signed_out:?}");
    person.submit(form).await;
    let page = person.page();
    assert_eq!(page.status, StatusCode::FORBIDDEN, "{}", page.describe());
    let text = page.text();
    for words in ["已经退出登录", "没有保存任何内容", "民族 汉族", "曾用名 测试贰号"]
    {
        assert!(text.contains(words), "no {words}: {text}");
    }
    // Somebody else who signs in there reads and writes nothing of it.
    take_up_again(&mut person, "测试六号").await;
    person.press("再提交一次").await;
    assert_eq!(person.page().status, StatusCode::NOT_FOUND, "{}", person.page().describe());
    let mut owner = server.signed_in("测试二号").await;
    owner.open(&basics).await;
    assert_eq!(owner.page().value("民族"), "", "nothing is saved before");

    owner.page_mut().fill("民族", "汉族");
    owner.page_mut().fill("曾用名", "测试贰号");
    let form = owner.page().press("保存，到");
    owner.send(owner.page().press("退出")).await;
    owner.submit(form).await;
    take_up_again(&mut owner, "测试二号").await;
    assert!(owner.page().text().contains("曾用名 测试贰号"), "{}", owner.page().describe());
    owner.press("再提交一次").await;
    assert!(owner.page().status.is_success(), "{}", owner.page().describe());
    owner.open(&basics).await;
    assert_eq!(owner.page().value("民族"), "汉族");
    assert_eq!(owner.page().value("曾用名"), "测试贰号");

    // A session that ran out by itself: after signing in the same page comes up as it was typed.
    owner.page_mut().fill("籍贯", "安徽合肥");
    let form = owner.page().press("保存，到");
    let db = server.open_database().await;
    sessions::end_all(&db, &"a02".into(), SystemClock.now()).await.expect("ended");
    db.close().await;
    owner.submit(form).await;
    assert_eq!(owner.page().url.path(), "/login", "{}", owner.page().describe());
    owner.press("以测试二号登录").await;
    assert_eq!(owner.page().url.path(), basics, "{}", owner.page().describe());
    assert_eq!(owner.page().value("籍贯"), "安徽合肥");
    owner.press("保存，到").await;
    owner.open(&basics).await;
    assert_eq!(owner.page().value("籍贯"), "安徽合肥", "{}", owner.page().describe());
}

#[tokio::test]
async fn a_lost_form_of_ones_own_facts_is_told_without_the_names_of_the_program() {
    let server = Server::demo(Database::Sqlite).await;
    let mut person = server.signed_in("测试二号").await;
    person.open("/me/profile").await;
    person.page_mut().fill("手机号码", "13800000042");
    let form = person.page().press("保存");
    person.send(person.page().press("退出")).await;
    person.submit(form).await;
    let text = person.page().text();
    assert!(text.contains("填写的内容 13800000042"), "{text}");
    assert!(!text.contains("mobile") && !text.contains("series"), "{text}");
    take_up_again(&mut person, "测试二号").await;
    person.press("再提交一次").await;
    person.open("/me/profile").await;
    assert_eq!(person.page().value("手机号码"), "13800000042");
}

#[tokio::test]
async fn what_a_declaration_asks_for_is_recorded_without_a_series_of_ones_own() {
    let server = Server::demo(Database::Sqlite).await;
    let mut person = server.signed_in("测试二号").await;
    person.open("/me/profile").await;
    person.page_mut().fill("所在系列", "");
    person.press("保存").await;
    person.open("/library/rural_teaching").await;
    assert_eq!(person.page().status, StatusCode::NOT_FOUND, "{}", person.page().describe());
    begun(&mut person).await;
    person.open("/library/rural_teaching").await;
    assert_eq!(person.page().status, StatusCode::OK, "{}", person.page().describe());
    assert!(person.page().text().contains("乡村任教"), "{}", person.page().describe());
}

#[tokio::test]
async fn the_page_of_a_case_says_what_it_is_and_what_may_be_done() {
    let server = Server::demo(Database::Sqlite).await;
    let mut person = server.signed_in("测试二号").await;
    let declaration = begun(&mut person).await;
    person.open(&declaration.replace("/declarations/", "/cases/")).await;
    let page = person.page();
    let text = page.text();
    for words in ["现在到哪了", "经过", "发起", "沟通和代办", "评论"] {
        assert!(text.contains(words), "no {words}: {}", page.describe());
    }
    // Names are hidden from those who judge: whoever reads along would learn them.
    assert!(!text.contains("抄送"), "{}", page.describe());
    person.follow("填报").await;
    assert_eq!(person.page().status, StatusCode::OK, "{}", person.page().describe());
}

#[tokio::test]
async fn a_check_of_years_leads_to_the_appointments_they_are_counted_from() {
    let server = Server::demo(Database::Sqlite).await;
    let mut person = server.signed_in("测试二号").await;
    let declaration = begun(&mut person).await;
    person.open(&format!("{declaration}/s/education/import")).await;
    let item = person.page().labels().into_iter().find(|label| label.contains("示例师范学院"));
    person.page_mut().tick(None, &item.expect("an item to import"), true);
    person.press("引用选中的业绩").await;
    person.open(&format!("{declaration}/check")).await;
    let mend = "去修改基本信息：学历或任职年限不符合申报条件";
    let mended = person.page().link(mend);
    assert_eq!(mended.path(), format!("{declaration}/s/choice"));
    let place = mended.fragment().expect("a place on the page").to_owned();
    person.follow(mend).await;
    let heading = person.page().texts(&format!("[id='{place}']")).join("");
    assert_eq!(heading, "现有职称评聘情况", "{place}");

    // Once there is one, the years of the education are what is wrong.
    person.press("添加一项：现有职称评聘情况").await;
    let page = person.page_mut();
    page.fill("职称", "一级教师");
    page.tick(Some("级别"), "中级", true);
    page.fill("从", "2025-03-01");
    page.tick(None, "至今", true);
    person.press("保存，到").await;
    person.open(&format!("{declaration}/check")).await;
    person.follow("去修改学历教育：学历或任职年限不符合申报条件").await;
    assert_eq!(person.page().url.path(), format!("{declaration}/s/education"));
}
