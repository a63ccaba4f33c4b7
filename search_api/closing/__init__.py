"""Freezes the repository as a site of files, and starts a repository again from one."""
