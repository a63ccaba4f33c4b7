"""Tests of intake: sources, extraction, isolation, text."""
