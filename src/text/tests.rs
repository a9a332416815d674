//! What readers of sentences rely on.

use std::path::PathBuf;

use super::*;
use crate::ingest::Source;

fn article(title: Option<&str>, text: &str) -> Article {
    Article {
        id: "a".into(),
        outlet: Some("The Selke Courier".into()),
        title: title.map(str::to_owned),
        date: None,
        author: None,
        url: None,
        text: text.into(),
        source: Source { path: PathBuf::from("a.txt"), line: None },
    }
}

fn document(title: Option<&str>, text: &str) -> Document {
    let document = prepare(article(title, text)).expect("sentences");
    holds_together(&document);
    document
}

/// Spans slice back, are in order and do not overlap.
fn holds_together(document: &Document) {
    let body = CodePoints::new(&document.article.text);
    let title = document.article.title.clone().unwrap_or_default();
    let title = CodePoints::new(&title);
    let mut taken: Vec<(Part, Span)> =
        document.furniture.iter().map(|f| (f.part, f.span)).collect();
    for sentence in &document.sentences {
        let points = if sentence.part == Part::Title { &title } else { &body };
        assert_eq!(points.slice(sentence.span), sentence.text);
        assert_eq!(sentence.text.trim(), sentence.text);
        taken.push((sentence.part, sentence.span));
    }
    taken.sort();
    for pair in taken.windows(2) {
        assert!(pair[0].0 != pair[1].0 || !pair[0].1.overlaps(pair[1].1), "{pair:?}");
    }
}

fn texts(document: &Document) -> Vec<&str> {
    document.sentences.iter().map(|sentence| sentence.text.as_str()).collect()
}

const PASTED: &str = " date 2025-03-01 Selkecourier.com header logo\n\n\
    Board vows to raise tolls if wall fails\n\n\
    Sign up now: Get insights on the harbour\n\n\
    Board head Ina Roe also said that the wall was old.\n\n\
    Board head Ina Roe also said that the wall was old.\n\n\
    PHOTO: EPA\n\n\
    Follow topic:\n\n\
    PORT SELKE - The board will raise tolls if the wall fails, its head Ina Roe said in a talk with the town’s \
    Tass news agency.\n\n\
    Ms Roe also said that the town, citing\n\nwall repair costs\n\nunder Mayor Poe, was slow.\n\n\
    “The wall is old. It must go,” she said. KYODO NEWS\n\n\
    More on this topic\nWhy the wall will not hold\nA talk with the mayor of Selke\nSee more on\n\n\
    E-paper\n\nTerms & Conditions\n\nGet unlimited access to stories from the newsroom\nSubscribe Placeholder\n\
    MCI (P) 046/10/2025. Published by Selke Media Limited, Co. Regn. No. 1. Copyright © 2025. All rights reserved.";

#[test]
fn a_pasted_page_comes_down_to_the_articles_own_sentences() {
    let title = "Board vows to raise tolls if wall fails";
    let document = document(Some(title), PASTED);
    assert_eq!(
        texts(&document),
        [
            title,
            "PORT SELKE - The board will raise tolls if the wall fails, its head Ina Roe said in a talk with the \
             town’s Tass news agency.",
            "Ms Roe also said that the town, citing\n\nwall repair costs\n\nunder Mayor Poe, was slow.",
            "“The wall is old.",
            "It must go,” she said.",
        ]
    );
    assert_eq!(document.agency.as_deref(), Some("Kyodo News"));
    let paragraphs: Vec<u32> = document.sentences.iter().map(|s| s.paragraph).collect();
    assert_eq!(paragraphs, [0, 1, 2, 3, 3]);
    let kinds = |kind| document.furniture.iter().filter(|f| f.kind == kind).count();
    assert_eq!(kinds(FurnitureKind::Caption), 3);
    assert_eq!(kinds(FurnitureKind::Repeat), 1);
    assert_eq!(kinds(FurnitureKind::Credit), 1);
}

#[test]
fn a_dateline_stays_with_its_sentence_and_is_told_apart() {
    for (dateline, agency) in [
        ("PORT SELKE, March 3 (Reuters) - ", Some("Reuters")),
        ("MOSCOW, December 28. /TASS/. ", Some("TASS")),
        ("SELKE, Mich. — ", None),
    ] {
        let document =
            document(Some("Tolls rise"), &format!("{dateline}The board met. It rose at two."));
        let first = format!("{dateline}The board met.");
        assert_eq!(texts(&document), ["Tolls rise", &first, "It rose at two."]);
        let lengths: Vec<usize> = document.sentences.iter().map(|s| s.dateline).collect();
        assert_eq!(lengths, [0, dateline.chars().count(), 0]);
        assert_eq!(document.agency.as_deref(), agency);
        assert!(document.furniture.is_empty());
    }
}

