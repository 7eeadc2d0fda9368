"""Reports in GraphQL: a typed field each, and any of them as a table."""
