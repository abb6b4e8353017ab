//! What tokens are, and what is not one. Each file is one part of the specification.

#[cfg(test)]
mod cache;
#[cfg(test)]
mod claim_attacks;
#[cfg(test)]
mod content_attacks;
#[cfg(test)]
mod form_attacks;
#[cfg(test)]
mod header_attacks;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod world;
