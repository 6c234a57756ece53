"""How many processor cores this process may use."""

import os
from pathlib import Path

_CGROUP_QUOTA = Path("/sys/fs/cgroup/cpu.max")


def available_cores(quota_file: Path = _CGROUP_QUOTA) -> int:
    """Count the cores that the scheduler, and the container's CPU quota, leave to this process.

    Args:
        quota_file: cgroup v2's ``cpu.max``: "<quota> <period>" in microseconds, or "max <period>".

    Returns:
        A count of at least 1; a quota of 1.5 cores counts as 1, so that no worker starves another.
    """
    cores = _schedulable_cores()
    try:
        quota, period = quota_file.read_text(encoding="ascii").split()
        return max(1, min(cores, int(quota) // int(period)))
    except (OSError, ValueError):  # no cgroup v2 here, or "max": no quota is set
        return cores


def _schedulable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1  # macOS and Windows have no affinity to ask for
