//! Starts a throw-away PostgreSQL cluster for tests.
