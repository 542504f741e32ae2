"""The figures of the proxy: Dhow beside nginx, HAProxy and Caddy before the same backend, round by round in one run."""
import ctypes
import http.client
import os
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import threading
import time

from agent import Agent
from engine import API
from peers import PORTS, Peers, await_port, pair, rss_mb
from web import FAST, SLOW, import_fast, import_slow

DHOW = (8101, 8201)
NAMES = ("haproxy", "nginx", "caddy")
CLOSE = ("Connection: close",)
# The JVM compiles what is used; a proxy in service is warm. On two cores it takes so many seconds.
WARM = 30
SERVICE = "version: 1\nservice: web\nimage: {image}\nretain: 0\nroles:\n  web:\n    proxy: {proxy}\n"


class Stage:
    """The backend in a container, Dhow and, unless they are not wanted, its peers before it."""

    def __init__(self, bench, beside=True):
        self.bench = bench
        self.beside = beside
        self.peers = None
        self.engine = bench.engine

    def __enter__(self):
        import_fast(self.engine)
        self.folder = tempfile.mkdtemp(prefix="dhow-bench-certs-")
        files = pair(self.folder)
        listeners = f"http: '127.0.0.1:{DHOW[0]}', https: '127.0.0.1:{DHOW[1]}', certs: {self.folder}"
        self.agent = Agent(self.engine, self.bench.dhow, proxy=listeners)
        self.agent.__enter__()
        try:
            role = f"{{default: true, redirect_https: false, tls: {{certificate: {files['certificate']}, key: {files['key']}}}}}"
            self.agent.drop(SERVICE.format(image=FAST, proxy=role), "web")
            await_answer(self.agent, DHOW[0], "/1k")
            self.backend = address(self.bench, "web")
            if self.beside:
                self.peers = Peers(self.engine, f"{self.backend}:80", files)
                self.peers.__enter__()
        except BaseException:
            self.agent.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if self.peers:
            self.peers.__exit__()
        self.bench.clear(self.agent)
        self.agent.__exit__()
        shutil.rmtree(self.folder, ignore_errors=True)

    def port(self, who, tls=False):
        return (DHOW if who == "dhow" else PORTS[who])[tls]

    def url(self, who, path, tls=False):
        if who == "direct":
            return f"http://{self.backend}{path}"
        return f"http{'s' if tls else ''}://127.0.0.1:{self.port(who, tls)}{path}"

    def cpu_ms(self, who):
        if who == "direct":
            return 0.0
        return self.agent.cpu.ms() if who == "dhow" else self.peers.cpu[who].ms()

    def memory_mb(self, who):
        return rss_mb(self.agent.process.pid) if who == "dhow" else self.peers.rss_mb(who)


def address(bench, service):
    """The address of the one running container of a service."""
    for container in bench.own_containers():
        if container["Labels"]["dev.dhow.service"] == service and container["State"] == "running":
            networks = bench.raw.call("GET", f"{API}/containers/{container['Id']}/json")["NetworkSettings"]["Networks"]
            return next(iter(networks.values()))["IPAddress"]
    raise SystemExit(f"bench: {service} has no running container")


def await_answer(agent, port, path, seconds=60, headers=()):
    """Until the agent's proxy answers 200 there."""
    await_port(agent.engine, port)
    deadline = time.monotonic() + seconds
    ask = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", *(word for header in headers for word in ("-H", header)), f"http://127.0.0.1:{port}{path}"]
    while subprocess.run(agent.engine.inside(ask), stdout=subprocess.PIPE, text=True).stdout != "200":
        if time.monotonic() > deadline:
            raise SystemExit(f"bench: port {port} does not answer {path}:\n{agent.tail()}")
        time.sleep(0.05)


