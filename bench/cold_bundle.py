"""What runc is told of a container: https://github.com/opencontainers/runtime-spec."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.cold_limits import Limit
from bench.cold_place import TEMPORARY, Place

Json = dict[str, object]

# Microseconds in which the share of CPU time is given. The default, 100 ms, is longer than a start.
_PERIOD = 20_000
_KERNEL_FOLDERS = {"dev", "proc", "sys"}
# Root's right to read others' files, as a checkout may be; none of its other rights.
_READ_ALL = ["CAP_DAC_OVERRIDE"]


def bundle(place: Place, limit: Limit, command: Sequence[str], empty: Path) -> Json:
    """Return the configuration of a container that has the machine's network and clock.

    Args:
        place: what it sees, all of it read-only.
        limit: what it may use.
        command: its first process.
        empty: an empty folder that the machine's own tree is mounted in.
    """
    user, group = place.user
    rights = dict.fromkeys(("bounding", "effective", "permitted"), _READ_ALL)
    return {
        "ociVersion": "1.0.2",
        "process": {
            "terminal": False,
            "user": {"uid": user, "gid": group},
            "args": list(command),
            "env": [f"{name}={value}" for name, value in place.environment.items()],
            "cwd": place.folder,
            "noNewPrivileges": True,
            "capabilities": rights if user == 0 else {},
        },
        "root": {"path": str(place.root or empty), "readonly": True},
        "mounts": [*_kernel_mounts(), *_mounts(place)],
        "linux": {
            "namespaces": [{"type": name} for name in ("pid", "ipc", "uts", "mount")],
            "resources": _resources(limit),
            # The machine's own files are mounted below a folder that is removed afterwards: nobody
            # but the container may ever see them there.
            "rootfsPropagation": "private",
        },
    }


def _resources(limit: Limit) -> Json:
    if limit.megabytes is None or limit.cpus is None:
        return {} if limit.core is None else {"cpu": {"cpus": str(limit.core)}}
    memory = limit.megabytes << 20
    return {
        "memory": {"limit": memory, "swap": memory},  # both together: none of it swapped
        "cpu": {"period": _PERIOD, "quota": round(_PERIOD * limit.cpus)},
    }


def _kernel_mounts() -> Iterator[Json]:
    yield {"destination": "/proc", "type": "proc", "source": "proc"}
    yield {
        "destination": "/dev",
        "type": "tmpfs",
        "source": "tmpfs",
        "options": ["nosuid", "mode=755"],
    }
    # The one folder that can be written, as /tmp in Lambda: a checkout may be in /tmp here.
    yield {
        "destination": TEMPORARY,
        "type": "tmpfs",
        "source": "tmpfs",
        "options": ["nosuid", "nodev", "mode=1777"],
    }
    # numpy and onnxruntime read the CPU's caches and cores there.
    yield _bind("/sys", Path("/sys"))


def _mounts(place: Place) -> Iterator[Json]:
    if place.root is None:
        for path in sorted(Path("/").iterdir()):
            if path.is_dir() and path.name not in _KERNEL_FOLDERS:
                yield _bind(str(path), path.resolve())
    for destination, source in place.mounts.items():
        yield _bind(destination, source)


def _bind(destination: str, source: Path) -> Json:
    return {
        "destination": destination,
        "type": "none",
        "source": str(source),
        "options": ["rbind", "ro"],
    }
