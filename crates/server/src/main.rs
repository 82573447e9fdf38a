//! `cloakroom`, see the library.

/// Many small allocations from many threads, long-lived: what the system's allocator is weakest at. The 19 MiB of a password hash go
/// back to the system at once.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    cloakroom_server::cli::run()
}
