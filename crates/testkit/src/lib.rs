//! Worlds, clients and fake clocks for tests.
