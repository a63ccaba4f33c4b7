"""Turns files and web addresses into documents and passages. Imports only corpus."""
