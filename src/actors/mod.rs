//! Mentions in, actors out.
