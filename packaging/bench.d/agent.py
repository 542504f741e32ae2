"""The agent under test: the built distribution, on its own scratch directory, with its own accounting."""
import http.client
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time

from engine import IMAGE, Accounting, ApiError, Client

HOST = "dhow-bench"


def service_file(name, replicas=1):
    return f"version: 1\nservice: {name}\nimage: {IMAGE}\nretain: 0\nroles:\n  main:\n    replicas: {replicas}\n"


class Agent:
    """`with Agent(engine, dhow) as agent:` runs until the end of the block; its containers stay for `remove_containers`."""

    def __init__(self, engine, dhow, proxy=None):
        """`proxy`: its listeners and other keys; it then runs in the Engine's network namespace, where containers have addresses."""
        self.engine = engine
        self.dhow = dhow
        self.proxied = proxy is not None
        self.folder = tempfile.mkdtemp(prefix="dhow-bench-agent-")
        self.services = f"{self.folder}/services.d"
        self.socket = f"{self.folder}/dhow.sock"
        self.log = f"{self.folder}/agent.log"
        self.cpu = Accounting(f"dhow-bench-agent-{os.getpid()}-{time.monotonic_ns()}")
        self.process = None
        for folder in ("services.d", "state", "secrets"):
            os.mkdir(f"{self.folder}/{folder}", 0o700)
        with open(f"{self.folder}/agent.yaml", "w") as file:
            file.write(f"host: {{name: {HOST}}}\ndocker: unix://{engine.socket}\nsource: {{directory: {self.services}}}\n"
                       f"state_dir: {self.folder}/state\nsecrets_dir: {self.folder}/secrets\n"
                       f"api: {{socket: {self.socket}, listen: null}}\nproxy: {{{proxy or 'http: null, https: null'}}}\n")

    def start(self):
        """Starts it and returns the ms until /healthz answered."""
        began = time.monotonic()
        command = [self.dhow, "agent", "--config", f"{self.folder}/agent.yaml"]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(self.engine.inside(command) if self.proxied else command, stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log, start_new_session=True, preexec_fn=self.cpu.enter)
        self.cpu.watch(self.process.pid)
        self._await_ok("/healthz", began)
        return (time.monotonic() - began) * 1e3

    def _await_ok(self, path, began, timeout=30):
        while True:
            try:
                client = Client(self.socket, timeout=5)
                client.call("GET", path)
                client.close()
                return
            except (OSError, ApiError, http.client.HTTPException):
                if self.process.poll() is not None or time.monotonic() - began > timeout:
                    raise SystemExit(f"bench: the agent does not answer {path}:\n{self.tail()}")
                time.sleep(0.001)

    def ready(self):
        self._await_ok("/readyz", time.monotonic())

    def client(self):
        return Client(self.socket)

    def drop(self, text, name):
        """Puts a service file into place as rsync and editors do; returns the time of the rename, ns since the epoch."""
        written = f"{self.folder}/{name}.tmp"
        with open(written, "w") as file:
            file.write(text)
        now = time.time_ns()
        os.rename(written, f"{self.services}/{name}.yaml")
        return now

    def rss_mb(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) / 1024

    def tail(self):
        with open(self.log, errors="replace") as file:
            return file.read()[-3000:]

    def kill(self):
        """As the kernel's out-of-memory killer would."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def __enter__(self):
        try:
            self.start()
            self.ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.cpu.remove()
