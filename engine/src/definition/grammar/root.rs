//! The keys of a definition, its participants and facts, and of `host.yaml`.

use super::{
    Key, Keys, Shape,
    flow::{ACTION_KEYS, CHECK, STATE, TASK},
    form::FORM,
    key, keys,
    printing::{DOCUMENT, NUMBER},
    required,
};

/// A definition.
pub(in crate::definition) static DEFINITION: Keys = keys(
    "definition",
    "流程",
    &[&[
        required("workflow", Shape::Name, "流程的键"),
        key("name", Shape::Text, "流程的中文名"),
        key("extends", Shape::Name, "在哪个流程之上改"),
        key("statuses", Shape::Name, "catalog/codes.yaml 里的一组状态名称"),
        required("start", Shape::Keys(&START), "怎样开始"),
        key("participants", Shape::Map(&Shape::RowsOr(&WHO, &WHO_ROW)), "谁来办"),
        key("facts", Shape::Map(&Shape::Keys(&FACT)), "表达式可以知道的外部事实"),
        key("vars", Shape::Map(&Shape::Any), "变量：一个初值，或 {type: 类型, is: 初值}"),
        key(
            "values",
            Shape::Map(&VALUE),
            "计算值：表达式，决策表 [{when, is}]，或排名 {rank, by, places}",
        ),
        key("labels", Shape::Map(&Shape::Expression), "可检索的标签"),
        key("holds", Shape::Map(&Shape::Keys(&HOLD)), "占用：唯一性或名额"),
        key("numbers", Shape::Map(&NUMBERED), "编号：文本中用 {n} 表示序号，或 {name, text}"),
        key("documents", Shape::Map(&Shape::Keys(&DOCUMENT)), "生成的文书"),
        key("links", Shape::Map(&Shape::Keys(&LINK)), "与其他案的联系"),
        key("shows", Shape::List(&Shape::Name), "联系的案可以看到的变量"),
        key("readers", Shape::Name, "变量：这些岗位（role 和 unit 的清单）到了就一直可以看"),
        key("form", Shape::Keys(&FORM), "填什么"),
        key(
            "checks",
            Shape::Ids(&Shape::Keys(&CHECK)),
            "开始检测：编号可以用点分组，如 plan.window_open",
        ),
        required("states", Shape::Map(&Shape::Keys(&STATE)), "状态"),
        key("tasks", Shape::Map(&Shape::Keys(&TASK)), "在几个状态里都开着的任务，用 in 列出状态"),
    ]],
);

static START: Keys = Keys {
    exclusive: &[("to", "choose"), ("among", "choose")],
    ..keys("start", "start", &[START_KEYS, ACTION_KEYS])
};

const START_KEYS: &[Key] = &[
    key("by", Shape::Name, "谁可以发起；不写则只能由其他案或服务发起"),
    key("given", Shape::Map(&Shape::Name), "开始时给定的对象：名称和 host.yaml 里的种类"),
];

const WHO_EXCLUSIVE: &[(&str, &str)] = &[
    ("account", "role"),
    ("account", "each"),
    ("account", "service"),
    ("account", "link"),
    ("account", "case"),
    ("account", "unit"),
    ("role", "each"),
    ("role", "service"),
    ("role", "link"),
    ("role", "case"),
    ("each", "service"),
    ("each", "link"),
    ("each", "case"),
    ("each", "unit"),
    ("service", "link"),
    ("service", "case"),
    ("service", "unit"),
    ("link", "case"),
    ("link", "unit"),
    ("case", "unit"),
    ("account", "where"),
    ("role", "where"),
    ("service", "where"),
    ("link", "where"),
    ("case", "where"),
];

const WHO_KEYS: &[Key] = &[
    key("account", Shape::Expression, "一个账号"),
    key("role", Shape::Expression, "角色：host.yaml 里的角色名，或表达式"),
    key("unit", Shape::Expression, "角色所在的单位；不写是任何单位"),
    key("each", Shape::Expression, "名单：每行一个任务"),
    key("where", Shape::Expression, "只要名单里的这些行（it）"),
    key("service", Shape::Name, "外部服务"),
    key("link", Shape::Name, "联系另一端的案"),
    key("case", Shape::Name, "用 tell 来办的案的流程"),
    key("except", Shape::List(&Shape::Expression), "这些账号不能办"),
    key("sees", Shape::List(&Shape::Name), "只看这些栏目"),
    key("unnamed_to", Shape::List(&Shape::Name), "对这些参与者隐去姓名"),
    key("delegate", Shape::YesNo, "false 不许委托"),
];

/// One way to find who acts.
pub(in crate::definition) static WHO: Keys =
    Keys { exclusive: WHO_EXCLUSIVE, ..keys("who", "参与者", &[WHO_KEYS]) };

