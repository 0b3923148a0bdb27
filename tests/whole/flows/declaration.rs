//! A declaration from the plan to the unit's decision: chosen, pledged, filled in, checked,
//! submitted, returned with marks, mended and passed; by a teacher and by a physician, whose pages
//! and attachments come from their plans.

mod list;

use list::{blank_pledge, print};
pub(super) use list::{buttons, keep, text_of};

use super::{World, every_way, photo};
use crate::browser::Browser;

every_way!(narrow keys: a_teacher_declares_and_mends_what_is_returned);
every_way!(wide keys: a_physician_declares_with_the_industry_part);
every_way!(a_declaration_is_recalled_and_deleted);

/// Opens a plan of the list and begins a declaration of this kind under it.
async fn begin(
    world: &mut World,
    (plan, kind): (&str, &str),
    picks: &[(&str, &str)],
    choices: &[(&str, &str)],
) {
    let browser = &mut world.browser;
    browser.open(&format!("/plans?open=yes&q={plan}")).await;
    browser.follow("查看").await;
    browser.sees(&["您可以申报吗", "在申报起止日期内", "可评审专业", "计划内容"]).await;
    // What is needed is said before anybody pledges.
    browser.sees(&["申报要准备什么", "身份证正面 都要传", "单位推荐截止"]).await;
    browser.follow("马上申报").await;
    browser.pick("申报形式", kind).await;
    browser.press("下一步").await;
    browser.sees(&["请核对后勾选「确认无误」"]).await;
    browser.pick("申报形式", kind).await;
    for (group, option) in picks {
        browser.pick(group, option).await;
    }
    for (label, option) in choices {
        browser.fill(label, option).await;
    }
    browser.tick("以上选择确认无误").await;
    browser.press("下一步").await;
    browser.sees(&["诚信承诺书", "第 2 步"]).await;
    browser.press("同意并继续").await;
    browser.sees(&["我已阅读并承诺"]).await;
    assert!(browser.path().await.ends_with("/pledge"), "nothing begins without the pledge");
    browser.tick("我已阅读并承诺").await;
    browser.press("同意并继续").await;
    browser.sees(&["已开始申报", "申报目录"]).await;
}

async fn begin_as_teacher(world: &mut World) {
    teacher_begins(world, "常规申报").await;
}

/// Begins a declaration of this kind as a teacher.
pub(super) async fn teacher_begins(world: &mut World, kind: &str) {
    let choices = [("申报专业", "小学语文"), ("学段", "小学")];
    let plan = ("中小学教师高级职称", kind);
    begin(world, plan, &[("申报职称", "高级教师")], &choices).await;
}

/// Fills in the first page; a number of years that is too large is set right with a notice.
async fn fill_basics(world: &mut World, (series, title, level): (&str, &str, &str), work: &str) {
    let browser = &mut world.browser;
    browser.follow("基本信息").await;
    browser.fill("民族", "汉族").await;
    browser.pick("政治面貌", "群众").await;
    browser.fill("参加工作时间", "2008-07").await;
    browser.fill("工作年限", "18").await;
    browser.fill("现从事专业", work).await;
    browser.fill("专业年限", "20").await;
    browser.fill("行政职务", "无").await;
    browser.upload("电子证件照片", "证件照.png", &photo()).await;
    browser.fill("参加工作时间", "2098-07").await;
    browser.press("保存").await;
    browser.sees(&["专业年限已调整为工作年限", "参加工作时间不能晚于今天"]).await;
    browser.fill("参加工作时间", "2008-07").await;
    browser.press("保存").await;
    browser.misses(&["参加工作时间不能晚于今天"]).await;
    assert_eq!(browser.value("专业年限").await, "18");

    browser.press("添加一项：现有职称评聘情况").await;
    browser.fill("职称", title).await;
    browser.pick("级别", "中级").await;
    browser.fill("从", "2017-03-01").await;
    browser.tick("至今").await;
    browser.press("添加一项：现有职称").await;
    browser.fill("系列", series).await;
    browser.fill("职称", title).await;
    browser.pick("级别", level).await;
    browser.fill("取得时间", "2016-12-20").await;
    browser.press("保存，到工作经历").await;
    browser.sees(&["工作经历"]).await;
}

/// Imports the items whose labels hold one of these words into the page of this name.
pub(super) async fn import(world: &mut World, page: &str, words: &[&str]) {
    let browser = &mut world.browser;
    browser.follow(page).await;
    browser.press("从业绩库引用").await;
    for words in words {
        let labels = browser.labels(words).await;
        assert!(!labels.is_empty(), "nothing to import for {words}: {}", browser.text().await);
        for label in labels {
            browser.tick(&label).await;
        }
    }
    browser.press("引用选中的业绩").await;
    browser.sees(&["已引用"]).await;
}