#[test]
fn subheads_are_kept_as_headings_and_the_sites_name_goes() {
    let document = document(
        None,
        "SelkeToday (01/03/2025): The mayor set an ultimatum on Sunday, March 1.\nThe Quid Pro Quo: Wall for Tolls\n\
         Her stance is widely viewed as bold. “It is,” she told Xinhua News Agency, laughing.\n\
         The \"Selke Nightmare\" Rises\nAnd so it ends with the tide.\nSelkeToday.Net",
    );
    let heads: Vec<&str> =
        document.sentences.iter().filter(|s| s.heading).map(|s| s.text.as_str()).collect();
    assert_eq!(heads, ["The Quid Pro Quo: Wall for Tolls", "The \"Selke Nightmare\" Rises"]);
    assert_eq!(document.sentences.len(), 6);
    assert_eq!(document.sentences[0].text, "The mayor set an ultimatum on Sunday, March 1.");
    assert_eq!(document.agency, None);
}

#[test]
fn a_real_paragraph_after_a_related_link_stays() {
    let document = document(
        None,
        "The tolls rose.\n\nREAD MORE:\n\nWhy the wall fell\n\nThe mayor said so on Monday.\n\nRelated\n\
         The harbour in numbers\n\nWho pays\n\nFishermen pay most of it.",
    );
    assert_eq!(
        texts(&document),
        [
            "The tolls rose.",
            "The mayor said so on Monday.",
            "Who pays",
            "Fishermen pay most of it."
        ]
    );
}

#[test]
fn a_sentence_before_a_picture_with_its_own_caption_stays() {
    let document = document(
        None,
        "The wall fell on Monday.\n\nImage copyright Reuters Image caption The wall in spring\n\nNobody was hurt. \
         (A note on the tax credit: it is gone.)\n\nThe sea wall at dusk.\n\nGetty Images\n\nFrom the Left\n\nIt rose.",
    );
    assert_eq!(
        texts(&document),
        [
            "The wall fell on Monday.",
            "Nobody was hurt.",
            "(A note on the tax credit: it is gone.)",
            "From the Left",
            "It rose.",
        ]
    );
}

#[test]
fn text_wrapped_at_a_fixed_width_has_whole_sentences() {
    let document = document(
        None,
        "The harbour board of Port Selke said on Monday that the\nTolls Act of 1907 would be repealed before\n\
         Easter, and that Mayor Ina Poe and the head of the\nHarbour Watch would then meet with John Doe of the\n\
         Selke Fishing Union to discuss what the fishermen of\nPort Selke would have to pay.\n\nNobody came.\n",
    );
    assert_eq!(document.sentences.len(), 2, "{:?}", texts(&document));
}

#[test]
fn the_sites_name_is_no_part_of_the_title() {
    for (title, own) in [
        ("Tolls to rise in spring | Selke News", "Tolls to rise in spring"),
        ("Tolls to rise - The Selke Courier", "Tolls to rise"),
        ("Tolls to rise - by half", "Tolls to rise - by half"),
    ] {
        assert_eq!(document(Some(title), "They rose.").sentences[0].text, own);
    }
}

#[test]
fn other_languages_are_rejected_by_name_and_short_texts_pass() {
    let german = "Der Hafenrat von Selke hat am Montag beschlossen, dass die Gebühren für Fischerboote im Frühjahr \
                  steigen sollen. Die Bürgermeisterin sagte, das Geld werde für eine neue Mauer gebraucht, und \
                  niemand habe widersprochen, obwohl viele Fischer gekommen waren.";
    let reject = prepare(article(None, german)).expect_err("German");
    assert_eq!(reject.reason, RejectReason::NotEnglish);
    assert!(reject.detail.contains("German"), "{}", reject.detail);
    assert!(prepare(article(None, "Ja, sagte er.")).is_ok());
    assert!(prepare(article(None, "Der Präsident, “le roi,” was not amused.")).is_ok());
}

#[test]
fn only_furniture_is_no_article() {
    let reject = prepare(article(Some("Tolls"), "Advertisement\n\nSign up now\n\n* * *"))
        .expect_err("nothing");
    assert_eq!(reject.reason, RejectReason::NoSentences);
}

#[test]
fn no_text_makes_it_panic() {
    let mut cases = vec![
        "x".repeat(1_000_000),
        "é".repeat(200_000),
        "“a ".repeat(30_000),
        "\"".repeat(60_000),
        "(".repeat(60_000),
        "a\nb\n".repeat(20_000),
        "A. ".repeat(30_000),
        "He \"left\". ".repeat(30_000),
        "שלום עולם. “🙂” 👩\u{200d}💻!\n\u{202e}abc".to_owned(),
        "\u{301}\u{301}. \u{fe0f}".to_owned(),
        "© \n— \n(\n• \n\n1.\n".to_owned(),
        "– AFP".to_owned(),
        "TOKYO - ".to_owned(),
    ];
    // All mixtures of awkward pieces.
    let pieces = [
        "“", "”", ". ", "A", "é", "\n", "\n\n", " (AP)", "PHOTO: ", "🙂", "U.S. ", "\"", "said",
        "—", "’",
    ];
    let mut state = 7u64;
    for _ in 0..3000 {
        let mut text = String::new();
        for _ in 0..12 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            text.push_str(pieces[(state >> 33) as usize % pieces.len()]);
        }
        cases.push(text);
    }
    for text in cases {
        if let Ok(document) = prepare(article(Some(&text[..text.floor_char_boundary(50)]), &text)) {
            holds_together(&document);
        }
    }
}
