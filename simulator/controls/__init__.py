"""What tests and the demo can let happen, one class per area; `GitHubSimulator` has them all."""
