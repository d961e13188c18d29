//! The `pressmark` command. What it can do is in the library; how it talks is in `cli`.

mod cli;

/// Indexing makes and drops many small strings on several threads; this allocator is quicker at it
/// than the system's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> cli::Status {
    cli::main()
}
