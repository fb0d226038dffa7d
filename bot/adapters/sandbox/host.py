from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.adapters.sandbox import seccomp
from bot.adapters.sandbox.arguments import View
from bot.adapters.sandbox.cgroups import Groups
from bot.adapters.sandbox.launch import Feed, Plan
from bot.adapters.sandbox.proxy import Resolve, public_addresses
from bot.adapters.sandbox.slots import Slot
from bot.ports.sandbox import GIB, MIB, SandboxLimits

SETUP_LIMITS: Final = SandboxLimits(seconds=900.0, memory=6 * GIB, disk=4 * GIB, output=64 * MIB)


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What this machine offers, as the operator set it up and the probe found it.

    `first_uid` is the first of `concurrency` uids; None where Canon itself is no root.
    `toolchains` are directories of the host that runs see besides /usr, each at its own path; a
    `bin` in them is searched for programs. `certificates` is a file of those to trust in
    set-ups. `made_with` names the versions of what set-ups use.
    """

    directory: Path
    groups: Groups
    first_uid: int | None = None
    concurrency: int = 8
    toolchains: tuple[Path, ...] = ()
    package_indexes: tuple[str, ...] = ()
    certificates: Path | None = None
    made_with: str = ""
    setup_limits: SandboxLimits = SETUP_LIMITS
    resolve: Resolve = public_addresses

    def plan(self, slot: Slot, view: View, limits: SandboxLimits, feed: Feed | None) -> Plan:
        """How to run in `slot` on this machine."""
        return Plan(
            name=slot.name,
            view=view,
            limits=limits,
            groups=self.groups,
            seccomp=seccomp.program(),
            uid=slot.uid,
            feed=feed,
        )

    def programs(self) -> Sequence[str]:
        """The toolchains' directories of programs."""
        return [str(place / "bin") for place in self.toolchains if (place / "bin").is_dir()]
