//! The functions of the language: their names, and how each is written.

macro_rules! functions {
    ($(#[$doc:meta])* $kind:ident { $($variant:ident $name:literal $usage:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $kind {
            $($variant,)*
        }

        impl $kind {
            pub(super) const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub(super) fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// How it is written, for a diagnostic.
            pub(super) fn usage(self) -> &'static str {
                match self {
                    $(Self::$variant => $usage,)*
                }
            }

            pub(super) fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|function| function.name() == name)
            }
        }
    };
}

functions! {
    /// Functions of values.
    Function {
        Blank "blank" "blank(值)",
        Text "text" "text(值)",
        Length "length" "length(文本)",
        Slice "slice" "slice(文本, 起, 止)",
        Trim "trim" "trim(文本)",
        Upper "upper" "upper(文本)",
        Lower "lower" "lower(文本)",
        StartsWith "starts_with" "starts_with(文本, 开头)",
        EndsWith "ends_with" "ends_with(文本, 结尾)",
        Contains "contains" "contains(文本, 其中的文本)",
        Matches "matches" "matches(文本, '正则表达式')",
        Replace "replace" "replace(文本, 旧, 新)",
        Split "split" "split(文本, 分隔)",
        Join "join" "join(文本列表, 分隔)",
        Integer "integer" "integer(文本)",
        Number "number" "number(文本)",
        Checksum "checksum" "checksum(文本, 权重列表, 模, 校验字符)",
        Round "round" "round(数, 小数位)",
        Floor "floor" "floor(数)",
        Ceil "ceil" "ceil(数)",
        Abs "abs" "abs(数)",
        Mean "mean" "mean(数的列表)",
        Median "median" "median(数的列表)",
        IsDate "is_date" "is_date(文本)",
        IsWhole "is_whole" "is_whole(数)",
        Date "date" "date(文本) 或 date(时刻)",
        Year "year" "year(日期)",
        Month "month" "month(日期)",
        Day "day" "day(日期)",
        Weekday "weekday" "weekday(日期)",
        AddDays "add_days" "add_days(日期, 天数)",
        AddMonths "add_months" "add_months(日期, 月数)",
        AddYears "add_years" "add_years(日期, 年数)",
        AddWorkingDays "add_working_days" "add_working_days(日期, 工作日数)",
        AddHours "add_hours" "add_hours(时刻, 小时数)",
        AddMinutes "add_minutes" "add_minutes(时刻, 分钟数)",
        AtTime "at_time" "at_time(日期, '时:分')",
        WholeYears "whole_years" "whole_years(起, 止)",
        DaysBetween "days_between" "days_between(起, 止)",
        WorkingDays "working_days" "working_days(起, 止)",
        HoursBetween "hours_between" "hours_between(起时刻, 止时刻)",
        UnionMonths "union_months" "union_months({from, to} 的列表)",
        First "first" "first(列表) 或 first(列表, 个数)",
        Last "last" "last(列表) 或 last(列表, 个数)",
        Rest "rest" "rest(列表)",
        Middle "middle" "middle(列表, 两头各去几个)",
        Reverse "reverse" "reverse(列表)",
        Distinct "distinct" "distinct(列表)",
        Index "index" "index(列表, 值)",
        Range "range" "range(个数) 或 range(起, 止)",
        Flatten "flatten" "flatten(列表的列表)",
        Entries "entries" "entries(映射)",
        Lookup "lookup" "lookup(映射或有 id 的表, 键)",
        Changed "changed" "changed(分节列表, 提交次数)",
    }
}

functions! {
    /// Functions that ask something of every row of a list: over `it`, or over a named row.
    Fold {
        Any "any" "any(列表, 条件)",
        All "all" "all(列表, 条件)",
        Count "count" "count(列表) 或 count(列表, 条件)",
        Sum "sum" "sum(数的列表) 或 sum(列表, 数)",
        Min "min" "min(列表)、min(列表, 值) 或 min(a, b)",
        Max "max" "max(列表)、max(列表, 值) 或 max(a, b)",
        Sort "sort" "sort(列表) 或 sort(列表, 键)",
        Map "map" "map(列表, 值)",
        Filter "filter" "filter(列表, 条件)",
    }
}

/// The function that puts the rows of a list in order by keys and says who gets a place.
pub(super) const RANK: &str = "rank";
/// How that is written.
pub(super) const RANK_USAGE: &str = "rank(列表, 名额, 键, …)";

/// Names that mean something everywhere, so that a definition should not give them to its own things.
pub const RESERVED_NAMES: [&str; 13] = [
    "and", "or", "not", "in", "is", "none", "true", "false", "or_else", "if", "else", "today",
    "now",
];

/// Every name that can be called.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let functions = Function::ALL.iter().map(|function| function.name());
    functions.chain(Fold::ALL.iter().map(|fold| fold.name())).chain([RANK])
}

/// Every function of the language: its name and how it is written.
pub fn function_usages() -> impl Iterator<Item = (&'static str, &'static str)> {
    names().map(|name| (name, usage(name).unwrap_or(name)))
}

/// The usage of the function of that name.
pub(super) fn usage(name: &str) -> Option<&'static str> {
    let fold = || Fold::named(name).map(Fold::usage);
    let rank = || (name == RANK).then_some(RANK_USAGE);
    Function::named(name).map(Function::usage).or_else(fold).or_else(rank)
}
