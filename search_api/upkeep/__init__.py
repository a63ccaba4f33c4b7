"""Commands that take in, harvest, tag, evaluate, audit and back up."""
