"""Repositories' own report templates: filled in a process of its own that can be killed."""

from bot.adapters.layouts.filler import SandboxedLayouts

__all__ = ["SandboxedLayouts"]
