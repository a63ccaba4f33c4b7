"""What is new: feeds, the questions that people follow, and the e-mail that tells of them."""
