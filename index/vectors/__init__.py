"""Encodes passages, stores their vectors, and keeps the FAISS index on disk."""
