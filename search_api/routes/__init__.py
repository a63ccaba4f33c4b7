"""JSON under /api/v1: a module a noun; the OpenAPI document is finished in ``openapi``."""
