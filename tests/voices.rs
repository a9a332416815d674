//! Who is meant and who is speaking, in whole invented articles through the real model.

use std::sync::LazyLock;

use undertone::Span;
use undertone::actors::{self, Cast, Reason};
use undertone::ingest::{Article, Source};
use undertone::model::Model;
use undertone::text::{self, Part, Sentence};
use undertone::voice::{self, Voice, Voices};

static MODEL: LazyLock<Model> =
    LazyLock::new(|| Model::built_in(2).expect("the model in the binary"));

/// An article with its voices and actors.
struct Read {
    title: String,
    body: String,
    sentences: Vec<Sentence>,
    voices: Voices,
    cast: Cast,
}

fn read(title: &str, body: &str) -> Read {
    let article = Article {
        id: "a".into(),
        outlet: Some("The Selke Courier".into()),
        title: Some(title.into()),
        date: None,
        author: None,
        url: None,
        text: body.into(),
        source: Source { path: "a.txt".into(), line: None },
    };
    let document = text::prepare(article).expect("an article");
    let texts: Vec<&str> = document.sentences.iter().map(|s| s.text.as_str()).collect();
    let readings = MODEL.read(&texts).expect("readings");
    let voices = voice::assign(&document.sentences, &readings);
    let cast = actors::cast(&document.sentences, &readings, &voices, None);
    Read { title: title.into(), body: body.into(), sentences: document.sentences, voices, cast }
}

impl Read {
    /// Where `words` stand for the `nth` time (from 0) in the body, or else in the title.
    fn place(&self, words: &str, nth: usize) -> (usize, Span) {
        let (part, text) = match self.body.contains(words) {
            true => (Part::Body, &self.body),
            false => (Part::Title, &self.title),
        };
        let byte = text
            .match_indices(words)
            .nth(nth)
            .unwrap_or_else(|| panic!("{words:?} is not there"))
            .0;
        let start = text[..byte].chars().count();
        let span = Span::new(start, start + words.chars().count());
        let found = self.sentences.iter().position(|s| s.part == part && s.span.overlaps(span));
        let i = found.unwrap_or_else(|| panic!("{words:?} is in no sentence"));
        let from = self.sentences[i].span.start;
        (i, Span::new(start.max(from) - from, span.end.min(self.sentences[i].span.end) - from))
    }

    /// Whom the words mean, and why.
    fn meant(&self, words: &str, nth: usize) -> Option<(&str, Reason)> {
        let (i, span) = self.place(words, nth);
        let mention = self
            .cast
            .mentions
            .iter()
            .find(|m| m.place.sentence == i && m.place.span.overlaps(span))?;
        Some((&self.cast.actors[mention.actor].name, mention.reason))
    }

    fn who(&self, words: &str, nth: usize) -> Option<&str> {
        self.meant(words, nth).map(|(name, _)| name)
    }

    /// Whose words they are: the voice of every one of them, and the speaker or the source's own words.
    fn said(&self, words: &str) -> (Voice, Option<String>) {
        let (i, span) = self.place(words, 0);
        let voice = &self.voices.sentences[i];
        let each: Vec<(Voice, Option<usize>)> =
            voice::words_in(&self.sentences[i].text, span).map(|w| voice.at(w)).collect();
        assert!(each.iter().all(|v| *v == each[0]), "{words:?} has several voices: {each:?}");
        let (voice, attribution) = each[0];
        let speaker = attribution.and_then(|a| match self.cast.speakers[a] {
            Some(actor) => Some(self.cast.actors[actor].name.clone()),
            None => {
                let source = self.voices.attributions[a].source?;
                let text = self.sentences[source.sentence].text.chars();
                Some(text.skip(source.span.start).take(source.span.len()).collect())
            }
        });
        (voice, speaker)
    }
}

fn by(voice: Voice, speaker: &str) -> (Voice, Option<String>) {
    (voice, Some(speaker.to_owned()))
}

const OUTLET: (Voice, Option<String>) = (Voice::Outlet, None);

