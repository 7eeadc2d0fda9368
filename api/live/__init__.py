"""The feed, live: read once a process, followed by any number of subscribers."""
