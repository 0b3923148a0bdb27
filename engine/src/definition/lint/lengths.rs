//! Timers that last less than nothing: they end as soon as they begin. And draws of nobody.

use super::{domains::Domains, flow::timer_entry, sites::sites};
use crate::{
    definition::{Definition, EffectKind, Timer, TimerEnd, document::Kind, reading::Reader},
    expression::{Expression, Knowing, Limits},
    names::{StateName, TimerName},
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, domains: &Domains<'_>) {
    for (name, state) in &definition.states {
        negative(reader, domains, &[name], state.timers.iter());
    }
    for task in definition.tasks.values() {
        let states: Vec<&StateName> = task.states.iter().collect();
        negative(reader, domains, &states, task.timers.iter());
    }
    of_nobody(reader, definition, domains);
}

/// Draws that take nobody whatever is: of none, or of fewer.
fn of_nobody(reader: &Reader<'_>, definition: &Definition, domains: &Domains<'_>) {
    for site in sites(reader, definition) {
        let Some(written) = site.entry.value.get("draw") else { continue };
        let written = match &written.kind {
            Kind::List(items) => items.iter().collect(),
            Kind::Map(_) | Kind::Scalar(_) | Kind::Null => vec![written],
        };
        let standing = domains.after(&site);
        let draws = site.step.effects.iter().filter_map(|effect| {
            let EffectKind::Draw(draw) = &effect.kind else { return None };
            Some(draw)
        });
        for (draw, node) in draws.zip(written) {
            // One that is written out is told where it is read.
            let count = Some(&draw.count).filter(|count| count.constant().is_none());
            let most = count.and_then(|count| most(count, &|path| standing.limits(path)));
            let most = most.filter(|most| *most <= 0);
            if let Some((most, count)) = most.zip(node.get("count")) {
                let message = format!(
                    "抽签的 count（{}）最多是 {most}：一个也不抽",
                    draw.count.source().trim()
                );
                reader.report.doubt(&count.spot, message, "写要抽几个，如 count: 3");
            }
        }
    }
}

/// The most that a count may be.
fn most(count: &Expression, limits: &dyn Fn(&[String]) -> Option<Limits>) -> Option<i64> {
    match count.limits(limits)? {
        Limits::Whole(_, most) => most,
        Limits::Decimals(..) | Limits::OneOf(_) => None,
    }
}

fn negative<'d>(
    reader: &Reader<'_>,
    domains: &Domains<'_>,
    states: &[&StateName],
    timers: impl Iterator<Item = (&'d TimerName, &'d Timer)>,
) {
    let standing = domains.within(states);
    for (name, timer) in timers {
        let TimerEnd::Lasts(lengths) = &timer.ends else { continue };
        // A row that is for some cases alone may be for those in which it is more.
        let always = lengths.iter().filter(|length| length.when.is_none());
        let mut counts = always.flat_map(|length| length.lasts.expressions());
        let most = counts.find_map(|count| {
            let most = most(count, &|path| standing.limits(path)).filter(|most| *most < 0)?;
            Some((count.source().trim(), most))
        });
        let entry = timer_entry(reader, name.as_str());
        if let Some(((count, most), entry)) = most.zip(entry) {
            let message =
                format!("计时器「{name}」的 {count} 最多是 {most}：时长是负的，一开始就到期");
            reader.report.doubt(&entry.key.spot, message, "改 lasts 里的表达式，使它不小于 0");
        }
    }
}
