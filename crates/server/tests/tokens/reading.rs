//! Chromium reads the guides: wide and on a phone, light and dark, by keyboard, and under the policy that its pages are served with.

use std::process::Command;

use serde_json::json;

use super::clients::{SCRIPTS, need_npm, run};
use super::registries::installed;
use super::serving::Serving;
use super::signing_in::chromium;

#[test]
fn chromium_reads_the_guides_and_axe_finds_nothing_serious() {
    let (Some(browser), Some(folder)) = (chromium(), need_npm(&["axe-core@^4", "puppeteer-core@^24"])) else {
        eprintln!("SKIPPED: Chromium, axe-core or puppeteer-core is not here");
        return;
    };
    let serving = Serving::start(&[]);
    let pictures = installed("pictures");
    std::fs::create_dir_all(&pictures).unwrap();
    let case = json!({ "issuer": serving.url, "browser": browser, "pictures": pictures });
    assert_eq!(run(Command::new("node").arg(format!("{SCRIPTS}/guides.mjs")).arg(folder), &case), 4);
}
