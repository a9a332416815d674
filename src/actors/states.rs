//! Which state does a form of words name, and does it act as a state or is it only a place?
//!
//! A form in, a [`State`] out ([`named`]): "Russia", "the Russian Federation", "Russians", "Moscow", "the
//! Kremlin". Then the words around the form say what it does there ([`part`]): "in Moscow" and "the Russian
//! coach" only say where something is or comes from, "Moscow denied" and "Russian officials" are the state.
//!
//! Names, nationalities and capitals are those of The World Factbook (Central Intelligence Agency, last edition,
//! February 2026), a work of the United States government in the public domain; `states/factbook.tsv` holds them
//! as they stand there. What news calls otherwise, and the seats of power, which no data set has, are the tables
//! below.
//!
//! Some forms mean several things, and one of them is taken:
//! - "Georgia" is the state, never the American one; "Jordan", "Chad" and "Washington" are no people, so the type
//!   of the name must say who is a person.
//! - "Congo" and "Congolese" are the Democratic Republic, as agencies write; "Korea" is the South; "Guinea" is
//!   Conakry's; "Dominican" is the Republic's.
//! - "Brussels" is the European Union, "The Hague" the Netherlands (not the courts there), "Tel Aviv" and
//!   "Jerusalem" are Israel, as papers on either side write.
//! - England, Scotland, Wales and Northern Ireland are no states, Gaza and the West Bank no names of one;
//!   "Europe" and "European" name more than the Union.
//!
//! [`part`] reads a few words on either side by lists and knows no grammar. Where nothing tells, a name of the
//! state and its seat are the state, and a capital and a demonym are places.

mod rules;
mod scene;
mod words;

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::model::EntityKind;

pub use rules::part;

/// A state, a territory with a code of its own, or the European Union.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct State {
    /// ISO 3166-1 alpha-2; also `XK` (Kosovo) and the reserved `EU`.
    pub code: &'static str,
    /// As in English news: "Russia", "United States", "South Korea".
    pub name: &'static str,
}

/// How a form names a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Its own name, also short or old: "Russia", "U.S.", "Burma".
    Name,
    /// What its people and things are called: "Russian", "Russians", "the Dutch".
    Demonym,
    /// The city it is governed from: "Moscow", "Brussels".
    Capital,
    /// The house or quarter it is governed from: "the Kremlin", "Downing Street".
    Seat,
}

/// What [`named`] finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Named {
    pub state: State,
    pub how: How,
}

/// What a form does where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A location or an origin only: "in Moscow", "the Russian coach".
    Place,
    /// The state acts or is a party: "Moscow said", "relations with Moscow", "Russian officials".
    State,
}

/// The state that a form names. `kind` is the type it was found as: a person or a product is never a state.
///
/// An article before the form, a possessive after it, stops in abbreviations and diacritics do not matter, and
/// neither do capitals in a headline; but "us" is not the US, and "turkey" not Turkey.
pub fn named(form: &str, kind: EntityKind) -> Option<Named> {
    if matches!(kind, EntityKind::Per | EntityKind::Misc) { None } else { lookup(form) }
}

/// Code, short name, long name, demonyms, capitals.
const DATA: &str = include_str!("states/factbook.tsv");

/// Names in English news, where the Factbook has another.
const NAMES: &[(&str, &str)] = &[
    ("BS", "Bahamas"),
    ("CD", "Democratic Republic of Congo"),
    ("CG", "Republic of Congo"),
    ("CI", "Ivory Coast"),
    ("CV", "Cape Verde"),
    ("CZ", "Czech Republic"),
    ("DO", "Dominican Republic"),
    ("EU", "European Union"),
    ("FM", "Micronesia"),
    ("GM", "Gambia"),
    ("MM", "Myanmar"),
    ("PS", "Palestine"),
    ("TL", "East Timor"),
    ("VA", "Vatican"),
];

