use clap::Args;
use super::Outcome;
/// x
#[derive(Args)]
pub struct Options {}
pub fn run(_: &Options) -> anyhow::Result<Outcome> { Ok(Outcome::Nothing) }
