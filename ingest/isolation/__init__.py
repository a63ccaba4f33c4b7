"""Worker processes that read untrusted bytes without network and within limits."""
