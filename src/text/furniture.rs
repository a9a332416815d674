//! A line in, what kind of page furniture it is out, or nothing if it may be the article's own.
//!
//! A line is judged by its shape (short, no end of a sentence, a known pattern), never by a single
//! word: a real sentence that is dropped costs more than a stray menu word that is kept.

use std::sync::LazyLock;

use regex::Regex;

use super::FurnitureKind as Kind;

/// Longest line, in bytes, that a pattern may call furniture.
const MAX_LINE: usize = 400;

fn pattern(text: &str) -> Regex {
    // The engine's fast path knows no Unicode word boundaries, and Unicode digits and word characters
    // make automata that take long to build; ASCII ones do for these words.
    let ascii = text
        .replace(r"\b", r"(?-u:\b)")
        .replace(r"\d", "[0-9]")
        .replace(r"\w", "[A-Za-z0-9_]")
        .replace(r"\s", r"[\ ]");
    Regex::new(&ascii).expect("a fixed pattern")
}

macro_rules! patterns {
    ($($name:ident = $text:expr;)*) => {
        $(static $name: LazyLock<Regex> = LazyLock::new(|| pattern($text));)*
    };
}

patterns! {
    NAVIGATION = r#"(?ix)^(?:
        (?:advertise?ment|ad|ads|menu|home|search|e-?paper|newsletters?|podcasts?|videos?|photos?|rss(?:\ feeds?)?|about(?:\ us)?
          |contact(?:\ us)?|log\ ?in|sign\ in|log\ ?out|my\ account|see\ more(?:\ on)?|load\ more|show\ more|view\ (?:all|more)
          |back\ to\ top|top|close|loading|play|pause|mute|listen|watch|download(?:\ the)?\ (?:our\ )?app|advertise(?:\ with\ us)?
          |feedback|careers|jobs|help|faqs?|sitemap|site\ map|archives?|weather|opinion|analysis\s?/\s?opinion
          |skip(?:\ to)?(?:\ (?:main\ )?content|\ ad(?:vertisement)?|\ navigation)?|next|prev(?:ious)?|continue
          |live|breaking(?:\ news)?|exclusive|must\ (?:watch|read)|endit|transcript|gallery|slideshow|pullquote|placeholder|video\ player)
          (?:\s+(?:advertise?ment|ad))*
        |need\ help\?\ .*
        |(?:story|article)\ continues?\ (?:below|after)(?:\ .*)?|story\ continued\ below
        |continue\ reading(?:\ (?:below|the\ main\ story|this\ (?:story|article)))?|advertise?ment\ continue\ reading.*
        |slideshow\ \(\d+\ images?\)|(?:prev|next)?\ ?image\ \d+\ of\ \d+|\d+\ (?:of|/)\ \d+
        |this\ article\ is\ more\ than\ .+\ old|\d+\ (?:minute|hour|day|week|month|year)s?\ ago
        |link\ copied.{0,3}|hide\ caption(?:\ \d+\ of\ \d+)?|\[pullquote|\d\d:\d\d|(?:must\ watch|just\ watched)\ .*\ \d\d:\d\d
        |media\ playback\ is\ unsupported.*|this\ article\ tagged\ under:.*|you\ may\ opt-?out\ at\ any\ time
        |(?:https?://|pic\.twitter\.com)\S*(?:\ \S+)?\ —\ .*\(@\w+\)\ [a-z]+\ \d+,\ \d{4}|—\ .*\(@\w+\)\ [a-z]+\ \d+,\ \d{4}|\d+\ min(?:ute)?s?\ read|.*\ min\ read|reading\ time:?.*
        |date\ \d{4}-\d\d-\d\d\b.*|(?:\S+\ ){0,6}(?:header|site|footer)\ logo
        |don.t\ see\ the\ graphic\ above\?.*
        )\s*[:>»…|.\]*-]*$"#;
    SITE = r"(?i)^(?:visit\s+)?(?:https?://)?(?:www\.)?[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+){0,2}\.(?:com|net|org|info|news|co\.uk|com\.au|tv|io|co|us|uk|in|sg|my|ph|hk|de|fr|eu|ca|ie|co\.za|co\.nz|com\.sg)/?$";
    LINK = r"(?i)^https?://\S+$";
    SIGN_UP = r#"(?ix)
        ^(?:please\ )?(?:sign\ up|subscribe|register)\b(?:\ (?:now|here|today|free))?\s*(?:[:!.>»-]|$)
        |^(?:please\ )?(?:sign\ up|subscribe|register)\ (?:now|here|today|for|to|with)\b.*\b(?:newsletters?|inbox|e-?mails?|alerts?|updates?|channel|podcast|briefing|app|access|stories|magazine|today)\b
        |^subscribe\ placeholder$
        |^get\ (?:unlimited|full|exclusive|instant|digital|all)\ access\b
        |^get\ (?:the|our|your|all|breaking|more|free|a)\b.*\b(?:inbox|newsletters?|alerts|app|in\ your\ e-?mail)\b
        |\b(?:delivered|straight|sent|directly|right)\ (?:daily\ |directly\ |straight\ )?(?:in)?to\ your\ (?:inbox|e-?mail)
        |\bin\ your\ inbox\b|\bsign\ up\ (?:here|now|today)\b[.!]?\s*\W*$|\bsign\ up\ for\ our\ newsletter\b
        |^newsletter\ sign-?up$|^manage\ newsletters$|^thank\ you\ for\ (?:subscribing|signing\ up)
        |^click\ (?:here\ )?(?:to\ (?:get|sign|subscribe|download|join)|for)\b
        |^(?:already\ a|become\ a|for)\ (?:subscribers?|members?)\b.*$|^support\ (?:our|vox|independent)\b.*\bjournalism\b
        |^(?:download|get)\ (?:the|our)\ .*\bapp\b.*$|^(?:enter|submit)\ your\ e-?mail\b|^invalid\ e-?mail
        |^subscribe\ to\ (?:our|the)\b.*$|^for\ .*\bsubscribe\ to\b.*$"#;
    LEGAL = r"(?ix)
        ^(?:\W{0,3})(?:©|\(c\)|copyright\b)\s*(?:©|\(c\)|by\b|\d{4})|^©|\ball\ rights\ reserved\b|^[^©]{0,80}©\s?\d{4}\b[^.!?]*$|\bcopyright\ ©
        |^(?:terms(?:\ (?:&|and|of)\ (?:conditions|use|service|sale))?|privacy(?:\ (?:policy|statement|notice|centre|center))?|cookies?(?:\ (?:policy|settings|preferences))?|legal(?:\ notice)?|disclaimer|accessibility|do\ not\ sell\ my.*|your\ privacy\ choices|imprint|impressum|code\ of\ conduct|corrections(?:\ policy)?)\s*[.|:]?$
        |^(?:mddi|mci)\s?\(p\)|\bco\.?\ regn?\.?\ no\b|^published\ by\b.*\b(?:ltd|limited|inc|llc|gmbh|co\.)\b
        |\bmay\ not\ be\ (?:published|reproduced|republished),?\b.*\b(?:broadcast|rewritten|redistributed|permission|distributed)\b
        |\bclick\ here\ for\ reprint\ permission|^this\ is\ a\ rush\ transcript
        |^the\ (?:opinions|views)\ expressed\b.*\bare\ (?:their\ own|those\ of|his\ own|her\ own|solely)\b
        |^by\ (?:signing\ up|subscribing|clicking|continuing|using)\b.*\b(?:agree|accept|acknowledge|consent)\b
        |^we\ use\ cookies\b|^this\ (?:site|website)\ (?:uses\ cookies|is\ protected\ by)\b";
    CREDIT_LABEL = r"(?i)^(?:\[|\()?\s*(?:file\s+)?(?:photo|picture|image|pic|foto|photograph|photography|illustration|graphic|video|visual|screengrab|screenshot|st\s+(?:photo|file)|(?:photo|image|picture|video)\s+(?:credits?|by|source|courtesy(?:\s+of)?|copyright|via)|credits?|courtesy)\s*(?:[:|©/–—]|\.\.\.|…)\s*(?P<rest>.+)$";
    CREDIT_BY = r"^(?:Photo(?:graph)?s?|Picture|Image|Illustration|Video|Graphic) (?:by|courtesy(?: of)?|via|from|copyright|source,?|credit) .+$|^Image (?:copyright|source)\b.*$|^(?:Image|Media) caption\b.*$";
    CREDIT_ONLY = r"(?x)^[(\[]?(?:[\p{L}.'’\ -]+\s?[/|,]\s?|via\ |AP\ Photo/|[Pp]ool\ (?:[Pp]hoto\ )?(?:via|by)\ )?
        (?:Getty(?:\ Images?)?|AFP|AP(?:\ Photos?)?|The\ Associated\ Press|EPA(?:-EFE)?|Shutterstock(?:\.com)?|i[Ss]tock(?:photo)?|Alamy|Pixabay|Unsplash|Wikimedia(?:\ Commons)?
          |Flickr|ZUMA(?:\ Press)?|Corbis|SIPA|Magnum|POLITICO(?:\ Magazine)?|NurPhoto|Anadolu(?:\ Agency)?|WireImage|UPI|Redux|NPR|Bettmann|LightRocket|Polaris|Imaginechina|Bloomberg|REUTERS|TASS|Xinhua|Reuters)
        (?:\s?(?:/|via|,|\ -)\s?[\p{L}.'’\ -]+)?[)\]]?$|^AP\ Photo/.+$|^[(\[](?:Pixabay|Unsplash|Shutterstock)[^)]*[)\]]$";
    CAPTION_TAIL = r"(?i)[(\[](?:(?:ap|file|pool|courtesy|reuters|afp|getty|st)?\s*(?:photo|photograph|picture|pic|image|credit|illustration|screenshot|screengrab)s?\b[^)\]]*|(?:[\p{L}.'’ -]+/)?(?:getty images|shutterstock|afp|ap photo|reuters)(?:/[\p{L}.'’ -]+)?)[)\]]\s*\.?$|[.!?”’]\s+(?:photo|photograph|picture|image|illustration)s?(?:\s+by)?\s?[:©]\s?[^.!?]+$|(?-i:\b(?:Credit|CREDIT))\s?(?:\.\.\.|…|:)\s?[^.!?]+$|\|\s*(?:getty(?: images)?|ap(?: photo)?|afp|reuters|[\p{L}. ]+/\s?[\p{L} ]+)$";
    CAPTION_HEAD = r"(?i)^(?:enlarge (?:this )?image|toggle caption|view gallery|hide caption|caption:|(?:file|handout|stock) (?:photo|picture|image)\s*[:–-]|in this .*\bfile (?:photo|image|picture)\b)";
    RELATED_HEAD = r"(?ix)^\W{0,3}(?:more\ on\ (?:this(?:\ (?:topic|story|subject|issue))?|the\ (?:topic|story))|related(?:\ (?:stor(?:y|ies)|articles?|content|links?|topics?|coverage|news|posts?|reading|videos?|to\ this\ (?:story|topic)))?
        |read\ (?:more|also|next|this(?:\ next)?)|also\ (?:read|see|on\ .+)|see\ also|more\ (?:stories|news|headlines|coverage|to\ read)|more\ from\ .+|more\ in\ .+|more
        |recommended(?:\ (?:for\ you|stories|reading))?|(?:you\ )?may\ also\ (?:like|be\ interested\ in)|you\ may\ (?:also\ )?like|you\ might\ also\ like|don.t\ miss(?:\ it)?|most\ (?:read|popular|viewed|shared)(?:\ .+)?|trending(?:\ (?:now|stories))?|popular\ (?:now|stories)|editor.?s.?\ (?:picks?|choice)|what\ to\ read\ next|further\ reading|in\ case\ you\ missed\ it|top\ stories|latest\ (?:news|stories)|up\ next|keep\ reading|full\ coverage|from\ the\ (?:archives?|web)|sponsored(?:\ content)?|promoted(?:\ stories)?|go\ deeper)\s*[:.…»>|]*$";
    RELATED_LINE = r"(?ix)^\W{0,3}(?:read\ (?:more|also|next|this|it\ here|the\ (?:full|original)\b.*)|also\ (?:read|see|on\b.*)|see\ also|related(?:\ \w+)?|more|watch(?:\ (?:live|now|more|the\ video))?|listen|recommended|don.t\ miss|go\ deeper|full\ coverage|in\ pictures|analysis|opinion|live\ updates?|must\ read|photos?|videos?|gallery|explainer|podcast)\s*[:|»>–—-]+\s*\S.+$
        |^\W{0,3}(?:read\ more|read\ the\ full\ (?:story|article|report)|click\ here\ (?:to\ read|for)|watch\ the\ (?:latest\ )?video|see\ more|more\ on|more\ from|follow\ our\ (?:coverage|live))\b.*$
        |^\(\s*(?:photos?|videos?|also\ on|watch|full|read|see(?:\ also)?|related|polls?|interactive|graphic|map|more|pdf|transcript|click)\b[^)]+\)\.?$|^learn\ more$|^read\ .*\bhere\.?$";
    SHARE = r"(?ix)^\W{0,3}(?:(?:follow|find|like|join|friend)\ (?:us|me|him|her|them|@\w+|[\p{Lu}][\w.'’]*(?:\ [\p{Lu}][\w.'’]*){0,4}|the\ [\p{Lu}]\w+)?\s?(?:on|at|via)?\s?(?:our\ )?(?:twitter|facebook|x\b|instagram|linkedin|google\+?|youtube|telegram|whatsapp|tiktok|threads|bluesky|flipboard).*
        |follow\ (?:topic|topics|@\w+|this\ (?:topic|author|story)|us|on\ \w+)\b.*|follow\ .+\ on\ (?:twitter|facebook|x|instagram)\b.*|(?:share|tweet|read\ or\ share)\ (?:this|on|via|to)\b.*
        |like\ us\ on\b.*|join\ (?:us\ on|the\ (?:conversation|discussion))\b.*|@\w{2,20}|(?:\d+\ |view\ |show\ |read\ |post\ a\ |leave\ a\ |add\ a\ )?comments?(?:\ ?\(\d+\))?|(?:\d+\ )?shares?|gift\ this\ article|save\ (?:article|for\ later|this)?|print(?:\ this)?|copy\ link
        |(?:send|e-?mail)\ (?:letters|us|your|tips|him|her|the)\b.*\S+@\S+|contact\ (?:us|the\ author)\b.*|(?:write|reach|e-?mail)\ .*\ at\ \S+@\S+|\S+@\S+\.\w{2,4}|let\ us\ know\ what\ you.*@\S+)\s*[:.!]?$";
    BYLINE = r"^(?i:by|text by|story by|analysis by|opinion by|words by)[: ]\s*(?P<names>(?:[\p{Lu}@][\p{L}.'’@-]*|and|of|the|for|in|de|la|van|von|bin|al|[,|&/•·–-]|\([\p{L} ]+\))(?:[ ,|/]+(?:[\p{Lu}@][\p{L}\d.'’@-]*|and|of|the|for|in|at|de|la|van|von|bin|al|[,|&/•·–-]+|\([\p{L} ]+\)))*)\s*$";
    STAFF = r"(?ix)^(?:(?:special\ (?:to|for)|written\ by|reported\ by|compiled\ by|edited\ by|produced\ by|contributing(?:\ writers?)?:|additional\ reporting|reporting\ by|with\ (?:reporting|files)\ (?:by|from))\b.*|opinion\ contributor|(?:staff|contributing|senior|political|national|foreign|white\ house|guest)\ (?:\w+\ )?(?:writer|reporter|correspondent|editor|columnist)s?|\(?(?:additional\ )?reporting\ by\b.*
        |.+\bcontributed\ (?:reporting|to\ (?:this|the)\ (?:report|story|article|post|piece)|reporting\ to\ this.*)(?:\ from\ .+)?|.*\b(?:with|from)\ (?:agency|wire|news)\ (?:reports|agencies|services|staff)|this\ (?:story|article|post|report|piece)\ (?:has\ been|was)\ (?:updated|corrected).*|\W{0,2}this\ article\ is\ based\ .*on\ wire\ service\ reports|agencies|wire\ reports|staff\ reports?)\s*\.?$";
    TIME = r"(?ix)^(?:(?:first\ )?(?:updated|published|posted|last\ (?:updated|modified)|modified|created|date)\s?(?:[:|]|on\b|at\b|\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]*\b).*\d.*
        |(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\ )?(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?\ \d{1,2}(?:st|nd|rd|th)?,?\ \d{4}|\d{1,2}(?:st|nd|rd|th)?\ (?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?,?\ \d{4})(?:\s?(?:,|at|-|–|\||•|/)?\s?\d{1,2}[:.]\d\d.*)?
        |\d{4}-\d\d-\d\d(?:[T\ ]\d\d:\d\d.*)?|\d{1,2}/\d{1,2}/\d{2,4}(?:\s.*)?|\d{1,2}[:.]\d\d\s?(?:[ap]\.?m\.?|gmt|est|edt|et|utc|sgt|ist)\b.*)\s*$";
    SHARE_WORD = r"(?i)^(?:share|tweet|post|pin|email|e-mail|print|facebook|twitter|x|whatsapp|linkedin|reddit|pinterest|telegram|messenger|copy|link|save|comments?|flipboard|tumblr|pocket|this|article|story|on|via|to|google\+?|youtube|instagram|sms|more|rss|follow|us|threads|bluesky|\d+|[|/,:•·+-]+)$";
}

