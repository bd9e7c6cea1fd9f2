//! The file by which an agent takes variables for its later shells: `export`
//! lines that each of them reads first.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::Path,
};

/// Sets a variable there, unless it is set so already. A value of more than one
/// line is left out.
pub fn export(path: &Path, name: &str, value: &str) -> io::Result<()> {
    if value.chars().any(char::is_control) {
        return Ok(());
    }
    let start = format!("export {name}=");
    let line = format!("{start}'{}'", value.replace('\'', r"'\''"));
    let before = match fs::metadata(path) {
        // Reading from anything but a file might never end.
        Ok(file) if !file.is_file() => {
            return Err(io::Error::other("it is not a file"));
        }
        Ok(_) => String::from_utf8_lossy(&fs::read(path)?).into_owned(),
        Err(_) => String::new(),
    };
    if before.lines().rfind(|line| line.starts_with(&start)) == Some(&line) {
        return Ok(());
    }
    let gap = if before.is_empty() || before.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    file.write_all(format!("{gap}{line}\n").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_is_set_once_and_quoted() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("env.sh");
        fs::write(&path, "export A=1").unwrap();
        for value in ["s1", "s1", "it's $(x)", "s1", "two\nlines"] {
            export(&path, "BACKLOG_SESSION", value).unwrap();
        }
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "export A=1
export BACKLOG_SESSION='s1'
export BACKLOG_SESSION='it'\\''s $(x)'
export BACKLOG_SESSION='s1'
"
        );
        assert!(export(directory.path(), "A", "b").is_err());
    }
}
