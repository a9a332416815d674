//! Bytes in, text out, in whatever encoding a newsroom's export happens to be.
//!
//! A byte order mark decides; then valid UTF-8; then UTF-16 without a mark (its zero bytes show);
//! then what the page declares; then a guess, taken only where the outcome reads like text.

use std::sync::LazyLock;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use regex::bytes::Regex;

use super::RejectReason;

/// What is wrong with some bytes, as a clause for the reject's detail.
pub(super) type Fault = (RejectReason, String);

/// First bytes of the usual files that are no text, and what people call them.
const MAGIC: &[(&[u8], &str)] = &[
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"PAR1", "a Parquet table"),
    (b"SQLite format 3", "a database"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"{\\rtf", "an RTF document"),
    (b"OggS", "a sound file"),
    (b"ID3", "a sound file"),
];

/// Control characters that a text may hold by accident, as a share of its bytes.
const MAX_CONTROL_SHARE: f64 = 0.01;

/// Letters outside ASCII that a text in a one-byte Latin encoding may have, as a share.
const MAX_HIGH_SHARE: f64 = 0.3;

/// Decodes a whole document or one line of a file.
pub(super) fn decode(bytes: &[u8]) -> Result<String, Fault> {
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err((RejectReason::Binary, format!("is {what}, not text")));
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return strict(encoding, &bytes[mark..]).and_then(readable);
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return strict(encoding, bytes).and_then(readable);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => readable(text.to_owned()),
        Err(error) => legacy(bytes, error.valid_up_to()),
    }
}

/// UTF-16 shows by its zero bytes: English text has them in every other place, and only there.
pub(super) fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(4096) & !1];
    if head.len() < 4 {
        return None;
    }
    let pairs = head.len() as f64 / 2.0;
    let zeros = |offset: usize| {
        head.iter().skip(offset).step_by(2).filter(|&&b| b == 0).count() as f64 / pairs
    };
    match (zeros(0), zeros(1)) {
        (even, odd) if odd > 0.4 && even < 0.02 => Some(UTF_16LE),
        (even, odd) if even > 0.4 && odd < 0.02 => Some(UTF_16BE),
        _ => None,
    }
}

fn strict(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, Fault> {
    match encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        Some(text) => Ok(text.into_owned()),
        None => Err((
            RejectReason::BadEncoding,
            format!(
                "shows itself as {} but breaks its rules; save it again as UTF-8",
                encoding.name()
            ),
        )),
    }
}

fn readable(text: String) -> Result<String, Fault> {
    let controls = text.bytes().filter(|b| matches!(b, 0..=8 | 14..=31 | 127)).count();
    if controls as f64 > MAX_CONTROL_SHARE * text.len() as f64 && controls > 1 {
        let detail =
            format!("has {controls} control characters in {} bytes and is no text", text.len());
        return Err((RejectReason::Binary, detail));
    }
    Ok(text)
}

/// Bytes that are not UTF-8: declared or guessed encodings, if the outcome reads like text.
fn legacy(bytes: &[u8], valid_up_to: usize) -> Result<String, Fault> {
    let bad = |why: &str| {
        let detail = format!("is not UTF-8 (byte {valid_up_to}) and {why}; save it again as UTF-8");
        (RejectReason::BadEncoding, detail)
    };
    let controls = bytes.iter().filter(|b| matches!(b, 0..=8 | 14..=31 | 127)).count();
    if controls as f64 > MAX_CONTROL_SHARE * bytes.len() as f64 {
        let detail = format!("has {controls} control bytes in {} and is no text", bytes.len());
        return Err((RejectReason::Binary, detail));
    }
    let (whole, broken) = utf8_sequences(bytes);
    if whole > 2 * broken {
        return Err(bad("is damaged UTF-8"));
    }
    let encoding = declared(bytes).unwrap_or_else(|| {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(bytes, true);
        detector.guess(None, Utf8Detection::Deny)
    });
    let text = encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .ok_or_else(|| bad("no other encoding fits"))?;
    let high = text.chars().filter(|c| !c.is_ascii()).count();
    let odd = text.chars().filter(|&c| !c.is_ascii() && !plausible(c)).count();
    let one_byte = encoding.is_single_byte();
    if odd * 5 > high || (one_byte && high as f64 > MAX_HIGH_SHARE * text.chars().count() as f64) {
        return Err(bad("no other encoding makes text of it"));
    }
    readable(text.into_owned())
}

