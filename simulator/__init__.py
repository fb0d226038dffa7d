from simulator.control import GitHubSimulator

__all__ = ["GitHubSimulator"]
