"""`COMMANDS`: everything that can be typed after /canon."""

from collections.abc import Mapping
from typing import Final

from bot.commands import (
    cancel,
    explain,
    help,  # noqa: A004 - the module of the command of this name
    inventory,
    migrate,
    ok_to_test,
    phase,
    plan,
    report,
    retest,
    rollback,
    scan,
    snapshot,
    status,
    test,
    track,
    unwaive,
    waive,
)
from bot.commands.grammar import Command

COMMANDS: Final[Mapping[str, Command]] = {
    module.COMMAND.name: module.COMMAND
    for module in (
        help,
        status,
        report,
        plan,
        inventory,
        explain,
        scan,
        test,
        retest,
        cancel,
        snapshot,
        ok_to_test,
        waive,
        unwaive,
        phase,
        track,
        migrate,
        rollback,
    )
}
"""By name, in the order in which they are shown: from asking to changing."""
