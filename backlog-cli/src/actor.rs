//! Who signs a write: `human:alice`, `ai:claude-code`.

use crate::error::CliError;

/// Where a signature may come from, in the order in which they count.
pub struct Sources<'a> {
    pub flag: Option<&'a str>,
    /// `$BACKLOG_ACTOR`.
    pub variable: Option<&'a str>,
    /// The coding agent around this process.
    pub agent: Option<&'a str>,
    /// `defaults.actor` of the workspace's configuration.
    pub workspace: Option<&'a str>,
    /// `defaults.actor` of the user's.
    pub user: Option<&'a str>,
    /// The name of the user, by the environment.
    pub login: Option<&'a str>,
}

/// The actor that counts; `None` where nothing says it, so that the daemon
/// takes the user at the other end of its socket.
pub fn resolve(sources: &Sources) -> Result<Option<String>, CliError> {
    let written = |text: &str, place: &str| match parse(text) {
        Ok(actor) => Ok(Some(actor)),
        Err(problem) => Err(CliError::invalid(format!(
            "invalid value '{text}' in {place}: {problem}"
        ))),
    };
    match sources {
        Sources {
            flag: Some(text), ..
        } => written(text, "--as"),
        Sources {
            variable: Some(text),
            ..
        } => written(text, "$BACKLOG_ACTOR"),
        Sources {
            agent: Some(agent), ..
        } => Ok(Some(format!("ai:{agent}"))),
        Sources {
            workspace: Some(text),
            ..
        } => written(text, "defaults.actor of the workspace's config.toml"),
        Sources {
            user: Some(text), ..
        } => written(text, "defaults.actor of your config.toml"),
        Sources { login, .. } => Ok(login.map(|login| format!("human:{login}"))),
    }
}

/// Reads `human:NAME` or `ai:NAME`.
pub fn parse(text: &str) -> Result<String, String> {
    match text.split_once(':') {
        Some(("human" | "ai", name)) if !name.trim().is_empty() => Ok(text.to_owned()),
        Some(("system", _)) => {
            Err("'system' is the daemon's own kind; write human:NAME or ai:NAME".to_owned())
        }
        None if !text.trim().is_empty() => Err(format!(
            "write human:{text} for a person or ai:{text} for an agent"
        )),
        _ => Err("write human:NAME for a person or ai:NAME for an agent".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOBODY: Sources<'static> = Sources {
        flag: None,
        variable: None,
        agent: None,
        workspace: None,
        user: None,
        login: None,
    };

    fn signed(sources: &Sources) -> Option<String> {
        resolve(sources).expect("the sources are valid")
    }

    #[test]
    fn the_nearest_source_counts() {
        let all = Sources {
            flag: Some("ai:flag"),
            variable: Some("ai:variable"),
            agent: Some("codex"),
            workspace: Some("human:workspace"),
            user: Some("human:user"),
            login: Some("login"),
        };
        assert_eq!(signed(&all).as_deref(), Some("ai:flag"));
        let all = Sources { flag: None, ..all };
        assert_eq!(signed(&all).as_deref(), Some("ai:variable"));
        let all = Sources {
            variable: None,
            ..all
        };
        assert_eq!(signed(&all).as_deref(), Some("ai:codex"));
        let all = Sources { agent: None, ..all };
        assert_eq!(signed(&all).as_deref(), Some("human:workspace"));
        let all = Sources {
            workspace: None,
            ..all
        };
        assert_eq!(signed(&all).as_deref(), Some("human:user"));
        let all = Sources { user: None, ..all };
        assert_eq!(signed(&all).as_deref(), Some("human:login"));
        assert_eq!(signed(&NOBODY), None);
    }

    #[test]
    fn a_name_without_its_kind_is_refused_with_both_ways_to_write_it() {
        let problem = parse("alice").expect_err("no kind");
        assert_eq!(
            problem,
            "write human:alice for a person or ai:alice for an agent"
        );
        for text in [
            "",
            "alice:",
            "human:",
            "human: ",
            "robot:x",
            "system:backlogd",
            "Human:a",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_bad_actor_is_told_with_its_place() {
        let sources = Sources {
            variable: Some("bob"),
            ..NOBODY
        };
        let CliError::Told(told) = resolve(&sources).expect_err("no kind") else {
            panic!()
        };
        assert!(
            told.message
                .starts_with("invalid value 'bob' in $BACKLOG_ACTOR: "),
            "{}",
            told.message
        );
    }
}
