//! Words to a tree, by the strength with which operators bind: `-not`, then `-and`, then `-or` (section 7.1).

use super::moment::time;
use super::{Clause, Comparison, Direction, Duration, Expression, Items, Located, Operand, Operator, Quantifier};
use super::{Rule, Shift, Value};
use crate::error::{Fault, RuleError};
use crate::lexer::{Token, TokenKind, is_hyphen, tokens};
use crate::limits::{CHARACTERS_MAX, DEPTH_MAX};

type Result<T> = std::result::Result<T, RuleError>;

/// Reads a whole rule.
pub(super) fn parse(text: &str) -> Result<Rule> {
    let characters = text.chars().count();
    if characters > CHARACTERS_MAX {
        return Err(RuleError::new(Fault::TooLong, CHARACTERS_MAX));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, end: characters, depth: 0 };
    if parser.at_direct_reports() {
        return parser.direct_reports();
    }
    let expression = parser.expression(Binding::Loosest)?;
    match parser.tokens.first() {
        None => Ok(Rule::Where(expression)),
        Some(token) => Err(unexpected(token)),
    }
}

/// How strongly an operator between expressions binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Binding {
    Loosest,
    Or,
    And,
}

struct Parser<'t, 'a> {
    tokens: &'t [Token<'a>],
    /// How many characters the rule has.
    end: usize,
    /// Parentheses that are open.
    depth: usize,
}

impl<'t, 'a> Parser<'t, 'a> {
    fn next(&mut self) -> Result<&'t Token<'a>> {
        let (first, rest) = self.tokens.split_first().ok_or(RuleError::new(Fault::Incomplete, self.end))?;
        self.tokens = rest;
        Ok(first)
    }

    fn peek(&self) -> Option<&'t TokenKind<'a>> {
        self.tokens.first().map(|token| &token.kind)
    }

    /// Takes the next token if it is this one.
    fn take(&mut self, kind: &TokenKind<'_>) -> bool {
        let found = self.peek() == Some(kind);
        if found {
            self.tokens = self.tokens.get(1..).unwrap_or_default();
        }
        found
    }

    fn expect(&mut self, kind: &TokenKind<'_>) -> Result<()> {
        let token = self.next()?;
        if token.kind == *kind { Ok(()) } else { Err(unexpected(token)) }
    }

