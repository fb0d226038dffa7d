"""What the benchmarks scan with: four rules about imports, and thirty of nearly all kinds.

They are about things that the corpus (benchmarks/corpus.py) has: a few uses of each, as in a
migration that is under way. `sarif` is not among them: the corpus holds no log of another tool.
"""

from collections.abc import Iterable

IMPORTS = ("six", "oslo_utils.timeutils", "pandas.compat", "sympy.core.compatibility")

_OTHERS = """\
{kind: banned-import, modules: [distutils], strings: true}
{kind: banned-import, modules: [imp], replacement: importlib}
{kind: banned-import, modules: [nova.privsep], allow: ["nova/nova/virt/**"]}
{kind: banned-import, modules: [django.utils.timezone], symbols: [utc]}
{kind: banned-name, names: [assertItemsEqual]}
{kind: banned-name, names: [utcnow_ts]}
{kind: banned-name, names: [get_legacy_facade, legacy_connection]}
{kind: banned-call, names: [os.popen, os.tempnam]}
{kind: banned-call, names: [pickle.loads]}
{kind: banned-call, names: [eventlet.monkey_patch]}
{kind: dual-import, modules: [simplejson, ujson]}
{kind: dual-import, modules: [pandas.core.computation.expr, pandas.core.computation.engines]}
{kind: single-file, files: ["**/monkey_patch.py"], keep: [nova/nova/monkey_patch.py]}
{kind: absent-file, files: ["**/compat3k.py"]}
{kind: single-definition, class: '\\w*TimestampAdapter', canonical: "nova.utils:TimestampAdapter"}
{kind: single-definition, function: 'monkey_patch\\w*', canonical: "nova.monkey_patch:patch"}
{kind: interface, reference: "cinder.interface.volume_driver:VolumeDriverCore", \
implementations: {class: 'DRBD\\w*Driver'}}
{kind: facade, modules: [pandas.compat.compressors]}
{kind: dangling-import, modules: [nova.scheduler]}
{kind: required-symbol, module: django.utils.timezone, names: [now, localtime]}
{kind: shared-state, constructs: [global], include: ["nova/nova/scheduler/**"]}
{kind: event-contract, events: [instance.exists], emitters: ["nova/nova/notifications/**"], \
calls: [notify_about_instance_usage]}
{kind: duplicate-registration, call: register_filter, key: 0}
{kind: pattern, language: python, rule: {pattern: "eventlet.spawn($$$)"}, \
include: ["nova/nova/virt/**"]}
{kind: regex, pattern: 'TODO\\([a-z]+\\): remove in', include: ["cinder/cinder/api/**"]}
{kind: regex, pattern: 'LOG\\.warn\\(', include: ["nova/nova/virt/**"]}
"""

_ROOTS = "roots: [cinder, django, nova, pandas, sqlalchemy/lib, sympy, transformers/src]\n"
_HEAD = (
    "version: 1\nmigrations:\n  - issue: 1\n    title: Benchmark\n    phase: migrate\n    rules:\n"
)


def imports() -> str:
    """A canon.yml that bans the imports of four modules, with a rule for each."""
    return _configuration(f"{{kind: banned-import, modules: [{module}]}}" for module in IMPORTS)


def thirty() -> str:
    """A canon.yml with these, and 26 rules of the other kinds."""
    lines = [f"{{kind: banned-import, modules: [{module}]}}" for module in IMPORTS]
    return _ROOTS + _configuration([*lines, *_OTHERS.splitlines()])


def _configuration(rules: Iterable[str]) -> str:
    """Rules in YAML's flow style, one each, with an id."""
    numbered = (f"      - {{id: rule-{n}, {rule[1:]}\n" for n, rule in enumerate(rules))
    return _HEAD + "".join(numbered)
