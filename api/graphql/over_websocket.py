"""GraphQL over WebSocket, as the subprotocol graphql-transport-ws, and no other.

A key is checked when the connection is initialised, at every operation, and every few seconds
while the socket is open: a revoked key's subscriptions end.

Source: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

import asyncio
from collections.abc import Mapping
from contextlib import aclosing
from enum import IntEnum
from typing import Any

import orjson
import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from api.authentication import Authenticator, bearer_token
from api.graphql.asking import NotWellFormed, ask_of
from api.graphql.execution import Ask, Operations
from api.graphql.faults import present_exception
from api.live.hub import FeedStopping
from domain.shared.actor import Actor

log = structlog.stdlib.get_logger("forebay.graphql")

SUBPROTOCOL = "graphql-transport-ws"
INIT_TIMEOUT_S = 10.0
RECHECK_S = 15.0
OPERATIONS_MAX = 100


class CloseCode(IntEnum):
    """Why the server closed the socket. Those from 4400 are the subprotocol's."""

    RESTARTING = 1012
    TRY_AGAIN = 1013
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401  # no key, or an operation before the connection was initialised
    FORBIDDEN = 4403  # a key, but no valid one
    SUBPROTOCOL_NOT_ACCEPTABLE = 4406
    INIT_TIMEOUT = 4408
    DUPLICATE_OPERATION = 4409
    TOO_MANY_INITS = 4429


