"""How the house says no: a code for machines, facts for callers, a sentence for people.

A refusal is declared beside the verb that raises it:

    @dataclass(eq=False)
    class NotEnoughCredit(Refusal):
        code = "not_enough_credit"
        field = "amount"
        available: Money
        asked: Money

        def __str__(self) -> str:
            return _("%(available)s is available; …") % self.words()
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from kanal.kit.plain import Plain, plain


@dataclass(eq=False)
class Refusal(Exception):
    """Identity equality (`eq=False`) keeps exceptions hashable, as tracebacks need them."""

    code: ClassVar[str]
    field: ClassVar[str | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not getattr(cls, "code", ""):
            raise TypeError(f"{cls.__name__} needs a code that programs can tell it by")
        if cls.__str__ is Exception.__str__:
            raise TypeError(f"{cls.__name__} needs a sentence that says what to do next")

    def facts(self) -> dict[str, Plain]:
        return {name: plain(value) for name, value in self.words().items()}

    def words(self) -> dict[str, Any]:
        """The fields as they stand, to fill the blanks of a translated sentence."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def __reduce__(self) -> tuple[Callable[..., Refusal], tuple[type[Refusal], dict[str, Any]]]:
        """An exception travels between processes by its positional arguments; ours has fields."""
        return _again, (type(self), self.__dict__)


def _again(kind: type[Refusal], state: dict[str, Any]) -> Refusal:
    refusal = kind.__new__(kind)
    refusal.__dict__.update(state)
    return refusal