/// Forms that the Factbook lacks, or has for another: abbreviations, former and colloquial names, usual demonyms
/// (it has "Kazakhstani", news has "Kazakh"), seats of government that are no capital by law.
const OWN: &[(&str, How, &str)] = &[
    ("AE", How::Name, "UAE"),
    ("AG", How::Name, "Antigua"),
    ("BA", How::Name, "Bosnia; Bosnia-Herzegovina"),
    ("CD", How::Name, "DR Congo; DRC; Congo; Congo-Kinshasa"),
    ("CG", How::Name, "Congo Republic; Congo-Brazzaville"),
    ("CN", How::Name, "PRC"),
    ("EU", How::Name, "EU"),
    ("FK", How::Name, "Falklands"),
    ("GB", How::Name, "UK; Britain; Great Britain"),
    ("IR", How::Name, "Islamic Republic"),
    ("KN", How::Name, "Saint Kitts"),
    ("KP", How::Name, "DPRK; N Korea"),
    ("KR", How::Name, "Korea; S Korea; ROK"),
    ("MK", How::Name, "Macedonia"),
    ("MO", How::Name, "Macao"),
    ("NL", How::Name, "Holland"),
    ("PG", How::Name, "PNG"),
    ("PS", How::Name, "State of Palestine"),
    ("ST", How::Name, "Sao Tome"),
    ("SZ", How::Name, "Swaziland"),
    ("TR", How::Name, "Türkiye"),
    ("TT", How::Name, "Trinidad"),
    ("TW", How::Name, "Republic of China; Chinese Taipei"),
    ("US", How::Name, "US; USA; America"),
    ("VA", How::Name, "Vatican City; Vatican City State"),
    ("VC", How::Name, "Saint Vincent"),
    ("CH", How::Capital, "Berne"),
    ("CN", How::Capital, "Peking"),
    ("EU", How::Capital, "Brussels"),
    ("GL", How::Capital, "Nuuk"),
    ("IL", How::Capital, "Tel Aviv"),
    ("IN", How::Capital, "Delhi"),
    ("KZ", How::Capital, "Nur-Sultan"),
    ("MM", How::Capital, "Naypyidaw; Naypyitaw"),
    ("MN", How::Capital, "Ulan Bator"),
    ("MY", How::Capital, "Putrajaya"),
    ("NL", How::Capital, "The Hague"),
    ("PS", How::Capital, "Ramallah"),
    ("UA", How::Capital, "Kiev"),
    ("US", How::Capital, "Washington; Washington DC"),
    ("XK", How::Capital, "Prishtina"),
    ("AR", How::Demonym, "Argentinian; Argentinians; Argentinean; Argentineans"),
    ("AU", How::Demonym, "Aussie; Aussies"),
    ("AZ", How::Demonym, "Azeri; Azeris"),
    ("BW", How::Demonym, "Botswanan; Botswanans"),
    ("BY", How::Demonym, "Belarussian; Belarussians; Belarusan; Belarusans"),
    ("CD", How::Demonym, "Congolese"),
    ("CI", How::Demonym, "Ivorian; Ivorians"),
    ("CV", How::Demonym, "Cape Verdean; Cape Verdeans"),
    ("DO", How::Demonym, "Dominican; Dominicans"),
    ("EC", How::Demonym, "Ecuadorean; Ecuadoreans"),
    ("GB", How::Demonym, "Brit; Brits"),
    ("HK", How::Demonym, "Hong Kongers; Hongkonger; Hongkongers"),
    ("KG", How::Demonym, "Kyrgyz"),
    ("KM", How::Demonym, "Comorian; Comorians"),
    ("KP", How::Demonym, "North Korean; North Koreans"),
    ("KR", How::Demonym, "South Korean; South Koreans; Korean; Koreans"),
    ("KZ", How::Demonym, "Kazakh; Kazakhs"),
    ("MG", How::Demonym, "Madagascan; Madagascans"),
    ("MK", How::Demonym, "North Macedonian; North Macedonians"),
    ("NP", How::Demonym, "Nepalese; Nepalis"),
    ("NZ", How::Demonym, "Kiwi; Kiwis"),
    ("PH", How::Demonym, "Filipina; Filipinas"),
    ("PS", How::Demonym, "Palestinian; Palestinians"),
    ("RS", How::Demonym, "Serbians"),
    ("SI", How::Demonym, "Slovenians"),
    ("SK", How::Demonym, "Slovakian; Slovakians"),
    ("SV", How::Demonym, "Salvadorean; Salvadoreans; Salvadorian; Salvadorians"),
    ("TH", How::Demonym, "Thais"),
    ("TJ", How::Demonym, "Tajik; Tajiks"),
    ("TL", How::Demonym, "East Timorese"),
    ("TM", How::Demonym, "Turkmen; Turkmens"),
    ("UZ", How::Demonym, "Uzbek; Uzbeks; Uzbekistanis"),
    ("XK", How::Demonym, "Kosovar; Kosovars; Kosovans"),
];

