"""The shapes of what a passage answers: sentences, and the words that matched in them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

Highlight = Annotated[
    list[int],
    Field(
        min_length=2,
        max_length=2,
        description="Start and end (exclusive) in `text`, counted in Unicode code points.",
        examples=[[10, 19]],
    ),
]


class AnswerShape(BaseModel):
    """Whole sentences that answer the query and follow each other in a paragraph of the passage."""

    text: str
    start: int = Field(description="Where it begins in the passage's text, in characters.")
    end: int
    highlights: list[Highlight] = Field(description="Slices of this text.")
    page: int | None
    page_end: int | None
    page_label: str | None
    url: str | None = Field(description="The original, at the page if it is a PDF.")


class StyledCitation(BaseModel):
    """A document cited in one style."""

    style: str = Field(examples=["apa"])
    label: str = Field(examples=["APA 7"])
    reference: str = Field(description="The entry of a list of references.")
    italics: list[Highlight] = Field(description="The parts of `reference` printed in italics.")
    in_text: str = Field(
        description="The short form for a text, with the page as it is printed.",
        examples=["(Smith & de la Cruz, 2021, p. 52)"],
    )
