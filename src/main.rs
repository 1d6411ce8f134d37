//! Owns the start of the program.

use std::process::ExitCode;

/// Pages are made of many small texts; docs/decisions/0009-allocator.md has the figures.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    policypress::cli::run()
}
