"""The evidence map: how much there is by topic, stage, country and year, and what is missing."""
