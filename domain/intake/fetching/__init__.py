"""Orders and keys that messages name and that must be asked for."""
