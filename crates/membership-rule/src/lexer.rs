//! Words of a rule, with their places.

use crate::error::{Fault, RuleError};

/// One word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: TokenKind<'a>,
    /// How many characters stand before it.
    pub(crate) at: usize,
}

/// What a word is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind<'a> {
    /// `(`
    Open,
    /// `)`
    Close,
    /// `[`
    OpenList,
    /// `]`
    CloseList,
    /// `,`
    Comma,
    /// Text in quotes, as it is meant.
    Text(String),
    /// Anything else: a property, an operator with its hyphen, a number, a date.
    Word(&'a str),
}

/// The words of a rule.
pub(crate) fn tokens(rule: &str) -> Result<Vec<Token<'_>>, RuleError> {
    let mut tokens = Vec::new();
    let mut rest = rule.trim_start();
    let mut at = characters(rule, rest);
    while let Some(first) = rest.chars().next() {
        let (kind, length) = match first {
            '(' => (TokenKind::Open, 1),
            ')' => (TokenKind::Close, 1),
            '[' => (TokenKind::OpenList, 1),
            ']' => (TokenKind::CloseList, 1),
            ',' => (TokenKind::Comma, 1),
            '"' | '\'' => quoted(rest, first).ok_or(RuleError::new(Fault::OpenQuote, at))?,
            '`' if rest.starts_with(ESCAPED_QUOTE) => {
                between_escaped_quotes(rest).ok_or(RuleError::new(Fault::OpenQuote, at))?
            }
            _ => word(rest, first),
        };
        tokens.push(Token { kind, at });
        let after = rest.get(length..).unwrap_or_default().trim_start();
        at += characters(rest, after);
        rest = after;
    }
    Ok(tokens)
}

/// A hyphen, or the dash that the documentation has in its place.
pub(crate) fn is_hyphen(letter: char) -> bool {
    matches!(letter, '-' | '\u{2013}')
}

/// How many characters of `whole` stand before `rest`, its end.
fn characters(whole: &str, rest: &str) -> usize {
    whole.chars().count() - rest.chars().count()
}

const ESCAPED_QUOTE: &str = "`\"";

/// Text in quotes and how many bytes it takes. Inside, `` `" `` is a double and `''` a single quote.
fn quoted(rest: &str, quote: char) -> Option<(TokenKind<'_>, usize)> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        match (letter, next) {
            ('`', Some(escaped @ '"')) | ('\'', Some(escaped @ '\'')) => {
                letters.next();
                text.push(escaped);
            }
            _ if letter == quote => return Some((TokenKind::Text(text), at + 1)),
            _ => text.push(letter),
        }
    }
    None
}

/// The documentation's own way to write a value that stands in quotes: `` `"Sales`" `` is the text `"Sales"`.
fn between_escaped_quotes(rest: &str) -> Option<(TokenKind<'_>, usize)> {
    let inner = rest.get(ESCAPED_QUOTE.len()..)?;
    let length = inner.find(ESCAPED_QUOTE)?;
    let text = inner.get(..length)?.replace("''", "'");
    Some((TokenKind::Text(format!("\"{text}\"")), length + 2 * ESCAPED_QUOTE.len()))
}

/// A word. What begins like a number goes on through hyphens and colons, as dates do; a name ends before a hyphen.
fn word(rest: &str, first: char) -> (TokenKind<'_>, usize) {
    let follows = |letter: char| match first {
        _ if first.is_ascii_digit() => letter.is_ascii_alphanumeric() || matches!(letter, '.' | ':' | '+' | '-'),
        _ if is_hyphen(first) => letter.is_alphanumeric() || letter == '.',
        _ => !(letter.is_whitespace() || is_hyphen(letter) || "()[],\"'`".contains(letter)),
    };
    let ends = |(at, letter): (usize, char)| (at > 0 && !follows(letter)).then_some(at);
    let length = rest.char_indices().find_map(ends).unwrap_or(rest.len());
    (TokenKind::Word(rest.get(..length).unwrap_or(rest)), length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(rule: &str) -> Vec<TokenKind<'_>> {
        tokens(rule).unwrap().into_iter().map(|token| token.kind).collect()
    }

    fn text(text: &str) -> TokenKind<'static> {
        TokenKind::Text(text.to_owned())
    }

    #[test]
    fn words_are_told_apart_and_have_their_place() {
        let found = tokens(" é.x \u{2013}in['a', \"b\"])").unwrap();
        let expected = [
            (TokenKind::Word("é.x"), 1),
            (TokenKind::Word("\u{2013}in"), 5),
            (TokenKind::OpenList, 8),
            (text("a"), 9),
            (TokenKind::Comma, 12),
            (text("b"), 14),
            (TokenKind::CloseList, 17),
            (TokenKind::Close, 18),
        ];
        assert_eq!(found, expected.map(|(kind, at)| Token { kind, at }));
    }

    #[test]
    fn a_name_ends_before_a_hyphen_and_a_date_does_not() {
        let words = ["user.department", "-eq", "-5", "2020-06-10T18:13:20+02:00", "_", "-any"];
        assert_eq!(kinds("user.department-eq -5 2020-06-10T18:13:20+02:00 _-any"), words.map(TokenKind::Word));
    }

    #[test]
    fn quotes_inside_of_text() {
        assert_eq!(kinds("\"say `\"hi`\" to O''Brien's\""), [text("say \"hi\" to O'Brien's")]);
        assert_eq!(kinds("'O''Brien \"x\"'"), [text("O'Brien \"x\"")]);
        assert_eq!(kinds("'' \"\" '`'"), [text(""), text(""), text("`")]);
        assert_eq!(kinds("`\"Sales`\""), [text("\"Sales\"")]);
        for open in ["\"a", "'a", "\"a`\"", "'a''", "`\"a\""] {
            assert_eq!(tokens(open).unwrap_err(), RuleError::new(Fault::OpenQuote, 0), "{open}");
        }
    }
}
