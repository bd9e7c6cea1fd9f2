//! Where findings are read from.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use crate::error::CliError;

/// Where reading stops. The daemon takes as much; this is so that nobody fills
/// memory with a disk image by mistake.
const LARGEST: u64 = 256 << 20;

/// A file, or standard input.
#[derive(Debug, Clone)]
pub enum Source {
    Stdin,
    File(PathBuf),
}

impl Source {
    /// What was named on the command line; `-` is standard input.
    pub fn named(path: &Path) -> Self {
        if path == Path::new("-") {
            Self::Stdin
        } else {
            Self::File(path.to_owned())
        }
    }

    /// For messages.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "standard input".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    /// All of its text, without a byte order mark.
    pub fn text(&self) -> Result<String, CliError> {
        let name = self.name();
        let read = match self {
            Self::Stdin => read(io::stdin().lock()),
            Self::File(path) => File::open(path).and_then(read),
        };
        let bytes =
            read.map_err(|error| CliError::invalid(format!("cannot read {name}: {error}")))?;
        if bytes.len() as u64 > LARGEST {
            let limit = LARGEST >> 20;
            return Err(CliError::invalid(format!(
                "{name} is larger than {limit} MiB; import it in parts"
            )));
        }
        decode(bytes).map_err(|problem| CliError::invalid(format!("{name} is {problem}")))
    }
}

fn read(source: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// UTF-8; or UTF-16 with its mark, as PowerShell redirects output.
fn decode(bytes: Vec<u8>) -> Result<String, String> {
    let wide = |from: fn([u8; 2]) -> u16| {
        let (units, rest) = bytes[2..].as_chunks();
        let text = String::from_utf16(&units.iter().map(|unit| from(*unit)).collect::<Vec<_>>());
        text.ok()
            .filter(|_| rest.is_empty())
            .ok_or_else(|| "not UTF-16 text, though it begins as such".to_owned())
    };
    match bytes.as_slice() {
        [0xff, 0xfe, ..] => return wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => return wide(u16::from_be_bytes),
        _ => {}
    }
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        format!("not UTF-8 text (byte {at})")
    })?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_taken_off_and_utf_16_is_understood() {
        let text = "{\"title\": \"zwölf 漢 😀\"}";
        let marked = format!("\u{feff}{text}");
        assert_eq!(decode(text.into()).as_deref(), Ok(text));
        assert_eq!(decode(marked.clone().into()).as_deref(), Ok(text));
        let units = || marked.encode_utf16();
        let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(little.clone()).as_deref(), Ok(text));
        assert_eq!(decode(big).as_deref(), Ok(text));
        assert!(decode(little[..little.len() - 1].to_vec()).is_err());
        let problem = decode(b"ab\xffc".to_vec()).expect_err("no text");
        assert_eq!(problem, "not UTF-8 text (byte 2)");
    }
}
