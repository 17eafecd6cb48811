//! One integration binary: see each module for what it holds.
#![allow(clippy::disallowed_methods, reason = "tests read fixtures and run the program")]

mod architecture;
mod registry;
