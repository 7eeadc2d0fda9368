"""Which servers a command talks to: those of the environment, or of the stack that is up."""

import os

from cli.errors import CommandError
from cli.home import Running, credentials_keys_of, find_running, secret_of
from domain.shared.settings import settings


def named_servers() -> Running:
    """The servers named by FOREBAY_DATABASE_URL and FOREBAY_REDIS_URL, else those that `forebay up` runs.

    Raises:
        CommandError: there are none.
    """
    given = settings()
    if given.database_url and given.redis_url:
        url = f"http://{given.host}:{given.port}"
        return Running(url=url, key="", database_url=given.database_url, redis_url=given.redis_url)
    if given.database_url or given.redis_url:
        raise CommandError("Set both FOREBAY_DATABASE_URL and FOREBAY_REDIS_URL, or neither.")
    running = find_running(given.home)
    os.environ["FOREBAY_DATABASE_URL"] = running.database_url
    os.environ["FOREBAY_REDIS_URL"] = running.redis_url
    os.environ.setdefault("FOREBAY_SECRET", secret_of(given.home))
    if not given.credentials_keys.get_secret_value() and given.credentials_keys_file is None:
        os.environ["FOREBAY_CREDENTIALS_KEYS_FILE"] = str(credentials_keys_of(given.home))
    settings.cache_clear()
    return running
