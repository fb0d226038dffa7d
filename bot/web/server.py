"""gunicorn in this process, for `canon serve`."""

from collections.abc import Callable, Iterable

from flask import Flask
from gunicorn.app.base import BaseApplication


class _Server(BaseApplication):
    def __init__(self, load_app: Callable[[], Flask]) -> None:
        self._load_app = load_app
        super().__init__()

    def load_config(self) -> None:
        from bot.web import gunicorn

        for name, value in vars(gunicorn).items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Callable[..., Iterable[bytes]]:
        return self._load_app()


def serve(load_app: Callable[[], Flask]) -> None:
    """Serve until SIGTERM or SIGINT. `load_app` is called in each of the server's processes.

    Ends with `SystemExit`, as gunicorn does.
    """
    _Server(load_app).run()
