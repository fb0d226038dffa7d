"""Test categories: what a runner reported, read into outcomes and judged by phase.

Runs go through `bot.ports.sandbox`; everything else here is values in, values out.
"""
