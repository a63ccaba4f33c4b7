"""From a query to ranked documents with their best passages."""
