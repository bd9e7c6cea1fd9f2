//! JSON documents: valid for every reader, harmless on a terminal.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

use super::text;

/// One document and a line break; indented for people.
pub fn document<T: Serialize>(value: &T, indented: bool) -> serde_json::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if indented {
        value.serialize(&mut Serializer::with_formatter(
            &mut bytes,
            Harmless(PrettyFormatter::new()),
        ))?;
    } else {
        value.serialize(&mut Serializer::with_formatter(
            &mut bytes,
            Harmless(CompactFormatter),
        ))?;
    }
    bytes.push(b'\n');
    Ok(bytes)
}

/// Escapes what JSON need not escape but a terminal would obey.
struct Harmless<F>(F);

impl<F: Formatter> Formatter for Harmless<F> {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|&(_, c)| text::is_hidden(c)) {
            writer.write_all(&rest.as_bytes()[..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = &rest[at + c.len_utf8()..];
        }
        writer.write_all(rest.as_bytes())
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn nothing_raw_reaches_a_terminal_and_nothing_is_lost() {
        let value = json!({"title": "a\u{9b}31m \u{202e}b \u{7f} \u{e0041} \x1b \u{1f600}"});
        for indented in [false, true] {
            let bytes = document(&value, indented).expect("serialises");
            let text = String::from_utf8(bytes).expect("UTF-8");
            assert!(
                !text
                    .trim_end()
                    .chars()
                    .any(|c| text::is_hidden(c) && c != '\n'),
                "{text:?}"
            );
            assert_eq!(serde_json::from_str::<Value>(&text).expect("valid"), value);
        }
    }

    #[test]
    fn people_get_it_indented() {
        let value = json!({"a": [1]});
        assert_eq!(
            document(&value, false).expect("serialises"),
            b"{\"a\":[1]}\n"
        );
        assert_eq!(
            document(&value, true).expect("serialises"),
            b"{\n  \"a\": [\n    1\n  ]\n}\n"
        );
    }
}
