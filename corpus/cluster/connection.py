"""The one door to Dask: ask a scheduler for its workers, and have a named worker make a call.

Every function is a coroutine of the one event loop that the connection was opened on.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import logging
import pickle
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from corpus.errors import ClusterUnavailable

if TYPE_CHECKING:
    from distributed import Client

SCHEMES: Final = ("tcp://", "tls://")
CONNECT_TIMEOUT_S: Final = 10.0
ANSWER_TIMEOUT_S: Final = 20.0
"""A scheduler that does not say within this time which workers it has is lost."""
CLOSE_TIMEOUT_S: Final = 3.0
LOOK_EVERY_S: Final = 0.2
_QUIET: Final = ("distributed", "distributed.client", "distributed.core", "distributed.comm")
"""Loggers of Dask that report what is an error of ours, too."""


class SchedulerGone(Exception):
    """The connection to the scheduler was lost."""


class WorkerEnded(Exception):
    """A worker ended over a call, as the scheduler saw it."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is made where it is unpickled: a scheduler then needs no code of ours."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self.function, self.arguments


class Connection:
    """A connection to a scheduler."""

    def __init__(self, client: Client) -> None:
        self._client: Any = client

    async def list_workers(self) -> dict[tuple[str, str], int]:
        """Return the threads of each running worker, by its address and its own folder.

        A worker that was started again may have the address of the one before, but not its folder.

        Raises:
            SchedulerGone
        """
        asked = asyncio.ensure_future(self._client.scheduler.identity(n_workers=-1))
        give_up = time.monotonic() + ANSWER_TIMEOUT_S
        while not asked.done():
            await asyncio.wait({asked}, timeout=LOOK_EVERY_S)
            if self._client.status != "running" or time.monotonic() > give_up:
                asked.cancel()
                break
        try:
            identity = await asked
        except (OSError, asyncio.CancelledError) as error:
            raise SchedulerGone("it does not answer any more") from error
        if self._client.status != "running":
            raise SchedulerGone("it closed the connection")
        return {
            (address, said["local_directory"]): said["nthreads"]
            for address, said in identity["workers"].items()
            if said["status"] == "running"
        }

    async def call(self, worker: str, pickled: bytes) -> Any:
        """Return the answer of a pickled ``Call`` that the worker of this address makes.

        It waits for as long as it takes; if the worker goes away, for ever.

        Raises:
            SchedulerGone
            WorkerEnded: the worker did, and the scheduler will not try again.
            Exception: whatever the call raised.
        """
        from distributed import CancelledError
        from distributed.scheduler import KilledWorker

        future = self._client.submit(
            pickle.loads, pickled,
            workers=[worker], allow_other_workers=False, pure=False, retries=0,
        )  # fmt: skip
        # Dask collects several answers with one request: whoever stops waiting must not cancel it.
        collecting = asyncio.ensure_future(self._client.gather(future))
        collecting.add_done_callback(_note_end)
        try:
            await asyncio.wait({collecting})
            return collecting.result()
        except CancelledError as error:
            raise SchedulerGone("it closed the connection") from error
        except KilledWorker as error:
            raise WorkerEnded(worker) from error
        finally:
            future.release()

    async def close(self) -> None:
        """Close the connection; a scheduler that does not answer is left."""
        with contextlib.suppress(OSError, TimeoutError):
            await asyncio.wait_for(self._client.close(), CLOSE_TIMEOUT_S)


def _note_end(collecting: asyncio.Future[Any]) -> None:
    """Consume an error that nobody waits for, so that it is not reported."""
    if not collecting.cancelled():
        collecting.exception()


async def connect(address: str) -> Connection:
    """Connect to a scheduler.

    Args:
        address: such as ``tcp://10.0.0.5:8786``; ``tls://`` takes certificates from Dask's own
            configuration.

    Raises:
        ClusterUnavailable: the address is none, or nobody answers there.
    """
    if not address.startswith(SCHEMES):
        raise ClusterUnavailable(
            f"{address!r} is not the address of a scheduler. Write it as tcp://HOST:8786, or with "
            "tls:// if the cluster has certificates."
        )
    if not is_installed():
        raise ClusterUnavailable(
            "Dask is not installed. Install it with: pip install 'salex-evidence[dask]'"
        )
    import dask

    quiet: Mapping[str, object] = {"logging": dict.fromkeys(_QUIET, "critical")}
    dask.config.set({**quiet, "distributed.admin.large-graph-warning-threshold": "1 GB"})
    from distributed import Client

    start: Any = Client
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    client = start(address, asynchronous=True, set_as_default=False, timeout=CONNECT_TIMEOUT_S)
    connection = Connection(client)
    try:
        await client
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        await connection.close()
        raise ClusterUnavailable(
            f"No Dask scheduler can be reached at {address} ({error}). Check the address, and "
            "that the scheduler runs and lets this machine in."
        ) from error
    return connection


def is_installed() -> bool:
    """Whether Dask is there to be used."""
    return importlib.util.find_spec("distributed") is not None
