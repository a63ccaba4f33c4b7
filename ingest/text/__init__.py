"""From lines of text to cleaned sentences and passages."""
