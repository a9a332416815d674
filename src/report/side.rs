//! The same event, told by several outlets: which events are shown, and which sentences stand side by side.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use super::Run;
use super::number::counted;
use super::reading::{ArticleView, SentenceView};
use crate::tables::rows::{ArticleRow, EventRow};

/// Events on a page, outlets in one, sentences in one (whole rows).
const MOST_EVENTS: usize = 3;
const MOST_OUTLETS: usize = 4;
const MOST_SENTENCES: usize = 160;
/// Two sentences tell the same from this cosine of their words on.
const ALIKE: f64 = 0.3;

/// An event in columns, one an outlet.
#[derive(Serialize)]
pub struct EventView {
    pub title: String,
    pub date: Option<String>,
    /// `5 articles of 4 outlets`
    pub size: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// Sentences left out at the end.
    pub more: usize,
}

#[derive(Serialize)]
pub struct Column {
    pub outlet: String,
    pub title: String,
    pub anchor: String,
    pub loaded: String,
    pub quoted: String,
    /// Its words are an agency's or another outlet's.
    pub relayed: bool,
}

/// A sentence that several outlets tell, or all that stands between two of those.
#[derive(Serialize)]
pub struct Row {
    /// One per column.
    pub cells: Vec<Vec<SentenceView>>,
    /// Do several outlets tell it?
    pub shared: bool,
}

impl Row {
    fn n_sentences(&self) -> usize {
        self.cells.iter().map(Vec::len).sum()
    }
}

/// The events shown, each as the articles of its columns: those that most outlets tell in words of their own.
pub fn chosen<'r>(events: &'r [EventRow], articles: &'r [ArticleRow]) -> Vec<Vec<&'r ArticleRow>> {
    let by_id: HashMap<&str, &ArticleRow> =
        articles.iter().map(|a| (a.article_id.as_str(), a)).collect();
    let mut of_event: BTreeMap<&str, Vec<(&EventRow, &ArticleRow)>> = BTreeMap::new();
    for row in events.iter().filter(|row| !row.repeats) {
        if let (Some(event), Some(&article)) = (&row.event_id, by_id.get(row.article_id.as_str())) {
            of_event.entry(event).or_default().push((row, article));
        }
    }
    let mut found: Vec<(usize, usize, Vec<&ArticleRow>)> = Vec::new();
    for mut rows in of_event.into_values() {
        // An outlet's longest article of its own stands for it; copy only where it has nothing else.
        rows.sort_by(|(a, x), (b, y)| {
            let order = |r: &EventRow, a: &ArticleRow| (r.relayed, std::cmp::Reverse(a.n_words));
            order(a, x).cmp(&order(b, y)).then_with(|| x.article_id.cmp(&y.article_id))
        });
        let size = rows.len();
        let mut outlets = HashSet::new();
        let first: Vec<(&EventRow, &ArticleRow)> =
            rows.into_iter().filter(|(_, a)| outlets.insert(a.outlet.as_str())).collect();
        let own = first.iter().filter(|(row, _)| !row.relayed).count();
        if first.len() >= 2 && own >= 1 {
            let mut columns: Vec<&ArticleRow> =
                first.iter().take(MOST_OUTLETS).map(|(_, a)| *a).collect();
            columns.sort_by(|a, b| a.outlet.cmp(&b.outlet));
            found.push((own, size, columns));
        }
    }
    found.sort_by(|(own_a, size_a, a), (own_b, size_b, b)| {
        let order = (own_b, size_b).cmp(&(own_a, size_a));
        order.then_with(|| a[0].article_id.cmp(&b[0].article_id))
    });
    found.into_iter().take(MOST_EVENTS).map(|(_, _, columns)| columns).collect()
}

