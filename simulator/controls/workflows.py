from simulator.activity import workflows
from simulator.controls.base import Controls, locked
from simulator.model import Repository
from simulator.workflows import WorkflowRun


class WorkflowControls(Controls):
    """What becomes of dispatched workflows."""

    @locked
    def workflow_runs(self, repo: Repository) -> list[WorkflowRun]:
        """The runs of a repository, oldest first."""
        return list(repo.workflow_runs.values())

    @locked
    def start_workflow_run(self, run: WorkflowRun) -> None:
        """Let a runner take a queued run."""
        workflows.start(self.world, run)

    @locked
    def finish_workflow_run(
        self,
        run: WorkflowRun,
        *,
        conclusion: str = "success",
        artifacts: dict[str, bytes] | None = None,
    ) -> None:
        """Let a run end; `artifacts` are the zip files that it has uploaded, by name."""
        for name, content in (artifacts or {}).items():
            workflows.upload(self.world, run, name, content)
        workflows.end(self.world, run, conclusion)

    @locked
    def cancel_workflow_run(self, run: WorkflowRun) -> None:
        """Press "Cancel workflow"."""
        workflows.end(self.world, run, "cancelled")

    @locked
    def lose_workflow_run(self, run: WorkflowRun) -> None:
        """Delete a run, as people can; nothing of it is there any more."""
        del run.repository.workflow_runs[run.id]

    @locked
    def expire_artifacts(self, run: WorkflowRun) -> None:
        """Let the time of a run's artifacts be over."""
        for artifact in run.repository.artifacts.values():
            if artifact.run is run:
                artifact.expired = True
