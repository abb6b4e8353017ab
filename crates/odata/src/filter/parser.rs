//! Words to a tree: `or` binds loosest, then `and`, then `not`.

use super::{Body, Comparison, DEPTH_MAX, Fault, Filter, FilterError, Literal, Operand, Quantifier};
use crate::lexer::{Token, tokens};
use crate::path::is_name;

/// Reads a whole filter.
pub(super) fn parse(text: &str) -> Result<Filter, FilterError> {
    let tokens = tokens(text).map_err(|position| FilterError { position, fault: Fault::OpenQuote })?;
    let mut parser = Parser { tokens: &tokens, end: text.chars().count(), depth: 0 };
    let filter = parser.or()?;
    match parser.tokens.first() {
        None => Ok(filter),
        Some(_) => Err(parser.unexpected()),
    }
}

struct Parser<'t, 'a> {
    tokens: &'t [(usize, Token<'a>)],
    /// The position after the last character.
    end: usize,
    depth: usize,
}

impl<'t, 'a> Parser<'t, 'a> {
    /// What stands next may not stand there.
    fn unexpected(&self) -> FilterError {
        match self.tokens.first() {
            Some((position, token)) => FilterError { position: *position, fault: Fault::Unexpected(shown(token)) },
            None => FilterError { position: self.end, fault: Fault::Incomplete },
        }
    }

    fn next(&self) -> Option<&'t Token<'a>> {
        self.tokens.first().map(|(_, token)| token)
    }

    fn after_next(&self) -> Option<&'t Token<'a>> {
        self.tokens.get(1).map(|(_, token)| token)
    }

    fn skip(&mut self, count: usize) {
        self.tokens = self.tokens.get(count..).unwrap_or_default();
    }

    /// Takes the next token if it is this word, in any case.
    fn take_word(&mut self, word: &str) -> bool {
        let is_word = matches!(self.next(), Some(Token::Word(next)) if next.eq_ignore_ascii_case(word));
        self.skip(usize::from(is_word));
        is_word
    }

    fn take(&mut self, token: &Token<'_>) -> bool {
        let is_next = self.next() == Some(token);
        self.skip(usize::from(is_next));
        is_next
    }

    fn expect(&mut self, token: &Token<'_>) -> Result<(), FilterError> {
        if self.take(token) { Ok(()) } else { Err(self.unexpected()) }
    }