/// The events as a page shows them. `view` gives an article of the page.
pub fn views(run: &Run, view: &dyn Fn(&ArticleRow) -> Option<ArticleView>) -> Vec<EventView> {
    let of = |id: &str| run.events.iter().find(|row| row.article_id == id);
    chosen(&run.events, &run.articles)
        .into_iter()
        .filter_map(|articles| {
            let views: Vec<ArticleView> =
                articles.iter().map(|a| view(a)).collect::<Option<Vec<_>>>()?;
            let event = of(&articles[0].article_id)?;
            let members: Vec<&EventRow> =
                run.events.iter().filter(|row| row.event_id == event.event_id).collect();
            let outlets: HashSet<&str> = members.iter().map(|row| row.outlet.as_str()).collect();
            let columns = views
                .iter()
                .zip(&articles)
                .map(|(view, article)| Column {
                    outlet: view.outlet.clone(),
                    title: view.title.clone(),
                    anchor: view.anchor.clone(),
                    loaded: view.loaded.clone(),
                    quoted: view.quoted.clone(),
                    relayed: of(&article.article_id).is_some_and(|row| row.relayed),
                })
                .collect();
            let title = members.iter().find_map(|row| row.title.clone());
            let mut rows = aligned(views.into_iter().map(|v| v.sentences).collect());
            let mut n = 0;
            let fitting = rows.iter().take_while(|row| {
                n += row.n_sentences();
                n <= MOST_SENTENCES
            });
            let cut = rows.split_off(fitting.count());
            let more = cut.iter().map(Row::n_sentences).sum();
            Some(EventView {
                title: title.unwrap_or_else(|| "(no headline)".to_owned()),
                date: members.iter().filter_map(|row| row.date.clone()).min(),
                size: format!(
                    "{} of {}",
                    counted(members.len() as u64, "article", "articles"),
                    counted(outlets.len() as u64, "outlet", "outlets")
                ),
                columns,
                rows,
                more,
            })
        })
        .collect()
}

/// Sentences of several articles in rows: those that tell the same beside each other, each article in its order.
///
/// Article by article onto the rows that there are, by the alignment with the greatest sum of likeness
/// (Needleman and Wunsch 1970, gaps cost nothing).
fn aligned(articles: Vec<Vec<SentenceView>>) -> Vec<Row> {
    let text = |s: &SentenceView| s.pieces.iter().map(|p| p.text.as_str()).collect::<String>();
    let bags: Vec<Vec<HashSet<String>>> =
        articles.iter().map(|a| a.iter().map(|s| words(&text(s))).collect()).collect();
    let n: usize = bags.iter().map(Vec::len).sum();
    let mut df: HashMap<&str, usize> = HashMap::new();
    for bag in bags.iter().flatten() {
        bag.iter().for_each(|w| *df.entry(w).or_default() += 1);
    }
    let idf = |w: &str| (1.0 + n as f64 / df.get(w).copied().unwrap_or(1) as f64).ln();
    let weight = |bag: &HashSet<String>| bag.iter().map(|w| idf(w).powi(2)).sum::<f64>().sqrt();
    let cosine = |a: &HashSet<String>, b: &HashSet<String>| {
        let both: f64 = a.intersection(b).map(|w| idf(w).powi(2)).sum();
        let size = weight(a) * weight(b);
        if size > 0.0 { both / size } else { 0.0 }
    };

    // Rows as numbers of sentences, column by column.
    let mut rows: Vec<Vec<Option<usize>>> = Vec::new();
    for (column, own) in bags.iter().enumerate() {
        let likeness = |row: &[Option<usize>], sentence: usize| {
            let there = row.iter().enumerate().filter_map(|(c, s)| Some(&bags[c][(*s)?]));
            let best = there.map(|bag| cosine(bag, &own[sentence])).fold(0.0, f64::max);
            // Headlines stand side by side.
            let headlines = sentence == 0 && row.first().is_some_and(|s| *s == Some(0));
            if headlines {
                1.0
            } else if best >= ALIKE {
                best
            } else {
                0.0
            }
        };
        let (height, width) = (rows.len(), own.len());
        let mut best = vec![vec![0.0f64; width + 1]; height + 1];
        for r in (0..height).rev() {
            for s in (0..width).rev() {
                let pair = likeness(&rows[r], s);
                let paired = if pair > 0.0 { pair + best[r + 1][s + 1] } else { 0.0 };
                best[r][s] = paired.max(best[r + 1][s]).max(best[r][s + 1]);
            }
        }
        let mut next = Vec::with_capacity(height + width);
        let (mut r, mut s) = (0, 0);
        while r < height || s < width {
            let pair = if r < height && s < width { likeness(&rows[r], s) } else { 0.0 };
            if pair > 0.0 && pair + best[r + 1][s + 1] >= best[r][s] {
                rows[r].push(Some(s));
                next.push(std::mem::take(&mut rows[r]));
                (r, s) = (r + 1, s + 1);
            } else if r < height && (s == width || best[r + 1][s] >= best[r][s + 1]) {
                rows[r].push(None);
                next.push(std::mem::take(&mut rows[r]));
                r += 1;
            } else {
                let mut row = vec![None; column];
                row.push(Some(s));
                next.push(row);
                s += 1;
            }
        }
        rows = next;
    }
    let mut sentences: Vec<Vec<Option<SentenceView>>> =
        articles.into_iter().map(|a| a.into_iter().map(Some).collect()).collect();
    let mut out: Vec<Row> = Vec::new();
    for row in rows {
        let shared = row.iter().flatten().count() > 1;
        let taken = row
            .into_iter()
            .enumerate()
            .map(|(column, s)| s.and_then(|s| sentences[column][s].take()).into_iter().collect());
        match out.last_mut() {
            // What nobody else tells stands together.
            Some(last) if !shared && !last.shared => {
                for (cell, more) in last.cells.iter_mut().zip(taken) {
                    let more: Vec<SentenceView> = more;
                    cell.extend(more);
                }
            }
            _ => out.push(Row { cells: taken.collect(), shared }),
        }
    }
    out
}

