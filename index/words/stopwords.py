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
a al algo ante antes aquel aquella cada como con contra cual cuales cuando cuanta cuantas cuanto
cuantos cuál cuáles cuándo cuánta cuántas cuánto cuántos cómo de debe deben del desde donde
durante dónde e el ella ellas ellos en entre era eran es esa ese eso esta estaba estas este esto
estos está están fue fueron ha haber había hace han hasta hay la las le les lo los me mi muy más
nos nuestra nuestras nuestro nuestros o otra otras otro otros para pero por porque puede pueden
que quien quién qué se ser si sin sobre son su sus también tan te tiene tienen toda todas todo
todos tuvo un una unas uno unos y ya
"""
_PORTUGUESE = """
ao aos aquela aquele as até cada com como da das de dele deles deve devem devemos do dos ela elas
ele eles em entre era essa esse esta estar este faz foi foram há isso isto já lhe mais mas me
mesmo na nas nem no nos nossa nossas nosso nossos não nós o onde os ou outra outras outro outros
para pela pelas pelo pelos pode podem por porque quais qual quando quanta quantas quanto quantos
que quem se sem ser seu seus sobre sua suas são também te tem toda todas todo todos tudo têm um
uma umas uns à às é
"""
_FRENCH = """
au aucun aucune auprès autre autres aux avec ce ces cet cette chaque combien comme comment d dans
de depuis des doit doivent du elle elles en est et eux faut il ils j je l la laquelle le lequel
les lesquelles lesquels leur leurs lui là m ma mais me mes moi mon même n ne nos notre nous on ont
ou où par pas peut peuvent plus pour pourquoi qu quand que quel quelle quelles quels qui quoi s sa
sans se ses si son sont sur t ta te tes toi ton tous tout toute toutes tu un une vos votre vous y
à été être
"""

ENGLISH_STOP_WORDS: Final = frozenset(_ENGLISH.split())
STOP_WORDS: Final = frozenset(" ".join((_ENGLISH, _SPANISH, _PORTUGUESE, _FRENCH)).split())
