"""What stops a command: one line that says what to do, and exit status 1."""


class CommandError(Exception):
    """The command cannot go on; the message is made for whoever typed it."""
