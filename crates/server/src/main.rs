//! `cloakroom`, see the library.

/// Many small allocations from many threads, long-lived: what the system's allocator is weakest at. The 19 MiB of a password hash go
/// back to the system within seconds.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    // Without it, what a start and a busy hour freed stays with a process that rests. Where it cannot be had, nothing else changes.
    let _ = tikv_jemalloc_ctl::background_thread::write(true);
    cloakroom_server::cli::run()
}
