//! What the review asks of the records: the chain of offices, posts, committees and their experts.

use engine::{expression::Value, runtime::HostError, store::Connection};

use super::subjects::map;
use crate::records::{
    chain::{self, Above, Office, UnitLevel},
    experts::{self, PoolRow},
    plans::{self, CommitteeContent, Day, Group, Plan},
    units::{self, Unit},
};

/// `per_unit` of a plan's quota: no more than the unit has free posts.
const FREE_POSTS: &str = "free_posts";

/// The offices of a unit's chain in a plan.
pub(super) async fn route(
    connection: &mut Connection<'_>,
    unit: &str,
    plan: &str,
) -> Result<Value, HostError> {
    let offices = chain_of(connection, unit, plan).await?.map(|chain| chain.offices);
    Ok(Value::List(offices.unwrap_or_default().iter().map(office_value).collect()))
}

/// The office that confirms and issues.
pub(super) async fn filing_office(
    connection: &mut Connection<'_>,
    unit: &str,
    plan: &str,
) -> Result<Value, HostError> {
    let chain = chain_of(connection, unit, plan).await?;
    let office = chain.and_then(|it| chain::filing_office(&it.offices, it.organiser.as_ref()));
    Ok(office.into())
}

/// How many cases the unit may recommend in a plan; nothing where nothing limits it.
pub(super) async fn free_posts(
    connection: &mut Connection<'_>,
    unit: &str,
    plan: &str,
) -> Result<Value, HostError> {
    let Some(plan) = plans::find_within(connection, plan).await? else { return Ok(Value::None) };
    let quota = plan.quota.as_ref().and_then(|quota| quota.per_unit.as_deref());
    if quota != Some(FREE_POSTS) {
        return Ok(Value::None);
    }
    let unit = units::find_within(connection, unit).await?;
    let posts = unit.and_then(|unit| unit.free_posts);
    Ok(posts.map(|posts| posts.get(&plan.level).copied().unwrap_or(0)).into())
}

/// The committee of a plan with its speciality groups.
pub(super) async fn committee(
    connection: &mut Connection<'_>,
    plan: &str,
) -> Result<Value, HostError> {
    let plan = plans::find_within(connection, plan).await?;
    let Some(committee) = plan.and_then(|plan| plan.committee) else { return Ok(Value::None) };
    let Some(content) = plans::committee_within(connection, &committee.id).await? else {
        return Ok(Value::None);
    };
    let pool = experts::pool(connection, &content.series).await?;
    Ok(committee_value(&content, &pool))
}

/// The experts of a series who hold a title of one of these levels.
pub(super) async fn experts(
    connection: &mut Connection<'_>,
    series: &str,
    levels: &[Value],
) -> Result<Value, HostError> {
    let pool = experts::pool(connection, series).await?;
    let fits = |row: &&PoolRow| levels.iter().any(|level| level.as_text() == Some(&row.level));
    Ok(Value::List(pool.iter().filter(fits).map(expert_value).collect()))
}

struct ChainOf {
    offices: Vec<Office>,
    organiser: Option<Unit>,
}

async fn chain_of(
    connection: &mut Connection<'_>,
    unit: &str,
    plan: &str,
) -> Result<Option<ChainOf>, HostError> {
    let Some(plan) = plans::find_within(connection, plan).await? else { return Ok(None) };
    let organiser = organiser(connection, &plan).await?;
    let above = Above::read(connection, unit).await?;
    Ok(Some(ChainOf { offices: above.offices(&plan, organiser.as_ref()), organiser }))
}

async fn organiser(
    connection: &mut Connection<'_>,
    plan: &Plan,
) -> Result<Option<Unit>, sqlx::Error> {
    match &plan.committee {
        Some(committee) => units::find_within(connection, &committee.organiser_unit).await,
        None => Ok(None),
    }
}

fn office_value(office: &Office) -> Value {
    map([
        ("role", Value::from(office.kind.reviewer())),
        ("unit", Value::Text(office.unit.id.to_string())),
        ("name", Value::Text(office.unit.name.clone())),
        ("level", Value::from(UnitLevel::of(&office.unit.division).as_str())),
    ])
}

fn expert_value(row: &PoolRow) -> Value {
    let text = |text: &String| Value::Text(text.clone());
    map([
        ("account", text(&row.account_id)),
        ("name", text(&row.name)),
        ("unit", text(&row.unit_id)),
        ("level", text(&row.level)),
        ("speciality", text(&row.speciality)),
    ])
}

fn committee_value(committee: &CommitteeContent, pool: &[PoolRow]) -> Value {
    let account = |person: &String| {
        let row = pool.iter().find(|row| row.person_id == *person);
        row.map(|row| Value::Text(row.account_id.clone()))
    };
    let chairs = std::iter::once(&committee.chair).chain(&committee.vice_chairs);
    let day = |day: Option<Day>| day.map(|day| day.0).into();
    let groups = committee.groups.iter().map(|group| group_value(group, pool));
    map([
        ("id", Value::Text(committee.id.clone())),
        ("name", Value::Text(committee.name.clone())),
        ("size", Value::Integer(committee.size)),
        ("chairs", Value::List(chairs.filter_map(account).collect())),
        ("filed_from", day(committee.filing.map(|filing| filing.from))),
        ("filed_to", day(committee.filing.map(|filing| filing.to))),
        ("groups", Value::List(groups.collect())),
    ])
}

fn group_value(group: &Group, pool: &[PoolRow]) -> Value {
    let find = |person: &String| pool.iter().find(|row| row.person_id == *person);
    let leader = find(&group.leader).map(|row| row.account_id.clone());
    let specialities = group.specialities.iter().cloned().map(Value::Text).collect();
    map([
        ("id", Value::Text(group.id.clone())),
        ("name", Value::Text(group.name.clone())),
        ("leader", Value::Text(leader.unwrap_or_default())),
        ("specialities", Value::List(specialities)),
        ("members", Value::List(group.members.iter().filter_map(find).map(expert_value).collect())),
    ])
}
