//! The wire service that wrote the copy, where the text says so.
//!
//! A dateline ("PORT SELKE (Reuters) -") or a credit after the last sentence ("he said. KYODO NEWS")
//! says so; a mention in a sentence ("told Xinhua News Agency") does not.

use std::sync::LazyLock;

use regex::Regex;

/// Usual name, and what credits call it. Compared without regard to case.
const AGENCIES: &[(&str, &[&str])] = &[
    ("Reuters", &["reuters", "thomson reuters", "reuters news", "reuters news agency"]),
    ("Associated Press", &["ap", "the ap", "associated press", "the associated press", "ap news"]),
    ("AFP", &["afp", "agence france-presse", "agence france presse", "afp news"]),
    ("Kyodo News", &["kyodo", "kyodo news", "kyodo news agency", "jiji/kyodo"]),
    ("Jiji Press", &["jiji", "jiji press"]),
    ("TASS", &["tass", "itar-tass", "tass news agency"]),
    ("Xinhua", &["xinhua", "xinhua news agency", "xinhuanet"]),
    ("dpa", &["dpa", "dpa international", "deutsche presse-agentur", "german press agency"]),
    ("PTI", &["pti", "press trust of india"]),
    ("ANI", &["ani", "asian news international"]),
    ("IANS", &["ians", "indo-asian news service"]),
    ("UNI", &["united news of india"]),
    ("Bernama", &["bernama"]),
    ("Antara", &["antara", "antara news"]),
    ("Yonhap", &["yonhap", "yonhap news", "yonhap news agency"]),
    ("EFE", &["efe", "agencia efe", "efe-epa", "la-epa"]),
    ("ANSA", &["ansa"]),
    ("UPI", &["upi", "united press international"]),
    ("PA Media", &["pa media", "press association", "pa news agency", "the press association"]),
    ("Interfax", &["interfax", "interfax-ukraine"]),
    ("RIA Novosti", &["ria novosti", "ria", "ria news"]),
    ("Ukrinform", &["ukrinform"]),
    ("Anadolu", &["anadolu", "anadolu agency", "aa"]),
    ("Bloomberg", &["bloomberg", "bloomberg news"]),
    ("CNA", &["cna", "central news agency"]),
    ("CNN", &["cnn", "cnn wire", "the-cnn-wire", "cnnmoney"]),
    ("Canadian Press", &["the canadian press", "canadian press"]),
    ("AAP", &["aap", "australian associated press"]),
    ("APA", &["apa", "austria press agency"]),
    ("IRNA", &["irna"]),
    ("KCNA", &["kcna"]),
    ("WAM", &["wam"]),
    ("MENA", &["mena"]),
    ("Belga", &["belga"]),
    ("PAP", &["pap"]),
    ("Inter Press Service", &["ips", "inter press service"]),
    ("Tribune News Service", &["tribune news service", "tns"]),
    ("Thomson Reuters Foundation", &["thomson reuters foundation"]),
    ("Project Syndicate", &["project syndicate"]),
];

/// The usual name of an agency in a credit; of several ("AFP, Reuters", "CBS/AP") the first known.
pub fn named(credit: &str) -> Option<&'static str> {
    let exact = |text: &str| {
        let text = text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        let found = AGENCIES.iter().find(|(_, names)| names.contains(&text.as_str()));
        found.map(|(name, _)| *name)
    };
    exact(credit).or_else(|| credit.split(['/', ',', '&', '+']).find_map(exact))
}

/// Is every part of a credit an agency ("AFP, Reuters"), and which is the first?
pub(super) fn only(credit: &str) -> Option<&'static str> {
    let trimmed = credit.trim_matches(|c: char| !c.is_alphanumeric());
    let parts = trimmed.split(['/', ',', '&', '+']).flat_map(|part| part.split(" and "));
    let mut parts = parts.map(named);
    let first = parts.next()??;
    // "Aa", "Pap", "Wam": written small they are words.
    let shouted =
        trimmed.len() > 4 || trimmed.chars().all(|c| !c.is_lowercase()) || trimmed == "dpa";
    (shouted && parts.all(|part| part.is_some())).then_some(first)
}