/// Houses and quarters that news calls a government by. Parliaments and named ministries are actors of their own
/// and stay away, but for the Quai d'Orsay and the quarters where a parliament and the government sit side by
/// side ("Westminster").
const SEATS: &[(&str, &str)] = &[
    ("AR", "Casa Rosada; La Casa Rosada; Pink House"),
    ("AT", "Ballhausplatz"),
    ("BR", "Planalto; Planalto Palace; Palácio do Planalto"),
    ("CL", "La Moneda; La Moneda Palace"),
    ("CN", "Zhongnanhai"),
    ("CO", "Casa de Nariño; Nariño Palace"),
    ("DK", "Christiansborg"),
    ("EC", "Carondelet; Carondelet Palace"),
    ("ES", "Moncloa; La Moncloa; Moncloa Palace"),
    ("FR", "Élysée; Élysée Palace; Matignon; Hôtel Matignon; Quai d'Orsay"),
    (
        "GB",
        "Downing Street; 10 Downing Street; Number 10; Number Ten; No 10; No10; Whitehall; Westminster",
    ),
    ("GH", "Jubilee House"),
    ("GR", "Maximos Mansion; Maximou"),
    ("ID", "Merdeka Palace"),
    ("IN", "South Block; Raisina Hill"),
    ("IT", "Palazzo Chigi; Chigi Palace; Quirinale; Quirinal; Quirinal Palace"),
    ("JP", "Kantei; Nagatacho; Nagata-cho; Kasumigaseki"),
    ("KR", "Blue House; Cheong Wa Dae"),
    ("LB", "Baabda; Baabda Palace; Grand Serail"),
    ("NG", "Aso Rock; Aso Villa"),
    ("NL", "Binnenhof"),
    ("NZ", "Beehive"),
    ("PH", "Malacañang; Malacañan; Malacañang Palace; Malacañan Palace"),
    ("PT", "Belém Palace"),
    ("RO", "Cotroceni; Cotroceni Palace; Victoria Palace"),
    ("RU", "Kremlin"),
    ("SE", "Rosenbad"),
    ("TR", "Beştepe"),
    ("UA", "Bankova"),
    ("US", "White House; Oval Office"),
    ("VE", "Miraflores; Miraflores Palace"),
    ("ZA", "Union Buildings"),
];

/// In the Factbook, but more often something else in news, or two territories' at once.
const DROPPED: &str = "Victoria; Cape Town; Bloemfontein; Channel Islander; Channel Islanders";

/// No capital letter is needed in these.
const SMALL: &[&str] = &["and", "of", "the", "da", "de", "do", "la"];

static FORMS: LazyLock<HashMap<String, Named>> = LazyLock::new(forms);

/// Every form with what it names. The first to claim a form keeps it: own tables before the data, names before
/// capitals before demonyms, states before territories.
fn forms() -> HashMap<String, Named> {
    let rows: Vec<Vec<&'static str>> = DATA
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
        .collect();
    let mut states: HashMap<&str, State> = HashMap::new();
    for row in &rows {
        if let [code, name, ..] = row[..] {
            states.insert(code, State { code, name });
        }
    }
    for &(code, name) in NAMES {
        states.insert(code, State { code, name });
    }
    let mut forms: HashMap<String, Named> = HashMap::new();
    let mut add = |code: &str, how: How, list: &str| {
        let Some(&state) = states.get(code) else { return };
        for plain in list.split(';').filter_map(plain) {
            let key = if is_abbreviation(&plain) { plain } else { plain.to_lowercase() };
            forms.entry(key).or_insert(Named { state, how });
        }
    };
    for &(code, how, list) in OWN {
        add(code, how, list);
    }
    for &(code, list) in SEATS {
        add(code, How::Seat, list);
    }
    for &(code, name) in NAMES {
        add(code, How::Name, name);
    }
    for (column, how) in [(1, How::Name), (2, How::Name), (4, How::Capital), (3, How::Demonym)] {
        for row in &rows {
            if let (Some(code), Some(list)) = (row.first(), row.get(column)) {
                add(code, how, list);
            }
        }
    }
    for plain in DROPPED.split(';').filter_map(plain) {
        forms.remove(&plain.to_lowercase());
    }
    forms
}

