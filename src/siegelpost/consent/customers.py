"""The ground of existing customers: four conditions that must hold at once, and the notice that each mail to them must carry. Pure.

Source: § 7(3) nos. 1 to 4 UWG; Art. 21(4) GDPR.
"""

import re
from dataclasses import dataclass
from typing import Final

EXISTING: Final = "existing_customer"
"""Ground of a consent record; nobody agreed, the law allows it."""
_NAMED: Final = re.compile(
    r"existing[ -]customer|bestandskund|§ ?7 ?(abs\.? ?|absatz ?)?\(?3\)?( nr\.? ?\d)? ?(uwg|des uwg)", re.IGNORECASE
)
_OBJECTS: Final = re.compile(r"\b(widersprech\w*|widerspruch\w*|objec(t|tion)s?)\b", re.IGNORECASE)
_UNSEEN: Final = re.compile(
    r"<!--.*?-->|<(style|title|head|mj-head|script)\b.*?</\1>|\{%-? *comment.*?endcomment *-?%\}|<[^>]*>", re.DOTALL | re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """What somebody declares of an import on this ground.

    sale          with which sale the addresses were received (no. 1)
    goods         which own, similar goods or services are advertised (no. 2)
    not_objected  none of them has objected (no. 3)
    told          where they were told, when the address was collected, that they can object at any time (no. 4)
    """

    sale: str = ""
    goods: str = ""
    not_objected: bool = False
    told: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of those that are not declared."""
        said = {"sale": self.sale.strip(), "goods": self.goods.strip(), "not_objected": self.not_objected, "told": self.told.strip()}
        return tuple(name for name, value in said.items() if not value)


def is_about_customers(ground: str) -> bool:
    """Whether the words of a ground mean existing customers: "Bestandskunden", "§ 7 Abs. 3 UWG", "existing customers, § 7(3) UWG"."""
    return _NAMED.search(ground) is not None


def has_objection(source: str) -> bool:
    """Whether a reader of this source, markup or plain text, finds a word about the right to object. Comments and styles are not read."""
    return _OBJECTS.search(_UNSEEN.sub(" ", source)) is not None
