"""Through HTTP, WebSocket and SSE only, against real processes."""

import pytest

# so that an `assert` in a helper tells as much as one in a test
pytest.register_assert_rewrite(*(f"tests.e2e.{name}" for name in ("client", "following", "house", "trade")))
