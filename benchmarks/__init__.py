"""Measurements of speed. They print ratios and are never tests: machines differ and are shared."""
