//! Finished cases are moved into files and back; nothing of a running case moves.

use std::{io::Write as _, path::Path};

use flate2::{Compression, write::GzEncoder};

use super::{
    on_both_databases,
    world::{HOUR, Working, World, act, person, request_in, submit},
};
use crate::{
    names::WorkflowKey,
    runtime::{ArchiveError, Archived, Outcome, Refusal, Retention, verify_archive},
    store::cases::{self, CaseFilter},
};

on_both_databases! {
    what_was_archived_comes_back_as_it_was,
    running_cases_and_what_they_are_linked_to_stay,
    a_file_that_was_changed_or_cut_is_refused_and_nothing_is_put_back,
}

/// A request that was handed in and lapsed.
async fn lapsed(world: &World, subject: &str) -> Outcome {
    let started = world.runtime.start(request_in(subject, subject, None)).await.expect("it starts");
    let handed_in = world.runtime.act(submit(&started, &person(subject), "标题")).await;
    world.advance(49 * HOUR);
    let woken = world.runtime.wake(&handed_in.expect("it is handed in").case).await;
    woken.expect("it lapses")
}

async fn archive(world: &World, folder: &Path) -> Option<Archived> {
    world.advance(1);
    let policy = Retention {
        workflows: vec![WorkflowKey::from("request"), WorkflowKey::from("group")],
        before: world.runtime.engine.clock.now(),
    };
    world.runtime.archive(&policy, folder).await.expect("they are moved")
}

async fn what_was_archived_comes_back_as_it_was(world: &World) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let done = lapsed(world, "p1").await;
    let running = world.pending("p2").await;
    world.advance(HOUR);
    let before = world.runtime.view(&done.case).await.expect("read").expect("there");
    let history = world.runtime.history(&done.case).await.expect("read");
    let frozen = world.runtime.submission(&done.case, 1).await.expect("read");
    assert_eq!(archive(world, folder.path()).await.map(|archived| archived.cases), Some(1));
    assert!(archive(world, folder.path()).await.is_none(), "it is not moved twice");
    world.is_sound().await;

    assert!(world.runtime.view(&done.case).await.expect("read").is_none());
    assert!(world.runtime.history(&done.case).await.expect("read").is_empty());
    let withdraw = act(&done, "withdraw.withdraw", &person("p1"));
    assert!(matches!(world.runtime.act(withdraw).await, Err(Refusal::NotFound)));
    let all = CaseFilter { workflows: vec!["request".into()], ..CaseFilter::default() };
    assert_eq!(cases::count(world.runtime.store(), &all).await.expect("read"), 2);
    // Facts of others still know it, and the running one goes on.
    world.approve(&running).await.expect("it is approved");

    let file = only_file(folder.path());
    assert_eq!(verify_archive(&file).expect("it is whole"), 1);
    assert_eq!(world.runtime.unarchive(&file, &[]).await.expect("it is put back"), 1);
    assert_eq!(world.runtime.unarchive(&file, &[]).await.expect("it is there already"), 0);
    let after = world.runtime.view(&done.case).await.expect("read").expect("there");
    assert_eq!(after.case, before.case);
    assert_eq!(world.runtime.history(&done.case).await.expect("read"), history);
    assert_eq!(world.runtime.submission(&done.case, 1).await.expect("read"), frozen);
}

async fn running_cases_and_what_they_are_linked_to_stay(world: &World) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let approved = world.approve(&world.pending("p1").await).await.expect("it is approved");
    let gather = act(&approved, "gathering.gather", &super::world::reviewer("reviewer"));
    world.runtime.act(gather).await.expect("the group is begun");
    world.approve(&world.pending("p1").await).await.expect("it replaces the first");
    let first = world.runtime.view(&approved.case).await.expect("read").expect("there");
    assert!(first.case.is_closed, "the first has ended, and its group has not");
    Working::until_all_is_done(&world.runtime).await;
    world.advance(HOUR);
    assert_eq!(archive(world, folder.path()).await, None);
    assert_eq!(std::fs::read_dir(folder.path()).expect("the folder is there").count(), 0);
}

fn only_file(folder: &Path) -> std::path::PathBuf {
    let mut files = std::fs::read_dir(folder).expect("the folder is there");
    let file = files.next().expect("a file").expect("it is read").path();
    assert!(files.next().is_none(), "one file");
    file
}

async fn a_file_that_was_changed_or_cut_is_refused_and_nothing_is_put_back(world: &World) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    lapsed(world, "p1").await;
    let done = lapsed(world, "p2").await;
    archive(world, folder.path()).await.expect("they are moved");
    let file = only_file(folder.path());
    let whole = std::fs::read(&file).expect("it is read");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&whole[..]), &mut text)
        .expect("it is compressed text");
    let packed = |text: &str| {
        let mut out = GzEncoder::new(Vec::new(), Compression::default());
        out.write_all(text.as_bytes()).expect("it is written");
        out.finish().expect("it is written")
    };
    let last = text.trim_end().rfind('\n').expect("several lines");
    let spoilt = [
        whole[..whole.len() / 2].to_vec(),
        packed(&text[..=last]),
        packed(&text.replacen("标题", "标日", 1)),
        packed(""),
        b"no archive".to_vec(),
    ];
    for bytes in spoilt {
        std::fs::write(&file, bytes).expect("it is written");
        let refused = world.runtime.unarchive(&file, &[]).await;
        assert!(matches!(refused, Err(ArchiveError::Broken { .. })), "{refused:?}");
        assert!(world.runtime.view(&done.case).await.expect("read").is_none());
    }
    std::fs::write(&file, whole).expect("it is written");
    let one = [done.case.to_string()];
    assert_eq!(world.runtime.unarchive(&file, &one).await.expect("it is put back"), 1);
    assert!(world.runtime.view(&done.case).await.expect("read").is_some());
}