/// Words that a lone share line must have at least one of.
const SHARE_CORE: [&str; 14] = [
    "share",
    "tweet",
    "email",
    "e-mail",
    "print",
    "facebook",
    "twitter",
    "whatsapp",
    "linkedin",
    "reddit",
    "pinterest",
    "telegram",
    "youtube",
    "instagram",
];

/// What a line is by its own shape.
pub(super) fn of_line(line: &str, outlet: Option<&str>, author: Option<&str>) -> Option<Kind> {
    if line.len() > MAX_LINE {
        return None;
    }
    if !line.contains(char::is_alphanumeric) {
        return Some(Kind::Navigation);
    }
    if line.len() <= 80 {
        let folded = folded(line);
        if outlet.is_some_and(|outlet| same_name(&folded, &self::folded(outlet))) {
            return Some(Kind::Navigation);
        }
        if author.is_some_and(|author| self::folded(author) == folded) {
            return Some(Kind::Credit);
        }
    }
    let ends = ends_sentence(line);
    let short = line.len() <= 200;
    if short {
        if NAVIGATION.is_match(line) || SITE.is_match(line) || LINK.is_match(line) {
            return Some(Kind::Navigation);
        }
        if is_share_row(line) || (line.len() <= 120 && SHARE.is_match(line)) {
            return Some(Kind::Share);
        }
    }
    if SIGN_UP.is_match(line) {
        return Some(Kind::SignUp);
    }
    if LEGAL.is_match(line) {
        return Some(Kind::Legal);
    }
    if line.starts_with('(') && RELATED_LINE.is_match(line) {
        return Some(Kind::Related);
    }
    if is_photo_credit(line) || CAPTION_HEAD.is_match(line) || CAPTION_TAIL.is_match(line) {
        return Some(Kind::Caption);
    }
    if short && (TIME.is_match(line) || (!ends && is_byline(line)) || STAFF.is_match(line)) {
        return Some(Kind::Credit);
    }
    if (!ends || line.len() <= 80) && RELATED_LINE.is_match(line) {
        return Some(Kind::Related);
    }
    None
}

