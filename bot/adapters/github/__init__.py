"""GitHub over REST: the ports of `bot.ports.github`, built on PyGithub."""
