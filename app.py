"""What a platform's gunicorn serves: `gunicorn -c python:bot.web.gunicorn app:app`."""

import atexit
from contextlib import ExitStack

from bot import settings, wiring

_chosen = settings.load()
_opened = ExitStack()
atexit.register(_opened.close)
app = wiring.web(_chosen, _opened.enter_context(wiring.ready_database(_chosen)).url)
