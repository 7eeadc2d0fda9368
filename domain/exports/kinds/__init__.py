"""What can be exported: a kind is one file here and a line in the registry."""
