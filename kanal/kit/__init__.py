"""Money, period, rounding, refusal, clock, working days, ids. Knows nothing of the business."""