    /// Goes one level deeper for what `read` reads.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, FilterError>) -> Result<T, FilterError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(FilterError { fault: Fault::TooDeep, ..self.unexpected() });
        }
        let read = read(self)?;
        self.depth -= 1;
        Ok(read)
    }

    fn or(&mut self) -> Result<Filter, FilterError> {
        self.nested(|parser| {
            let mut clauses = vec![parser.and()?];
            while parser.take_word("or") {
                clauses.push(parser.and()?);
            }
            Ok(one_or(Filter::Or, clauses))
        })
    }

    fn and(&mut self) -> Result<Filter, FilterError> {
        let mut clauses = vec![self.not()?];
        while self.take_word("and") {
            clauses.push(self.not()?);
        }
        Ok(one_or(Filter::And, clauses))
    }

    /// What is negated twice is not negated.
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
        if let (Some(Token::Word(word)), Some(Token::Open)) = (self.next(), self.after_next())
            && let Some((path, quantifier)) = collection(word)
        {
            self.skip(2);
            let body = self.body()?;
            return Ok(Filter::Lambda { path: path.to_owned(), quantifier, body });
        }
        let left = self.operand()?;
        if self.take_word("in") {
            return Ok(Filter::In(left, self.list()?));
        }
        match (self.comparison(), left) {
            (Some(comparison), left) => Ok(Filter::Compare(left, comparison, self.literal()?)),
            (None, Operand::Call(name, arguments)) => Ok(Filter::Call(name, arguments)),
            (None, _) => Err(self.unexpected()),
        }
    }

    /// What follows `any(` or `all(`.
    fn body(&mut self) -> Result<Option<Body>, FilterError> {
        if self.take(&Token::Close) {
            return Ok(None);
        }
        let variable = match self.next() {
            Some(Token::Word(variable)) if is_name(variable) => (*variable).to_owned(),
            _ => return Err(self.unexpected()),
        };
        self.skip(1);
        self.expect(&Token::Colon)?;
        let filter = Box::new(self.or()?);
        self.expect(&Token::Close)?;
        Ok(Some(Body { variable, filter }))
    }

    fn operand(&mut self) -> Result<Operand, FilterError> {
        let operand = match (self.next(), self.after_next()) {
            (Some(Token::Word(name)), Some(Token::Open)) if is_name(name) => {
                self.skip(2);
                return self.nested(Self::arguments).map(|arguments| Operand::Call((*name).to_owned(), arguments));
            }
            (Some(Token::Text(text)), _) => Operand::Literal(Literal::Text(text.clone())),
            (Some(Token::Word(word)), _) => match literal(word) {
                Some(literal) => Operand::Literal(literal),
                None if is_path(word) => Operand::Property((*word).to_owned()),
                None => return Err(self.unexpected()),
            },
            _ => return Err(self.unexpected()),
        };
        self.skip(1);
        Ok(operand)
    }

    fn arguments(&mut self) -> Result<Vec<Operand>, FilterError> {
        let mut arguments = Vec::new();
        if !self.take(&Token::Close) {
            arguments.push(self.operand()?);
            while self.take(&Token::Comma) {
                arguments.push(self.operand()?);
            }
            self.expect(&Token::Close)?;
        }
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
        Comparison::ALL.into_iter().find(|(_, word)| self.take_word(word)).map(|(comparison, _)| comparison)
    }

    fn literal(&mut self) -> Result<Literal, FilterError> {
        let value = match self.next() {
            Some(Token::Text(text)) => Some(Literal::Text(text.clone())),
            Some(Token::Word(word)) => literal(word),
            _ => None,
        };
        let value = value.ok_or_else(|| self.unexpected())?;
        self.skip(1);
        Ok(value)
    }
}

/// The one clause, or what all of them are together.
fn one_or(all: impl FnOnce(Vec<Filter>) -> Filter, mut clauses: Vec<Filter>) -> Filter {
    match (clauses.pop(), clauses.is_empty()) {
        (Some(only), true) => only,
        (last, _) => {
            clauses.extend(last);
            all(clauses)
        }
    }
}

/// The path of a collection before `/any` or `/all`.
fn collection(word: &str) -> Option<(&str, Quantifier)> {
    let (path, last) = word.rsplit_once('/')?;
    let quantifiers = [("any", Quantifier::Any), ("all", Quantifier::All)];
    let (_, quantifier) = quantifiers.into_iter().find(|(name, _)| *name == last)?;
    is_path(path).then_some((path, quantifier))
}

/// The value that a word is, unless it is a name.
fn literal(word: &str) -> Option<Literal> {
    match word {
        "null" => Some(Literal::Null),
        "true" => Some(Literal::Bool(true)),
        "false" => Some(Literal::Bool(false)),
        _ if is_groups(word, '-', &[8, 4, 4, 4, 12], |byte| byte.is_ascii_hexdigit()) => {
            Some(Literal::Guid(word.to_owned()))
        }
        _ if is_time(word) => Some(Literal::Time(word.to_owned())),
        _ => word.parse().ok().filter(|_| !word.starts_with('+')).map(Literal::Int),
    }
}

/// Whether a word begins as `2025-07-14` or `2025-07-14T` do.
fn is_time(word: &str) -> bool {
    let date = word.split(['T', 't']).next().unwrap_or_default();
    is_groups(date, '-', &[4, 2, 2], |byte| byte.is_ascii_digit())
}

/// Whether a word is groups of so many characters each.
fn is_groups(word: &str, between: char, lengths: &[usize], is_one: impl Fn(u8) -> bool) -> bool {
    let groups: Vec<&str> = word.split(between).collect();
    groups.len() == lengths.len()
        && groups.iter().zip(lengths).all(|(group, length)| group.len() == *length && group.bytes().all(&is_one))
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
