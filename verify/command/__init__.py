"""The work behind each subcommand; `infograd.verify.cli` only reads the command line."""
