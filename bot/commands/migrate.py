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
    summary="Says how to rewrite the violations in a clone; Canon does not do it on GitHub yet.",
    role=Role.WRITE,
    either=(
        Option(MigrateMode.DRY_RUN, "show the patch"),
        Option(MigrateMode.APPLY, "open a pull request with the change"),
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
