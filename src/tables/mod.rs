//! Rows in, a run folder out (and back).

pub mod rows;
