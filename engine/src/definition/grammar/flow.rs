//! The keys of states, tasks, actions, effects, timers and checks.

use super::{
    Key, Keys, Shape, batch::BATCH_SHAPES, form::FIELD, key, keys, printing::PUBLICITY, required,
};

const TONES: &[&str] = &["plain", "good", "going", "warn", "bad"];

const DECIDES: &[(&str, &str)] = &[("to", "choose"), ("among", "choose")];

/// Requirements by id.
pub(super) const REQUIREMENTS: Shape = Shape::Map(&Shape::Keys(&REQUIREMENT));

static REQUIREMENT: Keys = keys(
    "requirement",
    "要求",
    &[&[
        key("when", Shape::Expression, "何时要求"),
        required("that", Shape::Expression, "必须成立的条件"),
        required("say", Shape::Template, "不成立时告诉人的话"),
    ]],
);

/// A state.
pub(in crate::definition) static STATE: Keys = keys(
    "state",
    "状态",
    &[&[
        key("name", Shape::Text, "状态的名称；不写时用公开状态的名称"),
        key(
            "status",
            Shape::OneOf(&[Shape::Name, Shape::Map(&Shape::Keys(&STATUS_ROW))]),
            "公开状态的编号，或带 when 的行；不写时与状态同名",
        ),
        key("tone", Shape::Word(TONES), "轻重"),
        key("enter", Shape::Keys(&ENTER), "进入时做的事"),
        key("timers", Shape::Map(&Shape::Keys(&TIMER)), "计时器"),
        key("tasks", Shape::Map(&Shape::Keys(&TASK)), "任务"),
        key("choose", CHOOSE, "规则：进入时和每件事之后，第一个成立的生效"),
        key("end", Shape::YesNo, "true：到此结束"),
        key("public", Shape::Keys(&PUBLICITY), "在这个状态里向社会公开什么"),
        key("advice", Shape::Map(&Shape::Template), "参与者: 在这个状态里要做什么、等什么的话"),
    ]],
);

static STATUS_ROW: Keys = keys(
    "status_row",
    "公开状态的一行",
    &[&[key("when", Shape::Expression, "何时"), required("is", Shape::Name, "公开状态的编号")]],
);

/// A task.
pub(in crate::definition) static TASK: Keys = Keys {
    exclusive: &[("timer", "timers")],
    ..keys(
        "task",
        "任务",
        &[&[
            key("name", Shape::Text, "任务的名称"),
            required("for", Shape::OneOf(&[Shape::Name, Shape::Keys(&super::root::WHO)]), "参与者"),
            key("in", Shape::List(&Shape::Name), "在这些状态里开着（只用于顶层的 tasks）"),
            key("when", Shape::Expression, "成立才开"),
            key("repeat", Shape::YesNo, "办完还开"),
            key("keep", Shape::YesNo, "重新进入状态时答复仍有效"),
            key("secret", Shape::YesNo, "无记名"),
            key("apart", Shape::YesNo, "背对背：自己答了才看得到别人的答复"),
            key("edit", Shape::Expression, "all，或可以改的部分的清单"),
            key("optional", Shape::YesNo, "可以做但不算待办，如撤回"),
            key("timer", Shape::Keys(&TIMER), "期限"),
            key("timers", Shape::Map(&Shape::Keys(&TIMER)), "几个期限"),
            required("actions", Shape::Map(&Shape::Keys(&ACTION)), "可以做什么"),
        ]],
    )
};

/// The keys of an action that are not its target or effects.
pub(super) const ACTION_KEYS: &[Key] = &[
    key("name", Shape::Text, "按钮上的字"),
    key("tone", Shape::Word(TONES), "轻重"),
    key("confirm", Shape::Template, "做之前要人确认的话"),
    key("hint", Shape::Template, "按钮旁的话，如之后由谁办理"),
    key("when", Shape::Expression, "成立才出现"),
    key("require", REQUIREMENTS, "不成立就拒绝，并显示文字"),
    key("checks", Shape::Word(&["all", "gate"]), "要通过哪些开始检测"),
    key("ask", Shape::Map(&FIELD_SHAPE), "问什么"),
    key("freeze", Shape::YesNo, "校验表单并冻结为一次提交"),
    key("at_most", Shape::Count, "最多几次"),
    key("per", Shape::Word(&["case", "visit"]), "at_most 按整个案还是每次停留"),
    key("batch", Shape::OneOf(&BATCH_SHAPES), "可以成批办理：true、表达式或 {when, ask, each}"),
    key("choose", CHOOSE, "之后的规则：第一个成立的生效"),
    SET,
    VOID,
    NOTIFY,
    DOCUMENT,
    NUMBER,
    CALL,
    START_EFFECT,
    TELL,
    JOIN,
    LEAVE,
    CLOSE,
    DRAW,
    REPLACE,
    TO,
    AMONG,
];

