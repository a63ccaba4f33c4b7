"""What tests share: fakes, a served catalogue, a browser, misbehaving sites."""