/// Characters outside ASCII that news text has.
fn plausible(c: char) -> bool {
    c.is_alphabetic() || "\u{a0}–—‘’‚“”„•…€£¥¢§©®™°·«»‹›½¼¾×¡¿´`ªº".contains(c)
}

/// Whole multi-byte sequences and broken ones, read as UTF-8.
fn utf8_sequences(bytes: &[u8]) -> (usize, usize) {
    let mut whole = 0;
    let mut broken = 0;
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    (whole, broken)
}

/// What a page's `<meta charset>` says.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    static CHARSET: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r#"(?i)<meta[^>]+charset\s*=\s*["']?\s*([a-z0-9_:-]+)"#)
            .expect("a fixed pattern")
    });
    let head = &bytes[..bytes.len().min(4096)];
    let label = CHARSET.captures(head)?.get(1)?.as_bytes();
    Encoding::for_label(label).filter(|&encoding| encoding != UTF_8)
}

/// Invisible and control characters dropped, every kind of line end made `\n`, other white space
/// made plain blanks. The joiners that emoji and some scripts need stay.
pub(super) fn clean(text: &str) -> String {
    if text.bytes().all(|b| matches!(b, b' '..=b'~' | b'\n')) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    out.push('\n');
                }
            }
            '\n' => out.push('\n'),
            '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push('\n'),
            '\t' => out.push(' '),
            '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => {}
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            '\u{fff9}'..='\u{fffb}' => {}
            c if c.is_control() => {}
            c if c.is_whitespace() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// [`clean`], on one line: runs of white space become one blank.
pub(super) fn clean_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEWS: &str =
        "The mayor said on Tuesday that the café would stay open, and nobody objected.";

    #[test]
    fn text_survives_every_usual_encoding() {
        let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(NEWS);
        let utf16 = |big: bool, mark: bool| -> Vec<u8> {
            let units = mark.then_some(0xfeff).into_iter().chain(NEWS.encode_utf16());
            units.flat_map(|u: u16| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
        };
        let mut marked = b"\xef\xbb\xbf".to_vec();
        marked.extend(NEWS.as_bytes());
        let cases = [
            NEWS.as_bytes().to_vec(),
            marked,
            latin.into_owned(),
            utf16(false, true),
            utf16(false, false),
            utf16(true, true),
            utf16(true, false),
        ];
        for bytes in cases {
            assert_eq!(decode(&bytes).as_deref(), Ok(NEWS), "{:?}", &bytes[..8]);
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_called_what_they_are() {
        let reason = |bytes: &[u8]| decode(bytes).map_err(|(reason, _)| reason);
        assert_eq!(reason(b"%PDF-1.7 rest"), Err(RejectReason::Binary));
        let program: Vec<u8> =
            (0..2000u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        assert_eq!(reason(&program), Err(RejectReason::Binary));
        let mut cut = "Ärger über Öl für Züge, Bürgermeister müde".as_bytes().to_vec();
        cut.push(0xc3);
        assert_eq!(reason(&cut), Err(RejectReason::BadEncoding));
        let noise: Vec<u8> = (0..200).map(|i| 0x80 + (i * 37 % 128) as u8).collect();
        assert!(reason(&noise).is_err());
    }

    #[test]
    fn invisible_characters_go_and_lines_stay() {
        assert_eq!(clean("\u{feff}a\u{200b}b\r\nc\rd\u{2028}e\u{0}f\u{a0}g"), "ab\nc\nd\nef g");
        assert_eq!(clean("👩\u{200d}💻"), "👩\u{200d}💻");
    }
}
