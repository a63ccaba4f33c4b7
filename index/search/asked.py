"""What a question asks for, by its words, and what a sentence that answers it has."""

from __future__ import annotations

import functools
import re
from typing import Final

_NUMBER: Final = re.compile(
    r"\d|%|\b(?:half|third|quarter|dozen|hundred|thousand|million|billion|one|two|three|four|five|six"
    r"|seven|eight|nine|ten|mitad|tercio|cuarto|dos|tres|cuatro|cinco|millones|metade|terço|dois|dez"
    r"|milh[õo]es|moitié|tiers|quart|deux|trois|quatre|cinq|millions)\b",
    re.IGNORECASE,
)
_DATE: Final = re.compile(r"\b(?:1[5-9]|20)\d\d\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b")
_EVENT: Final = re.compile(
    rf"{_DATE.pattern}|\b(?:upon|once|after|before|until|during|as soon as|una vez|después|antes"
    r"|at the (?:start|beginning|end)|hasta|durante|cuando|depois|até|após|quando|après|avant"
    r"|jusqu\w*|lorsqu\w*|dès|pendant)\b",
    re.IGNORECASE,
)
"""When something happens: a date, or what it comes after."""
_DURATION: Final = re.compile(
    r"\b(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|duration|permanent\w*|forever"
    r"|minutos?|horas?|d[ií]as?|semanas?|mes(?:es)?|m[eê]s|a[ñn]os?|duraci[óo]n|dura[çc][ãa]o|d[ée]cadas?"
    r"|heures?|jours?|semaines?|mois|ans?|ann[ée]es?|dur[ée]es?|d[ée]cennies?)\b",
    re.IGNORECASE,
)
"""How long something takes or lasts."""
_REASON: Final = re.compile(
    r"\b(?:because|since|therefore|thus|due to|owing to|so that|in order to|as a result|porque|pues"
    r"|debido|por lo que|por ello|já que|pois|devido|por isso|parce que|car|afin|puisque)\b",
    re.IGNORECASE,
)
_IS: Final = re.compile(
    r"\b(?:is|are|was|were|means?|refers? to|defined as|consists?|aims? to|es|son|significa"
    r"|se define|são|é|refere-se|est|sont|désigne|signifie|s'agit)\b|[–—:]",
    re.IGNORECASE,
)
_MEANS: Final = re.compile(
    r"\bmeans?\b|\b(?:refers? to|defined? as|definitions?|is understood as|significa|se refiere a"
    r"|se define|se entiende|definido como|refere-se|entende-se|désigne|signifie|se définit"
    r"|défini\w* comme)\b",
    re.IGNORECASE,
)
"""What a word is to mean."""
RESULT: Final = re.compile(
    r"\A(?!.*(?:\bhypothes|\b(?:might|may|could|would|should|whether|if)\b|\b(?:19|20)\d\d[a-z]?\)))"
    r".*?(?:\b(?:we|stud(?:y|ies)|results?|findings?|evidence|analys[ei]s|reviews?|evaluations?"
    r"|trials?|data)\b[^.]{0,60}\b(?:found|finds?|show(?:s|ed|n)?|suggests?|indicates?|reveal(?:s|ed)?"
    r"|demonstrates?|confirm(?:s|ed)?|points? to)\b"
    r"|\beffect sizes?\b|\bstandard deviations?\b|\bpercentage points\b|\bstatistically\b"
    r"|\b(?:positive|negative|small|large|moderate|no|significant|average|overall|mean)"
    r" (?:\w+ ){0,2}(?:effects?|impacts?|gains?|differences?|improvements?)\b"
    r"|\b(?:resultados?|hallazgos?|evidencias?|evidências?|achados?|estudi?os?|résultats?|études?"
    r"|données)\b[^.]{0,60}\b(?:muestra|mostr|sugier|sugere|indica|encontr|demuestra|demonstra|montre"
    r"|suggère|indique|révèle))",
    re.IGNORECASE | re.DOTALL,
)
"""A result that the document has or sums up, not a guess and not one cited by name and year."""
_GUESS: Final = re.compile(
    r"\bhypothes\w+|\bspeculat\w+|\b(?:has|have) been (?:suggested|argued)|\bsome (?:argue|claim"
    r"|suggest)|\bcited in\b|\bhip[óo]tes[ei]s\b|\bhypothèses?\b",
    re.IGNORECASE,
)
_WHETHER: Final = re.compile(
    r"\b(?:effects?|impacts?|effectiveness|influence) (?:of|on)\b|\bhow effective\b"
    r"|^\W*(?:do|does|did|is|are|was|were|how do|how does|how did|what)\b.*\b(?:improves?"
    r"|affects?|increases?|reduces?|raises?|helps?|works?|boosts?|benefits?|matters?|influences?"
    r"|effective)\b"
    r"|\b(?:efectos?|efeitos?|effets?) (?:de|do|da|du|des|sur|sobre|en|na?|no)\b"
    r"|\befica(?:z|ces)\b|\befficaces?\b"
    r"|^\W*(?:c[óo]mo |como |comment |qu[ée] |o que )?(?:se )?(?:mejoran?|afectan?|influyen?"
    r"|funcionan?|ayudan?|melhoram?|afetam?|funcionam?|améliorent?|affectent?)\b",
    re.IGNORECASE,
)
"""Whether something works, or what it does."""
_ASKED: Final[tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]] = (
    (
        re.compile(
            r"\bhow (?:many|much|large|often|big|high|old|far)\b|\bwhat (?:share|percent\w*"
            r"|proportion|number|fraction)\b|\bcu[áa]nt[oa]s?\b(?! tiempo)"
            r"|\bquant[oa]s?\b(?! tempo)|\bcombien\b(?! de temps)|\bporcentaje\b"
            r"|\bpercentagem\b|\bporcentagem\b|\bpourcentage\b|\bcosts?\b",
            re.IGNORECASE,
        ),
        _NUMBER,
    ),
    (
        re.compile(
            r"\bwhen\b|\bwhat (?:year|date)\b|\bcu[áa]ndo\b|\bquando\b|\bquand\b|\bsince when\b",
            re.IGNORECASE,
        ),
        _EVENT,
    ),
    (
        re.compile(r"\bwhy\b|\bpor qu[ée]\b|\bpor que\b|\bpourquoi\b", re.IGNORECASE),
        _REASON,
    ),
    (
        re.compile(
            r"^\W*(?:what (?:is|are)|who (?:is|are)|qu[ée] (?:es|son)|o que (?:é|são)"
            r"|qu'est-ce|cu[áa]l es|qual (?:é|a))\b",
            re.IGNORECASE,
        ),
        _IS,
    ),
    (
        re.compile(
            r"\bhow long\b|\bcu[áa]nto tiempo\b|\bquanto tempo\b|\bcombien de temps\b"
            r"|\bqu[ée] plazo\b|\bqual (?:o |é o )?prazo\b|\bquelle (?:est la )?durée\b",
            re.IGNORECASE,
        ),
        _DURATION,
    ),
    (
        re.compile(
            r"\b(?:how (?:is|are|was|were|does|do)\b.*\bdefine[ds]?|definitions? of"
            r"|what does\b.*\bmean|c[óo]mo se defin\w+|definici[óo]n de|qu[ée] significa"
            r"|defini[çc][ãa]o d[aeo]|o que significa|comment\b.*\bdéfini\w*|définition d)\b",
            re.IGNORECASE,
        ),
        _MEANS,
    ),
    (
        _WHETHER,
        RESULT,
    ),
)


