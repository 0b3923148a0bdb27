//! Computed targets that may be a state which is not among those they may name.

mod given;

use super::{
    domains::Domains,
    sites::{Site, SiteOf, sites},
};
use crate::{
    definition::{Action, Definition, Target, reading::Reader},
    expression::{Expression, Knowing, Limits, Value},
    names::StateName,
};

pub(super) fn lint(reader: &Reader<'_>, definition: &Definition, domains: &Domains<'_>) {
    if reader.has_lost_targets.get() {
        return;
    }
    given::lint(reader, definition, domains);
    for site in sites(reader, definition) {
        let Target::Among { to, among } = &site.step.target else { continue };
        let node = site.entry.value.get("among").filter(|_| !is_guarded(&site, to));
        let Some((node, state)) = node.zip(strange(&site, domains, to, among)) else { continue };
        let is_state = definition.states.contains_key(state.as_str());
        let what = if is_state { "among 里没有它" } else { "没有这个状态" };
        let message = format!("to 可能是「{state}」，{what}：选了它就办不成");
        let remedy = "在 among 里加上它，或从 to 的选项里去掉它";
        reader.report.doubt(&node.spot, message, remedy);
    }
}

/// A text that the target may be, as the options of what is asked or the target itself say it, and that
/// it may not name.
fn strange(
    site: &Site<'_>,
    domains: &Domains<'_>,
    to: &Expression,
    among: &[StateName],
) -> Option<String> {
    let standing = domains.before(site);
    let asked = |path: &[String]| standing.limits(path).filter(|_| path[0] == "ask");
    let Limits::OneOf(values) = to.limits(&asked)? else { return None };
    let mut texts = values.iter().filter_map(Value::as_text);
    texts.find(|text| !among.iter().any(|state| state.as_str() == *text)).map(str::to_owned)
}

/// Whether something else may see to it that the target is not one of those.
fn is_guarded(site: &Site<'_>, to: &Expression) -> bool {
    let reads = |other: &Expression| {
        let mut roots = other.reads().iter();
        roots.any(|path| to.reads().iter().any(|own| own[0] == path[0]))
    };
    let requires = |action: &Action| {
        let mut required = action.require.iter();
        required.any(|it| reads(&it.that)) || action.ask.values().any(|it| !it.require.is_empty())
    };
    match site.of {
        SiteOf::Start(action) | SiteOf::Action(_, action) | SiteOf::Timer(action) => {
            requires(action)
        }
        SiteOf::RuleOf(action, _) => {
            let mut conditions = action.choose.values().filter_map(|rule| rule.when.as_ref());
            requires(action) || conditions.any(reads)
        }
        SiteOf::Enter(_) | SiteOf::Rule(..) => false,
    }
}
