"""What lives as long as the server: settings, connections, turns and limits, counted searches."""
