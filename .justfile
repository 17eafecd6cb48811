# What CI runs; `.ci/run` installs the tools that the tests want first.
check: fmt clippy test

fmt:
    cargo fmt --check

clippy:
    cargo clippy --all-targets --locked -- -D warnings

test:
    cargo test --locked

# Accept changed snapshots after a look at them.
review:
    cargo insta review

# Licences, advisories, duplicate crates: needs `cargo install cargo-deny`.
deny:
    cargo deny check
