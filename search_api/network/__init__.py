"""The network's own pages: the learning agenda, the call for evidence, groups, organisations."""
