//! The licensing rules: facts and a command in, changes or a refusal out.
