//! One list of a JSON document, a thing at a time.

use std::{
    collections::HashSet,
    fmt,
    fs::File,
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
};

use serde::de::{DeserializeOwned, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::super::source::Trouble;

/// Hands on each thing of one list; returns the keys of the document.
pub(super) fn pass<T: DeserializeOwned>(
    path: &Path,
    key: &'static str,
    give: &mut dyn FnMut(T) -> Result<(), Trouble>,
) -> Result<HashSet<String>, Trouble> {
    let unreadable = |error: std::io::Error| Trouble::There(format!("cannot be read: {error}"));
    let mut file = BufReader::with_capacity(256 << 10, File::open(path).map_err(unreadable)?);
    skip_mark(&mut file).map_err(unreadable)?;
    let mut trouble = None;
    let mut json = serde_json::Deserializer::from_reader(file);
    let read = Document {
        key,
        give,
        trouble: &mut trouble,
    }
    .deserialize(&mut json)
    .and_then(|keys| json.end().map(|()| keys));
    match (read, trouble) {
        (_, Some(trouble)) => Err(trouble),
        (Ok(keys), None) => Ok(keys),
        (Err(error), None) => Err(Trouble::There(format!(
            "is not an export that can be read: {error}"
        ))),
    }
}

/// Some editors begin a file with a mark of its encoding.
fn skip_mark(file: &mut BufReader<File>) -> std::io::Result<()> {
    if file.fill_buf()?.starts_with(b"\xef\xbb\xbf") {
        file.read_exact(&mut [0; 3])?;
    }
    Ok(())
}

/// The document, of which one list is read.
struct Document<'d, T> {
    key: &'static str,
    give: &'d mut dyn FnMut(T) -> Result<(), Trouble>,
    trouble: &'d mut Option<Trouble>,
}

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for Document<'_, T> {
    type Value = HashSet<String>;

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for Document<'_, T> {
    type Value = HashSet<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with tasks")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut keys = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == self.key {
                map.next_value_seed(List {
                    give: &mut *self.give,
                    trouble: &mut *self.trouble,
                })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
            keys.insert(key);
        }
        Ok(keys)
    }
}

/// A list, whose things are handed on one by one.
struct List<'d, T> {
    give: &'d mut dyn FnMut(T) -> Result<(), Trouble>,
    trouble: &'d mut Option<Trouble>,
}

impl<'de, T: DeserializeOwned> DeserializeSeed<'de> for List<'_, T> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de, T: DeserializeOwned> Visitor<'de> for List<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut list: S) -> Result<(), S::Error> {
        while let Some(thing) = list.next_element()? {
            if let Err(trouble) = (self.give)(thing) {
                *self.trouble = Some(trouble);
                return Err(serde::de::Error::custom("stopped"));
            }
        }
        Ok(())
    }
}
