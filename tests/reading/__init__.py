"""How well reports are read, measured on what people said about them: no part of the suite."""