    /// The name of the operator that is next, without its hyphen.
    fn operator_name(&self) -> Option<&'a str> {
        match self.peek() {
            Some(TokenKind::Word(word)) => Some(without_hyphen(word)),
            _ => None,
        }
    }

    fn take_operator(&mut self, name: &str) -> bool {
        let found = self.operator_name().is_some_and(|next| next.eq_ignore_ascii_case(name));
        if found {
            self.tokens = self.tokens.get(1..).unwrap_or_default();
        }
        found
    }

    fn expression(&mut self, outer: Binding) -> Result<Expression<Clause>> {
        let mut left = self.negation()?;
        while let Some(binding) = self.connective().filter(|binding| *binding > outer) {
            self.next()?;
            let right = Box::new(self.expression(binding)?);
            left = match binding {
                Binding::And => Expression::And(Box::new(left), right),
                Binding::Or | Binding::Loosest => Expression::Or(Box::new(left), right),
            };
        }
        Ok(left)
    }

    fn connective(&self) -> Option<Binding> {
        match self.operator_name()? {
            name if name.eq_ignore_ascii_case("and") => Some(Binding::And),
            name if name.eq_ignore_ascii_case("or") => Some(Binding::Or),
            _ => None,
        }
    }

    fn negation(&mut self) -> Result<Expression<Clause>> {
        if self.take_operator("not") {
            return Ok(Expression::Not(Box::new(self.primary()?)));
        }
        self.primary()
    }

    fn primary(&mut self) -> Result<Expression<Clause>> {
        if self.peek() == Some(&TokenKind::Open) {
            return self.parenthesised();
        }
        let operand = self.operand()?;
        if let Some(quantifier) = self.operator_name().and_then(Quantifier::named) {
            let at = self.next()?.at;
            let condition = Box::new(self.condition()?);
            let quantifier = Located { value: quantifier, at };
            return Ok(Expression::Clause(Clause::Items(Items { collection: operand, quantifier, condition })));
        }
        self.comparison(operand)
    }

    fn parenthesised(&mut self) -> Result<Expression<Clause>> {
        let at = self.next()?.at;
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(RuleError::new(Fault::TooDeep, at));
        }
        let inner = self.expression(Binding::Loosest)?;
        self.expect(&TokenKind::Close)?;
        self.depth -= 1;
        Ok(inner)
    }

    /// What follows `-any` and `-all`: an expression in parentheses, or one comparison of `_`.
    fn condition(&mut self) -> Result<Expression<Clause>> {
        if self.peek() == Some(&TokenKind::Word("_")) {
            let operand = self.operand()?;
            return self.comparison(operand);
        }
        match self.peek() {
            Some(TokenKind::Open) => self.parenthesised(),
            _ => Err(unexpected(self.next()?)),
        }
    }

    fn operand(&mut self) -> Result<Located<Operand>> {
        if self.at_direct_reports() {
            return Err(RuleError::new(Fault::NotAlone(DIRECT_REPORTS), self.next()?.at));
        }
        let token = self.next()?;
        let TokenKind::Word(word) = token.kind else { return Err(unexpected(token)) };
        let operand = match word.split_once('.') {
            _ if word == "_" => Operand::Item,
            Some((object, name)) if is_name(object) && is_name(name) => {
                Operand::Property { object: object.to_owned(), name: name.to_owned() }
            }
            None if is_name(word) && !is_reserved(word) => return Err(RuleError::new(Fault::NoObjectType, token.at)),
            _ => return Err(unexpected(token)),
        };
        Ok(Located { value: operand, at: token.at })
    }

    fn comparison(&mut self, operand: Located<Operand>) -> Result<Expression<Clause>> {
        let token = self.next()?;
        let TokenKind::Word(word) = token.kind else { return Err(unexpected(token)) };
        let name = without_hyphen(word);
        let Some(operator) = Operator::named(name) else {
            let negates = name.eq_ignore_ascii_case("not");
            return Err(if negates { RuleError::new(Fault::NotComparing, token.at) } else { unexpected(token) });
        };
        let operator = Located { value: operator, at: token.at };
        let value = if self.peek() == Some(&TokenKind::OpenList) { self.list()? } else { self.value()? };
        Ok(Expression::Clause(Clause::Compare(Comparison { operand, operator, value })))
    }

    fn list(&mut self) -> Result<Located<Value>> {
        let at = self.next()?.at;
        let mut values = vec![self.value()?];
        while self.take(&TokenKind::Comma) {
            values.push(self.value()?);
        }
        self.expect(&TokenKind::CloseList)?;
        Ok(Located { value: Value::List(values), at })
    }

    fn value(&mut self) -> Result<Located<Value>> {
        let token = self.next()?;
        let value = match &token.kind {
            TokenKind::Text(text) => Value::Text(text.clone()),
            TokenKind::Word(word) if word.eq_ignore_ascii_case("system.now") => Value::Now(self.shift()?),
            TokenKind::Word(word) => literal(word).ok_or_else(|| unexpected(token))?,
            _ => return Err(unexpected(token)),
        };
        Ok(Located { value, at: token.at })
    }

    fn shift(&mut self) -> Result<Option<Shift>> {
        let direction = if self.take_operator("plus") {
            Direction::Plus
        } else if self.take_operator("minus") {
            Direction::Minus
        } else {
            return Ok(None);
        };
        let token = self.next()?;
        let TokenKind::Word(word) = token.kind else { return Err(unexpected(token)) };
        match Duration::parse(word) {
            Some(duration) => Ok(Some(Shift { direction, duration })),
            None => Err(RuleError::new(Fault::InvalidDuration(word.to_owned()), token.at)),
        }
    }

    fn at_direct_reports(&self) -> bool {
        let is_word = |token: &Token<'_>, expected: &str| matches!(token.kind, TokenKind::Word(word) if word.eq_ignore_ascii_case(expected));
        matches!(self.tokens, [direct, reports, ..] if is_word(direct, "direct") && is_word(reports, "reports"))
    }

    fn direct_reports(&mut self) -> Result<Rule> {
        let (direct, _reports) = (self.next()?, self.next()?);
        let word = self.next()?;
        if !matches!(word.kind, TokenKind::Word(word) if word.eq_ignore_ascii_case("for")) {
            return Err(unexpected(word));
        }
        let manager = self.next()?;
        match (&manager.kind, self.tokens) {
            (TokenKind::Text(id), []) => Ok(Rule::DirectReports(id.clone())),
            (TokenKind::Text(_), _) => Err(RuleError::new(Fault::NotAlone(DIRECT_REPORTS), direct.at)),
            _ => Err(unexpected(manager)),
        }
    }
}

const DIRECT_REPORTS: &str = "Direct Reports";

fn without_hyphen(word: &str) -> &str {
    word.strip_prefix(is_hyphen).unwrap_or(word)
}

/// Letters, digits and `_`, no digit first.
fn is_name(word: &str) -> bool {
    let begins = word.starts_with(|first: char| first.is_alphabetic() || first == '_');
    begins && word.chars().all(|letter| letter.is_alphanumeric() || letter == '_')
}

/// Is it a word of the language, and so no name of a property?
fn is_reserved(word: &str) -> bool {
    let others = ["and", "or", "not", "plus", "minus", "true", "false", "null"];
    Operator::named(word).is_some()
        || Quantifier::named(word).is_some()
        || others.iter().any(|reserved| reserved.eq_ignore_ascii_case(word))
}

/// The value that a word without quotes is.
fn literal(word: &str) -> Option<Value> {
    if word.eq_ignore_ascii_case("null") || word.eq_ignore_ascii_case("$null") {
        return Some(Value::Null);
    }
    if word.eq_ignore_ascii_case("true") || word.eq_ignore_ascii_case("false") {
        return Some(Value::Bool(word.eq_ignore_ascii_case("true")));
    }
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if without_hyphen(word).splitn(2, '.').all(is_digits) {
        return Some(Value::Number(word.to_owned()));
    }
    time(word).map(Value::Time)
}

fn unexpected(token: &Token<'_>) -> RuleError {
    let found = match &token.kind {
        TokenKind::Open => "(",
        TokenKind::Close => ")",
        TokenKind::OpenList => "[",
        TokenKind::CloseList => "]",
        TokenKind::Comma => ",",
        TokenKind::Text(text) => text,
        TokenKind::Word(word) => word,
    };
    RuleError::new(Fault::Unexpected(found.to_owned()), token.at)
}
