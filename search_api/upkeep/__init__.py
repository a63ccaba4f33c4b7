"""Commands that take documents in, harvest, tag, evaluate, audit and back up."""
