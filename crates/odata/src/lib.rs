//! Text of OData query options to typed queries.
#![deny(missing_docs)]
