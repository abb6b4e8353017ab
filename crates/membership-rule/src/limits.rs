//! How much a rule may be.

/// Characters of a rule (section 7.1).
pub const CHARACTERS_MAX: usize = 3072;

/// How deep parentheses may nest. The specification sets no limit; this one is far above what rules need, and far
/// below what a stack can bear.
pub const DEPTH_MAX: usize = 64;

/// Groups that a `memberOf` rule may name (section 7.4).
pub const MEMBER_OF_GROUPS_MAX: usize = 50;

/// Bytes that the compiled regular expressions of one rule may take together, with what they keep while they are matched.
pub const PATTERNS_BYTES_MAX: usize = 1 << 22;

/// Bytes that one regular expression may keep of what it finds out while it is matched.
pub const PATTERN_CACHE_BYTES_MAX: usize = 1 << 15;

/// How deep groups of a regular expression may nest.
pub const PATTERN_DEPTH_MAX: u32 = 32;