fn words(text: &str) -> HashSet<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|w| {
            w.chars().count() >= 4 || w.chars().all(|c| c.is_ascii_digit()) && !w.is_empty()
        })
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::reading::Piece;

    fn sentences(texts: &[&str]) -> Vec<SentenceView> {
        texts
            .iter()
            .enumerate()
            .map(|(n, text)| SentenceView {
                anchor: String::new(),
                number: n as u32,
                begins: false,
                heading: false,
                voice: "outlet",
                spoken: crate::voice::Voice::Outlet,
                says: Vec::new(),
                p: String::new(),
                loaded: None,
                pieces: vec![Piece { text: (*text).to_owned(), ..Piece::default() }],
            })
            .collect()
    }

    #[test]
    fn what_tells_the_same_stands_in_one_row_and_every_sentence_stands_once_in_its_order() {
        let a = [
            "Harbour strike ends",
            "Dockers accepted a raise of 4 percent on Monday.",
            "Ferries sail again.",
            "The mayor was relieved.",
        ];
        let b = [
            "A port gives in",
            "Nobody had expected it.",
            "On Monday the dockers took the raise of 4 percent.",
            "The mayor was relieved, she said.",
        ];
        let rows = aligned(vec![sentences(&a), sentences(&b)]);
        let numbers: Vec<Vec<Vec<u32>>> = rows
            .iter()
            .map(|r| r.cells.iter().map(|c| c.iter().map(|s| s.number).collect()).collect())
            .collect();
        // Headlines; what only one tells, together; the raise; the mayor.
        let expected: [[&[u32]; 2]; 5] =
            [[&[0], &[0]], [&[], &[1]], [&[1], &[2]], [&[2], &[]], [&[3], &[3]]];
        assert_eq!(numbers, expected.map(|row| row.map(<[u32]>::to_vec).to_vec()).to_vec());
        assert_eq!(rows.iter().filter(|r| r.shared).count(), 3);
    }

    #[test]
    fn three_columns_and_an_empty_one_keep_their_places() {
        let rows = aligned(vec![
            sentences(&["One headline"]),
            Vec::new(),
            sentences(&["Another headline", "More"]),
        ]);
        assert!(rows.iter().all(|r| r.cells.len() == 3));
        assert_eq!(rows.iter().map(Row::n_sentences).sum::<usize>(), 3);
    }
}
