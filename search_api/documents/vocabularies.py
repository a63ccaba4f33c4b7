"""The network's vocabularies: stages, topics, activities, factors and kinds."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from corpus.taxonomy import Vocabulary
from search_api.answers.vocabulary_shapes import TermShape, Vocabularies, VocabularyShape
from search_api.web.declared import reads
from search_api.web.dependencies import Freshness, ServiceDep

router = APIRouter(tags=["vocabularies"])


@router.get(
    "/vocabularies",
    operation_id="listVocabularies",
    summary="Every vocabulary with its terms",
    responses=reads(),
)
def list_vocabularies(
    service: ServiceDep,
    _fresh: Freshness,
) -> Vocabularies:
    """Return the fixed vocabularies for documents, and the rules of tagging."""
    taxonomy = service.taxonomy
    return Vocabularies(
        network=taxonomy.network,
        short_name=taxonomy.short_name,
        version=taxonomy.version,
        rules=list(taxonomy.rules),
        vocabularies=[vocabulary_shape(v) for v in taxonomy.vocabularies.values()],
    )


@router.get(
    "/vocabularies/{vocabulary_id}",
    operation_id="getVocabulary",
    summary="One vocabulary with its terms",
    responses=reads(404),
)
def get_vocabulary(
    service: ServiceDep,
    vocabulary_id: Annotated[str, Path(description="Such as `stages`.", examples=["stages"])],
    _fresh: Freshness,
) -> VocabularyShape:
    """Return the terms in their order, each with its definition, cue phrases and boundaries."""
    return vocabulary_shape(service.taxonomy.vocabulary(vocabulary_id))


def vocabulary_shape(vocabulary: Vocabulary) -> VocabularyShape:
    """Return a vocabulary in its public shape."""
    return VocabularyShape(
        id=vocabulary.id,
        label=vocabulary.label,
        terms=[
            TermShape(
                id=term.id,
                label=term.label,
                short=term.short,
                definition=term.definition,
                cues=list(term.cues),
                boundaries=list(term.boundaries),
                group=term.group,
                examples=list(term.examples),
            )
            for term in vocabulary.terms.values()
        ],
    )
