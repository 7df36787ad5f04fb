"""The chart of accounts as the program knows it: which kinds there are, and between which of them value may move.

CHART-1  A flow that the chart does not list is refused, however balanced it is.
CHART-2  Money and limits never meet: a limit account holds a limit currency, and no flow joins the two.

docs/chart.md says for which act each flow is; a test holds the two pages together.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class Kind(StrEnum):
    CASH = "CASH"
    REVENUE = "REVENUE"
    TAX = "TAX"
    TAX_PREPAID = "TAX_PREPAID"
    PROMOTION = "PROMOTION"
    WALLET = "WALLET"
    PROMO = "PROMO"
    POC = "POC"
    ADVANCE = "ADVANCE"
    OWED = "OWED"
    OWED_COST = "OWED_COST"
    DUE = "DUE"
    MARGIN = "MARGIN"
    RECEIPTS = "RECEIPTS"
    LIMIT_SOURCE = "LIMIT_SOURCE"
    POOL = "POOL"
    LINE = "LINE"
    LINE_USED = "LINE_USED"
    EXPOSURE = "EXPOSURE"
    EXPOSURE_USED = "EXPOSURE_USED"
    HOLDS = "HOLDS"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the chart says of a kind. `floor` binds ordinary acts, `deep_floor` what may go deeper; None is no floor."""

    provider: bool = False
    limit: bool | None = False  # None: HOLDS stands beside money and limits alike
    detailed: bool = False  # one account per grant, or per tax group
    floor: int | None = None
    deep_floor: int | None = None


PROVIDERS = Terms(provider=True)
ORGANIZATIONS = Terms()
FLOORED = Terms(floor=0, deep_floor=0)
TERMS: dict[Kind, Terms] = {
    Kind.CASH: PROVIDERS,
    Kind.REVENUE: PROVIDERS,
    Kind.TAX: Terms(provider=True, detailed=True),
    Kind.TAX_PREPAID: PROVIDERS,
    Kind.PROMOTION: PROVIDERS,
    Kind.WALLET: FLOORED,
    Kind.PROMO: Terms(detailed=True, floor=0, deep_floor=0),
    Kind.POC: Terms(detailed=True, floor=0, deep_floor=0),
    Kind.ADVANCE: ORGANIZATIONS,
    Kind.OWED: ORGANIZATIONS,
    Kind.OWED_COST: ORGANIZATIONS,
    Kind.DUE: ORGANIZATIONS,
    Kind.MARGIN: ORGANIZATIONS,
    Kind.RECEIPTS: FLOORED,
    Kind.LIMIT_SOURCE: Terms(provider=True, limit=True),
    Kind.POOL: Terms(limit=True, floor=0, deep_floor=0),
    Kind.LINE: Terms(limit=True, floor=0),
    Kind.LINE_USED: Terms(limit=True, floor=0, deep_floor=0),
    Kind.EXPOSURE: Terms(limit=True, floor=0),
    Kind.EXPOSURE_USED: Terms(limit=True, floor=0, deep_floor=0),
    Kind.HOLDS: Terms(provider=True, limit=None),
}

# From → to. A star marks flows that may go on to the deep floor: measured use, a purchase on a line that is kept
# open, and the end of a temporary line.
CHART = """
CASH          → WALLET TAX_PREPAID ADVANCE RECEIPTS
REVENUE       → PROMOTION PROMO WALLET OWED OWED_COST MARGIN
TAX           → PROMOTION PROMO WALLET OWED OWED_COST MARGIN TAX_PREPAID
TAX_PREPAID   → TAX ADVANCE CASH
PROMOTION     → PROMO POC REVENUE TAX MARGIN
WALLET        → CASH WALLET ADVANCE TAX_PREPAID OWED OWED_COST REVENUE* TAX* MARGIN* HOLDS*
PROMO         → PROMOTION REVENUE TAX MARGIN HOLDS
POC           → PROMOTION HOLDS
ADVANCE       → WALLET
OWED          → DUE REVENUE TAX WALLET RECEIPTS
OWED_COST     → REVENUE TAX
DUE           → OWED WALLET
MARGIN        → PROMOTION PROMO WALLET OWED OWED_COST CASH TAX_PREPAID REVENUE TAX
RECEIPTS      → OWED OWED_COST CASH
LIMIT_SOURCE  → POOL EXPOSURE
POOL          → LINE LIMIT_SOURCE
LINE          → LINE_USED* POOL* HOLDS*
LINE_USED     → LINE
EXPOSURE      → EXPOSURE_USED* LIMIT_SOURCE HOLDS*
EXPOSURE_USED → EXPOSURE
"""


@dataclass(frozen=True, slots=True)
class Flow:
    source: Kind
    target: Kind
    may_go_deep: bool


def _read(chart: str) -> dict[tuple[Kind, Kind], Flow]:
    flows = {}
    for line in chart.strip().splitlines():
        source, _, targets = line.partition("→")
        for target in targets.split():
            pair = Kind(source.strip()), Kind(target.rstrip("*"))
            assert pair not in flows, f"{line} names {target} twice"
            flows[pair] = Flow(*pair, may_go_deep=target.endswith("*"))
    return flows


FLOWS = _read(CHART)


@cache
def flow_between(source: Kind, target: Kind) -> Flow | None:
    """None where the chart has no such flow (CHART-1)."""
    return FLOWS.get((source, target))


@cache
def may_be_undone(source: Kind, target: Kind) -> bool:
    """A correction goes the other way along a flow that the chart lists."""
    return (target, source) in FLOWS