def wrk(stage, who, path, seconds, headers=(), tls=False, connections=64):
    """Requests per second and ms of CPU that the proxy itself took per 1000 requests."""
    line = ["wrk", "-t2", f"-c{connections}", f"-d{seconds}s"]
    for header in headers:
        line += ["-H", header]
    before = stage.cpu_ms(who)
    said = subprocess.run(stage.engine.inside([*line, stage.url(who, path, tls)]), check=True, stdout=subprocess.PIPE, text=True).stdout
    cpu = stage.cpu_ms(who) - before
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)", said)
    if wrong:
        stage.bench.report.note(f"{who} {path}: {wrong.group(0)}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1)), cpu * 1000 / int(re.search(r"(\d+) requests in", said).group(1))


def steady(stage, who, path, rate=2000, clients=40, seconds=5):
    """p50, p99 (ms) and CPU (µs per request) at a fixed rate, which waits for nobody."""
    log = f"{stage.agent.folder}/h2load.log"
    if os.path.exists(log):
        os.remove(log)
    before = stage.cpu_ms(who)
    subprocess.run(stage.engine.inside(["h2load", "--h1", "-t1", f"-c{clients}", f"--rps={rate // clients}", "-D", str(seconds), "--log-file", log,
                                        stage.url(who, path)]), check=True, stdout=subprocess.DEVNULL)
    cpu = stage.cpu_ms(who) - before
    with open(log) as file:
        times = sorted(int(line.split()[2]) / 1000 for line in file)
    return statistics.median(times), times[int(len(times) * 0.99)], cpu * 1000 / len(times)


def proxy(bench):
    """Requests per second, CPU per request and latency of four proxies and of none, interleaved."""
    with Stage(bench) as stage:
        for who in ("dhow", *NAMES):
            seconds = WARM if who == "dhow" else 1
            for path, headers, tls in (("/1k", (), False), ("/100k", (), False), ("/1k", CLOSE, False), ("/1k", (), True), ("/1k", CLOSE, True)):
                wrk(stage, who, path, seconds, headers, tls)
        for title, path, headers, tls, goal in (("1 KB keep-alive", "/1k", (), False, 1.3), ("100 KB keep-alive", "/100k", (), False, 1.3),
                                                ("1 KB, a connection each", "/1k", CLOSE, False, None),
                                                ("TLS 1 KB keep-alive", "/1k", (), True, 1.3), ("TLS handshake + 1 KB", "/1k", CLOSE, True, 1.0)):
            throughput(stage, title, path, headers, tls, goal)
        latency(stage)
        for who in ("dhow", *NAMES):
            bench.report.add(f"{who} after load", "MB PSS", [stage.memory_mb(who)])


def throughput(stage, title, path, headers, tls, goal):
    rates, cpus = {}, {}
    for _ in range(stage.bench.rounds):
        for who in ("direct", "dhow", *NAMES):
            if tls and who == "direct":
                continue
            rate, cpu = wrk(stage, who, path, 3, headers, tls)
            rates.setdefault(who, []).append(rate)
            cpus.setdefault(who, []).append(cpu)
    report = stage.bench.report
    for who in ("dhow", *NAMES):
        report.add(f"{title}: {who}", "CPU µs/req", cpus[who], control=cpus["haproxy"], control_name="haproxy", goal=goal if who == "dhow" else None)
    for who in rates:
        report.add(f"{title}: {who}", "requests/s", rates[who], control=rates["haproxy"], control_name="haproxy")


def latency(stage):
    times = {}
    for _ in range(stage.bench.rounds):
        for who in ("direct", "dhow", *NAMES):
            times.setdefault(who, []).append(steady(stage, who, "/1k"))
    for index, figure, unit in ((0, "p50 at 2,000/s", "ms"), (1, "p99 at 2,000/s", "ms"), (2, "at 2,000/s", "CPU µs/req")):
        for who, samples in times.items():
            if who == "direct" and index == 2:
                continue
            stage.bench.report.add(f"{figure}: {who}", unit, [sample[index] for sample in samples],
                                   control=[sample[index] for sample in times["haproxy"]], control_name="haproxy",
                                   goal=1.0 if (who, index) == ("dhow", 1) else None)


def hosts(bench):
    """What a request costs with 10, 1,000 and 10,000 hosts routed."""
    samples = {}
    with Stage(bench, beside=False) as stage:
        wrk(stage, "dhow", "/1k", WARM)
        for count in (10, 1_000, 10_000):
            names = [f"h{number}.example.com" for number in range(count)]
            stage.agent.drop(SERVICE.format(image=FAST, proxy="{hosts: [" + ",\n      ".join(names) + "]}"), "web")
            await_answer(stage.agent, DHOW[0], "/1k", headers=(f"Host: {names[-1]}",))
            wrk(stage, "dhow", "/1k", 5, (f"Host: {names[-1]}",))
            samples[count] = [wrk(stage, "dhow", "/1k", 3, (f"Host: {names[number * 7919 % count]}",))[1] for number in range(bench.rounds)]
    for count, cpus in samples.items():
        bench.report.add(f"1 KB with {count} hosts", "CPU µs/req", cpus, control=samples[10], control_name="10 hosts")


def readers(bench, count=1000):
    """Memory while 1,000 clients that read nothing have asked for 10 MB each."""
    with Stage(bench) as stage:
        for who in ("dhow", *NAMES):
            wrk(stage, who, "/100k", WARM if who == "dhow" else 1)
            before = stage.memory_mb(who)
            held = []

            def open_all(who=who, held=held):
                enter(bench.engine)
                for _ in range(count):
                    client = socket.socket()
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                    client.connect(("127.0.0.1", stage.port(who)))
                    client.sendall(b"GET /10m HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    held.append(client)
            opening = threading.Thread(target=open_all)
            opening.start()
            opening.join()
            time.sleep(5)
            samples = []
            for _ in range(5):
                samples.append(stage.memory_mb(who) - before)
                time.sleep(1)
            for client in held:
                client.close()
            bench.report.add(f"{count} clients that do not read: {who}", "MB more", samples)


def enter(engine):
    """Puts the calling thread into the Engine's network namespace."""
    with open(f"/proc/{engine.process.pid}/ns/net") as namespace:
        if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), 0x40000000) != 0:
            raise OSError(ctypes.get_errno(), "setns")


