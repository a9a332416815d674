//! A figure as pixels, with the letters it needs in the program: the same picture on every machine.

use std::sync::{Arc, Once};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, ID, Source};
use resvg::usvg::{FontResolver, Options, Tree};
use thiserror::Error;

/// Pixels for each unit of the drawing: some 300 for each inch of a column that is 7 inches wide.
pub const SCALE: f32 = 3.0;

/// Pixels of either side, at most: what drawing programs and printers still open.
const LONGEST: f32 = 16_000.0;

/// Why there is no picture.
#[derive(Debug, Error)]
pub enum PngError {
    #[error("not a drawing: {0}")]
    Svg(#[from] resvg::usvg::Error),
    #[error("{width} x {height} pixels do not fit into memory")]
    Size { width: u32, height: u32 },
    #[error("cannot be encoded: {0}")]
    Encoding(String),
}

/// Draws an SVG, `scale` pixels for each of its units; a drawing longer than 16,000 pixels is made smaller.
///
/// DejaVu Sans, which the program brings, sets all letters that it has; others (Chinese ones, say) come from the
/// machine's fonts, and are empty boxes where it has none.
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, PngError> {
    let tree = Tree::from_str(svg, &options())?;
    let (width, height) = (tree.size().width(), tree.size().height());
    let scale = scale.min(LONGEST / width.max(height));
    let (width, height) = ((width * scale).ceil() as u32, (height * scale).ceil() as u32);
    let mut pixels = Pixmap::new(width, height).ok_or(PngError::Size { width, height })?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|e| PngError::Encoding(e.to_string()))
}

fn options() -> Options<'static> {
    let mut fonts = Database::new();
    let mut load = |font: &'static [u8]| -> Option<ID> {
        fonts.load_font_source(Source::Binary(Arc::new(font))).first().copied()
    };
    let (regular, bold) = (load(dejavu::sans::regular()), load(dejavu::sans::bold()));
    let other = FontResolver::default_fallback_selector();
    let machine = Once::new();
    Options {
        fontdb: Arc::new(fonts),
        font_resolver: FontResolver {
            select_font: Box::new(move |font, _| if font.weight() >= 600 { bold } else { regular }),
            select_fallback: Box::new(move |letter, used, fonts| {
                machine.call_once(|| Arc::make_mut(fonts).load_system_fonts());
                other(letter, used, fonts)
            }),
        },
        ..Options::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawing(inside: &str) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"80\" height=\"20\">\
             <rect width=\"80\" height=\"20\" fill=\"#ffffff\"/>{inside}</svg>"
        )
    }

    fn pixels(svg: &str, scale: f32) -> Pixmap {
        Pixmap::decode_png(&png(svg, scale).unwrap()).unwrap()
    }

    #[test]
    fn letters_are_drawn_where_the_machine_has_none() {
        let text = |weight: &str, text: &str| {
            let text = format!("<text x=\"2\" y=\"15\" font-weight=\"{weight}\">{text}</text>");
            let picture = pixels(&drawing(&text), 2.0);
            assert_eq!((picture.width(), picture.height()), (160, 40));
            picture.pixels().iter().filter(|p| p.red() < 128).count()
        };
        assert_eq!(text("normal", " "), 0);
        for letters in ["Selke Post", "Új Szó", "Вести", "الأخبار"] {
            let (light, heavy) = (text("normal", letters), text("bold", letters));
            assert!(0 < light && light < heavy, "{letters}: {light}, {heavy}");
        }
    }

    #[test]
    fn a_very_long_drawing_is_made_smaller() {
        let long = drawing("").replace("height=\"20\"", "height=\"40000\"");
        let picture = pixels(&long, SCALE);
        assert_eq!((picture.width(), picture.height()), (32, 16_000));
    }

    #[test]
    fn what_is_no_drawing_is_an_error() {
        assert!(png("<p>no</p>", 1.0).unwrap_err().to_string().contains("not a drawing"));
    }
}
