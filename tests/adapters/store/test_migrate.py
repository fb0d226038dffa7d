from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from procrastinate.schema import SchemaManager
from sqlalchemy import Engine, insert, inspect, text

from bot.adapters import database
from bot.adapters.queue import schema
from bot.adapters.store.migrate import migrate
from bot.adapters.store.tables import metadata


def differences(engine: Engine) -> list[object]:
    def ours(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or name in metadata.tables

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": ours})
        return list(compare_metadata(context, metadata))


def test_the_migrations_make_the_tables_that_the_code_uses(engine: Engine) -> None:
    assert differences(engine) == []


def test_any_number_of_processes_may_migrate_an_empty_database_at_once(
    empty_database_url: str,
) -> None:
    engines = [database.connect(empty_database_url, name="canon test") for _ in range(6)]
    with ThreadPoolExecutor(6) as threads:
        for future in [threads.submit(migrate, engine) for engine in engines]:
            future.result()
    assert differences(engines[0]) == []
    for engine in engines:
        engine.dispose()


def test_a_database_of_the_oldest_procrastinate_becomes_like_a_new_one(
    empty_database_url: str, engine: Engine
) -> None:
    old = database.connect(empty_database_url, name="canon test")
    first = next(Path(SchemaManager.get_migrations_path()).glob("00.00.00_01_initial.sql"))
    with old.begin() as connection:
        connection.execute(text(first.read_text().replace(":", r"\:")))
        schema.applied.create(connection)
        connection.execute(insert(schema.applied).values(name=first.name))
    migrate(old)
    assert procrastinate_objects(old) == procrastinate_objects(engine)
    old.dispose()


def procrastinate_objects(engine: Engine) -> set[str]:
    names = text(
        "SELECT oid::regprocedure::text FROM pg_proc WHERE proname LIKE 'procrastinate%'"
        " UNION SELECT tgname FROM pg_trigger WHERE tgname LIKE 'procrastinate%'"
        " UNION SELECT indexname FROM pg_indexes WHERE tablename LIKE 'procrastinate%'"
    )
    with engine.connect() as connection:
        return set(connection.execute(names).scalars())


def test_constraints_are_named_by_convention(engine: Engine) -> None:
    names = {key["name"] for key in inspect(engine).get_foreign_keys("runs")}
    assert names == {"fk_runs_key_targets"}
