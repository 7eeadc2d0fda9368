"""What can go wrong with an embedded server, as one line that says what to do."""


class EmbeddedServerError(Exception):
    """An embedded server cannot be had; the message is one line, made for whoever typed the command."""