/// A line that only credits a picture, and holds no caption itself: the line before it is one.
pub(super) fn credits_line_before(line: &str) -> bool {
    line.split_whitespace().count() <= 8
        && is_photo_credit(line)
        && !line.starts_with("Image c")
        && !line.starts_with("Media c")
}

fn is_photo_credit(line: &str) -> bool {
    if line.len() > 160 {
        return false;
    }
    let label = CREDIT_LABEL
        .captures(line)
        .and_then(|found| found.name("rest"))
        .is_some_and(|rest| rest.as_str().split_whitespace().count() <= 10);
    (label && !ends_speech(line)) || CREDIT_BY.is_match(line) || CREDIT_ONLY.is_match(line)
}

/// "More on this topic": the lines after it are links.
pub(super) fn begins_links(line: &str) -> bool {
    line.len() <= 60 && RELATED_HEAD.is_match(line)
}

/// A line that can be a link's text: some words, and no end of a sentence.
pub(super) fn looks_like_link(line: &str) -> bool {
    let words = line.split_whitespace().count();
    (2..=25).contains(&words) && !line.trim_end().ends_with(['.', '…', ':', ';', ',', '”', '"'])
}

/// The names of a by-line, if it is one.
pub(super) fn byline(line: &str) -> Option<&str> {
    let found = BYLINE.captures(line).filter(|_| is_byline(line))?;
    Some(found.name("names")?.as_str())
}

