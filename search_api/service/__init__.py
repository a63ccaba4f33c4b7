"""What lives as long as the server: settings, connections, turns, counted searches."""
