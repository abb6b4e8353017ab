//! Use cases, permissions, the tenant writer, propagation and the ports.
