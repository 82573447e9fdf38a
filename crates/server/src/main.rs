//! `cloakroom`, see the library.

/// Many small allocations from many threads, long-lived: what the system's allocator is weakest at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cloakroom_server::cli::run()
}
