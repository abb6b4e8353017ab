//! Text of OData query options to typed queries.