#[test]
fn names_titles_roles_possessives_and_pronouns_are_one_person() {
    let r = read(
        "Lind defends port plan",
        "Norvian Foreign Minister Oya Lind arrived in Selke on Tuesday.\n\
         Ms Lind told reporters that the port plan would go ahead. She said the work would begin in May.\n\
         Lind’s critics were not convinced. The minister left in the evening.",
    );
    for (words, nth) in
        [("Oya Lind", 0), ("Ms Lind", 0), ("She", 0), ("Lind’s", 0), ("The minister", 0)]
    {
        assert_eq!(r.who(words, nth), Some("Oya Lind"), "{words}");
    }
    assert_eq!(r.meant("She", 0).map(|m| m.1), Some(Reason::Pronoun));
    assert_eq!(r.meant("The minister", 0).map(|m| m.1), Some(Reason::Nominal));
}

#[test]
fn two_people_of_one_surname_stay_two() {
    let r = read(
        "Couple held after fire",
        "Police in Selke questioned Jonas Halvorsen and his wife Ingrid Halvorsen on Friday.\n\
         Mr Halvorsen said he had been asleep. Mrs Halvorsen said she had called the fire brigade.",
    );
    assert_eq!(r.who("Mr Halvorsen", 0), Some("Jonas Halvorsen"));
    assert_eq!(r.who("Mrs Halvorsen", 0), Some("Ingrid Halvorsen"));
    assert_eq!(r.who("she had", 0), Some("Ingrid Halvorsen"));
}

#[test]
fn a_pronoun_that_two_fit_equally_well_stays_open() {
    let r = read(
        "Talks end",
        "Anna Berg met Maria Holt in Selke on Monday. Nothing was agreed, and she left early.",
    );
    assert_eq!(r.who("she left", 0), None);
}

#[test]
fn acronyms_and_descriptions_of_organisations_are_followed() {
    let r = read(
        "Harbour agency fined",
        "The Harbour Protection Agency (HPA) was fined on Monday. The HPA said it would appeal.\n\
         Tidewater Shipping Ltd, a ferry company, brought the case. The company said the agency had ignored its letters.",
    );
    assert_eq!(r.who("HPA", 1), Some("Harbour Protection Agency"));
    assert_eq!(r.meant("HPA", 1).map(|m| m.1), Some(Reason::Acronym));
    assert_eq!(r.who("The company", 0), Some("Tidewater Shipping Ltd"));
    assert_eq!(r.who("the agency", 0), Some("Harbour Protection Agency"));
}

#[test]
fn a_capital_acts_as_its_state_and_lies_there_as_a_place() {
    let r = read(
        "Moscow rejects offer",
        "Moscow rejected the offer on Monday, and the Kremlin said talks were over.\n\
         Russian officials had asked for a week. In Moscow the streets were calm. Relations with Moscow are poor, \
         diplomats say.\nRussia has not published the letter.",
    );
    for (words, nth, reason) in [
        ("Moscow", 0, Reason::Metonym),
        ("Kremlin", 0, Reason::Metonym),
        ("Russian", 0, Reason::Demonym),
        ("Moscow", 2, Reason::Metonym),
        ("Russia has", 0, Reason::Name),
    ] {
        assert_eq!(r.meant(words, nth), Some(("Russia", reason)), "{words} {nth}");
    }
    assert_eq!(r.who("Moscow", 1), Some("Moscow"));
}

#[test]
fn a_dateline_names_where_and_for_whom_the_copy_was_written() {
    let r = read(
        "Harbour dues rise",
        "PORT SELKE, March 3 (Reuters) - Minister Oya Lind said on Monday that Tidewater Ltd had lied to \
         parliament.\n\nThe agency did not say more. It told Reuters that the case was open.",
    );
    let mention = |words: &str, nth: usize| {
        let (i, span) = r.place(words, nth);
        let found = r.cast.mentions.iter().find(|m| m.place.sentence == i && m.place.span == span);
        *found.unwrap_or_else(|| panic!("{words}"))
    };
    assert!(mention("PORT SELKE", 0).is_place);
    assert!(mention("Reuters", 0).is_place);
    assert!(!mention("Reuters", 1).is_place);
    assert!(!mention("Oya Lind", 0).is_place);
    assert_eq!(mention("PORT SELKE", 0).voice, Voice::Outlet);
    assert_eq!(r.said("Tidewater Ltd had lied"), by(Voice::Indirect, "Oya Lind"));
    // "It" is nobody whom only the dateline names.
    assert_ne!(r.who("It told", 0), Some("Reuters"));
}

