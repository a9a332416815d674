//! Readings in, voices out: whose words is every stretch of an article?

use serde::{Deserialize, Serialize};

/// Whose words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voice {
    /// The outlet's own.
    Outlet,
    /// Somebody else's, inside quotation marks.
    Direct,
    /// Somebody else's, reported: "X said that ...".
    Indirect,
    /// Of a sentence only: it has both the outlet's words and somebody else's.
    Mixed,
}