_NTH: Final = (
    r"(?:first|second|third|fourth|fifth|sixth|next|following|last|final|primer[ao]?|segund[ao]"
    r"|tercer[ao]?|terceir[ao]|cuart[ao]|quart[ao]|quint[ao]|siguiente|[uú]ltim[ao]|seguinte"
    r"|premi[eè]re?|deuxi[eè]me|troisi[eè]me|quatri[eè]me|derni[eè]re?|suivante?)"
)
_PART: Final = (
    r"(?:section|chapter|part|secci[oó]n|cap[ií]tulo|apartado|parte|se[cç][aã]o|chapitre|partie)"
)
_PUTS: Final = """
    according although describe described describes happen happened happens mean means meant mention
    mentioned mentions said say says though define defined defines definition explain explained
    explains
    aunque describa describir dice menciona mencionan ocurre según sucede defina definir definición
    definido significa explica explicar
    acontece descreva descrever diz embora definição explique
    décrire décrivez mentionne selon définir définissez défini définie définit définition signifie
    expliquer expliquez
    """
SCAFFOLDING: Final = frozenset(_PUTS.split())
"""Words by which a question is put, and which no answer has to have."""
MOST_PUT: Final = 15
"""Words of the longest question that has such words. In descriptions of a problem, as in CISI, they
say something: left out there, too, nDCG@10 is .4521 for .4544."""
_CAUSES: Final = "explain explained explains explica explicar explique expliquer expliquez"
_OF_CAUSES: Final = frozenset(_CAUSES.split())
"""Those that ask for a cause, unless the question begins with them: "what explains the fall"."""
_THE: Final = r"(?:the|la|el|los|las|a|o|as|os|le|les)"
_SHOWN: Final = (
    r"(?:figures?|fig\.|tables?|charts?|graphs?|box|figuras?|tablas?|cuadros?|gr[aá]ficos?|tabelas?"
    r"|quadros?|tableaux?|graphiques?|encadrés?)"
)
_SHOWS: Final = (
    r"(?:presents?|shows?|displays?|illustrates?|summari[sz]es?|reports?|lists?|depicts?|describes?"
    r"|presentan?|muestran?|ilustran?|resumen?|apresentam?|mostram?|ilustram?|resumem?"
    r"|présente(?:nt)?|montre(?:nt)?|illustre(?:nt)?)"
)
_SIGNPOST: Final = re.compile(
    rf"\W*(?:(?:in )?(?:the|la|el|los|a|o|le|en (?:la|el)|n[ao]|dans (?:la|le)) )?"
    rf"(?:{_NTH} {_PART}|{_PART} (?:\d+|[ivx]+|two|three|four|five|six))\b[^.]{{0,40}}?\b"
    r"(?:examin|describ|describes|present|discuss|review|explain|outline|analy[sz]|analiz|analis"
    r"|provides?|conclu|reports?|devoted|deals|focus|turn|look|expone|discut|trata|d[eé]cri|traite)"
    rf"|\W*(?:the (?:rest|remainder) of )?(?:the|this) (?:paper|report|article|chapter|study|brief)"
    r" (?:is (?:organi[sz]ed|structured|divided)|proceeds as)"
    r"|\W*(?:our|this) (?:work|paper|study|article|research) (?:builds (?:up)?on|contributes to"
    r"|adds to|relates to)\b"
    rf"|\W*(?:{_THE} )?(?:\w+ )?{_SHOWN} (?:[\w.-]+ ){{0,2}}?{_SHOWS}"
    r" (?:how|the|el|la|los|las|cómo|o|a|os|as|como|le|les|comment|l[’'])\b[^\d%]*+\Z"
    r"|(?:see|véase|veja|consulte)\b"
    rf"|(?:voir|ver) (?:aussi|también|também|(?:{_THE} |l[’'])?(?:{_SHOWN}|{_PART}|point|note|nota"
    r"|annexe|anexo|p))\b"
    r"|\W*(?:el|este|o|este|le|ce) (?:documento|informe|art[ií]culo|estudio|relat[oó]rio|artigo"
    r"|rapport|document) (?:se organiza|se estructura|est[aá] organizad[oa]|est organis[eé])",
    re.IGNORECASE,
)


