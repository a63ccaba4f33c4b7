"""Says what each part of a text is for: body, summary, references, contents and the like."""