/// Where and when the copy was written, before its first words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Dateline {
    /// In bytes, with the blanks behind it.
    pub end: usize,
    pub agency: Option<&'static str>,
    /// The outlet's own name and the date ("CaliToday (28/12/2025):"): no place, nobody else's name.
    pub own: bool,
}

/// The dateline that a paragraph begins with.
pub(super) fn dateline(paragraph: &str) -> Option<Dateline> {
    const DATE: &str = r"(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s\d{1,2}|\d{1,2}\s(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)(?:,?\s\d{4})?";
    // "PORT SELKE, Mich., March 3 (Reuters) -", "(AP) —", "(CNN)".
    static WITH_AGENCY: LazyLock<Regex> = LazyLock::new(|| {
        let place = r"(?:[\p{Lu}][\p{L}.’'/-]*(?:[ ,/]+[\p{Lu}][\p{L}.’'/-]*){0,7})";
        pattern(&format!(
            r"^(?:{place},?\s+)?(?:{DATE},?\s+)?[(\[](?P<agency>[\p{{L}}][\p{{L}} ,/&.-]+)[)\]]\s*(?P<dash>[-–—]+|:)?\s*"
        ))
    });
    // "TOKYO - ", "NEW YORK, Jan. 5 — ", "SELKE, Mich. — ".
    static PLACE: LazyLock<Regex> = LazyLock::new(|| {
        let region = r"(?:,\s\p{Lu}[\p{L}.]+(?:\s\p{Lu}[\p{L}.]+)?)?";
        pattern(&format!(
            r"^(?P<place>[\p{{Lu}}][\p{{Lu}}.’'-]+(?:[ /][\p{{Lu}}.’'/-]+){{0,4}}){region}(?:,\s{DATE})?\s*(?:\s[-–]|—|--)+\s*"
        ))
    });
    // "CaliToday (28/12/2025): ", "The Courier (3 March 2025) - ".
    static OUTLET: LazyLock<Regex> = LazyLock::new(|| {
        pattern(&format!(
            r"^(?P<outlet>\p{{Lu}}[\p{{L}}\d.’' -]+?)\s\((?:\d{{1,4}}[/.-]\d{{1,2}}[/.-]\d{{1,4}}|{DATE})\)\s*[:–—-]\s*"
        ))
    });
    // "MOSCOW, December 28. /TASS/. "
    static SLASHES: LazyLock<Regex> = LazyLock::new(|| {
        pattern(&format!(
            r"^\p{{Lu}}[\p{{L}} -]+,\s{DATE}\.?\s*/(?P<agency>[\p{{L}} -]+)/\.?\s*[-–—]*\s*"
        ))
    });

    let head = &paragraph[..paragraph.floor_char_boundary(200)];
    let begins = |end: usize| {
        let rest = &head[end..];
        rest.chars().find(|c| !"\"“‘'«(…".contains(*c)).is_some_and(|c| !c.is_lowercase())
    };
    if let Some(c) = WITH_AGENCY.captures(head) {
        let whole = c.get(0).map_or(0, |m| m.end());
        let credit = &c["agency"];
        let agency = named(credit).filter(|_| credit.len() <= 40);
        let dash = c.name("dash").is_some();
        let bare = head.starts_with(['(', '[']);
        // "WASHINGTON (CNN) The" has no dash; then the agency must be one we know.
        let known = agency.is_some() && (dash || bare || shouted_place(head));
        let local = dash
            && shouted_place(head)
            && credit.len() <= 12
            && credit.chars().all(|c| !c.is_lowercase())
            && !bare;
        if (known || local) && begins(whole) {
            return Some(Dateline { end: whole, agency, own: false });
        }
    }
    if let Some(c) = SLASHES.captures(head)
        && let Some(agency) = named(&c["agency"])
    {
        let end = c.get(0).map_or(0, |m| m.end());
        return Some(Dateline { end, agency: Some(agency), own: false });
    }
    if let Some(c) = OUTLET.captures(head) {
        let end = c.get(0).map_or(0, |m| m.end());
        if begins(end) {
            return Some(Dateline { end, agency: named(&c["outlet"]), own: true });
        }
    }
    if let Some(c) = PLACE.captures(head) {
        let end = c.get(0).map_or(0, |m| m.end());
        if c["place"].chars().filter(|c| c.is_alphabetic()).count() >= 4 && begins(end) {
            return Some(Dateline { end, agency: None, own: false });
        }
    }
    None
}

