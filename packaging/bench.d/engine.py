"""A Docker Engine of the benchmark's own, and the raw Engine API over its socket.

The Engine runs in a network namespace of its own (so the machine's firewall and bridges stay as they are), with its own
data, and in an accounting group of its own: what it costs includes containerd, the shims and every short-lived runc.
"""
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse

API = "/v1.41"
IMAGE = "dhow-bench:1"
NETWORK = "dhow"


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path, timeout=60):
        super().__init__("localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class ApiError(Exception):
    def __init__(self, status, text):
        super().__init__(f"{status}: {text[:300]}")
        self.status = status


class Client:
    """One kept connection; not for several threads at once."""

    def __init__(self, path, timeout=60):
        self.connection = UnixConnection(path, timeout)

    def call(self, method, path, body=None, content_type="application/json"):
        data = body if body is None or isinstance(body, (bytes, bytearray)) else json.dumps(body).encode()
        fields = {"Content-Type": content_type} if data is not None else {}
        try:
            self.connection.request(method, path, data, fields)
        except BrokenPipeError:
            # The other side ended what idled for minutes; nothing was sent.
            self.connection.close()
            self.connection.request(method, path, data, fields)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 400:
            raise ApiError(answer.status, text.decode(errors="replace"))
        if not text:
            return None
        try:
            return json.loads(text)
        except ValueError:
            return text.decode(errors="replace")

    def close(self):
        self.connection.close()


class Accounting:
    """CPU of a tree of processes in ms, from a cgroup where one can be made, else from /proc."""

    def __init__(self, name):
        self.name = name
        self.pids = []
        self.group = self._make()

    def _make(self):
        for base in ("/sys/fs/cgroup/cpuacct", "/sys/fs/cgroup/cpu,cpuacct", "/sys/fs/cgroup"):
            v1 = base != "/sys/fs/cgroup"
            if not os.path.exists(f"{base}/{'cpuacct.usage' if v1 else 'cgroup.controllers'}"):
                continue
            group = f"{base}/{self.name}"
            try:
                os.mkdir(group)
            except OSError:
                continue
            self.usage = f"{group}/cpuacct.usage" if v1 else f"{group}/cpu.stat"
            return group
        return None

    def source(self):
        return "cgroup" if self.group else "proc"

    def enter(self):
        """For `preexec_fn`: puts the new process into the group."""
        if self.group:
            with open(f"{self.group}/cgroup.procs", "w") as file:
                file.write(str(os.getpid()))

    def watch(self, pid):
        self.pids.append(pid)

    def ms(self):
        if not self.group:
            return sum(_tree_ms(pid) for pid in self.pids)
        with open(self.usage) as file:
            text = file.read()
        if self.usage.endswith("cpuacct.usage"):
            return int(text) / 1e6
        return int(text.split("usage_usec", 1)[1].split()[0]) / 1e3

    def remove(self):
        if self.group:
            for _ in range(50):
                try:
                    os.rmdir(self.group)
                    return
                except OSError:
                    time.sleep(0.1)


def _tree_ms(root):
    """utime + stime of a process and its descendants, and of their children that were waited for."""
    children = {}
    times = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat") as file:
                fields = file.read().rsplit(")", 1)[1].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append(int(entry))
        times[int(entry)] = sum(int(value) for value in fields[11:15])
    total, todo = 0, [root]
    while todo:
        pid = todo.pop()
        total += times.get(pid, 0)
        todo += children.get(pid, [])
    return total * 1000 / os.sysconf("SC_CLK_TCK")


class Events:
    """The Engine's event stream: when did which container start, die or vanish (ns since the epoch, the Engine's clock)."""

    def __init__(self, path):
        self.seen = []
        self.changed = threading.Condition()
        filters = urllib.parse.quote(json.dumps({"type": ["container"]}))
        self.connection = UnixConnection(path, timeout=None)
        self.connection.request("GET", f"{API}/events?filters={filters}")
        self.answer = self.connection.getresponse()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        try:
            for line in self.answer.fp if not self.answer.chunked else self._chunks():
                event = json.loads(line)
                with self.changed:
                    self.seen.append(event)
                    self.changed.notify_all()
        except (OSError, ValueError, AttributeError):
            pass

    def _chunks(self):
        while True:
            line = self.answer.readline()
            if not line:
                return
            if line.strip():
                yield line

    def await_times(self, action, accept, count, since_ns, timeout=60):
        """The times of the first `count` events of that action that `accept(id, labels)` takes, after `since_ns`."""
        deadline = time.monotonic() + timeout
        with self.changed:
            while True:
                found = {}
                for event in self.seen:
                    actor = event["Actor"]
                    if event["Action"] == action and event["timeNano"] >= since_ns and accept(actor["ID"], actor["Attributes"]):
                        found.setdefault(actor["ID"], event["timeNano"])
                if len(found) >= count:
                    return found
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError(f"{len(found)} of {count} '{action}' events after {timeout} s")
                self.changed.wait(left)

    def forget(self):
        with self.changed:
            self.seen.clear()


class Engine:
    """A private dockerd; `with Engine() as engine:` ends and removes it."""

    def __init__(self):
        # Not on /tmp, which may be a tmpfs: overlay needs a real file system below it.
        self.folder = tempfile.mkdtemp(prefix="dhow-bench-", dir="/var/tmp")
        self.socket = f"{self.folder}/docker.sock"
        self.cpu = Accounting(f"dhow-bench-engine-{os.getpid()}")
        self.process = None

    def __enter__(self):
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self):
        config = f"{self.folder}/daemon.json"
        with open(config, "w") as file:
            file.write("{}")
        self.log = f"{self.folder}/dockerd.log"
        command = ["unshare", "--net", "sh", "-c", 'ip link set lo up; exec dockerd "$@"', "dockerd",
                   "--host", f"unix://{self.socket}", "--data-root", f"{self.folder}/data", "--exec-root", f"{self.folder}/exec",
                   "--pidfile", f"{self.folder}/docker.pid", "--config-file", config, "--exec-opt", "native.cgroupdriver=cgroupfs",
                   "--bip", "172.31.240.1/20", "--default-address-pool", "base=172.31.0.0/17,size=20"]
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            start_new_session=True, preexec_fn=self.cpu.enter)
        self.cpu.watch(self.process.pid)
        deadline = time.monotonic() + 60
        while True:
            try:
                self.client().call("GET", "/_ping")
                break
            except (OSError, ApiError):
                if self.process.poll() is not None or time.monotonic() > deadline:
                    with open(self.log) as log:
                        raise SystemExit("bench: the Engine did not start:\n" + log.read()[-2000:])
                time.sleep(0.05)
        self.version = self.client().call("GET", "/version")["Version"]

    def client(self):
        return Client(self.socket)

    def inside(self, command):
        """The words that run a command in its network namespace."""
        return ["nsenter", f"--net=/proc/{self.process.pid}/ns/net", "--", *command]

    def remove_containers(self, label=None):
        client = self.client()
        for container in client.call("GET", f"{API}/containers/json?all=1" + (label_filter(label) if label else "")):
            try:
                client.call("DELETE", f"{API}/containers/{container['Id']}?force=1&v=1")
            except ApiError as error:
                if error.status not in (404, 409):
                    raise
        client.close()

    def __exit__(self, *_):
        if self.process is not None and self.process.poll() is None:
            try:
                self.remove_containers()
            except (OSError, ApiError, http.client.HTTPException):
                pass
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        with open("/proc/self/mounts") as mounts:
            below = [line.split()[1] for line in mounts if line.split()[1].startswith(self.folder)]
        for mount in sorted(below, reverse=True):
            subprocess.run(["umount", "-l", mount], check=False)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.cpu.remove()


