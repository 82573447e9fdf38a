//! `docs/quick-start.md` and the first page of `/docs` do what they say.

use tempfile::TempDir;

use crate::shown::{run, steps};
use crate::support::{Home, dev};

const PAGE: &str = include_str!("../../../../docs/quick-start.md");

/// Who is asked in the page.
fn address_of(page: &str) -> &str {
    page.split_once("\nlistening on http://").unwrap().1.lines().next().unwrap()
}

#[test]
fn every_command_works_as_shown() {
    let (home, temporary) = (Home::new(), TempDir::new().unwrap());
    let looked_at = dev(temporary.path(), &["--listen", "127.0.0.1:0"], &[]).unwrap();
    // The second part of the page is about one that stays.
    let _kept = home.serve(&[]);
    let blocks = PAGE.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let mut steps = steps(blocks);
    steps.retain(|(command, _)| !["cargo ", "cloakroom dev", "cloakroom serve"].iter().any(|begin| command.starts_with(begin)));
    assert!(steps.len() >= 8, "{steps:?}");
    run(&steps, address_of(PAGE), &looked_at.address.to_string(), home.data().parent().unwrap());
}

#[test]
fn the_first_page_of_the_guides_works_as_shown() {
    let temporary = TempDir::new().unwrap();
    let server = dev(temporary.path(), &["--listen", "127.0.0.1:0"], &[]).unwrap();
    let page = server.client().get("/docs").text;
    let blocks: Vec<_> = page.split("<pre").skip(1).map(|rest| shown(rest.split("</pre>").next().unwrap())).collect();
    let steps = steps(blocks.iter().map(String::as_str));
    assert!(steps.len() >= 8 && steps.iter().filter(|(_, output)| !output.is_empty()).count() >= 6, "{steps:?}");
    // As they stand: the page names the server that shows it.
    run(&steps, "\u{0}", "", temporary.path());
}

/// What a browser shows of a block, and copies.
fn shown(block: &str) -> String {
    let mut text = String::new();
    for piece in block.split('<') {
        text.push_str(piece.split_once('>').map_or("", |(_, after)| after));
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    text.replace("&amp;", "&").trim().to_owned()
}
