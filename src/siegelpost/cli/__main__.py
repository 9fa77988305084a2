"""`python -m siegelpost.cli` is the `siegelpost` command."""

from siegelpost.cli.main import main

main()