/// Attaches one picture to each of these types and names it after what it shows.
async fn attach(world: &mut World, types: &[&str]) {
    world.browser.follow("附件上传").await;
    blank_pledge(&world.browser).await;
    let browser = &mut world.browser;
    for name in types {
        browser.upload(&format!("上传{name}"), "IMG_0001.png", &photo()).await;
    }
    browser.press("保存并上传").await;
    for name in types {
        browser.fill(&format!("文件名称（{name}）"), name).await;
    }
    browser.tick("已由本人手写签名（职称申报承诺书）").await;
    browser.press("保存并上传").await;
    let renamed = browser.value("文件名称（身份证正面）").await;
    assert_eq!(renamed, "身份证正面.png", "a new name keeps the extension");
}

/// Checks and submits.
async fn submit(world: &mut World) {
    let browser = &mut world.browser;
    browser.follow("开始检测").await;
    browser.sees(&["全部符合，可以提交"]).await;
    browser.press("提交审核").await;
    browser.sees(&["「提交审核」已办理", "待单位审核"]).await;
}

async fn open_review(world: &mut World, name: &str) {
    let browser = &mut world.browser;
    // By 系列, 级别 and 环节; the address keeps them.
    let filter = "/tasks?series=primary_secondary_teacher&level=senior_assoc&stage=unit_pending";
    browser.open(filter).await;
    browser.follow(name).await;
    browser.sees(&["审核申报", "材料", "填报内容"]).await;
}

/// R25, R26, R27, R30, R36, R37, R38, R39, R44, R46, R47, R48, R49, R50, R53, R54, R56, R57, R58, R59, R61, R62, R70, R71, R72, R120, R123, R125
async fn a_teacher_declares_and_mends_what_is_returned(world: &mut World) {
    world.sign_in("测试二号").await;
    declare(world).await;
    print(world).await;
    recall(world).await;
    mend(world).await;
}

/// Before the unit has decided the person takes the declaration back: the unit has nothing to do any
/// more, the declaration is open again, and is submitted again after a new check.
async fn recall(world: &mut World) {
    let browser = &mut world.browser;
    browser.open("/declarations").await;
    browser.follow("撤回").await;
    browser.sees(&["撤回后可以修改再提交"]).await;
    browser.press("撤回").await;
    browser.sees(&["已撤回"]).await;
    world.become_("示例审核乙").await;
    world.has_notice(&["测试二号"]).await;
    world.browser.open("/tasks?workflow=declaration-primary-secondary-teacher").await;
    world.browser.misses(&["测试二号"]).await;
    world.become_("测试二号").await;
    buttons(world, &["填报", "查看", "删除"]).await;
    let browser = &mut world.browser;
    browser.sees(&["已撤回"]).await;
    browser.follow("填报").await;
    browser.follow("基本信息").await;
    browser.fill("曾用名", "测试贰号").await;
    browser.press("保存，到工作经历").await;
    submit(world).await;
}

/// Declares as a teacher who is signed in, up to the submission.
pub(super) async fn declare(world: &mut World) {
    begin_as_teacher(world).await;
    world.browser.follow("开始检测").await;
    world.browser.sees(&["不符合", "未导入工作经历", "缺少必传附件", "去修改"]).await;
    if let Browser::Plain(plain) = &world.browser {
        let href = plain.page().link("去修改附件上传：缺少必传附件");
        assert_eq!(href.fragment(), Some("a-id_card_front"), "to the first that is missing");
    }
    assert!(!world.browser.has_button("提交审核").await, "something is missing");
    world.browser.follow("去修改基本信息").await;
    complete(world).await;
}

/// Fills in everything that a teacher's declaration needs, and submits it.
pub(super) async fn complete(world: &mut World) {
    complete_with(world, ("中小学教师", "一级教师", "中级")).await;
}

