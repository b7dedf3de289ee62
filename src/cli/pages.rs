//! The arguments to shell completions and a manual page.

use std::io;

use cablegram::error::{Error, Result};
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use super::RunEnding;
use super::arguments::Arguments;

/// Prints a completion script.
pub fn completions(shell: Shell) -> Result<RunEnding> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "cablegram", &mut script);
    print(&script)
}

/// Prints the manual page: the program, then each command.
pub fn manual() -> Result<RunEnding> {
    let mut command = Arguments::command();
    command.build();
    let mut page = Vec::new();
    let rendered = Man::new(command.clone()).render(&mut page);
    let rendered =
        rendered.and_then(|()| command.get_subcommands().try_for_each(|command| section(command, &mut page)));
    rendered.map_err(|error| Error::io("cannot write", "the manual page", error))?;
    print(&page)
}

fn section(command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    if command.get_name() == "help" {
        return Ok(());
    }
    let man = Man::new(command.clone());
    page.extend_from_slice(format!(".SH CABLEGRAM {}\n", command.get_name().to_uppercase()).as_bytes());
    man.render_description_section(page)?;
    man.render_options_section(page)
}

/// Writes data to standard output.
pub fn print(bytes: &[u8]) -> Result<RunEnding> {
    use io::Write;
    let mut out = io::stdout().lock();
    let written = out.write_all(bytes).and_then(|()| out.flush());
    written.map(|()| RunEnding::Clean).map_err(|error| Error::cannot("write", "standard output".as_ref(), error))
}
