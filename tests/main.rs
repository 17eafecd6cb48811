//! One integration binary: see each module for what it holds.
#![allow(clippy::disallowed_methods, reason = "tests read fixtures and run the program")]
#![allow(clippy::unwrap_used, reason = "a test may panic; the lint exempts test functions, not what they share")]

mod architecture;
mod facts;
mod languages;
mod registry;