/// The same, with the title that is held: series, title and level.
pub(super) async fn complete_with(world: &mut World, held: (&str, &str, &str)) {
    fill_basics(world, held, "小学语文教学").await;

    import(world, "工作经历", &["星河小学"]).await;
    import(world, "学历教育", &["示例师范学院"]).await;
    // The only one is the highest without being asked.
    world.browser.misses(&["这一节还缺", "必须且只能勾选一个最高学历"]).await;
    world.browser.press("保存，到继续教育").await;
    import(world, "继续教育", &["专业科目", "公需科目"]).await;
    world.browser.sees(&["已引用 10 项"]).await;
    import(world, "年度考核", &["合格"]).await;
    // What the unit has approved in the library stands there already, and may be changed.
    world.browser.misses(&["这一节还缺", "年度考核未选择考核结果"]).await;
    world.browser.pick("考核结果（第 3 项）", "不合格").await;
    world.browser.press("保存，回目录").await;
    world.browser.follow("年度考核").await;
    world.browser.sees(&["年度考核年数不足或有不合格"]).await;
    world.browser.pick("考核结果（第 3 项）", "合格").await;
    world.browser.press("保存，回目录").await;
    import(world, "思想政治", &["师德先进个人"]).await;
    import(world, "乡村任教或支教", &["山水乡"]).await;
    import(world, "能力条件", &["草船借箭", "小学语文"]).await;
    import(world, "业绩条件", &["整本书阅读的课程化"]).await;
    import(world, "教研科研条件", &["任务群"]).await;
    let types = [
        "身份证正面",
        "身份证反面",
        "职称申报承诺书",
        "现任职称证书",
        "聘任文件（聘书）",
        "教师资格证书",
        "班主任工作经历证明",
    ];
    attach(world, &types).await;
    submit(world).await;
}

/// The unit marks two parts and one row of a list.
async fn send_back(world: &mut World) {
    world.become_("示例审核乙").await;
    open_review(world, "测试二号").await;
    let browser = &mut world.browser;
    browser.sees(&["示例师范学院", "毕业证书.png", "身份证正面.png"]).await;
    // What nobody can mend in a declaration cannot be marked; where it comes from is said there.
    browser.sees(&["有误请联系系统管理员"]).await;
    assert!(browser.labels("标记问题：身份证号码").await.is_empty(), "a dead end for the person");
    assert!(!browser.labels("标记问题：学段").await.is_empty(), "it can be mended");
    browser.tick("标记问题：行政职务").await;
    browser.tick("标记问题：继续教育").await;
    // One row of a list, and not the others.
    let marks = browser.labels("标记问题：年度考核：").await;
    assert_eq!(marks.len(), 3, "each row can be marked: {marks:?}");
    browser.tick(&marks[1]).await;
    browser.fill("意见", "请核对职务，继续教育多引用了一项").await;
    browser.press("退回修改").await;
}

/// The unit returns two marked parts; only those unlock; the second submission shows the difference.
async fn mend(world: &mut World) {
    send_back(world).await;
    world.become_("测试二号").await;
    world.has_notice(&["请核对职务"]).await;
    buttons(world, &["填报", "查看", "导出申报信息", "删除"]).await;
    let browser = &mut world.browser;
    browser.sees(&["单位退回修改"]).await;
    browser.follow("填报").await;
    browser.sees(&["请核对职务，继续教育多引用了一项", "待修改"]).await;
    browser.follow("工作经历").await;
    browser.sees(&["这一节没有退回，现在只能查看"]).await;
    assert!(!browser.has_button("移除").await, "what was not marked stays");
    mend_a_row(world).await;
    let browser = &mut world.browser;
    browser.follow("基本信息").await;
    browser.fill("行政职务", "教研组长").await;
    browser.press("保存，到工作经历").await;
    browser.follow("开始检测").await;
    // A marked part that was left alone is named, and handing it over so is confirmed.
    browser.sees(&["审核人标出的 2 节还没有改动", "继续教育"]).await;
    browser.sees(&["提交后由示例·合肥市蜀山区星河小学审核"]).await;
    browser.press("提交审核").await;
    // What was taken out and put back as it was is not changed either.
    browser.sees(&["审核人标出的「继续教育」「年度考核第 2 项」没有改动"]).await;
    browser.tick("我核对过，这些内容不用修改").await;
    browser.press("提交审核").await;
    browser.sees(&["待单位审核"]).await;

    world.become_("示例审核乙").await;
    open_review(world, "测试二号").await;
    let browser = &mut world.browser;
    browser.sees(&["与上次提交相比改了", "教研组长", "原为"]).await;
    // By the pages that the person has seen.
    browser.sees(&["上次退回标出 3 节", "基本信息，行政职务：改过", "继续教育：没有改"]).await;
    browser.press("同意").await;
    world.become_("测试二号").await;
    world.browser.open("/declarations").await;
    world.browser.sees(&["单位公示中"]).await;
    let year = world.server.year().await;
    world.browser.follow(&format!("{year} 年度高级教师（小学语文）")).await;
    world.browser.sees(&["单位公示到", "为止", "导出申报信息（评审表）"]).await;
    world.browser.open("/declarations").await;
    let text = world.browser.text().await;
    assert!(
        !text.replace("申请撤回…", "").contains("撤回…"),
        "decided, so no longer to be recalled"
    );
}

