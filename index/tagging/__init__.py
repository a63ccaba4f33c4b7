"""How tags are proposed: from the vocabularies alone, and learned from people's decisions.

``zeroshot`` needs no decision. ``reading`` and ``words`` turn a document into numbers, ``learning``
learns from decided documents, ``measuring`` says how well, ``model`` is what was learned, and
``adopting`` puts it in place. ``index.tagging.tagger`` writes what they propose.
"""