fn lookup(form: &str) -> Option<Named> {
    let plain = plain(form)?;
    FORMS.get(&plain).or_else(|| FORMS.get(&plain.to_lowercase())).copied()
}

/// A form as forms are compared, but for its capitals: plain Latin letters and digits, single blanks, no article,
/// no possessive. None where a word has no capital letter: that is a word, not a name.
fn plain(form: &str) -> Option<String> {
    let latin = deunicode::deunicode(form).replace('&', " And ");
    let form = without_possessive(latin.trim());
    let proper = |word: &str| word.chars().any(|c| c.is_uppercase() || c.is_numeric());
    let known = |word: &str| proper(word) || SMALL.contains(&word);
    if !proper(form) || !form.split_whitespace().all(known) {
        return None;
    }
    let mut words: Vec<String> = form
        .split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '.')
        .map(|word| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>())
        .filter(|word| !word.is_empty())
        .map(|word| if word.eq_ignore_ascii_case("saint") { "St".to_owned() } else { word })
        .collect();
    if words.len() > 1 && words[0].eq_ignore_ascii_case("the") {
        words.remove(0);
    }
    Some(words.join(" "))
}

fn without_possessive(form: &str) -> &str {
    let short = form.strip_suffix("'s").or_else(|| form.strip_suffix("'S"));
    short.or_else(|| form.strip_suffix('\'')).unwrap_or(form)
}

