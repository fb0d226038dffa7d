"""The test plan of a migration, and the tests that it misses as source text: values in and out."""

from bot.suites.plan.plan import plan_tests
from bot.suites.plan.skeletons import Skeleton, skeletons

__all__ = ["Skeleton", "plan_tests", "skeletons"]
