"""The schema as text: what `schema.graphql` holds and partners generate code from."""

from api.graphql.schema import schema


def schema_text() -> str:
    """The schema in GraphQL's schema language, ending with a line break."""
    return schema.as_str().rstrip() + "\n"
