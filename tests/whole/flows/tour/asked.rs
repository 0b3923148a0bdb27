//! What is asked past the pages of the tour: what a list does not offer, and what is masked.

use super::{PERSON, World, declaration};
use crate::plain::Plain;

/// The person at another browser, and the id of the declaration.
async fn person(world: &World) -> (Plain, String) {
    let mut plain = world.server.signed_in(PERSON).await;
    plain.open("/declarations").await;
    let links = plain.page().attributes("td[data-k=操作] a", "href");
    let overview = links.iter().find_map(|link| link.strip_suffix("/overview"));
    let case = overview.and_then(|link| link.strip_prefix("/declarations/"));
    (plain, case.expect("a declaration").to_owned())
}

/// What the list does not offer is refused where it is asked for all the same.
pub(super) async fn refused(world: &World, action: &str) {
    let (mut plain, case) = person(world).await;
    plain.open(&format!("/cases/{case}/do/{action}")).await;
    let page = plain.page();
    assert!(page.status.as_u16() == 409 && page.text().contains("不能"), "{}", page.describe());
}

/// Several read their ballots together and vote at the same moment: each is counted at once. Who
/// votes once more in another window is refused, and what they voted is not kept under their name.
pub(super) async fn vote_at_once(world: &World, members: &[String]) {
    let mut all = Vec::new();
    for member in members {
        all.push(at_the_ballot(world, member).await);
    }
    let late = at_the_ballot(world, &members[0]).await;
    let votes = all.iter().map(|plain| plain.send(plain.page().press("投票")));
    for answer in futures::future::join_all(votes).await {
        assert!(answer.status().is_success(), "{answer:?}");
    }
    let kept = kept_forms(world).await;
    let again = late.send(late.page().press("投票")).await;
    assert_eq!(again.status().as_u16(), 409, "nobody votes twice: {again:?}");
    assert_eq!(kept_forms(world).await, kept, "a refused vote is kept");
}

/// The ballot of a member, filled in, in a window of its own.
async fn at_the_ballot(world: &World, member: &str) -> Plain {
    let mut plain = world.server.signed_in(member).await;
    let home = plain.page().text();
    assert!(home.contains(PERSON), "home says on whom one votes: {home}");
    plain.open("/tasks").await;
    plain.follow(PERSON).await;
    plain.follow("投票…").await;
    let ballot = plain.page().text();
    assert!(ballot.contains("申报高级教师（小学语文）；无记名"), "{ballot}");
    plain.page_mut().tick(Some("意见"), "同意", true);
    plain
}

/// How many forms and pages are kept for people to go back to.
async fn kept_forms(world: &World) -> i64 {
    let db = world.server.open_database().await;
    let count: i64 = engine::on_reader!(&db, reader => {
        sqlx::query_scalar("SELECT COUNT(*) FROM kept_posts").fetch_one(reader).await
    })
    .expect("the kept forms");
    db.close().await;
    count
}

/// The ticket is there while the interview is ahead, and only then.
pub(super) async fn ticket(world: &World, is_there: bool) {
    let (plain, case) = person(world).await;
    let answer = plain.get(&format!("/cases/{case}/documents/ticket")).await;
    let status = answer.status().as_u16();
    assert_eq!(status, if is_there { 200 } else { 404 });
    let bytes = answer.bytes().await.expect("an answer");
    assert_eq!(bytes.starts_with(b"%PDF"), is_there);
}

/// Everybody but the person sees the number masked; whoever asks for it says why, and that is kept.
pub(super) async fn reveal(world: &World) {
    const ASKED: &str = "SELECT account, object, detail FROM audit WHERE action = $1";
    let (_, case) = person(world).await;
    let mut plain = world.server.signed_in("示例审核乙").await;
    plain.open(&format!("/cases/{case}/form")).await;
    let text = plain.page().text();
    assert!(text.contains("9901***********02X") && !text.contains("99010119880303902X"), "{text}");
    plain.press("下载含身份证号的 PDF").await;
    assert!(plain.page().text().contains("请填写查看身份证号的理由"));
    plain.page_mut().fill("查看身份证号的理由", "核对毕业证书");
    let answer = plain.send(plain.page().press("下载含身份证号的 PDF")).await;
    let pdf = answer.bytes().await.expect("a PDF");
    assert!(declaration::text_of(&pdf).contains("99010119880303902X"));
    let db = world.server.open_database().await;
    let kept: Vec<(String, String, String)> = engine::on_reader!(&db, reader => {
        sqlx::query_as(ASKED).bind("reveal_id_number").fetch_all(reader).await
    })
    .expect("the audit");
    db.close().await;
    let [(account, object, detail)] = kept.as_slice() else { panic!("asked once: {kept:?}") };
    assert!(account == "r02" && object.starts_with("people:"), "{account} {object}");
    assert!(detail.contains("核对毕业证书") && !detail.contains("9902X"), "{detail}");
}

/// Who confirms reads the result beside the button and, at the meeting, minutes and notice; the unit of
/// the person does not.
pub(super) async fn result(world: &World, meeting: &str) {
    let mut office = world.server.signed_in(super::TITLE_OFFICE).await;
    office.open("/tasks").await;
    office.follow(PERSON).await;
    let text = office.page().text();
    let wanted = "参加 10，同意 7，不同意 0，弃权 0，未投 3；通过";
    assert!(text.contains(wanted) && text.contains("没有异议"), "{text}");
    office.follow("全部情况和沟通").await;
    office.follow(meeting).await;
    let text = office.page().text();
    assert!(text.contains("教研楼三楼会议室") && !text.contains("抽取的评委"), "{text}");
    let path = office.page().url.path().to_owned();
    let unit = world.server.signed_in("示例审核乙").await;
    for document in ["minutes", "result_notice"] {
        let paper = format!("{path}/documents/{document}");
        let answer = office.get(&paper).await;
        assert!(answer.status().is_success(), "{document}: {}", answer.status());
        assert_eq!(unit.get(&paper).await.status().as_u16(), 404, "{document}");
    }
    assert_eq!(unit.get(&path).await.status().as_u16(), 404);
}
