"""What others would use for the same question, in an environment of its own.

ruff comes with the development requirements; ast-grep and semgrep, pinned in
requirements-bench.txt, would quarrel with them.
"""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_HERE = Path(__file__).parent
_REQUIREMENTS = _HERE.parent / "requirements-bench.txt"
_ENVIRONMENT = _HERE / ".corpus" / "peers"


def environment() -> Path | None:
    """Where their programs are; None where they cannot be installed."""
    done = _ENVIRONMENT / ".installed"
    wanted = _REQUIREMENTS.read_text(encoding="utf-8")
    if not done.exists() or done.read_text(encoding="utf-8") != wanted:
        python = _ENVIRONMENT / "bin" / "python"
        install = (python, "-m", "pip", "install", "--quiet", "-r", _REQUIREMENTS)
        for words in ((sys.executable, "-m", "venv", "--clear", _ENVIRONMENT), install):
            if subprocess.run(words, check=False).returncode:
                return None
        done.write_text(wanted, encoding="utf-8")
    return _ENVIRONMENT / "bin"


def ruff(modules: Sequence[str], checkout: Path, *cache: str) -> list[str]:
    """The command line for ruff's TID251."""
    banned = ", ".join(f'"{module}" = {{msg = "no"}}' for module in modules)
    return [
        *(str(Path(sys.executable).parent / "ruff"), "check", "--isolated", "--quiet"),
        *("--select", "TID251", *cache),
        *("--config", f"lint.flake8-tidy-imports.banned-api = {{{banned}}}"),
        str(checkout),
    ]


def ast_grep(programs: Path, modules: Sequence[str], checkout: Path, rule: Path) -> list[str]:
    """The command line for ast-grep; writes its `rule`."""
    forms = [form for module in modules for form in _forms(module, "$A", "$$$B")]
    written = "".join(f"    - pattern: '{form}'\n" for form in forms)
    rule.write_text(f"id: banned\nlanguage: python\nrule:\n  any:\n{written}")
    return [str(programs / "ast-grep"), "scan", "--rule", str(rule), "--json", str(checkout)]


def semgrep(programs: Path, modules: Sequence[str], checkout: Path, rule: Path) -> list[str]:
    """The command line for semgrep, without network; writes its `rule`."""
    forms = [form for module in modules for form in _forms(module, "$A", "$B")]
    either = "".join(f"      - pattern: {form}\n" for form in forms)
    rule.write_text(
        "rules:\n  - id: banned\n    languages: [python]\n    message: no\n    severity: ERROR\n"
        f"    pattern-either:\n{either}"
    )
    return [
        *(str(programs / "semgrep"), "scan", "--metrics=off", "--disable-version-check"),
        *("--quiet", "--jobs=2", "--no-git-ignore", "--config", str(rule), str(checkout)),
    ]


def _forms(module: str, one: str, several: str) -> Sequence[str]:
    """The ways to import a module, as patterns."""
    package, _, name = module.rpartition(".")
    usual = (f"import {module}", f"import {module} as {one}", f"from {module} import {several}")
    return (*usual, f"from {package} import {name}") if package else usual
