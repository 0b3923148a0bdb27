//! The commands of the program, as an author of workflows and an operator use them.

use std::{
    path::Path,
    process::{Command, Output},
};

use tempfile::TempDir;

fn zhiping(arguments: &[&str], data: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_zhiping"))
        .args(arguments)
        .env("ZHIPING_DATA", data)
        .env("ZHIPING_LISTEN", "127.0.0.1:0")
        .env("ZHIPING_PASSWORD", "A-long-password-2026")
        .env_remove("DATABASE_URL")
        .output()
        .expect("the program starts")
}

fn said(output: &Output) -> String {
    let parts = [output.stdout.as_slice(), output.stderr.as_slice()];
    parts.map(|part| String::from_utf8_lossy(part).into_owned()).concat()
}

fn workflows() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../workflows").to_owned()
}

/// The shipped workflows with one text changed.
fn changed(file: &str, from: &str, to: &str) -> TempDir {
    let folder = TempDir::new().expect("a folder");
    copy(Path::new(&workflows()), folder.path());
    let path = folder.path().join(file);
    let text = std::fs::read_to_string(&path).expect("a workflow");
    assert!(text.contains(from), "{file} says {from}");
    std::fs::write(path, text.replacen(from, to, 1)).expect("written");
    folder
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("copied");
        }
    }
}

#[test]
fn a_broken_workflow_is_refused_with_file_line_column_and_remedy() {
    let faults = [
        ("to: pending", "to: pendign", "pending"),
        ("unit.status == 'active'", "unit.statsu == 'active'", "status"),
        ("for: unit", "for: unti", "unit"),
        ("workflow: binding", "workflow: binding\nwrokflow: x", "wrokflow"),
    ];
    for (from, to, says) in faults {
        let folder = changed("binding.yaml", from, to);
        let output = zhiping(&["lint", &folder.path().to_string_lossy()], folder.path());
        let said = said(&output);
        assert!(!output.status.success(), "{to}: {said}");
        let place = said.lines().find(|line| line.contains("binding.yaml:")).unwrap_or_default();
        let numbers = place.split("binding.yaml:").nth(1).unwrap_or_default();
        let mut numbers = numbers.split([':', ' ']).map(str::parse::<u32>);
        assert!(matches!((numbers.next(), numbers.next()), (Some(Ok(_)), Some(Ok(_)))), "{said}");
        assert!(said.contains(says), "{to}: {said}");
    }
}

#[test]
fn what_changes_is_told_in_words_and_for_whom() {
    let data = TempDir::new().expect("a folder");
    let new = changed("binding.yaml", "name: 同意绑定", "name: 核对后同意");
    let output = zhiping(&["diff", &workflows(), &new.path().to_string_lossy()], data.path());
    let said = said(&output);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("binding「") && said.contains("核对后同意"), "{said}");
    assert!(said.contains("1 处变化"), "{said}");
    let same = zhiping(&["diff", &workflows(), &workflows()], data.path());
    assert_eq!(String::from_utf8_lossy(&same.stdout), "0 处变化\n");
}

#[test]
fn an_alias_bomb_is_refused_at_once() {
    let folder = TempDir::new().expect("a folder");
    let mut bomb = "workflow: bomb\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let inner = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
    }
    std::fs::write(folder.path().join("bomb.yaml"), bomb).expect("written");
    let since = std::time::Instant::now();
    let output = zhiping(&["lint", &folder.path().to_string_lossy()], folder.path());
    assert!(!output.status.success(), "{}", said(&output));
    assert!(since.elapsed() < std::time::Duration::from_secs(10));
}

#[test]
fn a_demonstration_and_an_installation_never_share_data() {
    let data = TempDir::new().expect("a folder");
    let added = zhiping(
        &["user", "add", "--login", "admin", "--name", "示例管理员", "--role", "system_admin"],
        data.path(),
    );
    assert!(added.status.success(), "{}", said(&added));
    let refused = zhiping(&["serve", "--demo"], data.path());
    assert!(!refused.status.success());
    assert!(said(&refused).contains("not a demonstration"), "{}", said(&refused));
}

#[test]
fn the_password_of_an_administrator_is_given_anew_on_the_machine() {
    let data = TempDir::new().expect("a folder");
    let added = zhiping(
        &["user", "add", "--login", "admin", "--name", "示例管理员", "--role", "system_admin"],
        data.path(),
    );
    assert!(added.status.success(), "{}", said(&added));
    let given = zhiping(&["user", "password", "--login", "admin"], data.path());
    assert!(given.status.success(), "{}", said(&given));
    assert!(String::from_utf8_lossy(&given.stdout).contains("账号 admin 的初始密码："));
    let nobody = zhiping(&["user", "password", "--login", "nobody"], data.path());
    assert!(!nobody.status.success());
    assert!(said(&nobody).contains("no account nobody"), "{}", said(&nobody));
}
