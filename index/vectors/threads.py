"""Keeps linear algebra to one thread: the one door to threadpoolctl.

While other work runs, several threads wait for each other and take nine times as long as one.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

OneThread = Callable[[], AbstractContextManager[object]]


def one_thread() -> AbstractContextManager[object]:
    """Return a context in which linear algebra runs on one thread."""
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(1)
    return limits


def prepare_one_thread() -> OneThread:
    """Return what makes such contexts; the libraries are looked for once (1 ms), not each time."""
    from threadpoolctl import ThreadpoolController

    controller = ThreadpoolController()

    def limited() -> AbstractContextManager[object]:
        limits: AbstractContextManager[object] = controller.limit(limits=1, user_api="blas")
        return limits

    return limited
