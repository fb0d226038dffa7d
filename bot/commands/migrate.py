from bot.commands import values
from bot.commands.common import MIGRATION
from bot.commands.grammar import Arguments, Command, Example, Option
from bot.domain.effects import Migrate, MigrateMode
from bot.domain.role import Role


def _migrate(arguments: Arguments) -> Migrate:
    mode = MigrateMode.APPLY if arguments[MigrateMode.APPLY] else MigrateMode.DRY_RUN
    return Migrate(mode, arguments["rule"], arguments["migration"])


COMMAND = Command(
    name="migrate",
    summary="Says how to find what has to be rewritten; Canon does not rewrite code yet.",
    role=Role.WRITE,
    either=(
        Option(MigrateMode.DRY_RUN, "not done yet: show the patch"),
        Option(MigrateMode.APPLY, "not done yet: open a pull request with the change"),
    ),
    options=(
        Option("rule", "one rule; all without it", values.name, metavar="ID"),
        MIGRATION,
    ),
    effect=_migrate,
    examples=(
        Example("/canon migrate --dry-run", Migrate(MigrateMode.DRY_RUN)),
        Example(
            "/canon migrate --apply --rule factory-import",
            Migrate(MigrateMode.APPLY, "factory-import"),
        ),
    ),
)
