//! What pages are made of beside their text: style sheets, an icon, and the scripts of the console, under names that change with their content.

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use cloakroom_engine::hex::hex;

/// A name that has the content's hash never means another content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

const STYLE: &str = "text/css; charset=utf-8";

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// One file.
#[derive(Debug)]
pub struct Asset {
    path: String,
    kind: &'static str,
    content: String,
}

impl Asset {
    fn new(stem: &str, ending: &str, kind: &'static str, content: String) -> Self {
        let hash = hex(&digest(&SHA256, content.as_bytes()).as_ref()[..8]);
        Self { path: format!("/assets/{stem}.{hash}.{ending}"), kind, content }
    }

    /// The file.
    #[must_use]
    pub fn answer(&self) -> Response {
        ([(header::CONTENT_TYPE, self.kind), (header::CACHE_CONTROL, FOR_EVER)], self.content.clone()).into_response()
    }

    /// Where it is served.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// All of them.
#[derive(Debug)]
pub struct Assets {
    pub style: Asset,
    pub icon: Asset,
    /// Beside `style`.
    pub console_style: Asset,
    pub console_script: Asset,
    /// The library that moves parts of the console's pages; scripts/vendor-console says where it comes from.
    pub htmx: Asset,
    /// Of pages with charts, beside the others; the library and its style come from where htmx does.
    pub charts_style: Asset,
    pub charts_script: Asset,
    pub uplot: Asset,
    pub uplot_style: Asset,
}

impl Assets {
    /// In this accent colour, `#rrggbb`.
    ///
    /// # Errors
    /// When it is no such colour.
    pub fn new(accent: &str) -> Result<Self, String> {
        let shape = || format!("`{accent}` is no colour, such as `#1d5fc4`");
        let digits = accent.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let [_, red, green, blue] = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).ok_or_else(shape)?.to_be_bytes();
        let colour = [red, green, blue];
        let filled = |text: &str| text.replace("{accent}", accent).replace("{on-accent}", on(colour));
        Ok(Self {
            style: Asset::new("style", "css", STYLE, filled(include_str!("../../assets/web/style.css"))),
            icon: Asset::new("icon", "svg", "image/svg+xml", filled(include_str!("../../assets/web/icon.svg"))),
            console_style: Asset::new("console", "css", STYLE, include_str!("../../assets/web/console.css").to_owned()),
            console_script: Asset::new("console", "js", SCRIPT, include_str!("../../assets/web/console.js").to_owned()),
            htmx: Asset::new("htmx", "js", SCRIPT, include_str!("../../assets/web/htmx/htmx.min.js").to_owned()),
            charts_style: Asset::new("charts", "css", STYLE, include_str!("../../assets/web/charts.css").to_owned()),
            charts_script: Asset::new("charts", "js", SCRIPT, include_str!("../../assets/web/charts.js").to_owned()),
            uplot: Asset::new("uplot", "js", SCRIPT, include_str!("../../assets/web/uplot/uPlot.iife.min.js").to_owned()),
            uplot_style: Asset::new("uplot", "css", STYLE, include_str!("../../assets/web/uplot/uPlot.min.css").to_owned()),
        })
    }

    /// The one of this name.
    #[must_use]
    pub fn named(&self, file: &str) -> Option<&Asset> {
        let all = [&self.style, &self.icon, &self.console_style, &self.console_script, &self.htmx];
        let of_charts = [&self.charts_style, &self.charts_script, &self.uplot, &self.uplot_style];
        all.into_iter().chain(of_charts).find(|asset| asset.path.strip_prefix("/assets/") == Some(file))
    }
}

/// Black or white, whichever can be read better on a colour: one of the two has a contrast of 4.5 at least with every colour (WCAG 2.2, 1.4.3).
fn on(colour: [u8; 3]) -> &'static str {
    let luminance = luminance(colour);
    if (luminance + 0.05) * (luminance + 0.05) > 1.05 * 0.05 { "#000000" } else { "#ffffff" }
}

/// Relative luminance (WCAG 2.2), from 0 to 1.
fn luminance(colour: [u8; 3]) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let [red, green, blue] = colour.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_can_be_read_on_every_accent() {
        for colour in (0..=255).step_by(15).flat_map(|red| (0..=255).step_by(15).map(move |green| [red, green, green ^ red])) {
            let under = luminance(colour);
            let over = if on(colour) == "#000000" { 0.0 } else { 1.0_f64 };
            let contrast = (under.max(over) + 0.05) / (under.min(over) + 0.05);
            assert!(contrast >= 4.5, "{colour:?} {contrast}");
        }
    }

    #[test]
    fn a_name_follows_its_content() {
        let [blue, red] = ["#1d5fc4", "#c41d1d"].map(|accent| Assets::new(accent).unwrap());
        assert_ne!(blue.style.path(), red.style.path());
        assert!(blue.style.content.contains("#1d5fc4") && !blue.style.content.contains("{accent}"));
        for accent in ["", "1d5fc4", "#1d5", "#1d5fcg", "red", "#1d5fc4;}"] {
            assert!(Assets::new(accent).is_err(), "{accent}");
        }
    }
}