def label_filter(label):
    return "&filters=" + urllib.parse.quote(json.dumps({"label": [label]}))


def import_image(engine):
    """The image of every container here: a static busybox that waits and leaves at TERM."""
    busybox = next((path for path in ("/bin/busybox", "/usr/bin/busybox") if os.path.exists(path)), None)
    if busybox is None:
        raise SystemExit("bench: needs /bin/busybox: apt-get install busybox-static")
    folder = tempfile.mkdtemp(prefix="dhow-bench-image-")
    try:
        os.makedirs(f"{folder}/bin")
        shutil.copy(busybox, f"{folder}/bin/busybox")
        for applet in ("sh", "sleep"):
            os.symlink("busybox", f"{folder}/bin/{applet}")
        with open(f"{folder}/bin/wait", "w") as file:
            file.write("#!/bin/sh\ntrap 'exit 0' TERM\nwhile :; do sleep 3600 & wait $!; done\n")
        os.chmod(f"{folder}/bin/wait", 0o755)
        import_folder(engine, folder, IMAGE, 'CMD ["/bin/wait"]', "ENV PATH=/bin")
    finally:
        shutil.rmtree(folder)


def import_folder(engine, folder, image, *changes):
    """An image of what is in a folder, with instructions as a Dockerfile has them."""
    archive = subprocess.run(["tar", "-C", folder, "--owner=0", "--group=0", "-c", "."], stdout=subprocess.PIPE, check=True).stdout
    words = "&".join("changes=" + urllib.parse.quote(change) for change in changes)
    repository, tag = image.split(":")
    answer = engine.client().call("POST", f"{API}/images/create?fromSrc=-&repo={repository}&tag={tag}&{words}", archive, "application/x-tar")
    if "error" in str(answer):
        raise SystemExit(f"bench: the Engine did not take the image: {answer}")


def make_network(engine):
    """The network that the agent, compose and the raw control share, made beforehand so that nobody pays for it."""
    engine.client().call("POST", f"{API}/networks/create", {"Name": NETWORK, "CheckDuplicate": True, "Labels": {"dev.dhow.host": "bench"}})


def create(client, name):
    """The raw step "create", with what Dhow and compose ask for as well: network, restart policy, log driver."""
    return client.call("POST", f"{API}/containers/create?name={name}", {
        "Image": IMAGE,
        "Labels": {"bench": "raw"},
        "HostConfig": {"NetworkMode": NETWORK, "RestartPolicy": {"Name": "unless-stopped"},
                       "LogConfig": {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "3"}}},
        "NetworkingConfig": {"EndpointsConfig": {NETWORK: {}}},
    })["Id"]


def start(client, container):
    client.call("POST", f"{API}/containers/{container}/start")
