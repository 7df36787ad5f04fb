"""Facts of a message on their way through JSON: dates, moments and money come out as what they went in as."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from kanal.kit.money import Money
from kanal.kit.plain import Plain, plain


def packed(facts: Mapping[str, object]) -> dict[str, Plain]:
    return {name: _pack(value) for name, value in facts.items()}


def unpacked(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _unpack(value) for name, value in facts.items()}


def _pack(value: object) -> Plain:
    match value:
        case Money():
            return {"$money": value.to_json()}
        case datetime():
            return {"$moment": plain(value)}
        case date():
            return {"$day": plain(value)}
        case Mapping():
            return {str(name): _pack(item) for name, item in value.items()}
        case list() | tuple():
            return [_pack(item) for item in value]
        case _:
            return plain(value)


def _unpack(value: Any) -> Any:
    match value:
        case {"$money": {"amount": int(amount), "currency": str(currency)}}:
            return Money(amount, currency)
        case {"$moment": str(moment)}:
            return datetime.fromisoformat(moment)
        case {"$day": str(day)}:
            return date.fromisoformat(day)
        case dict():
            return {name: _unpack(item) for name, item in value.items()}
        case list():
            return [_unpack(item) for item in value]
        case _:
            return value
