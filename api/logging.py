"""Logs: one event a line, as JSON; tracebacks without variables, which may be credentials."""

import logging
import sys
from typing import Any

import orjson
import structlog
from structlog.typing import Processor


def configure_logging(*, level: int = logging.INFO) -> None:
    """Send everything to standard error, the libraries' own messages too. Idempotent."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(serializer=_dumps),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    # they tell each request with its whole address, in which platforms want tokens, and partners have their own
    for name in ("httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    # strawberry logs every error before it is masked; faults.py does so once, with its incident id
    logging.getLogger("strawberry.execution").disabled = True


def _dumps(event: Any, **_options: Any) -> str:
    return orjson.dumps(event, default=repr).decode()
