"""Documents to take away: one small module a format, each rendering a ``Sheet``."""