fn shouted_place(head: &str) -> bool {
    head.split(['(', ',']).next().is_some_and(|place| !place.contains(char::is_lowercase))
}

/// Where the last paragraph's own words end, and the agency credited after them.
pub(super) fn credit_after(paragraph: &str) -> Option<(usize, &'static str)> {
    static AFTER: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r#"(?s)^.*[.!?…]["”’')\]]*(?P<gap>\s+[(\[–—-]*\s*|[(\[–—]+\s*)(?P<credit>\p{L}[\p{L} ,/&+-]+?)\s*[)\]]?\.?\s*$"#,
        )
    });
    let from = paragraph.ceil_char_boundary(paragraph.len().saturating_sub(100));
    let found = AFTER.captures(&paragraph[from..])?;
    let (gap, credit) = (found.name("gap")?, found.name("credit")?.as_str());
    let agency = only(credit)?;
    // "ap" and "ansa" are no credits; "Reuters", "dpa" and "AFP" are.
    let written_so = credit == "dpa" || credit.starts_with(char::is_uppercase);
    written_so.then_some((from + gap.start(), agency))
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a fixed pattern")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datelines_end_where_the_sentence_begins() {
        for (line, rest, agency) in [
            ("TOKYO - The board met.", "The board met.", None),
            ("PORT SELKE, March 3 (Reuters) - The board met.", "The board met.", Some("Reuters")),
            ("WASHINGTON (AP) — The board met.", "The board met.", Some("Associated Press")),
            ("NEW YORK/LONDON (Reuters) - “No,” he said.", "“No,” he said.", Some("Reuters")),
            ("(CNN) The board met.", "The board met.", Some("CNN")),
            ("SELKE, Mich. — The board met.", "The board met.", None),
            ("MOSCOW, December 28. /TASS/. The board met.", "The board met.", Some("TASS")),
            ("CaliToday (28/12/2025): The board met.", "The board met.", None),
            ("BEIJING, Dec. 28 (Xinhua) -- The board met.", "The board met.", Some("Xinhua")),
            ("Selke (dpa) - The board met.", "The board met.", Some("dpa")),
        ] {
            let found = dateline(line).expect(line);
            assert_eq!((&line[found.end..], found.agency), (rest, agency), "{line}");
            assert_eq!(found.own, line.starts_with("CaliToday"), "{line}");
        }
    }

    #[test]
    fn sentences_that_only_look_like_datelines_stay_whole() {
        for line in [
            "NATO - which was founded in 1949 - met.",
            "The Selke Harbour Board (SHB) said it would meet.",
            "Mr Roe (Labour) - the member for Selke - left.",
            "John Doe (AP reporter) left.",
            "I - a fool - left.",
        ] {
            assert_eq!(dateline(line), None, "{line}");
        }
    }

    #[test]
    fn a_credit_counts_and_a_mention_does_not() {
        for (line, rest, agency) in [
            ("The end,” he said. KYODO NEWS", "The end,” he said.", "Kyodo News"),
            ("He left. (AP)", "He left.", "Associated Press"),
            ("He left. – AFP", "He left.", "AFP"),
            ("He left.” — Reuters", "He left.”", "Reuters"),
            ("He left. AFP, Reuters", "He left.", "AFP"),
            ("He left the U.S. REUTERS.", "He left the U.S.", "Reuters"),
        ] {
            let (end, found) = credit_after(line).expect(line);
            assert_eq!((&line[..end], found), (rest, agency), "{line}");
        }
        for line in [
            "he told Xinhua News Agency.",
            "He spoke to the country’s Tass news agency",
            "He left. So did Reuters.",
            "He spoke to (AP).",
            "He left. Bloomberg and others stayed",
        ] {
            assert_eq!(credit_after(line), None, "{line}");
        }
    }
}
