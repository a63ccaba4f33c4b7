"""Groups, organisations, learning questions and webhooks of the network."""
