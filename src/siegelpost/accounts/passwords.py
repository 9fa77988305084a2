"""The rule for passwords, as Django asks for it; and the version of the rule that each was judged by."""

from collections.abc import Iterable
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siegelpost.accounts import password_rules as rules
from siegelpost.accounts.factors import has_factor
from siegelpost.accounts.models import Person
from siegelpost.accounts.password_lists import guesses, is_breached
from siegelpost.accounts.reads import tenant_numbers
from siegelpost.tenancy.registry import all_tenants

PRODUCT: Final = "siegelpost"
SAYS: Final = {
    rules.SHORT: gettext_lazy("It is too short: %(least)d characters are needed."),
    rules.LONG: gettext_lazy("It is too long: %(most)d characters are possible."),
    rules.MIX: gettext_lazy("It needs letters, digits and something else, such as a comma or a blank."),
    rules.BREACHED: gettext_lazy("It is one of those that everybody tries first."),
    rules.NAMED: gettext_lazy("It contains your name, your address, a tenant or the name of this product."),
    rules.GUESSED: gettext_lazy("It is easy to guess. Several words that have nothing to do with each other are better."),
}


class Rule:
    """Django calls it for every password that is set in the browser."""

    def validate(self, password: str, user: Person | None = None) -> None:
        """Raises ValidationError with all that is wrong."""
        least = least_for(user) if user else rules.ALONE
        found = rules.faults(password, least=least, words=words_of(user), is_breached=is_breached, guesses=guesses)
        if found:
            facts: dict[str, Any] = {"least": least, "most": rules.MOST}
            raise ValidationError([ValidationError(SAYS[one] % facts, code=one) for one in found])

    def get_help_text(self) -> str:
        """What stands beside the field."""
        return _("Letters, digits and something else; no name, no address, nothing that everybody tries.")


def least_for(person: Person) -> int:
    """How many characters somebody's password needs."""
    return rules.BESIDE if has_factor(person.pk) else rules.ALONE


def words_of(person: Person | None) -> Iterable[str]:
    """What says something about somebody: name, address, their tenants, us."""
    if person is None:
        return (PRODUCT,)
    mine = tenant_numbers(person)
    tenants = [word for tenant in all_tenants() if tenant.number in mine or person.operator for word in (tenant.slug, tenant.name)]
    return (PRODUCT, person.name, person.email, *tenants)


def note_rule(person: Person) -> None:
    """Keep by which version of the rule, and for which length, somebody's new password was judged."""
    Person.objects.filter(pk=person.pk).update(password_rule=rules.VERSION, password_least=least_for(person))