/// "US" and "UAE" are found in capitals only.
fn is_abbreviation(plain: &str) -> bool {
    (2..=4).contains(&plain.len()) && plain.bytes().all(|b| b.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(form: &str) -> Option<(&'static str, How)> {
        named(form, EntityKind::Loc).map(|n| (n.state.code, n.how))
    }

    #[test]
    fn a_state_goes_by_many_forms() {
        for (iso, how, forms) in [
            ("RU", How::Name, "Russia; the Russian Federation; RUSSIA; Russia's; Russia’s"),
            (
                "US",
                How::Name,
                "US; U.S.; the US; USA; America; the United States of America; U.S.’s",
            ),
            ("GB", How::Name, "UK; U.K.; Britain; Great Britain; United Kingdom"),
            ("KR", How::Name, "South Korea; S. Korea; Republic of Korea; Korea"),
            ("KP", How::Name, "North Korea; DPRK; N. Korea"),
            ("IR", How::Name, "Iran; Islamic Republic of Iran; the Islamic Republic"),
            ("CZ", How::Name, "Czech Republic; Czechia"),
            ("CI", How::Name, "Ivory Coast; Côte d’Ivoire; Cote d'Ivoire"),
            ("MM", How::Name, "Burma; Myanmar"),
            ("TR", How::Name, "Turkey; Türkiye; TÜRKİYE; Turkiye"),
            ("CD", How::Name, "Congo; DRC; DR Congo; Democratic Republic of the Congo"),
            ("CG", How::Name, "Republic of Congo; Republic of the Congo; Congo-Brazzaville"),
            ("VA", How::Name, "the Vatican; Holy See; Vatican City"),
            (
                "BA",
                How::Name,
                "Bosnia; Bosnia-Herzegovina; Bosnia & Herzegovina; Bosnia and Herzegovina",
            ),
            ("ST", How::Name, "São Tomé and Príncipe; Sao Tome"),
            ("LC", How::Name, "Saint Lucia; St. Lucia; St Lucia"),
            ("XK", How::Name, "Kosovo"),
            ("TW", How::Name, "Taiwan; Chinese Taipei"),
            ("PS", How::Name, "Palestine"),
            ("EU", How::Name, "EU; E.U.; the European Union"),
            ("BS", How::Name, "the Bahamas"),
            ("GB", How::Demonym, "British; Briton; Britons; Brits"),
            ("NL", How::Demonym, "Dutch; the Dutch; Dutchmen; Dutchwoman"),
            ("DK", How::Demonym, "Danish; Dane; Danes"),
            ("PL", How::Demonym, "Polish; POLISH; Poles"),
            ("ES", How::Demonym, "Spanish; Spaniards"),
            ("PH", How::Demonym, "Filipino; Filipinos; Philippine"),
            ("AE", How::Demonym, "Emirati; Emiratis"),
            ("NE", How::Demonym, "Nigerien; Nigeriens"),
            ("NG", How::Demonym, "Nigerian; Nigerians"),
            ("KZ", How::Demonym, "Kazakh; Kazakhstani"),
            ("TR", How::Demonym, "Turkish; Turks"),
            ("US", How::Demonym, "American; Americans’"),
            ("CN", How::Demonym, "Chinese"),
            ("RU", How::Capital, "Moscow; MOSCOW; Moscow's"),
            ("US", How::Capital, "Washington; Washington, D.C.; Washington DC"),
            ("UA", How::Capital, "Kyiv; Kiev"),
            ("EU", How::Capital, "Brussels"),
            ("CO", How::Capital, "Bogotá; Bogota"),
            ("NL", How::Capital, "The Hague; Amsterdam"),
            ("TD", How::Capital, "N'Djamena; N’Djamena"),
            ("YE", How::Capital, "Sanaa; Sana'a"),
            ("RU", How::Seat, "the Kremlin; Kremlin; KREMLIN"),
            ("US", How::Seat, "White House; the White House’s; Oval Office"),
            (
                "GB",
                How::Seat,
                "Downing Street; 10 Downing Street; No 10; No. 10; Number Ten; Whitehall",
            ),
            ("FR", How::Seat, "Élysée; the Elysee Palace; Quai d’Orsay; ÉLYSÉE"),
            ("IT", How::Seat, "Palazzo Chigi"),
            ("PH", How::Seat, "Malacañang; Malacanang"),
        ] {
            for form in forms.split(';').map(str::trim) {
                assert_eq!(read(form), Some((iso, how)), "{form}");
            }
        }
    }

    #[test]
    fn words_and_people_are_no_states() {
        for form in
            ["us", "Us", "turkey", "chad", "polish", "Uk", "the", "", "'s", "王毅", "Moscow Oblast"]
        {
            assert_eq!(read(form), None, "{form}");
        }
        for form in
            ["England", "Scottish", "Gaza", "Europe", "European", "Victoria", "Capitol Hill"]
        {
            assert_eq!(read(form), None, "{form}");
        }
        assert_eq!(named("Jordan", EntityKind::Per), None);
        assert_eq!(named("Washington", EntityKind::Per), None);
        assert_eq!(named("Jordan", EntityKind::Loc).map(|n| n.state.name), Some("Jordan"));
    }

    #[test]
    fn every_state_of_the_data_has_its_name_and_a_isoof_two_letters() {
        for line in DATA.lines().filter(|l| !l.starts_with('#')) {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(cells.len(), 5, "{line}");
            assert!(is_abbreviation(cells[0]) && cells[0].len() == 2, "{line}");
            // "Congo" is the other one.
            let name = if cells[0] == "CG" { cells[2] } else { cells[1] };
            assert_eq!(read(name).map(|c| c.0), Some(cells[0]), "{line}");
            for form in cells[2..].iter().flat_map(|cell| cell.split(';')) {
                let found = form.is_empty() || read(form).is_some();
                assert_ne!(found, DROPPED.split("; ").any(|d| d == form), "{form}");
            }
        }
        for (iso, _, forms) in OWN {
            for form in forms.split(';') {
                assert_eq!(read(form).map(|c| c.0), Some(*iso), "{form}");
            }
        }
        for (iso, forms) in SEATS {
            for form in forms.split(';') {
                assert_eq!(read(form), Some((*iso, How::Seat)), "{form}");
            }
        }
    }

    #[test]
    fn states_are_named_as_in_english_news() {
        for (form, name) in [
            ("Seoul", "South Korea"),
            ("Dutch", "Netherlands"),
            ("U.S.", "United States"),
            ("Czechia", "Czech Republic"),
            ("Burma", "Myanmar"),
            ("Brussels", "European Union"),
            ("Kinshasa", "Democratic Republic of Congo"),
        ] {
            assert_eq!(named(form, EntityKind::Norp).map(|n| n.state.name), Some(name), "{form}");
        }
    }
}
