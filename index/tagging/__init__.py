"""Suggests tags, from the vocabularies alone or from what people decided.

``zeroshot`` needs no decision: ``signs`` and ``manner`` read the words, ``weighing`` weighs them,
and ``pull`` takes off what a language does. ``reading`` and ``words`` turn a document into numbers,
``learning`` learns from decided documents, ``measuring`` says how well, ``model`` is what was
learned, and ``adopting`` puts it in place. ``index.tagging.tagger`` writes what they propose.
"""
