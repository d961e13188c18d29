//! The `pressmark` command. What it can do is in the library; how it talks is in `cli`.

mod cli;

fn main() -> cli::Status {
    cli::main()
}
