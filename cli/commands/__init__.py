"""One command a file; `cli.main` lists them."""
