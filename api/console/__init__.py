"""The operations console: static files, served by the API. Its only language is the public GraphQL schema."""
