//! Tables in, pages for people out.
