//! Seatwright as its users meet it: the real binary, real sockets, real files.

#[cfg(test)]
mod administration;
#[cfg(test)]
mod certificates;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod database;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod dice;
#[cfg(test)]
mod encrypted;
#[cfg(test)]
mod explaining;
#[cfg(test)]
mod foreign;
#[cfg(test)]
mod garbage;
#[cfg(test)]
mod http;
#[cfg(test)]
mod https;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod nodes;
#[cfg(test)]
mod output;
#[cfg(test)]
mod postgresql;
#[cfg(test)]
mod process;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod scenarios;
#[cfg(test)]
mod serving;
#[cfg(test)]
mod slow;
#[cfg(test)]
mod stopping;
#[cfg(test)]
mod stores;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod world;
#[cfg(test)]
mod world_guide;
