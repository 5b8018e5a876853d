//! Guildhall, the one program: wiring only.

fn main() {}
