//! The commands of the program, one file each.

mod archive;
mod checks;
mod diff;
mod doctor;
mod lint;
mod log;
mod migrate;
mod serve;
mod simulate;
mod user_add;
mod user_password;

use std::{error::Error, io::Write as _, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::config::Config;

type Failure = Box<dyn Error + Send + Sync>;

/// Who does what is done from the command line.
const OPERATOR: &str = "operator";

/// A workflow that is not there.
#[derive(Debug, thiserror::Error)]
#[error("there is no workflow {0}")]
struct NoWorkflow(String);

/// 职称申报评审 — declarations of professional titles, run as workflows written in YAML.
#[derive(Parser)]
#[command(name = "zhiping", version, about)]
struct Zhiping {
    /// A YAML file of settings; environment variables go before it.
    #[arg(long, global = true, env = "ZHIPING_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Move finished cases into a compressed file that proves itself.
    Archive(archive::Archive),
    /// Move the cases of such a file back, or say whether it is whole.
    Unarchive(archive::Unarchive),
    /// Answer in the browser.
    Serve(serve::Serve),
    /// Say in words what changes from one folder of workflows to another, and for whom.
    Diff(diff::Diff),
    /// Compare what is stored with itself: cases with their histories, tables with cases, files with
    /// their bytes.
    Doctor(doctor::Doctor),
    /// Examine workflows; every fault with its place.
    Lint(lint::Lint),
    /// Evaluate the start-checks of declarations written as JSON documents; one line of JSON each.
    Checks(checks::Checks),
    /// Say what a newer version means for the cases that run on older ones.
    Impact(migrate::ImpactOf),
    /// Move running cases to the newest version of their workflow.
    Migrate(migrate::Migrate),
    /// Run the scenarios of workflows.
    Simulate(simulate::Simulate),
    /// Administer accounts.
    #[command(subcommand)]
    User(User),
}

#[derive(Subcommand)]
enum User {
    /// Make an account, such as the first administrator's.
    Add(user_add::UserAdd),
    /// Give an account another first password, such as an administrator's.
    Password(user_password::UserPassword),
}

/// Runs the command that the process was started with.
#[must_use]
pub fn run() -> ExitCode {
    let zhiping = Zhiping::parse();
    match dispatch(zhiping) {
        Ok(code) => code,
        // Whoever reads has read enough, as `head` does.
        Err(error) if is_broken_pipe(error.as_ref()) => ExitCode::from(BROKEN_PIPE),
        Err(error) => {
            say_error(error.as_ref());
            ExitCode::FAILURE
        }
    }
}

/// How a shell calls the end of a program that nobody reads any more.
const BROKEN_PIPE: u8 = 141;

fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    let io = error.downcast_ref::<std::io::Error>();
    io.is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

fn dispatch(zhiping: Zhiping) -> Result<ExitCode, Failure> {
    let config = || Config::from_environment(zhiping.config.as_deref());
    match zhiping.command {
        Command::Archive(archive) => in_runtime(archive.run(config()?)),
        Command::Unarchive(unarchive) => in_runtime(unarchive.run(config()?)),
        Command::Serve(serve) => in_runtime(serve.run(config()?)),
        Command::Diff(diff) => diff.run(&mut std::io::stdout().lock()),
        Command::Doctor(doctor) => in_runtime(doctor.run(config()?)),
        Command::Lint(lint) => lint.run(&mut std::io::stdout().lock()),
        Command::Checks(checks) => checks.run(&config()?, &mut std::io::stdout().lock()),
        Command::Impact(impact) => in_runtime(impact.run(config()?)),
        Command::Migrate(migrate) => in_runtime(migrate.run(config()?)),
        Command::Simulate(simulate) => simulate.run(&mut std::io::stdout().lock()),
        Command::User(User::Add(add)) => in_runtime(add.run(config()?)),
        Command::User(User::Password(give)) => in_runtime(give.run(config()?)),
    }
}

fn in_runtime(work: impl Future<Output = Result<ExitCode, Failure>>) -> Result<ExitCode, Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

/// An error with all its sources, one a line.
fn say_error(error: &(dyn Error + 'static)) {
    let mut stderr = std::io::stderr().lock();
    // Nobody is left to tell when stderr is closed.
    let _ = writeln!(stderr, "zhiping: {error}");
    let mut source = error.source();
    while let Some(inner) = source {
        let _ = writeln!(stderr, "  because: {inner}");
        source = inner.source();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_reads_no_further_is_no_error() {
        let pipe = Failure::from(std::io::Error::from(std::io::ErrorKind::BrokenPipe));
        assert!(is_broken_pipe(pipe.as_ref()));
        let full = Failure::from(std::io::Error::from(std::io::ErrorKind::StorageFull));
        assert!(!is_broken_pipe(full.as_ref()));
    }
}
