//! The store and the runtime on both databases, against small real definitions. Every test runs on
//! SQLite and on PostgreSQL.

mod archive;
mod ballots;
mod commands;
mod corpus;
mod crash;
mod doctor;
mod facts;
mod faults;
mod life;
mod linear;
mod moves;
mod outbox;
mod queue;
mod rehearsal;
mod simulation;
mod sql;
mod timers;
mod unwell;
mod working;
mod world;

/// Makes of each named async function one test per database; after each the doctor finds nothing.
macro_rules! on_both_databases {
    ($($(#[$attribute:meta])* $name:ident,)*) => {
        mod on_sqlite {
            $($(#[$attribute])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let world = crate::runtime::tests::world::World::sqlite().await;
                super::$name(&world).await;
                world.is_sound().await;
            })*
        }
        mod on_postgres {
            $($(#[$attribute])* #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if let Some(world) = crate::runtime::tests::world::World::postgres().await {
                    let database = world.database();
                    super::$name(&world).await;
                    world.is_sound().await;
                    crate::runtime::tests::world::drop_database(&database).await;
                }
            })*
        }
    };
}

pub(super) use on_both_databases;
