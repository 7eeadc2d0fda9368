"""Which schema of the database a statement about roll-ups means: the one in use, or the one that is being built."""

IN_USE = "reports"
BEING_BUILT = "reports_next"


def within(schema: str, query: str) -> str:
    """`query`, which speaks of `reports`, about the roll-ups in `schema`."""
    return query if schema == IN_USE else query.replace("reports.", f"{schema}.")
