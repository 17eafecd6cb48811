//! Calls of one file, each read once however many values it is a part of.

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use rustc_hash::FxHashMap;
use tree_sitter::Node;

use crate::codebase::outline::CallValue;

/// How many levels less than others a remembered call may have been read to. What nests without end is then read once
/// for each so many levels, not once for each level; what is to be known to a depth is read so much deeper.
pub(super) const SLACK: u32 = 16;

/// The calls that were read so far, by node. A chain of `n` calls would else be read `n` times, from each of its links.
#[derive(Default)]
pub(super) struct Calls {
    read: RefCell<FxHashMap<usize, Arc<CallValue>>>,
    cuts: Cell<u32>,
}

impl Calls {
    /// The call at `node`, which lies `depth` levels deep in a value, read with `read` unless it is known. It is
    /// remembered if nothing in it was cut off, or little: from another value it might be read to a greater depth.
    pub(super) fn at(
        &self,
        node: Node<'_>,
        depth: u32,
        read: impl FnOnce() -> Option<CallValue>,
    ) -> Option<Arc<CallValue>> {
        if let Some(known) = self.known(node) {
            return Some(known);
        }
        let cuts = self.cuts.get();
        let call = Arc::new(read()?);
        if self.cuts.get() == cuts || depth <= SLACK {
            self.read.borrow_mut().insert(node.id(), Arc::clone(&call));
        }
        Some(call)
    }

    /// The call at `node`, if it was read.
    pub(super) fn known(&self, node: Node<'_>) -> Option<Arc<CallValue>> {
        self.read.borrow().get(&node.id()).cloned()
    }

    /// Notes that something was too deep to be read.
    pub(super) fn cut_off(&self) {
        self.cuts.set(self.cuts.get().wrapping_add(1));
    }
}
