"""What comes back from a worker process: an answer that is checked, or why there is none."""

from __future__ import annotations

import io
import pickle
import signal
from typing import Any, Final

from corpus.errors import SourceRejected
from corpus.model import Document, Page, RecordEvidence
from ingest.isolation.confined import EXIT_MEMORY
from ingest.model import Cut, Prepared

_OVERRUN_SIGNALS: Final = (signal.SIGXCPU, signal.SIGALRM)


def explain_end(status: int, seconds: float, *, overran: bool) -> SourceRejected:
    """Say why a worker gave no answer, by its exit status; ``seconds`` is what it had."""
    if overran or -status in _OVERRUN_SIGNALS:
        return SourceRejected(
            "timeout",
            f"Reading it took longer than the limit of {seconds:.0f} s. It may be damaged or "
            "built to be slow: save it again from another program, split it, or raise the limit.",
        )
    if status in (EXIT_MEMORY, -signal.SIGKILL):
        return SourceRejected(
            "memory",
            "Reading it took more memory than the limit. It may be damaged or built to be large: "
            "save it again from another program, or split it.",
        )
    cause = signal.Signals(-status).name if status < 0 else f"status {status}"
    return SourceRejected(
        "crash",
        f"The process that read it ended ({cause}). The file is damaged in a way that breaks the "
        "reading program: save it again from another one, and please report it.",
    )


class _Answers(pickle.Unpickler):
    """Load only our own classes: a worker that a file took over cannot make us run its code."""

    _KNOWN: Final = {
        (c.__module__, c.__qualname__): c for c in (Prepared, Document, Page, Cut, RecordEvidence)
    }

    def find_class(self, module: str, name: str) -> Any:
        """Return a class that an answer may contain."""
        try:
            return self._KNOWN[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed in an answer") from None


def open_answer(answer: bytes) -> Prepared:
    """Return what a worker prepared.

    Raises:
        SourceRejected: what its task raised, or ``crash`` if the answer is not what it should be.
    """
    prepared, code, reason = _load(answer)
    if prepared is None:
        raise SourceRejected(code, reason)
    return prepared


def _load(answer: bytes) -> tuple[Prepared | None, str, str]:
    try:
        prepared, code, reason = _Answers(io.BytesIO(answer)).load()
    except Exception as error:  # bytes from a process that a file may have taken over
        reason = f"The process that read it gave an invalid answer ({type(error).__name__})."
        return None, "crash", f"{reason} Do not open the file, and please report it."
    return prepared, str(code), str(reason)
