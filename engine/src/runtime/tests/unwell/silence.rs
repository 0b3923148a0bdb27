//! The line to PostgreSQL falls silent: packets are lost both ways, and no end of the connection is
//! told. New connections come through.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, tcp},
};

use super::{CLIENTS, persistent};
use crate::{
    runtime::tests::world::{Working, World, drop_database, fresh_postgres},
    store::{
        cases::{self, CaseFilter},
        outbox,
    },
};

/// The longest that a command, or a worker, may stand still after the line fell silent.
const PATIENCE: Duration = Duration::from_secs(45);

/// A line that carries bytes until its generation is over; then it neither carries them nor ends.
#[derive(Clone, Debug)]
struct Line(Arc<AtomicU64>);

impl Line {
    /// A line to `target`, and where its near end listens.
    async fn to(target: String) -> (Self, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let near = listener.local_addr().expect("it listens").to_string();
        let line = Self(Arc::default());
        let generation = Arc::clone(&line.0);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let far = TcpStream::connect(&target).await.expect("the server answers");
                let (own, now) = (generation.load(Ordering::SeqCst), &generation);
                let ((near_in, near_out), (far_in, far_out)) =
                    (near.into_split(), far.into_split());
                tokio::spawn(carry(near_in, far_out, own, Arc::clone(now)));
                tokio::spawn(carry(far_in, near_out, own, Arc::clone(now)));
            }
        });
        (line, near)
    }

    fn falls_silent(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

async fn carry(
    mut from: tcp::OwnedReadHalf,
    mut to: tcp::OwnedWriteHalf,
    own: u64,
    now: Arc<AtomicU64>,
) {
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        if now.load(Ordering::SeqCst) != own {
            // Both ends stay open and hear nothing.
            std::future::pending::<()>().await;
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_falls_silent_is_left_and_nothing_is_lost_or_doubled() {
    let Some(url) = fresh_postgres().await else { return };
    let (_, rest) = url.split_once('@').expect("postgres://USER@HOST:PORT/NAME");
    let (server, _) = rest.split_once('/').expect("a name");
    let (line, near) = Line::to(server.to_owned()).await;
    let world = World::open(url.replacen(server, &near, 1), None).await;
    let working = Working::start(&world.runtime);
    let enough = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| tokio::spawn(persistent(world.runtime.clone(), client, Arc::clone(&enough))))
        .collect();
    let all = CaseFilter { workflows: vec!["request".into()], ..CaseFilter::default() };
    tokio::time::sleep(Duration::from_millis(500)).await;
    let before = cases::count(world.runtime.store(), &all).await.expect("read");
    line.falls_silent();
    let fell_silent = Instant::now();
    // Each client may have had one command under way.
    let goal = before + 2 * CLIENTS as u64;
    while cases::count(world.runtime.store(), &all).await.unwrap_or_default() < goal {
        assert!(fell_silent.elapsed() < PATIENCE, "people do not go on");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    enough.store(true, Ordering::Relaxed);
    let (mut ended, mut unanswered) = (0, 0);
    for client in clients {
        let (own, not) = client.await.expect("no client panics");
        (ended, unanswered) = (ended + own, unanswered + not);
    }
    let stored = cases::count(world.runtime.store(), &all).await;
    assert_eq!(stored.expect("read"), ended, "a case was lost or doubled");
    let never = crate::calendar::Moment(i64::MAX);
    let asked = Instant::now();
    while outbox::oldest_due(world.runtime.store(), never).await.expect("read").is_some() {
        // Whose ending could not be told is offered again when its lease ends.
        world.advance(1_000);
        assert!(asked.elapsed() < PATIENCE, "the workers do not go on");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    working.stop().await;
    world.is_sound().await;
    eprintln!("{ended} cases, {unanswered} commands told to repeat");
    drop_database(&url).await;
}