class Closing(Exception):
    """Close the socket with this code and reason."""

    def __init__(self, code: CloseCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class WebSocketEndpoint:
    """`/graphql` for WebSockets."""

    def __init__(self, operations: Operations, authenticator: Authenticator) -> None:
        self._operations = operations
        self._authenticator = authenticator

    async def serve(self, websocket: WebSocket) -> None:
        if SUBPROTOCOL not in websocket.scope.get("subprotocols", ()):
            await websocket.accept()
            await websocket.close(CloseCode.SUBPROTOCOL_NOT_ACCEPTABLE, f"Speak {SUBPROTOCOL}")
            return
        await websocket.accept(SUBPROTOCOL)
        connection = _Connection(websocket, self._operations, self._authenticator)
        try:
            try:
                async with asyncio.timeout(INIT_TIMEOUT_S):
                    await connection.initialise()
            except TimeoutError:
                raise Closing(CloseCode.INIT_TIMEOUT, "Connection initialisation timeout") from None
            await connection.serve()
        except WebSocketDisconnect:
            pass
        except Closing as closing:
            if websocket.application_state is WebSocketState.CONNECTED:
                await websocket.close(closing.code, closing.reason)


class _Connection:
    """One socket: who is at the other end, and the operations that are under way."""

    def __init__(self, websocket: WebSocket, operations: Operations, authenticator: Authenticator) -> None:
        self._websocket = websocket
        self._operations = operations
        self._authenticator = authenticator
        self._token: str | None = bearer_token(websocket.headers.get("authorization"))
        self._running: dict[str, asyncio.Task[None]] = {}
        self._closing: asyncio.Future[Closing] = asyncio.get_running_loop().create_future()

    async def initialise(self) -> None:
        """Wait for `connection_init` with a valid key."""
        while True:
            message = await self._receive()
            match message["type"]:
                case "connection_init":
                    break
                case "ping":
                    await self._send({"type": "pong"})
                case "subscribe":
                    raise Closing(CloseCode.UNAUTHORIZED, "Unauthorized")
                case "pong" | "complete":
                    pass
        payload = message.get("payload") or {}
        if not isinstance(payload, dict):
            raise Closing(CloseCode.BAD_REQUEST, "Invalid connection_init payload")
        given = payload.get("authorization", payload.get("Authorization"))
        self._token = bearer_token(given) if given is not None else self._token
        try:
            await self._actor()
        except Closing:
            raise
        except Exception as error:
            present_exception(error)  # logs it
            raise Closing(CloseCode.TRY_AGAIN, "Try again later") from error
        await self._send({"type": "connection_ack"})

    async def serve(self) -> None:
        """Serve operations until either side closes."""
        listening = asyncio.create_task(self._listen())
        rechecking = asyncio.create_task(self._recheck())
        both: tuple[asyncio.Future[Any], ...] = (listening, self._closing)
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if self._closing.done():
                raise self._closing.result()
            await listening
        finally:
            await _cancel([listening, rechecking, *self._running.values()])

    # ------------------------------------------------------------ messages

    async def _listen(self) -> None:
        while True:
            message = await self._receive()
            match message["type"]:
                case "subscribe":
                    await self._subscribe(message)
                case "complete":
                    if task := self._running.pop(_id(message), None):
                        task.cancel()
                case "ping":
                    await self._send({"type": "pong"})
                case "connection_init":
                    raise Closing(CloseCode.TOO_MANY_INITS, "Too many initialisation requests")

    async def _subscribe(self, message: Mapping[str, Any]) -> None:
        operation_id = _id(message)
        if operation_id in self._running:
            raise Closing(
                CloseCode.DUPLICATE_OPERATION, f"Subscriber for {operation_id} already exists"[:120]
            )
        try:
            ask = ask_of(message.get("payload"))
        except NotWellFormed as no:
            raise Closing(CloseCode.BAD_REQUEST, no.message) from None
        if len(self._running) >= OPERATIONS_MAX:
            error = {"message": f"At most {OPERATIONS_MAX} operations run on one socket."}
            await self._send({"id": operation_id, "type": "error", "payload": [error]})
            return
        self._running[operation_id] = asyncio.create_task(self._operate(operation_id, ask))

    async def _receive(self) -> dict[str, Any]:
        event = await self._websocket.receive()
        if event["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(event.get("code") or 1005)
        try:
            message = orjson.loads(event.get("text") or b"")
        except orjson.JSONDecodeError:
            raise Closing(CloseCode.BAD_REQUEST, "A message must be JSON in a text frame") from None
        known = {"connection_init", "ping", "pong", "subscribe", "complete"}
        if not isinstance(message, dict) or message.get("type") not in known:
            raise Closing(CloseCode.BAD_REQUEST, "Unknown message type")
        return message

    async def _send(self, message: Mapping[str, Any]) -> None:
        text = orjson.dumps(message, default=str).decode()
        await self._websocket.send({"type": "websocket.send", "text": text})

    # ------------------------------------------------------------ operations

    async def _operate(self, operation_id: str, ask: Ask) -> None:
        try:
            end = await self._stream(operation_id, ask)
            if self._running.pop(operation_id, None):  # before the client hears of it: it may reuse the id
                await self._send(end)
        except FeedStopping:
            self._close(Closing(CloseCode.RESTARTING, "Service restart"))
        except Closing as closing:
            self._close(closing)
        except (WebSocketDisconnect, RuntimeError):  # it closed under us: the listener knows
            self._running.pop(operation_id, None)

    async def _stream(self, operation_id: str, ask: Ask) -> dict[str, Any]:
        """Send each answer; the message that ends the operation."""
        try:
            actor = await self._actor()
        except Closing:
            raise
        except Exception as error:  # noqa: BLE001 -- the client hears that it failed
            return {"id": operation_id, "type": "error", "payload": present_exception(error).errors}
        async with aclosing(self._operations.stream(ask, actor)) as answers:
            async for answer in answers:
                if "data" not in answer.payload:
                    return {"id": operation_id, "type": "error", "payload": answer.payload["errors"]}
                await self._send({"id": operation_id, "type": "next", "payload": answer.payload})
        return {"id": operation_id, "type": "complete"}

    # ------------------------------------------------------------ the key

    async def _actor(self) -> Actor:
        if self._token is None:
            raise Closing(CloseCode.UNAUTHORIZED, "Unauthorized")
        actor = await self._authenticator.actor(self._token)
        if actor is None:
            raise Closing(CloseCode.FORBIDDEN, "Forbidden")
        return actor

    async def _recheck(self) -> None:
        while True:
            await asyncio.sleep(RECHECK_S)
            try:
                await self._actor()
            except Closing as closing:
                self._close(closing)
            except Exception as error:  # noqa: BLE001 -- no answer is no reason to send anybody away
                log.warning("a key could not be checked again", reason=repr(error))

    def _close(self, closing: Closing) -> None:
        if not self._closing.done():
            self._closing.set_result(closing)


def _id(message: Mapping[str, Any]) -> str:
    operation_id = message.get("id")
    if not isinstance(operation_id, str) or not operation_id:
        raise Closing(CloseCode.BAD_REQUEST, "A message about an operation has an id")
    return operation_id


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
