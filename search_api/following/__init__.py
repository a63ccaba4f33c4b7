"""What is new: feeds, the questions people follow, the e-mail and webhooks that tell of them."""
