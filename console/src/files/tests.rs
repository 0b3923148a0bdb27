//! The store as its callers see it, over SQLite and a folder.

use std::{convert::Infallible, io::Cursor, sync::Mutex};

use engine::{definition::FileKind, store::SqliteDb};
use sqlx::{SqlitePool, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

use super::*;

#[derive(Debug)]
struct Watch(Mutex<i64>);

impl Clock for Watch {
    fn now(&self) -> Moment {
        Moment(*self.0.lock().expect("the watch"))
    }
}

struct World {
    folder: TempDir,
    clock: Arc<Watch>,
    files: FileStore,
}

impl World {
    async fn new() -> Self {
        let folder = TempDir::new().expect("a folder");
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("test.db"))
            .create_if_missing(true);
        let pool = SqlitePool::connect_with(options).await.expect("a database");
        for tables in [
            include_str!("../../../migrations/0003_files.sql"),
            include_str!("../../../migrations/0007_applicant.sql"),
        ] {
            sqlx::raw_sql(tables).execute(&pool).await.expect("the tables");
        }
        let db = Db::Sqlite(SqliteDb::bare(pool.clone(), pool));
        let clock = Arc::new(Watch(Mutex::new(SystemClock.now().0)));
        let files =
            FileStore::local(&folder.path().join("files"), db, clock.clone()).expect("a store");
        Self { folder, clock, files }
    }

    async fn put(&self, account: &str, name: &str, bytes: &[u8]) -> Result<FileRef, PutError> {
        let chunks: Vec<Result<Bytes, Infallible>> =
            bytes.chunks(7).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
        let account = AccountId::from(account);
        let limits = FileLimits {
            kinds: vec![FileKind::Image, FileKind::Pdf],
            min: 0,
            max: 5,
            max_bytes: 100_000,
        };
        let upload = Upload { account: &account, name, limits: &limits };
        self.files.put(upload, futures::stream::iter(chunks)).await
    }

    async fn row(&self, file: &FileRef) -> FileRow {
        self.files.find(&file.id).await.expect("the database").expect("the row")
    }

    async fn content(&self, file: &FileRef) -> Vec<u8> {
        let body = self.files.open(&self.row(file).await).await.expect("the object");
        body.try_collect::<Vec<_>>().await.expect("its bytes").concat()
    }

    fn objects(&self) -> usize {
        fn count(folder: &Path) -> usize {
            std::fs::read_dir(folder)
                .expect("a folder")
                .map(|entry| entry.expect("an entry").path())
                .map(|path| if path.is_dir() { count(&path) } else { 1 })
                .sum()
        }
        count(&self.folder.path().join("files"))
    }

    /// Makes everything stored so far look two days old, to the clock and on the disk.
    fn two_days_later(&self) {
        let two_days = Duration::from_hours(48);
        *self.clock.0.lock().expect("the watch") += millis(two_days);
        let old = std::time::SystemTime::now() - two_days;
        let mut folders = vec![self.folder.path().join("files/objects")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let file = std::fs::File::options().append(true).open(path);
                    file.and_then(|file| file.set_modified(old)).expect("an older file");
                }
            }
        }
    }
}

const PDF: &[u8] = b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\n%%EOF";

fn picture() -> Vec<u8> {
    let mut written = Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(400, 200)
        .write_to(&mut written, image::ImageFormat::Png)
        .expect("a picture in memory");
    written.into_inner()
}

#[tokio::test]
async fn what_is_put_can_be_opened_and_same_content_is_kept_once() {
    let world = World::new().await;
    let first = world.put("a01", "../论文.pdf", PDF).await.expect("a file");
    let second = world.put("a02", "另一个名字.pdf", PDF).await.expect("a file");
    assert_eq!(first.name, "论文.pdf");
    assert_eq!(first.media_type, "application/pdf");
    assert_eq!(first.size, PDF.len() as u64);
    assert_ne!(first.id, second.id);
    assert_eq!(world.content(&first).await, PDF);
    assert_eq!(world.objects(), 1);
}

#[tokio::test]
async fn a_refused_or_broken_upload_leaves_nothing() {
    let world = World::new().await;
    let refused = world.put("a01", "大.pdf", &[b'x'; 100_001]).await;
    assert_eq!(
        refused.map_err(|error| error.to_string()),
        Err("「大.pdf」超过 98 KB，请压缩后再传".to_owned())
    );
    let refused = world.put("a01", "表.pdf", b"<html>").await;
    assert!(matches!(refused, Err(PutError::Rejected(_))), "{refused:?}");
    assert_eq!(world.objects(), 0);
}

