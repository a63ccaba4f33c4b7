"""Reading and encoding on the workers of a Dask scheduler, for commands that are given one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from search_api.service.settings import Settings

if TYPE_CHECKING:
    from corpus.cluster.workers import Cluster
    from index.vectors.encoder import Encoder
    from index.vectors.steps import EncodeSteps
    from ingest.isolation.pool import Pool
    from ingest.model import Limits

Scheduler = Annotated[
    str | None,
    typer.Option(
        help="Have the workers of this Dask scheduler do the work, such as tcp://10.0.0.5:8786."
    ),
]


@contextmanager
def reading_pool(scheduler: str | None, limits: Limits) -> Iterator[Pool | None]:
    """Yield who reads documents: the workers of a scheduler, or ``None`` if there is none.

    Raises:
        ClusterUnavailable
    """
    if scheduler is None:
        yield None
        return
    from corpus.cluster.workers import Cluster
    from corpus.plugins import chosen_plugins
    from ingest.isolation.remote import RemotePool, describe_reading

    plugins = chosen_plugins()
    with Cluster(scheduler, describe_reading(plugins), describe_reading, plugins) as cluster:
        try:
            yield RemotePool(cluster, limits)
        finally:
            _tell_refused(cluster)


@contextmanager
def encoding_steps(
    scheduler: str | None, settings: Settings, first: Encoder, second: Encoder | None
) -> Iterator[EncodeSteps]:
    """Yield what encodes passages: the workers of a scheduler, or this process if there is none.

    Args:
        scheduler: its address.
        settings: by which the encoders were made here, and are made there.
        first: the encoder of every passage.
        second: the one for other languages.

    Raises:
        ClusterUnavailable
    """
    from index.vectors.steps import encode_here

    if scheduler is None:
        yield encode_here
        return
    from corpus.cluster.workers import Cluster
    from corpus.plugins import chosen_plugins
    from index.vectors.remote import (
        Making,
        RemoteEncoding,
        describe_encoders,
        describe_makings,
        make_first,
        make_second,
    )

    plugins = chosen_plugins()
    makings = {first.digest: Making(make_first, (settings.model, settings.precision), plugins)}
    if second:
        makings[second.digest] = Making(make_second, (settings.multilingual_model,), plugins)
    here = describe_encoders([first, second] if second else [first])
    with Cluster(scheduler, here, describe_makings, list(makings.values())) as cluster:
        try:
            yield RemoteEncoding(cluster, makings)
        finally:
            _tell_refused(cluster)


def _tell_refused(cluster: Cluster) -> None:
    from search_api.web.terminal import err

    for address, fault in cluster.refused.items():
        err.print(f"The worker {address} was not used. {fault}", markup=False)