/// A named row of a participant.
pub(in crate::definition) static WHO_ROW: Keys = Keys {
    exclusive: WHO_EXCLUSIVE,
    ..keys(
        "who_row",
        "参与者的一行",
        &[WHO_KEYS, &[key("when", Shape::Expression, "这一行何时成立")]],
    )
};

static FACT: Keys = Keys {
    exclusive: &[
        ("cases", "host"),
        ("cases", "table"),
        ("host", "table"),
        ("host", "where"),
        ("table", "where"),
        ("cases", "with"),
        ("table", "with"),
    ],
    ..keys(
        "fact",
        "事实",
        &[&[
            key("cases", Shape::Name, "别的案：流程的键"),
            key("where", Shape::Map(&Shape::Expression), "这些标签等于这些值"),
            key("host", Shape::Name, "host.yaml 里的查询"),
            key("with", Shape::Map(&Shape::Expression), "查询的参数"),
            key("table", Shape::Text, "目录表：catalog/文件，或 catalog/文件#键"),
        ]],
    )
};

static HOLD: Keys = Keys {
    exclusive: &[("in", "not_in")],
    ..keys(
        "hold",
        "占用",
        &[&[
            key("each", Shape::Expression, "对清单的每一行（it）各占一个"),
            required("of", Shape::List(&Shape::Expression), "占用的是什么：几个值合起来是一个键"),
            key("take", Shape::Expression, "占几个，默认 1"),
            key("limit", Shape::Expression, "共有几个，默认 1"),
            key("in", Shape::List(&Shape::Name), "在这些状态里占着"),
            key("not_in", Shape::List(&Shape::Name), "除这些状态之外都占着"),
            key("say", Shape::Template, "占不到时告诉人的话"),
        ]],
    )
};

static NUMBERED: Shape = Shape::OneOf(&[Shape::Template, Shape::Keys(&NUMBER)]);

static VALUE: Shape = Shape::OneOf(&[
    Shape::Expression,
    Shape::Keys(&RANKING),
    Shape::List(&Shape::Keys(&TABLE_ROW)),
]);

/// A row of a list that may have a condition.
pub(in crate::definition) static LIST_ROW: Keys = keys(
    "list_row",
    "清单的一行",
    &[&[
        required("use", Shape::Expression, "清单里的一项"),
        key("when", Shape::Expression, "成立才在清单里"),
    ]],
);

/// A row of a table of decisions.
pub(in crate::definition) static TABLE_ROW: Keys = keys(
    "table_row",
    "决策表的一行",
    &[&[
        key("when", Shape::Expression, "条件；最后一行可以不写，表示其余情况"),
        required("is", Shape::Expression, "这一行成立时的值"),
    ]],
);

static RANKING: Keys = keys(
    "ranking",
    "排名",
    &[&[
        required("rank", Shape::Expression, "给哪个清单排名"),
        required(
            "by",
            Shape::List(&Shape::Expression),
            "按什么（it），大的在前；前一个相同时看后一个",
        ),
        required("places", Shape::Expression, "名额"),
    ]],
);

static LINK: Keys = Keys {
    exclusive: &[("to", "from")],
    ..keys(
        "link",
        "联系",
        &[&[
            key("to", Shape::Name, "指向哪个流程的案"),
            key("from", Shape::Name, "被哪个流程的案指向"),
            key("many", Shape::YesNo, "是否可以有几个"),
        ]],
    )
};

/// `host.yaml`.
pub(in crate::definition) static HOST: Keys = keys(
    "host",
    "host.yaml",
    &[&[
        key("types", Shape::Map(&Shape::Map(&Shape::Text)), "记录类型"),
        key(
            "subjects",
            Shape::Map(&Shape::OneOf(&[Shape::Name, Shape::Map(&Shape::Text)])),
            "对象：类型名，或字段",
        ),
        key("operations", Shape::Map(&Shape::Keys(&OPERATION)), "查询"),
        key("services", Shape::Map(&Shape::Map(&Shape::Keys(&OPERATION))), "外部服务和它能做的事"),
        key("roles", Shape::List(&Shape::Name), "角色"),
        key("documents", Shape::List(&Shape::Name), "能生成的文书"),
        key("reads", Shape::List(&Shape::Name), "程序的页面按名称读取的值和变量"),
        key("letters", Shape::List(&Shape::Name), "程序自己发的信件"),
    ]],
);

/// An operation of the host.
pub(in crate::definition) static OPERATION: Keys = keys(
    "operation",
    "查询",
    &[&[
        key("with", Shape::Map(&Shape::Text), "参数和类型"),
        key("gives", Shape::Text, "结果的类型"),
    ]],
);
