"""The commands of ``salex``, by what people do: take in, find, keep, serve, evaluate."""
