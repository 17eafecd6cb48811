//! Ends a run that one file holds up for good.
//!
//! Parsing is bounded in steps, so that this should never happen; but a parser may loop within one step, and a run that
//! says which file it hangs on is better than one that hangs.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use crate::codebase::RepoPath;
use crate::diagnostics::{Failure, FailureKind};

/// Stack of the thread that does the work, in bytes.
const STACK: usize = 16 << 20;

/// How long to wait for one file.
#[derive(Clone, Copy)]
pub(super) struct Patience {
    /// Time between two looks.
    pub(super) tick: Duration,
    /// Looks in a row that may see the same file.
    pub(super) ticks: u32,
}

/// Does the work on a thread of its own and gives its result, or a failure as soon as the same file was `under_way`
/// beyond patience. The work is left to itself then: the process is expected to end.
pub(super) fn watch<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    under_way: impl Fn() -> Vec<RepoPath>,
    patience: Patience,
) -> Result<T, Failure> {
    let (done, result) = channel();
    let worker = thread::Builder::new().stack_size(STACK).spawn(move || done.send(work()));
    let worker =
        worker.map_err(|error| Failure::new(FailureKind::Internal, format!("cannot start a thread: {error}")))?;
    let mut seen: Vec<(RepoPath, u32)> = Vec::new();
    loop {
        match result.recv_timeout(patience.tick) {
            Ok(result) => return result,
            Err(RecvTimeoutError::Disconnected) => match worker.join() {
                Err(panic) => std::panic::resume_unwind(panic),
                Ok(_) => return Err(Failure::new(FailureKind::Internal, "the work ended without a result")),
            },
            Err(RecvTimeoutError::Timeout) => {}
        }
        let times = |path: &RepoPath| seen.iter().find(|(own, _)| own == path).map_or(0, |(_, times)| *times);
        seen =
            under_way().into_iter().map(|path| (times(&path) + 1, path)).map(|(times, path)| (path, times)).collect();
        if let Some((path, _)) = seen.iter().find(|(_, times)| *times > patience.ticks) {
            return Err(Failure::new(FailureKind::Internal, format!("reading `{path}` does not come to an end"))
                .help("list it under `files.exclude` in docagent.toml, and please report it with the file"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Patience = Patience { tick: Duration::from_millis(1), ticks: 3 };

    #[test]
    fn work_that_ends_gives_its_result() {
        let result = watch(|| Ok(7), Vec::new, Patience { tick: Duration::from_mins(1), ticks: 1 });
        assert_eq!(result.unwrap(), 7);
    }

    #[test]
    fn a_file_that_never_ends_is_named() {
        let endless = || -> Result<(), Failure> {
            loop {
                thread::park();
            }
        };
        let failure = watch(endless, || vec!["src/odd.cs".into()], PATIENCE).unwrap_err();
        assert_eq!(failure.exit_code(), 1);
        assert!(failure.to_string().contains("`src/odd.cs`") && failure.to_string().contains("help:"), "{failure}");
    }
}
