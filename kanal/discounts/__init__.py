"""Partner discounts, customer discounts, coupons, and how they stack."""