#[test]
fn spellings_diacritics_and_orders_of_a_name_are_one_person() {
    let r = read(
        "Coach signs",
        "Dušan Petrović signed for two years, the club said. Petrovic had left in May.\n\
         “Dusan Petrovic is the right man,” said its chairman, Kim Dae-ho. Later Dae-ho Kim flew home.",
    );
    assert_eq!(r.who("Petrovic had", 0), Some("Dušan Petrović"));
    assert_eq!(r.who("Dusan Petrovic", 0), r.who("Dušan Petrović", 0));
    assert_eq!(r.who("Dae-ho Kim", 0), r.who("Kim Dae-ho", 0));
}

#[test]
fn every_style_of_quotation_marks_is_somebody_elses_voice() {
    for (open, close) in
        [("“", "”"), ("\"", "\""), ("‘", "’"), ("'", "'"), ("«", "»"), ("„", "“"), ("”", "”")]
    {
        let body = format!(
            "The mayor of Selke, Tilda Brask, spoke on Monday.\n\
             {open}We will build the bridge before the winter,{close} Brask said. The work costs two million crowns."
        );
        let r = read("Bridge agreed", &body);
        assert_eq!(
            r.said("build the bridge before the winter"),
            by(Voice::Direct, "Tilda Brask"),
            "{open}{close}"
        );
        assert_eq!(r.said("The work costs two million"), OUTLET, "{open}{close}");
    }
}

#[test]
fn a_quotation_over_paragraphs_and_a_nested_one_have_one_speaker() {
    let r = read(
        "Survivor tells of storm",
        "“We stayed in the cabin all night,” said Pavel Orsa, who was rescued on Sunday. “Nobody slept.\n\
         “In the morning my brother said ‘we must leave now’ and we left,” Orsa said.\n\
         The ship sank an hour later.",
    );
    assert_eq!(r.said("Nobody slept"), by(Voice::Direct, "Pavel Orsa"));
    assert_eq!(r.said("In the morning my brother"), by(Voice::Direct, "Pavel Orsa"));
    assert_eq!(r.said("we must leave now"), by(Voice::Direct, "Pavel Orsa"));
    assert_eq!(r.said("The ship sank"), OUTLET);
}

#[test]
fn a_forgotten_mark_ends_with_the_words() {
    let r = read(
        "Strike goes on",
        "“We will stay out until they talk to us, said Teodor Kvist, who leads the union. The port has been closed since May.",
    );
    assert_eq!(r.said("We will stay out until they talk"), by(Voice::Direct, "Teodor Kvist"));
    assert_eq!(r.said("The port has been closed"), OUTLET);
}

#[test]
fn a_dialogue_dash_is_speech_and_a_list_entry_is_none() {
    let r = read(
        "On the quay",
        "— We waited for six hours, said Ruth Sabel. — Nobody came to help us.\n\
         The council will discuss three points on Monday:\n– the price of tickets\n– the state of the pier",
    );
    assert_eq!(r.said("We waited for six hours").0, Voice::Direct);
    assert_eq!(r.said("the price of tickets"), OUTLET);
}

#[test]
fn the_turns_of_a_transcript_are_their_speakers() {
    let r = read(
        "Interview: Ruth Sabel",
        "Courier: Why did you leave the council?\n\
         Sabel: The decisions were made before we met, every single time.\n\
         Courier: Will you come back?\n\
         Sabel: No. The harbour needs people who listen.",
    );
    assert_eq!(r.said("The decisions were made before").0, Voice::Direct);
    assert_eq!(r.said("The harbour needs people"), by(Voice::Direct, "Ruth Sabel"));
}

#[test]
fn scare_quotes_are_the_outlets_own_and_flagged() {
    let r =
        read("Council cuts", "The council’s “reform” closed two libraries and a pool in March.");
    assert_eq!(r.said("reform"), OUTLET);
    let (i, _) = r.place("reform", 0);
    assert_eq!(r.voices.sentences[i].scare.len(), 1);
}

#[test]
fn a_headline_with_a_colon_is_the_speakers() {
    let r = read(
        "Tilda Brask: we will not sell the harbour",
        "The mayor spoke to the council for an hour on Monday evening. The vote is on Thursday.",
    );
    assert_eq!(r.said("we will not sell the harbour").1.as_deref(), Some("Tilda Brask"));
}

