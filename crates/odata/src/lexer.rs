//! Words of a `$filter`.

/// One word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// Text in quotes, with `''` already one quote.
    Text(String),
    /// Anything else up to a blank or one of the above: a name, a path, a number, a GUID, a date.
    Word(&'a str),
}

/// The words of a text; `None` when a quote is not closed.
pub(crate) fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            ',' => (Token::Comma, 1),
            ':' => (Token::Colon, 1),
            '\'' => quoted(rest)?,
            _ => word(rest),
        };
        tokens.push(token);
        rest = rest.get(length..)?.trim_start();
    }
    Some(tokens)
}

/// Text in quotes and how much of `rest` it takes.
fn quoted(rest: &str) -> Option<(Token<'_>, usize)> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter != '\'' {
            text.push(letter);
        } else if letters.next_if(|(_, next)| *next == '\'').is_some() {
            text.push('\'');
        } else {
            return Some((Token::Text(text), at + 1));
        }
    }
    None
}

/// A word. A colon belongs to it only when it begins with a digit, as times do.
fn word(rest: &str) -> (Token<'_>, usize) {
    let is_time = rest.starts_with(|first: char| first.is_ascii_digit());
    let ends = |letter: char| {
        letter.is_whitespace() || matches!(letter, '(' | ')' | ',' | '\'') || (letter == ':' && !is_time)
    };
    let length = rest.find(ends).unwrap_or(rest.len());
    (Token::Word(&rest[..length]), length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart() {
        let filter = "a/any(x:x/y eq 'o''k') and t ge 2025-07-14T16:14:05Z";
        let expected = [
            Token::Word("a/any"),
            Token::Open,
            Token::Word("x"),
            Token::Colon,
            Token::Word("x/y"),
            Token::Word("eq"),
            Token::Text("o'k".to_owned()),
            Token::Close,
            Token::Word("and"),
            Token::Word("t"),
            Token::Word("ge"),
            Token::Word("2025-07-14T16:14:05Z"),
        ];
        assert_eq!(tokens(filter).unwrap(), expected);
        assert_eq!(tokens("a eq 'b"), None);
        assert_eq!(tokens(" é ").unwrap(), [Token::Word("é")]);
    }
}
