"""Laws are tried on many examples; a busy machine is no reason to fail one."""

from hypothesis import HealthCheck, settings

settings.register_profile("till", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", parent=settings.get_profile("till"), max_examples=3000)
settings.load_profile("till")