#[test]
fn reported_words_end_where_the_outlet_goes_on() {
    let r = read(
        "Bank raises rates",
        "Governor Amara Okonjo said that the bank would raise rates in June. The crown rose by two percent on Tuesday.",
    );
    assert_eq!(r.said("bank would raise rates in June"), by(Voice::Indirect, "Amara Okonjo"));
    assert_eq!(r.said("The crown rose by two percent"), OUTLET);
}

#[test]
fn documents_and_people_without_a_name_are_sources_of_their_own() {
    let r = read(
        "Pier unsafe",
        "According to the report, the pier has been unsafe since 2019. Two officials said the council knew of it.",
    );
    let (voice, source) = r.said("the pier has been unsafe since 2019");
    assert_eq!(voice, Voice::Indirect);
    assert!(source.as_deref().is_some_and(actors::is_document), "{source:?}");
    let (voice, source) = r.said("the council knew of it");
    assert_eq!((voice, source.as_deref()), (Voice::Indirect, Some("Two officials")));
}

#[test]
fn words_passed_on_are_the_quoted_ones_with_the_messenger_named() {
    let r = read(
        "Treaty void, minister says",
        "Tass quoted Foreign Minister Pavel Orsa as saying that the treaty was no longer in force. \
         The ministry in Selke gave no details.",
    );
    assert_eq!(r.said("the treaty was no longer in force").1.as_deref(), Some("Pavel Orsa"));
    let via: Vec<&str> =
        r.cast.via.iter().flatten().map(|&a| r.cast.actors[a].name.as_str()).collect();
    assert_eq!(via, ["Tass"]);
}

#[test]
fn a_colon_at_the_end_of_a_paragraph_brings_the_next_ones_speaker() {
    let r = read(
        "",
        "Mayor Mira Voss said the harbour would close. “We have no choice,” Ms Voss said.\n\n\
         Ruth Sabel, a dock worker of 24, replied to her on the quay:\n\n\
         “They never asked a single one of us what the closure would cost.”\n\n\
         The council meets again on Friday.",
    );
    assert_eq!(r.said("They never asked a single one"), by(Voice::Direct, "Ruth Sabel"));
    assert_eq!(r.said("We have no choice"), by(Voice::Direct, "Mira Voss"));
}

#[test]
fn a_quotation_in_single_marks_goes_on_in_the_next_sentence() {
    let r = read(
        "",
        "‘I do not think the minister understood a word of it,’ Ruth Sabel told the inquiry. ‘The \
         cranes were rusting where they stood.’ The hearing goes on.",
    );
    assert_eq!(r.said("The cranes were rusting"), by(Voice::Direct, "Ruth Sabel"));
}

#[test]
fn a_name_behind_a_dash_signs_the_quotation_before_it() {
    let r = read(
        "What readers say",
        "“The ferry has been late every single day this month.” — Ruth Sabel, Selke\n\
         The operator has promised a new timetable.",
    );
    assert_eq!(r.said("The ferry has been late"), by(Voice::Direct, "Ruth Sabel"));
    assert_eq!(r.said("The operator has promised"), OUTLET);
}

#[test]
fn who_and_it_are_followed_to_whom_they_mean() {
    let r = read(
        "Ferry late",
        "Teodor Kvist, who said the union would not give way, left the talks. \
         Tidewater Shipping rejected the claim. It said that every ship had been inspected in May.",
    );
    assert_eq!(r.said("the union would not give way"), by(Voice::Indirect, "Teodor Kvist"));
    assert_eq!(r.said("every ship had been inspected"), by(Voice::Indirect, "Tidewater Shipping"));
}

#[test]
fn what_is_said_about_a_source_names_nobody_who_speaks() {
    let r = read(
        "Dues rise",
        "The Selke Harbour Authority said that the dues would rise in May. Tidewater Shipping, whose owner is Oya \
         Lind, said that it would leave the port. A spokesman for Mayor Ilse Brandvold said that the town would not pay. \
         Brussels promised that the money would come. The Tidewater skipper said that he would stay.",
    );
    let speaks = |name: &str| by(Voice::Indirect, name);
    assert_eq!(r.said("the dues would rise"), speaks("Selke Harbour Authority"));
    assert_eq!(r.said("it would leave the port"), speaks("Tidewater Shipping"));
    // Somebody without a name: the source's own words.
    assert_eq!(r.said("the town would not pay"), speaks("A spokesman for Mayor Ilse Brandvold"));
    assert_eq!(r.said("the money would come"), speaks("European Union"));
    assert_eq!(r.said("he would stay"), speaks("The Tidewater skipper"));
}

