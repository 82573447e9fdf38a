//! How much memory the machine has, as far as this process may use it.

use std::fs;
use std::path::Path;

use crate::config::Live;

const AT_MOST: u64 = 1 << 30;
/// Where the machine does not tell.
const UNKNOWN: u64 = 256 << 20;

/// Bytes for the facts in front of the database.
pub fn for_facts(live: &Live) -> u64 {
    live.max_bytes.unwrap_or_else(|| available(Path::new("/")).map_or(UNKNOWN, |bytes| bytes / 4).min(AT_MOST))
}

/// The machine's memory, or what the control group of this process leaves of it (cgroup v2, as containers set it). `root` is that of
/// the file system.
#[expect(clippy::disallowed_methods, reason = "boot reads what the machine says of itself")]
fn available(root: &Path) -> Option<u64> {
    let machine = fs::read_to_string(root.join("proc/meminfo")).ok().and_then(|text| total(&text));
    let group = fs::read_to_string(root.join("sys/fs/cgroup/memory.max")).ok().and_then(|text| text.trim().parse().ok());
    machine.into_iter().chain(group).min()
}

fn total(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(meminfo: &str, group: Option<&str>) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("proc")).unwrap();
        fs::create_dir_all(root.path().join("sys/fs/cgroup")).unwrap();
        fs::write(root.path().join("proc/meminfo"), meminfo).unwrap();
        if let Some(group) = group {
            fs::write(root.path().join("sys/fs/cgroup/memory.max"), group).unwrap();
        }
        root
    }

    #[test]
    fn a_container_has_what_its_group_leaves_it() {
        let meminfo = "MemTotal:        2048000 kB\nMemFree:  1 kB\n";
        assert_eq!(available(machine(meminfo, None).path()), Some(2_048_000 * 1024));
        assert_eq!(available(machine(meminfo, Some("max\n")).path()), Some(2_048_000 * 1024));
        assert_eq!(available(machine(meminfo, Some("536870912\n")).path()), Some(536_870_912));
        assert_eq!(available(machine("", None).path()), None);
    }

    #[test]
    fn what_is_set_holds_and_nothing_set_is_bounded() {
        assert_eq!(for_facts(&Live { max_bytes: Some(0) }), 0);
        assert_eq!(for_facts(&Live { max_bytes: Some(5 << 30) }), 5 << 30);
        assert!((1..=AT_MOST).contains(&for_facts(&Live { max_bytes: None })));
    }
}
