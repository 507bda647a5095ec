"""Two tills on one store do whatever cashiers, banks and cables do; the laws hold after each step."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.till.machine import Shop

TestShop = Shop.TestCase
TestShop.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
