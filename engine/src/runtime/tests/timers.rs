//! Timers survive restarts and fire once.

use super::{
    on_both_databases,
    world::{HOUR, World},
};
use crate::{decision::Event, runtime::workers};

on_both_databases! {
    a_due_timer_fires_once_after_a_restart,
    a_timer_that_is_due_goes_before_the_command,
}

async fn a_due_timer_fires_once_after_a_restart(world: &World) {
    let pending = world.pending("p1").await;
    world.advance(47 * HOUR);
    let early = world.runtime.wake(&pending.case).await.expect("it is woken");
    assert_eq!(early.revision, pending.revision);
    world.advance(2 * HOUR);
    let (first, second) = (world.another().await, world.another().await);
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let workers = [first, second].map(|runtime| {
        let mut stopped = stopped.clone();
        tokio::spawn(workers(runtime, async move {
            let _ = stopped.wait_for(|stopped| *stopped).await;
        }))
    });
    let mut state = String::new();
    for _ in 0..500 {
        let view = world.runtime.view(&pending.case).await.expect("read").expect("there");
        state = view.case.visit.state.to_string();
        if state == "lapsed" {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    stop.send(true).expect("the workers listen");
    for worker in workers {
        worker.await.expect("no panic").expect("they end well");
    }
    assert_eq!(state, "lapsed");
    let history = world.runtime.history(&pending.case).await.expect("read");
    let over = |event: &Event| matches!(event, Event::TimerOver { .. });
    assert_eq!(history.iter().filter(|recorded| over(&recorded.event)).count(), 1);
}

async fn a_timer_that_is_due_goes_before_the_command(world: &World) {
    let pending = world.pending("p1").await;
    world.advance(49 * HOUR);
    assert!(world.approve(&pending).await.is_err());
    let woken = world.runtime.wake(&pending.case).await.expect("it is woken");
    assert_eq!((woken.state.as_str(), woken.closed), ("lapsed", true));
}
