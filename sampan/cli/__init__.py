"""The command line: `main` finds commands, `base` is what they are made of, `output` prints, `commands/` holds them."""
