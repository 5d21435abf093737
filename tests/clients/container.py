"""The steps of the Containerfile, carried out in a folder that stands for the container's root.

``python container.py FOLDER``: the wheel lies in ``FOLDER/dist``. What a machine without an engine
cannot do is left out: the base image (the system's Python stands for it) and the isolation. Paths
under /opt and /srv are those of the folder; as root, the steps after USER are another user's, as in
the container. At the end the service has answered a query, and been stopped.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

CONTAINERFILE = Path(__file__).parents[2] / "src" / "treatybodies" / "operating" / "Containerfile"
PYTHON = "/usr/bin/python3"
PORT = "18473"
ROOTS = ("/opt", "/srv")


@dataclass
class Container:
    """What the steps have brought about so far."""

    root: Path
    user: str = ""
    folder: str = "/"
    variables: dict[str, str] = field(default_factory=dict)
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)

    def here(self, text: str) -> str:
        """``text`` with the container's paths turned into the folder's."""
        for top in ROOTS:
            text = text.replace(top, f"{self.root}{top}")
        return text

    def run(self, command: str | list[str]) -> None:
        """Carry a command out; raises `subprocess.CalledProcessError`."""
        shell = isinstance(command, str)
        subprocess.run(command, shell=shell, check=True, **self.options())

    def options(self) -> dict[str, Any]:
        """How its processes run: folder, environment, user."""
        home = self.here("/srv/treatybodies") if self.user else str(self.root)
        environment = {**os.environ, **self.variables, "HOME": home}
        environment["PATH"] = f"{self.root}/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        options: dict[str, Any] = {"env": environment, "cwd": self.here(self.folder)}
        if self.user and os.getuid() == 0:
            uid, gid = self.ids()
            options |= {"user": uid, "group": gid, "extra_groups": []}
        return options

    def ids(self) -> tuple[int, int]:
        """The numbers of the user, as its own /etc/passwd has them."""
        for line in (self.root / "etc" / "passwd").read_text(encoding="utf-8").splitlines():
            name, _, uid, gid, *_ = line.split(":")
            if name == self.user:
                return int(uid), int(gid)
        raise LookupError(f"no step makes the user {self.user}")


def steps(text: str) -> Iterator[tuple[str, str]]:
    """Instruction and argument of each step."""
    for line in text.replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("#"):
            instruction, _, argument = line.strip().partition(" ")
            yield instruction, argument.strip()


def carry_out(container: Container, instruction: str, argument: str) -> None:
    """One step; raises `ValueError` for an instruction that nobody knows."""
    match instruction:
        case "FROM":
            begin(container)
        case "COPY":
            copy(container, *argument.split())
        case "RUN":
            print(f"   RUN {argument}", flush=True)
            if "useradd" in argument:
                make_user(container, argument)
            else:
                container.run(container.here(argument))
        case "USER":
            container.user = argument
        case "WORKDIR":
            container.folder = argument
        case "ENV":
            name, _, value = argument.partition("=")
            container.variables[name] = value
        case "ENTRYPOINT" | "CMD":
            words = [container.here(each) for each in json.loads(argument)]
            setattr(container, "entrypoint" if instruction == "ENTRYPOINT" else "command", words)
        case "HEALTHCHECK":
            container.health = json.loads(container.here(argument.removeprefix("CMD ")))
        case "EXPOSE" | "STOPSIGNAL":
            pass
        case _:
            raise ValueError(f"{instruction}: teach tests/clients/container.py this instruction")


def begin(container: Container) -> None:
    """What stands for the base image."""
    for name in ("bin", "etc", "opt", "srv"):
        (container.root / name).mkdir(exist_ok=True)
    container.root.chmod(0o755)
    (container.root / "bin" / "python").symlink_to(PYTHON)
    for name in ("passwd", "group", "shadow", "gshadow"):
        (container.root / "etc" / name).write_text("", encoding="utf-8")


def copy(container: Container, source: str, target: str) -> None:
    """COPY from the build's folder."""
    place = Path(container.here(target))
    place.mkdir(parents=True, exist_ok=True)
    found = list(container.root.glob(source))
    assert found, f"there is no {source}"
    for each in found:
        shutil.copy(each, place)


def make_user(container: Container, command: str) -> None:
    """useradd, in the folder's own /etc; without root's rights only the home is made."""
    home = Path(container.here("/srv/treatybodies"))
    if os.getuid() != 0:
        home.mkdir(parents=True)
        return
    words = shlex.split(command)
    container.run([words[0], "--prefix", str(container.root), *words[1:]])
    assert home.is_dir()


def serve(container: Container) -> None:
    """ENTRYPOINT and CMD, until HEALTHCHECK is content and a query is answered."""
    # Nobody else's business: not the port and the address that a container would have to itself.
    container.variables |= {"TREATYBODIES_HOST": "127.0.0.1", "TREATYBODIES_PORT": PORT}
    process = subprocess.Popen([*container.entrypoint, *container.command], **container.options())
    try:
        wait_until_healthy(container, process)
        asked = urlencode({"format": "csv", "query": "ASK { ?s ?p ?o }"})
        with urlopen(f"http://127.0.0.1:{PORT}/sparql?{asked}", timeout=10) as answer:
            assert answer.read().strip() == b"true"
        if os.getuid() == 0:
            status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
            uids = next(line for line in status.splitlines() if line.startswith("Uid:"))
            assert "0" not in uids.split()[1:], "the service runs as root"
    finally:
        process.terminate()
    assert process.wait(timeout=30) == 0, "the service does not stop in good order"


def wait_until_healthy(container: Container, process: "subprocess.Popen[bytes]") -> None:
    check = [each.replace(":8000", ":" + PORT) for each in container.health]
    for _ in range(60):
        assert process.poll() is None, "the service has ended"
        if subprocess.run(check, capture_output=True, check=False).returncode == 0:
            return
        time.sleep(0.5)
    raise AssertionError("the service did not become ready")


def main(folder: str) -> None:
    """All steps, then the service."""
    container = Container(Path(folder).resolve())
    for instruction, argument in steps(CONTAINERFILE.read_text(encoding="utf-8")):
        carry_out(container, instruction, argument)
    serve(container)
    print("the Containerfile's steps end in a service that answers, not run by root")


if __name__ == "__main__":
    main(sys.argv[1])
