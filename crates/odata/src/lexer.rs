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

/// The words of a text, each with its position in characters.
///
/// # Errors
/// The position of a quote that is not closed.
pub(crate) fn tokens(text: &str) -> Result<Vec<(usize, Token<'_>)>, usize> {
    let mut tokens = Vec::new();
    let (mut rest, mut position) = (text, 0);
    while let Some(first) = rest.chars().next() {
        let (token, length) = match first {
            blank if blank.is_whitespace() => {
                (rest, position) = (&rest[blank.len_utf8()..], position + 1);
                continue;
            }
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            ',' => (Token::Comma, 1),
            ':' => (Token::Colon, 1),
            '\'' => quoted(rest).ok_or(position)?,
            _ => word(rest),
        };
        tokens.push((position, token));
        let (taken, after) = rest.split_at(length);
        (rest, position) = (after, position + taken.chars().count());
    }
    Ok(tokens)
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
        let words: Vec<Token<'_>> = tokens(filter).unwrap().into_iter().map(|(_, token)| token).collect();
        assert_eq!(words, expected);
        assert_eq!(tokens(" é ").unwrap(), [(1, Token::Word("é"))]);
    }

    #[test]
    fn positions_are_counted_in_characters() {
        let positions: Vec<usize> = tokens("é eq 'ü''' or(a").unwrap().into_iter().map(|(at, _)| at).collect();
        assert_eq!(positions, [0, 2, 5, 11, 13, 14]);
        assert_eq!(tokens("é eq 'b"), Err(5));
        assert_eq!(tokens("a eq 'it''"), Err(5));
    }
}
