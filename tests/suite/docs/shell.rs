//! Reads shell scripts as far as pages have them: which commands they call,
//! with which words.

/// The simple commands of a script, each as its words. Comments and the bodies
/// of here-documents are left out; what `$(…)` calls is a command of its own.
pub fn commands(script: &str) -> Vec<Vec<String>> {
    let mut commands = Vec::new();
    let mut lines = script.lines();
    while let Some(line) = lines.next() {
        let mut line = line.to_owned();
        while line.ends_with('\\') || is_open(&line) {
            let Some(next) = lines.next() else { break };
            if line.ends_with('\\') {
                line.pop();
            } else {
                line.push('\n');
            }
            line.push_str(next);
        }
        if let Some((_, mark)) = line.split_once("<<") {
            let end = mark.split_whitespace().next().unwrap_or_default();
            let end = end.trim_matches(['\'', '"']).to_owned();
            while lines.next().is_some_and(|line| line != end) {}
        }
        split(&line, &mut commands);
    }
    commands
}

/// Whether a quotation is open at the end of a line.
fn is_open(line: &str) -> bool {
    let mut quote = None;
    let mut before = ' ';
    for c in line.chars() {
        match (quote, c) {
            (None, '#') if before == ' ' => return false,
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
        before = c;
    }
    quote.is_some()
}

fn split(line: &str, commands: &mut Vec<Vec<String>>) {
    let mut words: Vec<String> = vec![String::new()];
    let mut quote = None;
    let mut rest = line.chars().peekable();
    let mut end = |words: &mut Vec<String>| {
        let done = std::mem::replace(words, vec![String::new()]);
        let done: Vec<String> = done.into_iter().filter(|word| !word.is_empty()).collect();
        if !done.is_empty() {
            commands.push(done);
        }
    };
    while let Some(c) = rest.next() {
        let word = words.last_mut().expect("there is one always");
        match (quote, c) {
            (Some(open), _) if open == c => quote = None,
            // What is called inside of a word.
            (None | Some('"'), '$') if rest.peek() == Some(&'(') => {
                rest.next();
                let mut depth = 1;
                let inner: String = rest
                    .by_ref()
                    .take_while(|c| {
                        depth += i32::from(*c == '(') - i32::from(*c == ')');
                        depth > 0
                    })
                    .collect();
                word.push('…');
                let mut found = Vec::new();
                split(&inner, &mut found);
                found.into_iter().for_each(|mut inner| {
                    end(&mut inner);
                });
            }
            (Some(_), _) => word.push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                // An empty word is a word.
                word.push('\u{200b}');
            }
            (None, '#') if word.is_empty() => break,
            (None, '|' | ';' | '&' | '(' | ')') => end(&mut words),
            (None, ' ' | '\n') => {
                if !word.is_empty() {
                    words.push(String::new());
                }
            }
            (None, _) => word.push(c),
        }
    }
    end(&mut words);
}

#[test]
fn scripts_are_read_as_a_shell_reads_them() {
    let script = "a 'b c' \"d\" # e
if x | y -z; then id=$(f g) && h; fi
cat > file <<'END'
not a command
END
i 'two
lines' \\
  j";
    let read: Vec<String> = commands(script)
        .iter()
        .map(|words| words.join("_").replace('\u{200b}', ""))
        .collect();
    assert_eq!(
        read,
        [
            "a_b c_d",
            "if_x",
            "y_-z",
            "f_g",
            "then_id=…",
            "h",
            "fi",
            "cat_>_file_<<END",
            "i_two\nlines_j"
        ]
    );
}
