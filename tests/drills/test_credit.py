"""The credit drill: 100,000 random mixes of payers, splits and refunds, in which nothing is lost.

`bin/drill credit`; without KANAL_DRILL=full it is a short rehearsal.
"""

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.credit.test_pour import nothing_is_lost

COUNT = 100_000 if os.environ.get("KANAL_DRILL") == "full" else 50


@settings(max_examples=COUNT, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_nothing_is_lost_in_any_mix_of_payers_splits_and_refunds(data: st.DataObject) -> None:
    """PAY-1, PAY-2, SETTLE-2, SETTLE-3, SETTLE-4, SETTLE-5, SETTLE-6"""
    nothing_is_lost(data)
