//! Rows in, estimates out.
