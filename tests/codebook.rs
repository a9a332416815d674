//! `docs/codebook.md` defines every column of every table, and no other.

use std::collections::BTreeMap;

use undertone::tables;

const CODEBOOK: &str = include_str!("../docs/codebook.md");

/// Table and column to the cells after the name: type, source, meaning.
fn documented() -> BTreeMap<(String, String), Vec<String>> {
    let mut table = None;
    let mut found = BTreeMap::new();
    for line in CODEBOOK.lines() {
        if line.starts_with('#') {
            let name = line.strip_prefix("## `").and_then(|l| l.strip_suffix('`'));
            table = name.map(str::to_owned);
        } else if let (Some(table), Some(row)) = (&table, line.strip_prefix("| `")) {
            let mut cells = row.split('|').map(|cell| cell.trim().to_owned());
            let column = cells.next().unwrap_or_default();
            let key = (table.clone(), column.trim_end_matches('`').to_owned());
            let cells: Vec<_> = cells.filter(|cell| !cell.is_empty()).collect();
            assert!(found.insert(key.clone(), cells).is_none(), "{key:?} stands twice");
        }
    }
    found
}

#[test]
fn the_codebook_has_every_column_with_its_type_and_no_other() {
    let mut documented = documented();
    for column in tables::columns() {
        let key = (column.table.to_owned(), column.name.clone());
        let null = if column.nullable { ", null" } else { "" };
        let cells =
            documented.remove(&key).unwrap_or_else(|| panic!("{key:?} is not in docs/codebook.md"));
        let [kind, source, meaning] = &cells[..] else {
            panic!("{key:?} has not three cells (type, source, meaning): {cells:?}");
        };
        assert_eq!(kind, &format!("{}{null}", column.kind), "type of {key:?}");
        assert!(source.len() > 2 && meaning.len() > 10, "{key:?} is not explained");
    }
    assert!(documented.is_empty(), "no such columns: {:?}", documented.keys());
}

#[test]
fn the_codebook_has_the_tables_in_the_order_of_the_run() {
    let headings: Vec<_> = CODEBOOK
        .lines()
        .filter_map(|l| l.strip_prefix("## `").and_then(|l| l.strip_suffix('`')))
        .collect();
    assert_eq!(headings, tables::names());
}
