//! The documents that are made from the code, or read by it, are what the code says.

use cloakroom_server::{cli, directory};

#[test]
fn the_configuration_page_is_what_the_command_prints() {
    let (mut printed, mut err) = (Vec::new(), Vec::new());
    assert_eq!(cli::run_with(["cloakroom", "config", "reference"].map(Into::into), &mut printed, &mut err), 0);
    assert!(
        include_bytes!("../../../docs/configuration.md") == printed.as_slice(),
        "docs/configuration.md is old: cargo run -- config reference > docs/configuration.md"
    );
}

#[test]
fn the_example_directory_reads() {
    let document = directory::file::read(include_str!("../../../examples/directory.yaml"));
    assert!(document.is_ok_and(|document| document.users.len() == 3 && document.applications.len() == 1));
}