/// The mark stands at its row, which alone can be taken out; another takes its place.
async fn mend_a_row(world: &mut World) {
    let browser = &mut world.browser;
    browser.follow("年度考核").await;
    let marked = browser.texts("ol.items > li:has(p.err) h3").await;
    assert!(marked.len() == 1 && marked[0].starts_with('2'), "the second row: {marked:?}");
    browser.sees(&["已引用 3 项", "审核人标记了这一项"]).await;
    assert_eq!(browser.texts("button[value^=remove]").await.len(), 1, "and no other");
    assert!(!browser.has_button("从业绩库引用").await, "there are as many as were submitted");
    let title = marked[0].trim_start_matches('2').trim().to_owned();
    browser.press("移除").await;
    browser.sees(&["已引用 2 项", "已移除「"]).await;
    // A slip of the finger is taken back.
    browser.press("撤销移除").await;
    browser.sees(&["已放回", "已引用 3 项", "审核人标记了这一项"]).await;
    browser.press("移除").await;
    browser.sees(&["已引用 2 项"]).await;
    browser.press("从业绩库引用").await;
    let again = browser.labels(&title).await;
    browser.tick(&again[0]).await;
    browser.press("引用选中的业绩").await;
    world.browser.sees(&["已引用 3 项"]).await;
    world.browser.press("保存，回目录").await;
}

/// R22, R60, R61, R67, R68, R69
async fn a_physician_declares_with_the_industry_part(world: &mut World) {
    world.sign_in("测试六号").await;
    let picks = [("申报职称", "副主任医师"), ("职称类别", "医")];
    let plan = ("卫生系列副高级", "常规申报");
    begin(world, plan, &picks, &[("申报专业", "心血管内科")]).await;
    world.browser.sees(&["专业能力（临床工作量）", "基层服务"]).await;
    world.browser.misses(&["乡村任教或支教"]).await;
    fill_basics(world, ("卫生技术人员", "主治医师", "中级"), "心血管内科").await;
    import(world, "工作经历", &["第九十九人民医院"]).await;
    import(world, "学历教育", &["示例医科大学"]).await;
    world.browser.tick("设为最高学历").await;
    world.browser.press("保存，到继续教育").await;
    import(world, "继续教育", &["专业科目", "公需科目"]).await;
    import(world, "年度考核", &["合格"]).await;
    world.browser.press("保存，回目录").await;
    import(world, "思想政治", &["医德医风先进个人"]).await;
    import(world, "专业能力（临床工作量）", &["ZY202300871", "医师执业"]).await;
    world.browser.follow("开始检测").await;
    world.browser.sees(&["卫生系列须录入行业专用业绩"]).await;
    world.browser.follow("去修改专业能力").await;
    import(world, "专业能力（临床工作量）", &["42"]).await;
    import(world, "基层服务", &["山水乡卫生院"]).await;
    import(world, "业绩成果", &["胸痛中心"]).await;
    let types = [
        "身份证正面",
        "身份证反面",
        "职称申报承诺书",
        "现任职称证书",
        "聘任文件（聘书）",
        "执业证书及注册页",
        "实践能力考试成绩单",
        "医德考评证明",
    ];
    attach(world, &types).await;
    submit(world).await;
    let browser = &mut world.browser;
    browser.follow("附件一览").await;
    browser.sees(&["身份证正面.png", "考核证明.png"]).await;
    browser.follow("查看附件").await;
    browser.sees(&["放大", "旋转"]).await;
    browser.open("/declarations").await;
    browser.sees(&["待单位审核", "撤回"]).await;
    browser.follow("查看").await;
    browser.sees(&["胸痛中心", "示例医科大学", "毕业证书.png"]).await;
}

/// R29, R111
async fn a_declaration_is_recalled_and_deleted(world: &mut World) {
    world.sign_in("测试二号").await;
    begin_as_teacher(world).await;
    let browser = &mut world.browser;
    browser.open("/plans/PLAN-2026-T-SF-AH").await;
    browser.sees(&["一个申报年度只允许申报一次"]).await;
    // It leads to the declaration that uses the year.
    let year = world.server.year().await;
    let browser = &mut world.browser;
    browser.follow(&format!("看{year} 年度高级教师（小学语文）")).await;
    browser.sees(&["申报目录"]).await;
    browser.open("/declarations").await;
    browser.follow("删除").await;
    browser.sees(&["删除后不能恢复"]).await;
    browser.press("删除").await;
    browser.sees(&["没有进行中的申报"]).await;
    begin_as_teacher(world).await;
}
