//! Timers that last less than nothing: they end as soon as they begin.

use super::{domains::Domains, flow::timer_entry};
use crate::{
    definition::{Definition, Timer, TimerEnd, reading::Reader},
    expression::{Knowing, Limits},
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
        let most = counts.find_map(|count| match count.limits(&|path| standing.limits(path))? {
            Limits::Whole(_, Some(most)) if most < 0 => Some((count.source().trim(), most)),
            Limits::Whole(..) | Limits::Decimals(..) | Limits::OneOf(_) => None,
        });
        let entry = timer_entry(reader, name.as_str());
        if let Some(((count, most), entry)) = most.zip(entry) {
            let message =
                format!("计时器「{name}」的 {count} 最多是 {most}：时长是负的，一开始就到期");
            reader.report.doubt(&entry.key.spot, message, "改 lasts 里的表达式，使它不小于 0");
        }
    }
}
