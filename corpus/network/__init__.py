"""Groups, organisations and learning questions of the network."""
