//! The sandbox: a group-chat platform inside the program, and its adapter.
