"""Tells what a sentence claims of an effect: that there is one, that it is unsure, or none.

It goes by words and not by vectors: "scores rose" and "scores did not rise" have nearly the same
vector. Readers see the sentences side by side and judge for themselves; a sentence with words of
neither claims nothing here.
"""

from __future__ import annotations

import re
from typing import Final, Literal

Stance = Literal["effect", "unsure", "no-effect"]

_NONE: Final = re.compile(
    r"\b(?:no|little|neither|hardly any|without)(?: \w+){0,3} (?:effects?|impacts?|differences?"
    r"|improvements?|gains?|benefits?|change)\b"
    r"|\b(?:did|does|do|has|have|had|was|were|is|are|could|can)(?: not|n't|not)(?: \w+){0,3}"
    r" (?:improv\w+|rais\w+|increas\w+|rise|reduc\w+|chang\w+|affect\w*|effective|work|help|lead"
    r"|differ\w*|benefit\w*|significant\w*)\b"
    r"|\bnot (?:effective|significant\w*|statistically)\b|\bineffective\b"
    r"|\bfail(?:s|ed)? to (?:improve|raise|increase|reduce|change)\b"
    r"|\bsin (?:efectos?|impacto)\b|\bno (?:hubo|tuvo|tiene|mejor\w+|se encontr\w+)\b"
    r"|\bsem (?:efeitos?|impacto)\b|\bnão (?:houve|teve|tem|melhor\w+)\b"
    r"|\bsans (?:effet|impact)\b|\baucun(?:e)? (?:effet|impact|différence)\b",
    re.IGNORECASE,
)
_UNSURE: Final = re.compile(
    r"\b(?:may|might|could)(?: \w+){0,2} (?:help|improve|increase|raise|reduce|lower|lead|work"
    r"|benefit|contribute|have (?:an? )?(?:\w+ )?(?:effect|impact)"
    r"|be (?:\w+ )?(?:effective|due|linked))\b"
    r"|\b(?:inconclusive|unclear|uncertain|tentative|inconsistent|contested|unproven)\b"
    r"|\bmixed (?:results?|evidence|effects?|findings?|picture)\b|\b(?:evidence|results?|findings?)"
    r" (?:is|are|remains?|was|were)(?: \w+)? (?:mixed|limited|weak|thin|scarce|lacking)\b"
    r"|\b(?:limited|weak|insufficient|scarce|little|not enough|lack of) evidence\b"
    r"|\b(?:poorly understood|little is known|not (?:yet )?(?:known|clear|proven)"
    r"|too (?:few|early))\b|\b(?:cannot|can't|could not) (?:be sure|prove|show|say|tell|conclude)\b"
    r"|\b(?:shows?|suggests?) promise\b|\bno (?:firm |clear )?evidence\b"
    r"|\b(?:podr[ií]an?|quiz[áa]s?|poco claro|no concluyentes?|evidencia (?:limitada|escasa))\b"
    r"|\b(?:poderia|poderá|talvez|inconclusiv\w+|evidências? (?:limitadas?|escassas?))\b"
    r"|\b(?:pourrai(?:t|ent)|peut-être|peu concluants?|preuves (?:limitées|insuffisantes))\b",
    re.IGNORECASE,
)
_SOME: Final = re.compile(
    r"\b(?:improv(?:es?|ed|ing|ements?)|increas(?:es?|ed|ing)|rais(?:es?|ed|ing)|rose|gains?|gained"
    r"|benefit(?:s|ed)?|effective(?:ly)?|succe(?:eds?|eded|ssful\w*)|strengthen(?:s|ed|ing)?"
    r"|reduc(?:es?|ed|ing)|halved|doubled|lower(?:s|ed)|boost(?:s|ed)?|promot(?:es?|ed)"
    r"|positive(?:ly)?|help(?:s|ed)|leads? to|led to|impact(?:s|ed)?|progress(?:ed)?"
    r"|mejor(?:a|an|ó|aron|as?)|aument(?:a|an|ó|aron|ou|aram)|reduj\w+|ayud(?:a|an|ó)|eficaz"
    r"|melhor(?:a|am|ou|aram|ias?)|reduz\w*|améliore\w*|augment(?:e|ent|é)|réduit|efficaces?)\b",
    re.IGNORECASE,
)
_WANTED: Final = re.compile(
    r"\b(?:aims?|goals?|purpose|intend\w*|hopes?|wants?|should|meant to|seeks?|designed to|asks?"
    r"|whether|if|objetivo|finalidad|busca|vise|objectif)\b",
    re.IGNORECASE,
)
"""What is wanted or asked has not happened."""
LABELS: Final[dict[Stance, str]] = {
    "effect": "speaks of an effect",
    "unsure": "is not sure",
    "no-effect": "finds no effect",
}


def stance_of(text: str) -> Stance | None:
    """Return what sentences claim of an effect; ``None`` if nothing that these words tell."""
    if _NONE.search(text):
        return "no-effect"
    if _UNSURE.search(text):
        return "unsure"
    return "effect" if _SOME.search(text) and not _WANTED.search(text) else None
