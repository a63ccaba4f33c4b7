"""Words that show whether a sentence is cut, needs its neighbours, or makes a statement.

English first, with the common words of Spanish, Portuguese and French.
"""

from __future__ import annotations

import re
from typing import Final

from index.search.answering import REFERS


def _any(*words: str) -> str:
    return f"(?:{'|'.join(words)})"


def _begins(*words: str) -> re.Pattern[str]:
    """Return what matches a sentence that begins with one of these."""
    return re.compile(rf"\W*{_any(*words)}", re.IGNORECASE)


_TEXTS: Final = _any(
    "report", "brief", "paper", "study", "article", "review", "blog", "post", "toolkit", "page",
    "guide", "profile", "playbook", "note", "document", "chapter", "book", "authors?", "issue",
    "website", "resource", "video", "digest", "webinar", "handbook", "site", "kit", "publication",
    "series", "informe", "estudio", "art[íi]culo", "documento", "relat[óo]rio", "estudo", "artigo",
    "manual", "rapport", "étude",
)  # fmt: skip
_TELL: Final = _any(
    "describes?", "examines?", "traces?", "explains?", "presents?", "covers?", "sets? out",
    "looks?", "is (?:about|by|an?|the|from|meant|for)", "are", "deals?", "discuss\\w*",
    "was (?:written|published|prepared|issued)", "explores?", "introduces?", "summari[sz]es?",
    "(?:also )?considers?", "reports? on", "brings? together", "offers?", "contains?", "consists?",
    "belongs?",
    "came out", "appeared", "gives?", "lists?", "serves?", "accompan\\w+", "asks?", "describe",
    "examina", "presenta", "descreve", "apresenta", "présente", "décrit", "valide", "analyse",
    "analiza", "analisa", "(?:has|have) (?:tried|sought|aimed)", "tries", "seeks", "aims",
)  # fmt: skip

BEGINS: Final = re.compile(r"[\"'“‘«(\[¿¡]*(?:[A-ZÀ-ÖØ-Þ]|\d)")
ENDS: Final = re.compile(r"[.!…][\"'”’»)\]]*[\d,–\u00b9\u00b2\u00b3\u2070-\u2079]*$")
CUT: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|et al|cf|vs|etc|Fig|Figs|Table|No|Vol|pp?|ed|eds)\.|\.\.\.|…)$"
)
"""Endings that are no end of a sentence."""
REFERENCE: Final = re.compile(
    "|".join(
        (
            r"\bdoi\b|https?://|\bwww\.|\bISBN\b|\bISSN\b|\bVol\.|\b\d+\(\d+\)[:,]|\bpp\. ?\d",
            r"\bRetrieved from\b|\bAvailable at\b|\bIn: [A-Z]|\(Eds?\.\)|©|\bAll rights reserved\b",
            r"^\W*[A-ZÀ-Þ][\w'’-]+, (?:[A-Z]\. ?)+",
            r"\b(?:University|Oxford|Cambridge|Academic) Press\b",
        )
    )
)
"""An entry of a list of references, or an imprint."""
LABEL: Final = _begins(
    r"(?:Figure|Fig\.?|Table|Box|Annex|Appendix|Chapter|Section|Part|Figura|Tabla|Cuadro|Quadro"
    r"|Tabela|Tableau|Encadré)s?\b[ :]*[\dA-Z.]*\b[.:|–—-]",
    r"(?:Source|Sources|Note|Notes|Fuente|Fonte)\b[ :]",
    r"(?:see|refer to|click|download|read more|ver|voir)\b",
    r"\d+(?:\.\d+)+ ",
)
"""A caption, a pointer to another place, or a numbered heading."""
UNFINISHED: Final = re.compile(
    r"\W*to (?!date\b|this\b|be sure\b)[a-z]+\b(?!.*?, .*?\b(?:is|are|was|were|be|am|should"
    r"|shall|must|can|could|will|would|may|might|has|have|had|needs?|do|does|did|we|they|it|you|I|there)\b)",
    re.IGNORECASE | re.DOTALL,
)
"""An aim alone: "To support schools by training, mentoring and visits." says nothing of anybody."""
SHOUTED: Final = re.compile(r"(?:\b[A-ZÀ-Þ]{2,}\b\W+){4,}")
PAIRS: Final = (("(", ")"), ("[", "]"), ("“", "”"), ("«", "»"))