/// An action.
pub(in crate::definition) static ACTION: Keys =
    Keys { exclusive: DECIDES, ..keys("action", "动作", &[ACTION_KEYS]) };

const STEP_KEYS: &[Key] = &[
    SET,
    VOID,
    NOTIFY,
    DOCUMENT,
    NUMBER,
    CALL,
    START_EFFECT,
    TELL,
    JOIN,
    LEAVE,
    CLOSE,
    DRAW,
    REPLACE,
];

/// The keys that are effects, done in the order of the text.
pub(in crate::definition) const STEP_EFFECTS: &[&str] = &[
    "notify", "document", "number", "call", "start", "tell", "join", "leave", "close", "draw",
    "replace",
];

/// The other keys by which an action does something.
pub(in crate::definition) const ACTION_EFFECTS: &[&str] =
    &["set", "void", "choose", "to", "among", "freeze", "checks", "at_most", "per"];

/// What happens on entry of a state.
pub(in crate::definition) static ENTER: Keys = keys("enter", "enter", &[STEP_KEYS]);

/// A rule of a `choose`.
pub(in crate::definition) static RULE: Keys =
    keys("rule", "规则", &[&[key("when", Shape::Expression, "何时生效"), TO, AMONG], STEP_KEYS]);

/// What a timer does at its end.
pub(in crate::definition) static OVER: Keys = Keys {
    exclusive: DECIDES,
    ..keys(
        "over",
        "over",
        &[
            &[
                key("when", Shape::Expression, "何时才做"),
                key("freeze", Shape::YesNo, "冻结为一次提交"),
                key("choose", CHOOSE, "之后的规则"),
                TO,
                AMONG,
            ],
            STEP_KEYS,
        ],
    )
};

const CHOOSE: Shape = Shape::Map(&Shape::Keys(&RULE));
const TO: Key = key("to", Shape::Expression, "去哪个状态；写了 among 时是表达式");
const AMONG: Key = key("among", Shape::List(&Shape::Name), "算出来的 to 只可能是这些状态");
const SET: Key = key("set", Shape::Any, "赋值：变量: 表达式，或 form.栏目.字段: 表达式");
const VOID: Key = key("void", Shape::OneOf(&VOID_SHAPES), "作废这些任务的答复");
const NOTIFY: Key = key("notify", Shape::Effects(&Shape::Name), "发信：参与者: 信件");
const DOCUMENT: Key = key("document", Shape::OneOf(&DOCUMENT_SHAPES), "生成文书：一种，或几种");
const NUMBER: Key = key("number", Shape::Name, "取一个编号");
const CALL: Key = key("call", Shape::Map(&CALLED_SHAPE), "请外部服务办事");
const START_EFFECT: Key =
    key("start", Shape::Map(&STARTED_SHAPE), "发起一个案：联系: {workflow, given, set, form}");
const TELL: Key = key("tell", Shape::Map(&TOLD_SHAPE), "办理别的案里的动作");
const JOIN: Key = key("join", Shape::Effects(&Shape::Expression), "联系上：联系: 案的编号");
const LEAVE: Key = key("leave", Shape::Effects(&Shape::Expression), "解除联系：联系: 案的编号");
const CLOSE: Key = key("close", Shape::Name, "结束一个多人任务");
const DRAW: Key = key("draw", Shape::OneOf(&DRAW_SHAPES), "随机抽取");
const REPLACE: Key = key("replace", Shape::Keys(&REPLACED), "换下名单里的人，由候补顶上");

// A constant may point to a static, but not to a temporary that points to one.
static VOID_SHAPES: [Shape; 2] = [Shape::List(&Shape::Name), Shape::Keys(&VOIDED)];
static DOCUMENT_SHAPES: [Shape; 2] = [Shape::Name, Shape::List(&Shape::Name)];
static CALLED_SHAPE: Shape = Shape::Keys(&CALLED);
static STARTED_SHAPE: Shape = Shape::Keys(&STARTED);
static TOLD_SHAPE: Shape = Shape::Keys(&TOLD);
static DRAW_SHAPES: [Shape; 2] = [Shape::Keys(&DRAWN), Shape::List(&Shape::Keys(&DRAWN))];
static FIELD_SHAPE: Shape = Shape::Keys(&FIELD);

static VOIDED: Keys = keys(
    "void",
    "void",
    &[&[
        required("of", Shape::List(&Shape::Name), "哪些任务"),
        key("where", Shape::Expression, "哪些答复（it）"),
    ]],
);

static DRAWN: Keys = keys(
    "draw",
    "draw",
    &[&[
        required("into", Shape::Name, "放进哪个变量（清单）"),
        required("of", Shape::Expression, "从哪个清单里抽"),
        key("where", Shape::Expression, "其中哪些可以抽（it）"),
        required("count", Shape::Expression, "抽几个"),
        key("add", Shape::YesNo, "true：加在变量已有的后面，已有的不再抽"),
        key("noted", Shape::Name, "把怎样抽的记进哪个变量（清单）：每抽一次一行"),
        key("when", Shape::Expression, "何时"),
    ]],
);

