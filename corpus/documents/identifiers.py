"""Numbers that identify publications, in the one form in which they are stored."""

from __future__ import annotations

import re


def standard_isbn(text: str) -> str | None:
    """Return an ISBN without hyphens if its check digit is right (ISO 2108), or ``None``."""
    digits = re.sub(r"[\s‐‑–-]", "", text).upper()
    if re.fullmatch(r"\d{13}", digits):
        checked = sum(int(d) * (3 if n % 2 else 1) for n, d in enumerate(digits)) % 10 == 0
        return digits if checked and digits.startswith(("978", "979")) else None
    if re.fullmatch(r"\d{9}[\dX]", digits):
        values = [10 if d == "X" else int(d) for d in digits]
        return digits if sum(v * (10 - n) for n, v in enumerate(values)) % 11 == 0 else None
    return None
