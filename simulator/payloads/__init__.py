"""How each record looks in JSON: the same builders serve REST answers and webhooks.

Every builder takes `Urls` first. Shapes follow GitHub's OpenAPI description, which tests hold them
to; what the simulator does not model has the value it has on a fresh repository.
"""
