//! undertone reads news articles and answers: how does each outlet write about whom?
//!
//! The modules stand in the order in which an article passes them. Each takes plain data and
//! returns plain data, and knows nothing of those after it:
//!
//! [`ingest`] → [`text`] → [`model`] → [`voice`] → [`actors`] → [`tables`] → [`stats`] → [`report`]
//!
//! [`score`] walks a set of articles through all of them, [`mark`] a single one; [`coding`] holds a run against what people
//! say of a sample of it; [`audit`] asks how far names alone move its scores; [`eval`] measures the model.
//!
//! Offsets everywhere are Unicode code points, end-exclusive ([`Span`]).

pub mod actors;
pub mod audit;
pub mod coding;
pub mod eval;
pub mod file;
pub mod ingest;
pub mod mark;
pub mod metric;
pub mod model;
pub mod predict;
pub mod report;
pub mod run;
pub mod score;
pub mod span;
pub mod stats;
pub mod tables;
pub mod text;
pub mod voice;

pub use span::Span;
