//! The program `zhiping`.

fn main() -> std::process::ExitCode {
    console::cli::run()
}