static REPLACED: Keys = keys(
    "replace",
    "replace",
    &[&[
        required("in", Shape::Name, "哪个变量（清单）"),
        key(
            "out",
            Shape::Expression,
            "换下谁：行、账号或它们的清单；不写时是办理的人，或计时器到期还没有办的人",
        ),
        required("by", Shape::Expression, "候补的清单，按顺序取第一个还没有用过的"),
        key("where", Shape::Expression, "其中哪些可以补（it）"),
        key("at_most", Shape::Count, "每个案最多换几次"),
        key("else", Shape::Keys(&ELSE), "没有候补可换时做的事（人仍然换下）"),
        key("when", Shape::Expression, "何时"),
    ]],
);

static ELSE: Keys =
    keys("else", "else", &[&[SET, VOID, NOTIFY, DOCUMENT, CALL, START_EFFECT, TELL]]);

static CALLED: Keys = keys(
    "call",
    "call",
    &[&[
        required("operation", Shape::Name, "办什么"),
        key("with", Shape::Map(&Shape::Expression), "参数"),
        key("when", Shape::Expression, "何时"),
    ]],
);

static STARTED: Keys = keys(
    "start_effect",
    "start",
    &[&[
        key("each", Shape::Expression, "对清单的每一行（it）各发起一个；联系要写 many: true"),
        required("workflow", Shape::Name, "哪个流程"),
        key("given", Shape::Map(&Shape::Expression), "给定的对象的编号"),
        key("set", Shape::Map(&Shape::Expression), "最初的变量"),
        key("form", Shape::Expression, "最初的表单"),
        key("when", Shape::Expression, "何时"),
    ]],
);

static TOLD: Keys = keys(
    "tell",
    "tell",
    &[&[
        required("of", Shape::Expression, "哪些案：联系，或 cases 事实"),
        key("where", Shape::Expression, "其中哪些（it）"),
        required("action", Shape::Name, "那边的动作"),
        key("ask", Shape::Map(&Shape::Expression), "那个动作问的内容"),
        key("all", Shape::YesNo, "true：有一个被拒绝就全部不做"),
        key("when", Shape::Expression, "何时"),
    ]],
);

/// A timer.
pub(in crate::definition) static TIMER: Keys = Keys {
    exclusive: &[("lasts", "at"), ("at", "every"), ("at", "from")],
    ..keys(
        "timer",
        "计时器",
        &[&[
            key(
                "lasts",
                Shape::OneOf(&[Shape::Template, Shape::List(&Shape::Keys(&LENGTH_ROW))]),
                "多久，如 5 working days；看情况的写成 [{when: 条件, is: 时长}, {is: 时长}]",
            ),
            key("at", Shape::Expression, "到哪一天（24:00）或时刻"),
            key("from", Shape::Expression, "从何时起算"),
            key("every", Shape::YesNo, "到期后重来"),
            key(
                "remind",
                Shape::OneOf(&[
                    Shape::Template,
                    Shape::List(&Shape::Template),
                    Shape::Texts(&Shape::Name),
                ]),
                "到期前多久提醒：时长、[时长] 或 {时长: 信件}",
            ),
            key("over", Shape::Keys(&OVER), "到期时做什么"),
        ]],
    )
};

static LENGTH_ROW: Keys = keys(
    "length_row",
    "时长的一行",
    &[&[
        key("when", Shape::Expression, "条件；最后一行可以不写，表示其余情况"),
        required("is", Shape::Template, "这一行成立时多久"),
    ]],
);

/// A start-check.
pub(in crate::definition) static CHECK: Keys = keys(
    "check",
    "检测",
    &[&[
        key("name", Shape::Text, "检测的内容，通过时显示"),
        required("severity", Shape::Word(&["block", "warn", "fix"]), "不通过意味着什么"),
        key("phase", Shape::Word(&["gate", "check", "submit"]), "何时检测，默认 check"),
        key("when", Shape::Expression, "何时检测"),
        key("each", Shape::Expression, "对清单的每一行（it）检测"),
        required("that", Shape::Expression, "必须成立的条件"),
        required("say", Shape::Template, "不通过的原因"),
        key("detail", Shape::Template, "详细说明"),
        key("part", Shape::Name, "在哪里改：栏目，或 栏目.字段"),
        key(
            "page",
            Shape::Expression,
            "在哪一页改：栏目分几页填写时是类别的编号，也可以是另一个栏目",
        ),
        key("set", Shape::Any, "severity 是 fix 时怎样改：form.栏目.字段: 表达式"),
    ]],
);
