//! Facts as bytes: each text and each call of a file is written once, however often it stands in the facts.
//!
//! Within [`writing`] and [`reading`], [`Atom`]s and shared calls are numbered in the order in which they are first
//! met: the first time as `0` and the thing itself, later as its number from 1 on. Outside, as in JSON, they are written
//! as what they hold. The numbers are per thread, and a scope must not lie within another.

use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde::de::{DeserializeOwned, Error as _, SeqAccess, Visitor};
use serde::ser::SerializeTuple;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::atom::Atom;
use super::outline::CallValue;

#[derive(Default)]
struct Written {
    atoms: FxHashMap<Atom, u32>,
    /// By address: a call is shared if it is the very same.
    calls: FxHashMap<usize, u32>,
}

#[derive(Default)]
struct Seen {
    atoms: Vec<Atom>,
    calls: Vec<Arc<CallValue>>,
}

thread_local! {
    static WRITTEN: RefCell<Option<Written>> = const { RefCell::new(None) };
    static SEEN: RefCell<Option<Seen>> = const { RefCell::new(None) };
}

/// Runs `write`, in which each atom and each call is written once.
pub fn writing<T>(write: impl FnOnce() -> T) -> T {
    WRITTEN.set(Some(Written::default()));
    let result = write();
    WRITTEN.set(None);
    result
}

/// Runs `read` on what was written within [`writing`].
pub fn reading<T>(read: impl FnOnce() -> T) -> T {
    SEEN.set(Some(Seen::default()));
    let result = read();
    SEEN.set(None);
    result
}

/// How a thing was met before.
enum Met {
    /// Nothing is shared here.
    Plain,
    New,
    Number(u32),
}

fn met(number: impl FnOnce(&Written) -> Option<u32>) -> Met {
    WRITTEN.with_borrow(|written| match written {
        None => Met::Plain,
        Some(written) => number(written).map_or(Met::New, Met::Number),
    })
}

/// What was met as `number`, from 1 on.
fn numbered<T: Clone>(all: impl FnOnce(&Seen) -> &[T], number: u32) -> Option<T> {
    let index = usize::try_from(number).ok()?.checked_sub(1)?;
    SEEN.with_borrow(|seen| seen.as_ref().and_then(|seen| all(seen).get(index).cloned()))
}

fn is_reading() -> bool {
    SEEN.with_borrow(Option::is_some)
}

fn write_shared<S: Serializer>(serializer: S, number: u32, new: Option<&impl Serialize>) -> Result<S::Ok, S::Error> {
    let mut tuple = serializer.serialize_tuple(if new.is_some() { 2 } else { 1 })?;
    tuple.serialize_element(&number)?;
    if let Some(new) = new {
        tuple.serialize_element(new)?;
    }
    tuple.end()
}

/// Reads a number and, if it is zero, what follows it.
struct Shared<T>(std::marker::PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Shared<T> {
    type Value = (u32, Option<T>);

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number, after zero what it stands for")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Self::Value, A::Error> {
        let number: u32 = sequence.next_element()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
        let new = if number == 0 { sequence.next_element()? } else { None };
        Ok((number, new))
    }
}

fn read_shared<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<(u32, Option<T>), D::Error> {
    deserializer.deserialize_tuple(2, Shared(std::marker::PhantomData))
}

