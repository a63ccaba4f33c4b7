"""Lets other systems read the repository: OAI-PMH and MCP."""