#[tokio::test]
async fn only_own_files_and_those_of_the_case_can_be_kept() {
    let world = World::new().await;
    let own = world.put("a01", "一.pdf", PDF).await.expect("a file");
    let (a01, a02) = (AccountId::from("a01"), AccountId::from("a02"));
    let (case, other) = (CaseId::from("c1"), CaseId::from("c2"));
    let ids = [own.id.clone(), "no-such-file".to_owned()];
    let kept = world.files.keep(&a02, &ids, Some(&case)).await.expect("the database");
    assert_eq!(kept, []);
    let kept = world.files.keep(&a01, &ids, Some(&case)).await.expect("the database");
    assert_eq!(kept, std::slice::from_ref(&own));
    assert_eq!(
        world.files.cases(&own.id).await.expect("the database"),
        std::slice::from_ref(&case)
    );
    let kept = world.files.keep(&a02, &ids, Some(&case)).await.expect("the database");
    assert_eq!(
        kept,
        std::slice::from_ref(&own),
        "the case shows it, so whoever edits the case may keep it"
    );
    assert_eq!(world.files.keep(&a02, &ids, Some(&other)).await.expect("the database"), []);
}

#[tokio::test]
async fn the_sweep_takes_what_no_form_kept_for_a_day() {
    let world = World::new().await;
    let kept = world.put("a01", "留.pdf", PDF).await.expect("a file");
    let a01 = AccountId::from("a01");
    world.files.keep(&a01, std::slice::from_ref(&kept.id), None).await.expect("the database");
    let lost = world.put("a01", "弃.png", &picture()).await.expect("a file");
    let row = world.row(&lost).await;
    world.files.thumbnail(&row, 100, 0).await.expect("the store").expect("a picture");
    assert_eq!(world.files.sweep().await.expect("a sweep"), (0, 0));
    world.two_days_later();
    assert_eq!(world.files.sweep().await.expect("a sweep"), (1, 2));
    assert_eq!(world.content(&kept).await, PDF);
    assert_eq!(world.files.find(&lost.id).await.expect("the database"), None);
}

#[tokio::test]
async fn a_smaller_copy_is_made_once_and_only_of_pictures() {
    let world = World::new().await;
    let file = world.put("a01", "证.png", &picture()).await.expect("a file");
    let row = world.row(&file).await;
    let copy = world.files.thumbnail(&row, 100, 1).await.expect("the store").expect("a picture");
    let made = image::load_from_memory(&copy).expect("a JPEG");
    assert_eq!((made.width(), made.height()), (80, 160));
    let again = world.files.thumbnail(&row, 120, 5).await.expect("the store");
    assert_eq!(again, Some(copy), "both ask for the same size and turn");
    assert_eq!(world.objects(), 2);
    let file = world.put("a01", "文.pdf", PDF).await.expect("a file");
    let none = world.files.thumbnail(&world.row(&file).await, 100, 0).await.expect("the store");
    assert_eq!(none, None);
}

#[tokio::test]
async fn a_browser_is_told_never_to_run_a_file() {
    let world = World::new().await;
    let file = world.put("a01", "证\"书.pdf", PDF).await.expect("a file");
    let headers = headers(&world.row(&file).await, Disposition::Inline);
    let told: Vec<String> =
        headers.iter().take(5).map(|(name, value)| format!("{name}: {value}")).collect();
    assert_eq!(
        told,
        [
            "content-type: application/pdf",
            "content-disposition: inline; filename*=UTF-8''%E8%AF%81%22%E4%B9%A6.pdf",
            "x-content-type-options: nosniff",
            "content-security-policy: default-src 'none'; object-src 'self'; \
             style-src 'unsafe-inline'; frame-ancestors 'self'",
            "x-frame-options: SAMEORIGIN",
        ]
    );
    // What browsers show by themselves is shut in, and no page holds it in a frame.
    let file = world.put("a01", "照片.png", &picture()).await.expect("a file");
    let headers = super::headers(&world.row(&file).await, Disposition::Inline);
    let told: Vec<_> = headers.iter().map(|(_, value)| value.as_str()).collect();
    assert!(told.contains(&"sandbox; default-src 'none'") && told.contains(&"DENY"), "{told:?}");
}

fn limits() -> FileLimits {
    FileLimits { kinds: vec![FileKind::Pdf], min: 0, max: 5, max_bytes: 100_000 }
}

/// A PDF that is a little longer than two pieces of this size.
fn long_pdf(piece: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\n%".to_vec();
    bytes.resize(2 * piece, b'-');
    bytes.extend(b"\n%%EOF");
    bytes
}

