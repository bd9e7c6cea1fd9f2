//! By which name clients start this program.

use std::{env, path::PathBuf};

use crate::error::CliError;

use super::on_path;

/// The `backlog` on `$PATH` where that is this program: a link there leads to
/// the next version after an upgrade, the file behind it does not. Else the file.
pub fn this_program() -> Result<String, CliError> {
    let program = env::current_exe()
        .map_err(|error| CliError::failed(format!("cannot tell where this program is: {error}")))?;
    let is_this = |link: &PathBuf| {
        link.is_absolute()
            && matches!((link.canonicalize(), program.canonicalize()), (Ok(a), Ok(b)) if a == b)
    };
    let link = on_path("backlog").filter(is_this);
    Ok(link.unwrap_or(program).to_string_lossy().into_owned())
}
