from domain.shared.database.session import (
    connect,
    connected,
    disconnect,
    execute,
    fetch,
    fetch_one,
    fetch_value,
    in_a_transaction,
    records,
    statement,
    transaction,
    transactional,
)

__all__ = [
    "connect",
    "connected",
    "disconnect",
    "execute",
    "fetch",
    "fetch_one",
    "fetch_value",
    "in_a_transaction",
    "records",
    "statement",
    "transaction",
    "transactional",
]
