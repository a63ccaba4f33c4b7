"""Stop words of the four languages members write in; dropped from queries only."""

from __future__ import annotations

from typing import Final

_ENGLISH = """
a about above after again against all also am an and any are as at be because been before being
below between both but by can could did do does doing down during each few for from further had
has have having he her here hers him his how i if in into is it its itself just may me might more
most my no nor not of off on once only or other our out over own same shall she should so some such
than that the their them then there these they this those through to too under until up upon us
very was we were what when where which while who whom whose why will with would you your
"""
_SPANISH = """
a al algo ante antes aquel aquella como con contra cual cuales cuando cuanto cuantos cuál cuáles
cuándo cuánto cuántos cómo de del desde donde dónde durante e el ella ellas ellos en entre era eran
es esa ese eso esta estaba este esto estos estas están está fue fueron ha haber había han hasta hay
la las le les lo los me mi muy más nos o para pero por porque que quien quién qué se ser si sin
sobre son su sus también tan te tiene tienen tuvo un una unas uno unos y ya
"""
_PORTUGUESE = """
ao aos aquela aquele as até com como da das de dele deles do dos ela elas ele eles em entre era
essa esse esta estar este foi foram há isso isto já lhe mais mas me mesmo na nas nem no nos não
nós o os ou para pela pelas pelo pelos por porque qual quais quando que quem se sem ser seu seus
sobre sua suas são também te tem têm um uma umas uns é à às
"""
_FRENCH = """
au aux avec ce ces cet cette comme comment d dans de des du elle elles en est et eux il ils j je l
la le les leur leurs lui là m ma mais me mes moi mon même n ne nos notre nous on ont ou où par pas
plus pour pourquoi qu quand que quel quelle quelles quels qui quoi s sa sans se ses si son sont sur
ta te tes toi ton tu un une vos votre vous y à été être
"""

ENGLISH_STOP_WORDS: Final = frozenset(_ENGLISH.split())
STOP_WORDS: Final = frozenset(" ".join((_ENGLISH, _SPANISH, _PORTUGUESE, _FRENCH)).split())
