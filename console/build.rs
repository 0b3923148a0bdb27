//! The workflows are part of the program: a changed or new file among them builds it anew.

fn main() {
    println!("cargo:rerun-if-changed=../workflows");
}
