//! The documents that are made from the code, or read by it, are what the code says.

use cloakroom_server::{cli, directory_file};

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
    let document = directory_file::read(include_str!("../../../examples/directory.yaml"));
    assert!(
        document.is_ok_and(|document| (document.users.len(), document.applications.len(), document.identity_providers.len()) == (3, 1, 1))
    );
}

#[test]
fn the_deployments_set_what_there_is_to_set() {
    let reference = include_str!("../../../docs/configuration.md");
    let service = include_str!("../../../examples/systemd/cloakroom.service");
    let dockerfile = include_str!("../../../examples/docker/Dockerfile");
    let compose = include_str!("../../../examples/docker/compose.yaml");
    for (name, text) in [("cloakroom.service", service), ("Dockerfile", dockerfile), ("compose.yaml", compose)] {
        let is_of_a_name = |letter: char| letter.is_ascii_uppercase() || letter == '_';
        let settings: Vec<_> = text.split(|letter| !is_of_a_name(letter)).filter(|word| word.starts_with("CLOAKROOM__")).collect();
        assert!(settings.len() >= 2, "{name} sets {settings:?}");
        for setting in settings {
            assert!(reference.contains(&format!("`{setting}`")), "{name}: {setting} is no setting");
        }
    }
    let toolchain = include_str!("../../../rust-toolchain.toml").split('"').nth(1).unwrap().rsplit_once('.').unwrap().0;
    assert!(dockerfile.contains(&format!("FROM rust:{toolchain}-")), "the Dockerfile builds with another toolchain than {toolchain}");
}