def switch(bench):
    """A new version that can answer 400 ms after its start: from when it can until the proxy gives its first answer."""
    import_slow(bench.engine)
    text = SERVICE.format(image=SLOW, proxy="true")
    ours = []
    with Agent(bench.engine, bench.dhow, proxy=f"http: '127.0.0.1:{DHOW[0]}'") as agent:
        for turn in range(bench.rounds + 1):
            bench.events.forget()
            began = agent.drop(text + f"    environment: {{VERSION: '{turn}'}}\n", "web")
            bench.started(began, 1, label=("dev.dhow.service", {"web"}))
            newest = max(bench.own_containers(), key=lambda container: container["Created"])
            networks = bench.raw.call("GET", f"{API}/containers/{newest['Id']}/json")["NetworkSettings"]["Networks"]
            seen = {}
            watches = [threading.Thread(target=watch, args=(bench.engine, seen, "itself", next(iter(networks.values()))["IPAddress"], 80, turn)),
                       threading.Thread(target=watch, args=(bench.engine, seen, "proxy", "127.0.0.1", DHOW[0], turn))]
            for each in watches:
                each.start()
            for each in watches:
                each.join()
            if turn > 0:
                ours.append((seen["proxy"] - seen["itself"]) * 1e3)
            await_available(agent)
        bench.clear(agent)
    bench.report.add("app ready → first answer by proxy", "ms", ours, limit=60)


def await_available(agent, seconds=60):
    client = agent.client()
    deadline = time.monotonic() + seconds
    while (client.call("GET", "/v1/services/web").get("rollout") or {}).get("outcome") != "available":
        if time.monotonic() > deadline:
            raise SystemExit(f"bench: a rollout does not end:\n{agent.tail()}")
        time.sleep(0.05)
    client.close()


def watch(engine, seen, who, host, port, version, seconds=60):
    """Asks every two milliseconds until that version answers."""
    enter(engine)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection(host, port, timeout=1)
            connection.request("GET", "/version")
            answer = connection.getresponse().read().decode().strip()
            connection.close()
            if answer == str(version):
                seen[who] = time.monotonic()
                return
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.002)
    raise SystemExit(f"bench: version {version} never answered")


FIGURES = {"proxy": proxy, "hosts": hosts, "readers": readers, "switch": switch}
