//! Owns the start of the program.

use std::process::ExitCode;

fn main() -> ExitCode {
    policypress::cli::run()
}
