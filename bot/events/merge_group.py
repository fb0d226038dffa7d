from bot.events.payload import Part, RefName, RepositoryPayload, Sha

ACTIONS = frozenset({"checks_requested", "destroyed"})


class _MergeGroup(Part):
    head_sha: Sha
    head_ref: RefName
    base_sha: Sha
    base_ref: RefName


class MergeGroupChanged(RepositoryPayload):
    """A merge queue wants a group checked, or has given it up."""

    action: str
    merge_group: _MergeGroup
