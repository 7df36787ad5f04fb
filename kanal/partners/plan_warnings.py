"""Plan when the end of a contract is warned of.

CONTR-2 60, 30 and 7 days before a contract ends, the desk's account manager and the partner's admins are told.

Of moments that lie behind when a version is recorded, only the nearest to the end is told, at once: three messages of
one minute would say the same. A clock that jumps later skips none: the tick tells each at its own moment.
"""

from datetime import datetime, timedelta

from kanal.partners.models import WARNED_DAYS_BEFORE, Contract, ContractWarning


def plan_warnings(contract: Contract) -> None:
    """What was planned for an earlier version and not told makes room; what was told of the same end is not again."""
    ContractWarning.objects.filter(line=contract.line, told_at=None).delete()
    told = ContractWarning.objects.filter(line=contract.line, ends_on=contract.to_on)
    nearest_told = min(told.values_list("days_before", flat=True), default=None)
    for days, due_at in warnings_of(contract.ends_at, recorded_at=contract.recorded_at):
        if nearest_told is None or days < nearest_told:
            ContractWarning.objects.create(
                contract=contract, line=contract.line, ends_on=contract.to_on, days_before=days, due_at=due_at
            )


def warnings_of(ends_at: datetime, *, recorded_at: datetime) -> list[tuple[int, datetime]]:
    """Days before and when to say so; nothing for what had ended before it was recorded."""
    if recorded_at >= ends_at:
        return []
    moments = [(days, ends_at - timedelta(days=days)) for days in WARNED_DAYS_BEFORE]
    ahead = [(days, moment) for days, moment in moments if moment > recorded_at]
    behind = [days for days, moment in moments if moment <= recorded_at]
    return ([(min(behind), recorded_at)] if behind else []) + ahead