_CONNECTS: Final = _begins(
    r"(?:first|second|third|fourth|fifth)(?:ly)?\b(?:,| (?:is|was|came|comes)\b)",
    r"(?:finally|also|another|in addition|additionally|for (?:example|instance)|similarly|likewise"
    r"|(?:by|in) (?:contrast|comparison)|then|next|of (?:these|those|them)|among (?:these|them)"
    r"|still|even so|nor|here|there|below (?:is|are)|the following|hence|so|consequently"
    r"|as (?:a result|such)|(?:the )?examples?"
    r"|others?|each|and|or|all of (?:these|them)|yet|but|nevertheless|meanwhile|afterwards|later"
    r"|together|some (?:of (?:these|them)|others?)|all (?:three|four|five))\b",
    r"(?:the|one|a) (?:first|second|third|fourth|last|others?|latter|former|same|remaining|further"
    r"|two|three|four|five|six)\b",
    r"an? (?:successor|companion|follow-?on|second|third|similar|related|further) \w+",
    r"(?:the|its|one|a) (?:\w+ )?(?:goal|aim|purpose|idea|task|question|intention|problem|reason"
    r"|result|outcome|answer)s?"
    r" (?:is|are|was|were)\b",
    r"among the \w+'s\b",
    r"(?:además|también|por ejemplo|asimismo|otr[ao]s?|finalmente|pero|sin embargo|no obstante"
    r"|também|outr[ao]s?|por exemplo|além disso|contudo|porém|mas|aussi|en outre|par exemple"
    r"|de plus|enfin|mais|cependant|toutefois)\b",
)
_POINTS_BACK: Final = _begins(
    r"(?:in|with|by|at|on|from|for|after|before|through|under|to|of|despite) (?:it|its|his|her"
    r"|their|them|this|these|that|those|such|do so|both)\b",
    r"(?:with|in|by|at|on|from|for|after|before|when|while|if|as|working|looking|according|since"
    r"|during|within|under|although|though|being|having|\w+ing|\w+ed)\b.{0,100}?, (?:it|its|they"
    r"|their|he|his|she|her|this|these)\b",
    r"(?:in|at|from|on|by|with)\b[^,.]{3,60}? (?:it|he|she|they)\b",
    r"(?:\w+\W+){1,4}?(?:of|to|for|in|with|from|by) (?:this|these|that|those|such|their|its|his"
    r"|her)\b",
    r"(?:\w+\W+){1,6}?(?:though|however|by contrast|too|in turn|for (?:example|instance)|meanwhile"
    r"|therefore|then|instead|by comparison|likewise|on the other hand),",
    r"according to the (?:first|second|third|fourth|fifth|last)\b",
    r"one was\b",
)
_WITHIN: Final = re.compile(
    r"\b(?:the (?:two|three|four|five) (?!most|main)\w+|the (?:latter|former)|the other\b"
    r"|all three\b|(?:contributes?|contributed|leads?|led|adds?|added) to (?:this|these)\b"
    r"|(?:set|places?|helps?|helped|makes?|made) (?:it|them)\b"
    r"|(?:questions?|issues?|lessons?|themes?|points?) (?:emerges?|arises?|follows?)(?=\W*$)"
    r"|as (?:above|below|mentioned|noted|described)|in (?:this|that) (?:case|way|respect)"
    r"|(?:see|in) (?:Figure|Table|Box|Chapter|Section|Annex) \w+)\b",
    re.IGNORECASE,
)
TAKES_BACK: Final = _begins(
    r"(?:however|but|yet|nevertheless|still|even so|that said|by contrast|sin embargo|pero"
    r"|no obstante|aunque|por[ée]m|contudo|no entanto|mas|cependant|toutefois|mais|pourtant)\b"
)
"""The beginning of a sentence that limits the one before it."""
OF_ITSELF: Final = re.compile(
    "|".join(
        (
            rf"^\W*(?:\w+\W+){{0,5}}?{_TEXTS}s?\b(?:,[^,]*,)?(?: \w+){{0,2}}? {_TELL}\b",
            rf"\bthis (?:\w+ )?{_TEXTS}\b|\b(?:includes|lists) the {_TEXTS}\b",
            r"\bpublished (?:in|by|on)\b|\b(?:was|were) published\b|\bfurther details\b",
            r"\bconsult the original\b|\bnot described here\b|\bis also (?:available|posted)\b",
            r"\b(?:its|the) authors? (?:is|are)\b|\b(?:is|are) the authors?\b|\bgrouped with\b",
            r"\breaders? (?:is|are|should|can|may|who)\b|\bone part explains\b",
            r"\bis an? (?:[\w-]+ ){0,3}(?:initiative|approach|tool|toolkit|instrument|project"
            r"|programme|platform|organisation|questionnaire|survey|network|census|website|organization)\b",
            r"\bpage (?:states|says)\b",
            r"\bwe(?: are|['’]re) (?:excited|pleased|proud|delighted|happy|thrilled)\b",
            r"^\W*(?:figure|table|chart|box|figura|tabla|tabela|tableau|cuadro|quadro|gráfico) \w+"
            r" (?:shows?|presents?|gives?|lists?|reports?|displays?|summari[sz]es|muestra|presenta"
            r"|mostra|apresenta|montre|présente)\b(?! that\b| que\b)",
            r"^\W*your (?:support|donation|gift|contribution)s?\b",
            r"^\W*(?:objectives?|goals?|aims?|purpose|audience|format|duration|objetivos?)\s*:",
            r"^\W*the (?:questions?|figures?|module|levels|relationships|picture|emphasis|session"
            r"|package|work|scale|learning|criteria|index|lab|series|founding members)\b",
            r"^\W*(?:trata|se trata|recoge|está|presenta|describe|incluye|es|ofrece|propone"
            r"|apresenta|inclui|é|descreve|reúne|propõe)\b",
            r"\bthe subject is\b|\bversions? in\b|\bavailable free of charge\b",
        )
    ),
    re.IGNORECASE,
)
"""What tells of its document or introduces a project, or presumes that its subject is known."""
STATES: Final = re.compile(
    r"\b(?:found|finds?|findings?|show(?:s|ed|n)?|suggest(?:s|ed)?|conclud\w+|evidence|associated"
    r"|linked|correlat\w+|depends?|compared|effects?|per cent|percent|because|necessary|needs?|need"
    r"|recommend\w*|lessons?|works? best|most|more likely|less likely|encontr\w+|muestran?|mostr\w+"
    r"|concluye\w*|resultados?|recomenda\w*|recomienda\w*|montrent?|constat\w+|résultats?)\b|\d ?%",
    re.IGNORECASE,
)
"""Words of a finding, a reason or advice."""


LIST_MARKER: Final = re.compile(r"(?:\(?\d{1,2}[.)]|[•●▪◦‣*–—-])\s+(?=\S)")
"""What stands before an item of a list and is not part of its sentence."""


def stands_alone(text: str) -> bool:
    """Return whether a sentence can be read without those around it."""
    needs = (p.match(text) for p in (REFERS, _CONNECTS, _POINTS_BACK))
    return not any(needs) and not _WITHIN.search(text)
