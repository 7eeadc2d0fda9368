"""How files are written: a format is one file here and a line in the registry. Pure."""
