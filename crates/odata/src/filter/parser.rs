//! Words to a tree: `or` binds loosest, then `and`, then `not`.

use super::{Comparison, DEPTH_MAX, Filter, FilterError, Literal, Operand};
use crate::lexer::{Token, tokens};
use crate::path::is_name;

/// Reads a whole filter.
pub(super) fn parse(text: &str) -> Result<Filter, FilterError> {
    let tokens = tokens(text).ok_or(FilterError::OpenQuote)?;
    let mut parser = Parser { tokens: &tokens, depth: 0 };
    let filter = parser.or()?;
    match parser.tokens.first() {
        None => Ok(filter),
        Some(token) => Err(FilterError::Unexpected(shown(token))),
    }
}

struct Parser<'t, 'a> {
    tokens: &'t [Token<'a>],
    depth: usize,
}

impl<'t, 'a> Parser<'t, 'a> {
    fn next(&mut self) -> Result<&'t Token<'a>, FilterError> {
        let (first, rest) = self.tokens.split_first().ok_or(FilterError::Incomplete)?;
        self.tokens = rest;
        Ok(first)
    }

    /// Takes the next token if it is this word, in any case.
    fn take_word(&mut self, word: &str) -> bool {
        match self.tokens.split_first() {
            Some((Token::Word(next), rest)) if next.eq_ignore_ascii_case(word) => {
                self.tokens = rest;
                true
            }
            _ => false,
        }
    }

    fn take(&mut self, token: &Token<'_>) -> bool {
        match self.tokens.split_first() {
            Some((next, rest)) if next == token => {
                self.tokens = rest;
                true
            }
            _ => false,
        }
    }

    fn expect(&mut self, token: &Token<'_>) -> Result<(), FilterError> {
        let next = self.next()?;
        if next == token { Ok(()) } else { Err(FilterError::Unexpected(shown(next))) }
    }

    fn or(&mut self) -> Result<Filter, FilterError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(FilterError::TooDeep);
        }
        let mut left = self.and()?;
        while self.take_word("or") {
            left = Filter::Or(Box::new(left), Box::new(self.and()?));
        }
        self.depth -= 1;
        Ok(left)
    }

    fn and(&mut self) -> Result<Filter, FilterError> {
        let mut left = self.not()?;
        while self.take_word("and") {
            left = Filter::And(Box::new(left), Box::new(self.not()?));
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Filter, FilterError> {
        let mut negated = false;
        while self.take_word("not") {
            negated = !negated;
        }
        let inner = self.clause()?;
        Ok(if negated { Filter::Not(Box::new(inner)) } else { inner })
    }

    fn clause(&mut self) -> Result<Filter, FilterError> {
        if self.take(&Token::Open) {
            let inner = self.or()?;
            self.expect(&Token::Close)?;
            return Ok(inner);
        }
        if let [Token::Word(path), Token::Open, ..] = self.tokens
            && let Some(path) = path.strip_suffix("/any").or_else(|| path.strip_suffix("/all"))
        {
            self.tokens = &self.tokens[2..];
            return self.lambda(path);
        }
        let left = self.operand()?;
        if self.take_word("in") {
            return Ok(Filter::In(left, self.list()?));
        }
        match self.comparison() {
            Some(comparison) => Ok(Filter::Compare(left, comparison, self.literal()?)),
            None => match left {
                Operand::Call(name, arguments) => Ok(Filter::Call(name, arguments)),
                _ => Err(self.tokens.first().map_or(FilterError::Incomplete, |t| FilterError::Unexpected(shown(t)))),
            },
        }
    }

    fn lambda(&mut self, path: &str) -> Result<Filter, FilterError> {
        if self.take(&Token::Close) {
            return Ok(Filter::Lambda(path.to_owned(), None));
        }
        match self.next()? {
            Token::Word(variable) if is_name(variable) => {}
            other => return Err(FilterError::Unexpected(shown(other))),
        }
        self.expect(&Token::Colon)?;
        let body = self.or()?;
        self.expect(&Token::Close)?;
        Ok(Filter::Lambda(path.to_owned(), Some(Box::new(body))))
    }

    fn operand(&mut self) -> Result<Operand, FilterError> {
        if let [Token::Word(name), Token::Open, ..] = self.tokens
            && is_name(name)
        {
            self.tokens = &self.tokens[2..];
            return self.arguments().map(|arguments| Operand::Call((*name).to_owned(), arguments));
        }
        match self.next()? {
            Token::Text(text) => Ok(Operand::Literal(Literal::Text(text.clone()))),
            Token::Word(word) => match literal(word) {
                Some(literal) => Ok(Operand::Literal(literal)),
                None if is_path(word) => Ok(Operand::Property((*word).to_owned())),
                None => Err(FilterError::Unexpected((*word).to_owned())),
            },
            other => Err(FilterError::Unexpected(shown(other))),
        }
    }

    fn arguments(&mut self) -> Result<Vec<Operand>, FilterError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(FilterError::TooDeep);
        }
        let mut arguments = Vec::new();
        if !self.take(&Token::Close) {
            arguments.push(self.operand()?);
            while self.take(&Token::Comma) {
                arguments.push(self.operand()?);
            }
            self.expect(&Token::Close)?;
        }
        self.depth -= 1;
        Ok(arguments)
    }

    fn list(&mut self) -> Result<Vec<Literal>, FilterError> {
        self.expect(&Token::Open)?;
        let mut values = vec![self.literal()?];
        while self.take(&Token::Comma) {
            values.push(self.literal()?);
        }
        self.expect(&Token::Close)?;
        Ok(values)
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let all = [
            ("eq", Comparison::Eq),
            ("ne", Comparison::Ne),
            ("gt", Comparison::Gt),
            ("ge", Comparison::Ge),
            ("lt", Comparison::Lt),
            ("le", Comparison::Le),
        ];
        all.into_iter().find(|(word, _)| self.take_word(word)).map(|(_, comparison)| comparison)
    }

    fn literal(&mut self) -> Result<Literal, FilterError> {
        match self.next()? {
            Token::Text(text) => Ok(Literal::Text(text.clone())),
            Token::Word(word) => literal(word).ok_or_else(|| FilterError::Unexpected((*word).to_owned())),
            other => Err(FilterError::Unexpected(shown(other))),
        }
    }
}

/// The value that a word is, unless it is a name.
fn literal(word: &str) -> Option<Literal> {
    match word {
        "null" => Some(Literal::Null),
        "true" => Some(Literal::Bool(true)),
        "false" => Some(Literal::Bool(false)),
        _ if word.starts_with(|first: char| first.is_ascii_digit() || first == '-') || is_guid(word) => {
            Some(Literal::Other(word.to_owned()))
        }
        _ => None,
    }
}

fn is_guid(word: &str) -> bool {
    let is_group =
        |(part, length): (&str, usize)| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    word.len() == 36 && word.split('-').count() == 5 && word.split('-').zip([8, 4, 4, 4, 12]).all(is_group)
}

/// Names with `/` between them, of which the last may be `$count`.
fn is_path(word: &str) -> bool {
    let path = word.strip_suffix("/$count").unwrap_or(word);
    path.split('/').all(|name| is_name(name.trim_start_matches("microsoft.graph.")))
}

fn shown(token: &Token<'_>) -> String {
    match token {
        Token::Open => "(".to_owned(),
        Token::Close => ")".to_owned(),
        Token::Comma => ",".to_owned(),
        Token::Colon => ":".to_owned(),
        Token::Text(text) => text.clone(),
        Token::Word(word) => (*word).to_owned(),
    }
}
