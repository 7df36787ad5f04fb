"""Messages with a secret link (sign-up, password reset) are kept sealed on their way, and not at all once sent.

Whoever reads the outbox, the jobs, the mail log or a backup finds no link that opens an account.
"""

import json
from collections.abc import Mapping
from typing import Any

from kanal.kit.plain import Plain
from kanal.kit.seal import seal, unseal

_MARK = "$sealed"


def sealed_facts(facts: Mapping[str, Plain], link: str) -> dict[str, Plain]:
    return {_MARK: seal(json.dumps([facts, link]))}


def opened_facts(facts: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    inside, link = json.loads(unseal(facts[_MARK]))
    return inside, link