fn is_byline(line: &str) -> bool {
    line.split_whitespace().count() <= 14 && BYLINE.is_match(line)
}

fn is_share_row(line: &str) -> bool {
    let mut core = false;
    for word in line.split_whitespace() {
        if !SHARE_WORD.is_match(word) {
            return false;
        }
        core |= SHARE_CORE.iter().any(|w| w.eq_ignore_ascii_case(word.trim_matches(':')));
    }
    core
}

/// Does a line end as a sentence does?
pub(super) fn ends_sentence(line: &str) -> bool {
    line.trim_end_matches(|c: char| c.is_whitespace() || "\"'”’»)]*".contains(c))
        .ends_with(['.', '!', '?', '…'])
}

fn ends_speech(line: &str) -> bool {
    line.trim_end().ends_with(['”', '"'])
}

/// Letters and digits, small: what two lines have in common when they say the same.
pub(super) fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for word in line.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        if word.is_ascii() {
            out.extend(word.chars().map(|c| c.to_ascii_lowercase()));
        } else {
            out.extend(word.chars().flat_map(char::to_lowercase));
        }
    }
    out
}

fn same_name(line: &str, outlet: &str) -> bool {
    let bare = |name: &str| name.strip_prefix("the ").unwrap_or(name).to_owned();
    !outlet.is_empty() && bare(line) == bare(outlet)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(line: &str) -> Option<Kind> {
        of_line(line, Some("The Selke Courier"), Some("Jane Roe"))
    }

    #[test]
    fn furniture_is_known_by_its_shape() {
        for (line, expected) in [
            ("Advertisement", Kind::Navigation),
            ("date 2025-03-01 Selkecourier.com header logo", Kind::Navigation),
            ("SelkeCourier.Net", Kind::Navigation),
            ("Selke Courier", Kind::Navigation),
            ("Need help? Reach us here.", Kind::Navigation),
            ("* * *", Kind::Navigation),
            ("Sign up now: Get insights on the harbour", Kind::SignUp),
            ("Get the news you care about delivered to your inbox.", Kind::SignUp),
            ("CLICK HERE TO GET THE COURIER APP", Kind::SignUp),
            ("Copyright © 2025 Selke Media Limited. All rights reserved.", Kind::Legal),
            ("Terms & Conditions", Kind::Legal),
            ("PHOTO: EPA", Kind::Caption),
            ("Getty Images", Kind::Caption),
            ("Jane Roe/AFP/Getty Images", Kind::Caption),
            ("The harbour at dusk. (Photo by Jane Roe/Getty Images)", Kind::Caption),
            ("Enlarge this image toggle caption Jane Roe/AP Jane Roe/AP", Kind::Caption),
            ("Follow topic:", Kind::Share),
            ("SHARE THIS ARTICLE Share Tweet Post Email", Kind::Share),
            ("Follow Jane Roe on Twitter", Kind::Share),
            ("By Jane Roe and John Doe", Kind::Credit),
            ("The Associated Press contributed to this report.", Kind::Credit),
            ("Published March 3, 2025, 10:15 am", Kind::Credit),
            ("March 3, 2025", Kind::Credit),
            ("Jane Roe", Kind::Credit),
            ("READ MORE: Why the tolls had to rise", Kind::Related),
            ("( PHOTOS: The harbour in 20 pictures)", Kind::Related),
        ] {
            assert_eq!(kind(line), Some(expected), "{line}");
        }
    }

    #[test]
    fn sentences_are_no_furniture() {
        for line in [
            "Sign up for the sea cadets, the mayor told the young, and they did.",
            "Subscribers of the Courier were not told.",
            "By Monday the harbour was closed.",
            "By Jove, it rose.",
            "The Associated Press was first to report it.",
            "Photos of the wreck show that it burned.",
            "Image matters, she said.",
            "More boats came in on Tuesday.",
            "Related charges were dropped in May.",
            "Watch the harbour, he said.",
            "Share prices fell on Monday.",
            "Follow the money, the prosecutor said.",
            "Copyright law is a mess.",
            "“Read the room,” he said.",
            "The Reuters building burned.",
            "Published figures show a fall of 3 percent in two years.",
            "Home prices rose.",
            "Getty paid the ransom.",
            "He met the editor (a friend).",
        ] {
            assert_eq!(kind(line), None, "{line}");
        }
    }
}
