"""Vectors: the encoder, their store, and the FAISS index on disk in generations."""
