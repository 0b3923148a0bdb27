//! The keys of scenarios.

use super::{Key, Keys, Shape, key, keys, required};

/// One scenario.
pub(crate) static SCENARIO: Keys = keys(
    "scenario",
    "情景",
    &[&[
        required("scenario", Shape::Text, "情景的名称"),
        required("workflow", Shape::Name, "流程的键"),
        key("given", Shape::Keys(&GIVEN), "开始时有什么：时刻、对象、角色、查询的答复"),
        key("steps", Shape::Steps(&STEP), "依次发生的事"),
    ]],
);

const BY: Key = required("by", Shape::Name, "谁");
const CASE: Key = required("case", Shape::Name, "哪个案：start 的 as");
const ASK: Key = key("ask", Shape::Texts(&Shape::Any), "对动作所问的回答");
const FORM: Key = key("form", Shape::Texts(&Shape::Any), "填写：栏目 或 栏目.字段: 值");

/// The steps around the tasks of a case.
pub(crate) const ASIDES: &[&str] =
    &["delegate", "transfer", "take_back", "copy", "urge", "comment"];

/// The steps by which somebody takes a task, so that nobody else acts in it for a while, or gives it
/// back.
pub(crate) const CLAIMS: &[&str] = &["claim", "release"];

/// What somebody does, which may also be refused.
const DEEDS: &[Key] = &[
    key("start", Shape::Keys(&START), "发起一个案"),
    key("act", Shape::Keys(&ACT), "办理：任务.动作"),
    key("save", Shape::Keys(&ACT), "只保存表单，不办理"),
    key("undo", Shape::Keys(&UNDO), "撤销刚办的"),
    key("delegate", Shape::Keys(&HAND_OVER), "委托，办完回到本人"),
    key("transfer", Shape::Keys(&HAND_OVER), "转办"),
    key("take_back", Shape::Keys(&OF_TASK), "收回委托，或退回转交给自己的"),
    key("copy", Shape::Keys(&COPY), "抄送"),
    key("urge", Shape::Keys(&OF_TASK), "催办"),
    key("comment", Shape::Keys(&COMMENT), "留言"),
    key("claim", Shape::Keys(&OF_ROW), "领取任务"),
];

static STEP: Keys = keys(
    "step",
    "步骤",
    &[
        DEEDS,
        &[
            key("release", Shape::Keys(&OF_ROW), "放回领取的任务"),
            key("batch", Shape::Keys(&BATCH), "成批办理"),
            key("refused", Shape::Keys(&REFUSED), "应当被拒绝的一步"),
            key("advance", ADVANCE, "过多少时间，或 {to: 时刻}"),
            key("expect", Shape::Keys(&EXPECT), "应当是什么样"),
            key("given", Shape::Keys(&GIVEN), "从此改变的对象、角色、答复"),
        ],
    ],
);

static START: Keys = keys(
    "started",
    "start",
    &[&[
        key("as", Shape::Name, "情景里怎样称呼这个案，默认 case"),
        key("workflow", Shape::Name, "哪个流程，默认是情景的"),
        BY,
        key("given", Shape::Texts(&Shape::Name), "给定的对象的编号"),
        ASK,
        FORM,
    ]],
);

static ACT: Keys = keys(
    "acted",
    "act",
    &[&[CASE, BY, required("do", Shape::Name, "act 写任务.动作，save 写任务"), ROW, ASK, FORM]],
);

const ROW: Key = key("row", Shape::Text, "名单里的哪一行");

static UNDO: Keys = keys("undone", "undo", &[&[CASE, BY]]);

const TASK: Key = required("do", Shape::Name, "哪个任务");
const TO: Key = required("to", Shape::Name, "给谁");
const NOTE: Key = key("note", Shape::Text, "附言");

static HAND_OVER: Keys = keys("handed_over", "委托或转办", &[&[CASE, BY, TASK, TO, NOTE]]);
static OF_TASK: Keys = keys("of_task", "收回或催办", &[&[CASE, BY, TASK]]);
static OF_ROW: Keys = keys("of_row", "领取或放回", &[&[CASE, BY, TASK, ROW]]);
static COPY: Keys = keys("copied", "copy", &[&[CASE, BY, TO, NOTE]]);
static COMMENT: Keys =
    keys("commented", "comment", &[&[CASE, BY, required("text", Shape::Text, "说什么")]]);

static BATCH: Keys = keys(
    "batch",
    "batch",
    &[&[
        required("cases", Shape::List(&Shape::Name), "哪些案"),
        BY,
        required("do", Shape::Name, "任务.动作"),
        ASK,
        key("refused", Shape::List(&Shape::Name), "其中应当被拒绝的"),
    ]],
);

static REFUSED: Keys =
    keys("refused", "refused", &[DEEDS, &[key("because", Shape::Text, "拒绝的话里应当有的文字")]]);

const ADVANCE: Shape = Shape::OneOf(&ADVANCES);

static ADVANCES: [Shape; 2] = [Shape::Text, Shape::Keys(&ADVANCED)];

