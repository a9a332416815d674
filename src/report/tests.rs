//! What every form of the report promises.

use super::testing::{harbour, line, run};
use super::*;
use crate::ingest::RejectReason;
use crate::model::{AttributionKind, EntityKind};
use crate::voice::Voice;

fn page(run: &Run) -> String {
    html(run, &Options::default()).expect("the template renders")
}

#[test]
#[ignore = "writes pages to look at"]
fn write_pages_to_look_at() {
    let dir = std::env::temp_dir();
    let run = harbour();
    std::fs::write(dir.join("report.html"), page(&run)).unwrap();
    std::fs::write(
        dir.join("report.md"),
        markdown(&run, &Options::default()).unwrap(),
    )
    .unwrap();
    for width in [100, 80, 40] {
        println!("{}\n", terminal(&run, width, true));
    }
    println!("{}", csv(&run, Table::Outlets).unwrap());
}
