//! The working-day calendar as a text: a date that is none, or a misspelt word, would leave its year,
//! or the whole calendar, without holidays.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{
    document::{Kind, Node},
    report::Report,
};
use crate::calendar::day_of;

/// Where it is.
pub(crate) const FILE: &str = "catalog/calendar.yaml";

/// What the file may hold beside the years: the time zone it is of, and examples to test it with.
const KEYS: [&str; 3] = ["years", "timezone", "vectors"];
const OFF: &str = "offdays";
const WORK: &str = "workdays";

/// Reports everything that keeps a calendar from being read as its author means it.
pub(super) fn examine(calendar: &Node, report: &Report) {
    for entry in calendar.entries() {
        if !KEYS.contains(&entry.key.text.as_str()) {
            report.unknown(&entry.key.spot, "键", &entry.key.text, KEYS);
        }
    }
    let Some(years) = calendar.get("years") else {
        report.error(
            &calendar.spot,
            "工作日历没有 years",
            "写成 years: {2026: {offdays: [2026-10-01]}}",
        );
        return;
    };
    for entry in years.entries() {
        let Ok(year) = entry.key.text.parse::<i16>() else {
            let message = format!("工作日历里的「{}」不是年份", entry.key.text);
            report.error(&entry.key.spot, message, "写四位的年份，如 2026");
            continue;
        };
        match &entry.value.kind {
            // The notice is not out yet.
            Kind::Null => {}
            Kind::Map(_) => examine_year(year, &entry.value, report),
            Kind::Scalar(_) | Kind::List(_) => {
                let remedy = format!(
                    "写成 {year}: {{{OFF}: [{year}-10-01], {WORK}: []}}，还没有公布写 null"
                );
                report.error(
                    &entry.value.spot,
                    format!("{year} 年应当分 {OFF} 和 {WORK} 写"),
                    remedy,
                );
            }
        }
    }
}

fn examine_year(year: i16, notice: &Node, report: &Report) {
    let mut days: BTreeSet<Date> = BTreeSet::new();
    for list in notice.entries() {
        if ![OFF, WORK].contains(&list.key.text.as_str()) {
            report.unknown(&list.key.spot, "键", &list.key.text, [OFF, WORK]);
            continue;
        }
        for item in list.value.items() {
            match day_of(year, item.text().unwrap_or_default()) {
                Ok(day) if !days.insert(day) => {
                    report.error(&item.spot, format!("{day} 写了两次"), "只留一个：休息还是上班");
                }
                Ok(_) => {}
                Err(fault) => report.error(&item.spot, fault.to_string(), ""),
            }
        }
    }
}