#[tokio::test]
async fn a_file_in_pieces_goes_on_where_it_ended_whatever_the_sender_says() {
    let world = World::new().await;
    let (owner, other) = (AccountId::from("a01"), AccountId::from("a02"));
    let bytes = long_pdf(1_000);
    let size = bytes.len() as u64;
    let piece = |from: usize| Bytes::copy_from_slice(&bytes[from..(from + 1_000).min(bytes.len())]);
    let id = world.files.begin_pieces(&owner, "../证书.pdf", size).await.expect("begun");
    let arrived = world.files.append(&owner, &id, 0, &piece(0)).await.expect("a piece");
    assert_eq!(arrived, Arrived { offset: 1_000, size });
    for forged in [0, 999, 1_001, u64::MAX] {
        let arrived = world.files.append(&owner, &id, forged, &piece(0)).await.expect("an answer");
        assert_eq!(arrived.offset, 1_000, "a piece at {forged} changes nothing");
    }
    let foreign = world.files.append(&other, &id, 1_000, &piece(1_000)).await;
    assert!(matches!(foreign, Err(PieceError::NotFound)), "{foreign:?}");
    assert!(world.files.take(&other, &id, &limits()).await.expect("an answer").is_none());
    assert!(world.files.take(&owner, &id, &limits()).await.expect("an answer").is_none());
    let more = world.files.append(&owner, &id, 1_000, &Bytes::from(vec![0; 5_000])).await;
    assert!(matches!(more, Err(PieceError::TooLarge)), "more than was announced: {more:?}");

    let arrived = world.files.append(&owner, &id, 1_000, &piece(1_000)).await.expect("a piece");
    world.files.append(&owner, &id, arrived.offset, &piece(2_000)).await.expect("the last piece");
    let file = world.files.take(&owner, &id, &limits()).await.expect("judged").expect("whole");
    assert_eq!((file.name.as_str(), file.size), ("证书.pdf", size));
    assert_eq!(world.content(&file).await, bytes);
    let again = world.files.take(&owner, &id, &limits()).await.expect("judged");
    assert_eq!(again, Some(file), "a form that is sent twice has one file");
}

#[tokio::test]
async fn a_file_in_pieces_is_judged_as_any_other_and_what_nobody_takes_is_swept() {
    let world = World::new().await;
    let owner = AccountId::from("a01");
    assert!(matches!(
        world.files.begin_pieces(&owner, "大.pdf", 1 << 30).await,
        Err(PieceError::TooLarge)
    ));
    let id = world.files.begin_pieces(&owner, "章.pdf", 5).await.expect("begun");
    world.files.append(&owner, &id, 0, &Bytes::from_static(b"<svg>")).await.expect("a piece");
    let refused = world.files.take(&owner, &id, &limits()).await;
    assert!(matches!(refused, Err(PutError::Rejected(_))), "{refused:?}");
    assert_eq!(world.objects(), 0, "a refused file leaves nothing");

    for _ in 0..40 {
        world.files.begin_pieces(&owner, "照片.png", 9).await.expect("begun");
    }
    let id = world.files.begin_pieces(&owner, "照片.png", 9).await;
    assert!(matches!(id, Err(PieceError::TooMany)), "{id:?}");
    world.two_days_later();
    let id = AccountId::from("a02");
    let kept = world.files.begin_pieces(&id, "照片.png", 9).await.expect("begun");
    world.files.append(&id, &kept, 0, &Bytes::from_static(b"123")).await.expect("a piece");
    world.files.sweep().await.expect("swept");
    assert_eq!(world.objects(), 1, "what is on its way stays");
    world.files.begin_pieces(&owner, "照片.png", 9).await.expect("there is room again");
}

#[tokio::test]
async fn lost_and_changed_bytes_are_found() {
    let world = World::new().await;
    let mut files = Vec::new();
    for number in 1..=4 {
        files.push(world.put("a01", "证书.pdf", &long_pdf(number * 100)).await.expect("stored"));
    }
    let findings = async |bytes| {
        let mut found = Vec::new();
        let count = world.files.examine(bytes, &mut |finding| found.push(finding)).await;
        assert_eq!(count.expect("examined"), 4);
        found.sort_by(|a, b| a.file.cmp(&b.file));
        found
    };
    assert_eq!(findings(true).await, []);
    let path = |file: &FileRef| {
        let hash = &file.sha256;
        world.folder.path().join("files/objects/content").join(&hash[..2]).join(hash)
    };
    std::fs::remove_file(path(&files[0])).expect("removed");
    std::fs::write(path(&files[1]), b"short").expect("written");
    let mut changed = long_pdf(300);
    changed[5] ^= 1;
    std::fs::write(path(&files[2]), changed).expect("written");
    let expected = |troubles: &[Trouble]| {
        let found = std::iter::zip(&files, troubles);
        let mut found: Vec<FileFinding> = found
            .map(|(file, trouble)| FileFinding { file: file.id.clone(), trouble: trouble.clone() })
            .collect();
        found.sort_by(|a, b| a.file.cmp(&b.file));
        found
    };
    assert_eq!(findings(false).await, expected(&[Trouble::Gone, Trouble::Size(5)]));
    let all = [Trouble::Gone, Trouble::Size(5), Trouble::Changed];
    assert_eq!(findings(true).await, expected(&all));
}
