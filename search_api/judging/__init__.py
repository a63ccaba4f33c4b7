"""Curators' judgements about hits, and the figures of searches measured against them."""