_SIGNPOSTS_BEGIN: Final = re.compile(
    r"(?:in|the|la|el|los|a|o|le|en|n[ao]|dans|this|our|este|ce"
    rf"|os|as|les|see|voir|ver|véase|veja|consulte|fig|{_NTH}|{_PART}|{_SHOWN})\Z",
    re.IGNORECASE,
)
"""The first word of what ``_SIGNPOST`` matches; most sentences begin with another."""
_FIRST_WORD: Final = re.compile(r"[^\W\d_]+")


@functools.lru_cache(maxsize=256)
def answers_to(query: str) -> tuple[re.Pattern[str], ...]:
    """Return what an answer to a question has; nothing if it asks for no such thing."""
    found = tuple(answers for asks, answers in _ASKED if asks.search(query))
    # "What is the effect of" asks for no definition.
    return tuple(answers for answers in found if answers is not _IS) if RESULT in found else found


def only_puts(term: str, question: str) -> bool:
    """Return whether a word of a question only puts it, so that documents need not have it.

    No word of a longer text does: it says more than what is asked.
    """
    if len(question.split()) > MOST_PUT:
        return False
    begins = question.lstrip("¿¡ ").casefold().startswith(term)
    return term in SCAFFOLDING and (begins or term not in _OF_CAUSES)


def is_guess(sentence: str) -> bool:
    """Return whether a sentence says what somebody supposes."""
    return bool(_GUESS.search(sentence))


def is_signpost(sentence: str) -> bool:
    """Return whether a sentence says where something stands: "Section 3 describes ..."."""
    first = _FIRST_WORD.search(sentence)
    if first is None or not _may_begin_signpost(first[0]):
        return False
    return bool(_SIGNPOST.match(sentence, first.start()))


@functools.lru_cache(maxsize=4_096)
def _may_begin_signpost(word: str) -> bool:
    return bool(_SIGNPOSTS_BEGIN.match(word))
