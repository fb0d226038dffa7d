"""What happens on a GitHub: each function changes the world and announces it.

REST routes, git pushes and the control API all come through here, so that the same deed has the
same webhooks whoever did it. The caller holds `world.lock`.
"""
