"""One module a command or group of commands; each defines `command`. `sampan.cli.main` lists them without importing."""