#[test]
fn an_interviews_questions_are_the_outlets_and_its_labels_are_names() {
    let r = read(
        "The ice does not wait",
        "Glaciologist Seo Ha-rin met us in Oslo.\n\nQ: Will the shelf hold?\n\nSEO: It will hold for ten years, and not a day \
         longer.\n\nQ: The ministry has no doubts at all.\n\nSEO: I have great doubts about the ministry.",
    );
    assert_eq!(r.said("The ministry has no doubts"), OUTLET);
    assert_eq!(r.said("It will hold for ten years"), by(Voice::Direct, "Seo Ha-rin"));
    assert_eq!(r.who("SEO", 1), Some("Seo Ha-rin"));
}

#[test]
fn of_a_family_the_surname_alone_is_whom_the_article_is_about() {
    let r = read(
        "Mayor sells library",
        "Mayor Bruce Tallman wants to sell the library. His uncle Gordon Tallman once gave the money for its roof. \
         Tallman declined to comment on Friday.",
    );
    assert_eq!(r.who("Tallman declined", 0), Some("Bruce Tallman"));
    assert_eq!(r.who("Gordon Tallman", 0), Some("Gordon Tallman"));
}

#[test]
fn a_ministry_is_its_states_and_speaks_as_itself() {
    let r = read(
        "Ministries differ",
        "The Japanese Foreign Ministry protested on Monday. Norway’s Foreign Ministry said the letter had been lost.",
    );
    assert_eq!(r.who("Foreign Ministry protested", 0), Some("Foreign Ministry (Japan)"));
    assert_eq!(
        r.said("the letter had been lost"),
        by(Voice::Indirect, "Foreign Ministry (Norway)")
    );
}

#[test]
fn what_is_no_name_is_no_actor() {
    let r = read(
        "Vote",
        "Rep. Anna Berg (R-Fla.) voted no. Mr. Kvist, a Democrat, and other Democrats voted yes.",
    );
    let names: Vec<&str> = r.cast.actors.iter().map(|a| a.name.as_str()).collect();
    // The state may be named, as a place; its party's letter is no name.
    assert!(!names.iter().any(|n| n.contains("R-")), "{names:?}");
    let named = |m: &undertone::actors::Mention| r.cast.actors[m.actor].name.as_str();
    assert!(r.cast.mentions.iter().all(|m| m.is_place || !named(m).contains("Fla")), "{names:?}");
    assert_eq!(r.who("Kvist", 0), Some("Kvist"));
    assert_eq!(r.who("Democrat,", 0), r.who("Democrats", 0));
}

#[test]
fn what_the_outlet_makes_of_words_is_its_own_and_who_is_urged_does_not_speak() {
    let r = read(
        "Harsh words",
        "“The treaty is dead,” Tilda Brask told the Courier, mirroring Dravik’s favourite tactic of blaming its neighbours.\n\
         In the same interview, Brask turned her sights on Norvia, urging Norvia to “think twice” about its fleet.",
    );
    assert_eq!(r.said("favourite tactic of blaming"), OUTLET);
    assert_eq!(r.said("think twice"), by(Voice::Direct, "Tilda Brask"));
    let r = read(
        "Hard words",
        "“The islands are a part of Dravik,” Tilda Brask asserted, effectively endorsing Dravik’s expansionist story \
         that reaches beyond the strait to nearly the whole of the southern sea.",
    );
    assert_eq!(r.said("islands are a part"), by(Voice::Direct, "Tilda Brask"));
    assert_eq!(r.said("expansionist story that reaches"), OUTLET);
    let r = read(
        "A hard line",
        "Brask’s hard line is widely viewed by observers of the region not only as a matter of form, but as the price of \
         survival.",
    );
    assert_eq!(r.said("the price of survival"), OUTLET);
}
