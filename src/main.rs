//! The `docagent` program.

use std::process::ExitCode;

fn main() -> ExitCode {
    docagent::cli::run()
}