impl Serialize for Atom {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match met(|written| written.atoms.get(self).copied()) {
            Met::Plain => serializer.serialize_str(self),
            Met::Number(number) => write_shared(serializer, number, None::<&str>.as_ref()),
            Met::New => {
                WRITTEN.with_borrow_mut(|written| {
                    if let Some(Written { atoms, .. }) = written {
                        let number = u32::try_from(atoms.len() + 1).unwrap_or(u32::MAX);
                        atoms.insert(self.clone(), number);
                    }
                });
                write_shared(serializer, 0, Some(&self.as_str()))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Atom {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !is_reading() {
            return Ok(Self::new(Cow::<'de, str>::deserialize(deserializer)?));
        }
        match read_shared::<&'de str, D>(deserializer)? {
            (_, Some(text)) => {
                let atom = Self::new(text);
                SEEN.with_borrow_mut(|seen| {
                    if let Some(Seen { atoms, .. }) = seen {
                        atoms.push(atom.clone());
                    }
                });
                Ok(atom)
            }
            (number, None) => numbered(|seen| &seen.atoms, number).ok_or_else(|| D::Error::custom("no such text")),
        }
    }
}

/// A shared call, for `#[serde(with = "...")]`.
pub(super) mod call {
    use super::*;

    pub(in super::super) fn serialize<S: Serializer>(call: &Arc<CallValue>, serializer: S) -> Result<S::Ok, S::Error> {
        let address = Arc::as_ptr(call).addr();
        match met(|written| written.calls.get(&address).copied()) {
            Met::Plain => call.as_ref().serialize(serializer),
            Met::Number(number) => write_shared(serializer, number, None::<&str>.as_ref()),
            Met::New => {
                let done = write_shared(serializer, 0, Some(call.as_ref()))?;
                // After the calls within it, which the reader knows first too.
                WRITTEN.with_borrow_mut(|written| {
                    if let Some(Written { calls, .. }) = written {
                        let number = u32::try_from(calls.len() + 1).unwrap_or(u32::MAX);
                        calls.insert(address, number);
                    }
                });
                Ok(done)
            }
        }
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Arc<CallValue>, D::Error> {
        if !is_reading() {
            return CallValue::deserialize(deserializer).map(Arc::new);
        }
        match read_shared::<CallValue, D>(deserializer)? {
            (_, Some(call)) => {
                let call = Arc::new(call);
                SEEN.with_borrow_mut(|seen| {
                    if let Some(Seen { calls, .. }) = seen {
                        calls.push(Arc::clone(&call));
                    }
                });
                Ok(call)
            }
            (number, None) => numbered(|seen| &seen.calls, number).ok_or_else(|| D::Error::custom("no such call")),
        }
    }
}

/// Bytes of a value, equal parts written once.
///
/// # Errors
/// If the value cannot be written: none of ours.
pub fn to_bytes(value: &impl Serialize) -> Result<Vec<u8>, postcard::Error> {
    writing(|| postcard::to_stdvec(value))
}

/// A value from its bytes.
///
/// # Errors
/// If they are no such value.
pub fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, postcard::Error> {
    reading(|| postcard::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codebase::outline::{Argument, Call, Outline, Value};
    use thin_vec::thin_vec;

    /// `build("a text of some length").build("a text of some length")`: both links, as an extractor gives them.
    fn chain() -> Outline {
        let argument = || Argument { name: None, value: Value::Text("a text of some length".into()) };
        let link = |receiver| {
            Arc::new(CallValue {
                callee: "build".into(),
                receiver,
                args: thin_vec![argument()],
                ..CallValue::default()
            })
        };
        let inner = link(None);
        let outer = link(Some(Value::Call(Arc::clone(&inner))));
        let call = |value| Call { value, ..Call::default() };
        Outline { calls: vec![call(outer), call(inner)], ..Outline::default() }
    }

    #[test]
    fn equal_texts_and_the_same_call_are_written_once() {
        let bytes = to_bytes(&chain()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert_eq!(text.matches("a text of some length").count(), 1);
        assert_eq!(text.matches("build").count(), 1);
        let read: Outline = from_bytes(&bytes).unwrap();
        assert_eq!(read, chain());
        let Some(Value::Call(receiver)) = &read.calls[0].value.receiver else { panic!("{read:?}") };
        assert!(Arc::ptr_eq(receiver, &read.calls[1].value));
    }

    #[test]
    fn json_and_broken_bytes_know_no_numbers() {
        let json = serde_json::to_string(&chain()).unwrap();
        assert_eq!(serde_json::from_str::<Outline>(&json).unwrap(), chain());
        let bytes = to_bytes(&chain()).unwrap();
        assert!((0..bytes.len()).all(|end| from_bytes::<Outline>(&bytes[..end]).is_err()));
        assert!(from_bytes::<Atom>(&[7]).is_err());
    }
}
