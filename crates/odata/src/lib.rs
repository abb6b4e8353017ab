//! Text of a request's URL to typed queries: path segments with their keys, query options, `$filter`.
//!
//! The crate knows the language only. Which properties exist, which filters a service evaluates and how
//! large a page may be is the business of its user.
#![deny(missing_docs)]

pub mod filter;
mod lexer;
pub mod options;
pub mod path;

pub use filter::Filter;
pub use options::{OptionError, QueryOptions};
