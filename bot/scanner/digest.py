import hashlib
import sys

import msgspec

from bot.domain.configuration import Configuration
from bot.scanner.facts import EXTRACTOR


def digest(configuration: Configuration, edition: str) -> str:
    """Identity of what the rules find: with the same digest, the same tree has the same findings.

    Severities, messages, targets and phases are no part of it. `edition` names the scanner itself.
    """
    rules = [
        (rule.kind, rule.parameters, rule.include, rule.exclude)
        for migration in configuration.migrations
        for rule in migration.rules
    ]
    files = (configuration.roots, configuration.include, configuration.exclude)
    size = configuration.limits.file_size
    version = (edition, EXTRACTOR, sys.version_info[:2])
    return hashlib.sha256(
        msgspec.msgpack.encode((version, files, size, rules), order="deterministic")
    ).hexdigest()[:32]