static ADVANCED: Keys =
    keys("advanced", "advance", &[&[required("to", Shape::Text, "时刻，如 2026-07-10 09:00")]]);

const LISTS: Shape = Shape::Texts(&Shape::List(&Shape::Name));

static EXPECT: Keys = keys(
    "expectation",
    "expect",
    &[&[
        CASE,
        key("state", Shape::Name, "状态"),
        key("status", Shape::Text, "公开状态"),
        key("closed", Shape::YesNo, "是否结束"),
        key("tasks", LISTS, "开着的任务和能办的人；[] 是没有人能办"),
        key("offers", Shape::Texts(&OFFERED), "谁能办什么：任务.动作"),
        key("vars", Shape::Texts(&Shape::Any), "变量"),
        key("values", Shape::Texts(&Shape::Any), "values 里的值，此刻算出来的"),
        key("labels", Shape::Texts(&Shape::Any), "标签"),
        key("form", Shape::Texts(&Shape::Any), "表单：栏目 或 栏目.字段"),
        key("notices", LISTS, "谁收到过哪些信"),
        key("letters", Shape::Texts(&LETTERS), "谁收到的信里说了什么"),
        key(
            "says",
            Shape::Texts(&PRINTED),
            "页面对谁说什么：advice，能办的动作和它的 hint、confirm",
        ),
        key("documents", Shape::Texts(&PRINTED), "制作的文书里印了什么，或 none"),
        key("verified", Shape::Texts(&VERIFIED), "凭编号和验证码查到什么，或 none"),
        key("public", Shape::Texts(&PRINTED), "公示的名单里这个案的一行，或 none"),
        key("calls", Shape::Texts(&Shape::Any), "请服务办过什么：服务.操作: {参数: 值}，或 none"),
        key("timers", Shape::Texts(&Shape::Text), "计时器何时到期，或 已到期、none"),
        key("unnamed", LISTS, "对谁隐去哪些人的姓名"),
        key("untold", LISTS, "谁还看不到哪些任务里别人的答复（apart）"),
        key("sees", LISTS, "谁看得到哪些栏目"),
        key("history", Shape::List(&Shape::Text), "历史里依次出现的文字"),
    ]],
);

static OFFERED: Shape = Shape::OneOf(&[Shape::List(&Shape::Name), Shape::Keys(&OFFERED_PARTLY)]);

static OFFERED_PARTLY: Keys = keys(
    "offered_partly",
    "offers",
    &[&[
        key("has", Shape::List(&Shape::Name), "能办其中的这些"),
        key("not", Shape::List(&Shape::Name), "不能办这些"),
    ]],
);

static LETTERS: Shape = Shape::Texts(&LETTER);

static LETTER: Shape =
    Shape::OneOf(&[Shape::Text, Shape::List(&Shape::Text), Shape::Keys(&LETTER_KEYS)]);

const TEXTS: Shape = Shape::OneOf(&[Shape::Text, Shape::List(&Shape::Text)]);

const SAID: &[Key] = &[key("text", TEXTS, "里面有的文字"), key("without", TEXTS, "里面没有的文字")];

static LETTER_KEYS: Keys = keys(
    "letter",
    "letters",
    &[&[key("subject", Shape::Text, "主题")], SAID, &[key("kind", Shape::Text, "信的类别")]],
);

static PRINTED: Shape =
    Shape::OneOf(&[Shape::Text, Shape::List(&Shape::Text), Shape::Keys(&PRINTED_KEYS)]);

static PRINTED_KEYS: Keys = keys("printed", "文书、名单或页面", &[SAID]);

static VERIFIED: Shape =
    Shape::OneOf(&[Shape::Text, Shape::List(&Shape::Text), Shape::Keys(&VERIFIED_KEYS)]);

static VERIFIED_KEYS: Keys =
    keys("verified", "verified", &[SAID, &[key("valid", Shape::YesNo, "是否有效")]]);

static GIVEN: Keys = keys(
    "given",
    "given",
    &[&[
        key("now", Shape::Text, "时刻，如 2026-07-01 09:00"),
        key(
            "subjects",
            Shape::Texts(&Shape::Texts(&Shape::Texts(&Shape::Any))),
            "对象：种类: {编号: {字段: 值}}",
        ),
        key("roles", Shape::Texts(&Shape::List(&Shape::Text)), "谁在哪里是什么角色：角色@单位"),
        key("facts", Shape::Texts(&Shape::List(&Shape::Keys(&ANSWER))), "查询的答复"),
        key("calendar", Shape::Keys(&CALENDAR), "日历之外的放假和上班"),
    ]],
);

static ANSWER: Keys = keys(
    "answer",
    "查询的答复",
    &[&[key("with", Shape::Texts(&Shape::Any), "参数"), key("gives", Shape::Any, "答复")]],
);

static CALENDAR: Keys = keys(
    "calendar",
    "calendar",
    &[&[
        key("offdays", Shape::List(&Shape::Text), "放假的日子"),
        key("workdays", Shape::List(&Shape::Text), "上班的周末"),
    ]],
);
