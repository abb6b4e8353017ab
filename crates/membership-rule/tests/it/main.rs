//! What membership rules mean, as examples and as properties. `corpus.txt` is the specification by example.

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod evaluation;
#[cfg(test)]
mod garbage;
#[cfg(test)]
mod grammar;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod round_trip;
#[cfg(test)]
mod table;
