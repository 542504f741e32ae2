"""The figures. Each is measured against a control in the same run, interleaved, and given as a list of samples.

"Running" is always the time of the Engine's own `start` event, for the agent, for compose and for the control alike, so the
way of watching cannot favour one of them. Nothing is probed over the network: an HTTP request sent before a container's
interface is up would wait a second for the kernel's next ARP try and measure only that.
"""
import os
import re
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from agent import HOST, Agent, service_file
from engine import API, IMAGE, NETWORK, Events, create, label_filter, start


class Bench:
    """What all figures share: the Engine, the distribution, the results so far."""

    def __init__(self, engine, dhow, rounds, sizes, idle_seconds, report):
        self.engine = engine
        self.dhow = dhow
        self.rounds = rounds
        self.sizes = sizes
        self.idle_seconds = idle_seconds
        self.report = report
        self.events = Events(engine.socket)
        self.raw = engine.client()
        self.count = 0

    def name(self, prefix):
        self.count += 1
        return f"{prefix}{self.count}"

    def started(self, since, count, label=None, ids=None, timeout=90):
        """The time (ns) of the last of `count` start events."""
        def accept(container, labels):
            return container in ids if ids is not None else labels.get(label[0]) in label[1]
        return max(self.events.await_times("start", accept, count, since, timeout).values())

    def clear(self, agent=None):
        """Back to no containers; then the Engine gets a moment, so that cleaning up is not measured.

        The services go to no replicas instead of away: that many files gone at once is what an agent should not believe.
        """
        if agent is not None:
            for file in os.listdir(agent.services):
                agent.drop(service_file(file.removesuffix(".yaml"), replicas=0), file.removesuffix(".yaml"))
            deadline = time.monotonic() + 120
            while self.own_containers():
                if time.monotonic() > deadline:
                    raise SystemExit(f"bench: the agent did not remove its containers:\n{agent.tail()}")
                time.sleep(0.05)
        self.engine.remove_containers()
        self.events.forget()
        time.sleep(0.3)

    def own_containers(self):
        return self.raw.call("GET", f"{API}/containers/json?all=1" + label_filter(f"dev.dhow.host={HOST}"))

    def raw_start(self):
        began = time.time_ns()
        container = create(self.raw, self.name("raw"))
        start(self.raw, container)
        return (self.started(began, 1, ids={container}) - began) / 1e6


def one(bench):
    """A file renamed into place until its container runs, beside create + start through the Engine's API."""
    file, raw = [], []
    with Agent(bench.engine, bench.dhow) as agent:
        for turn in range(bench.rounds + 1):
            raw_ms = bench.raw_start()
            name = bench.name("one")
            began = agent.drop(service_file(name), name)
            file_ms = (bench.started(began, 1, label=("dev.dhow.service", {name})) - began) / 1e6
            # The first turn warms both sides up.
            if turn > 0:
                raw.append(raw_ms)
                file.append(file_ms)
            bench.clear(agent)
    bench.report.add("one service: file → running", "ms", file, control=raw, control_name="raw create + start", goal=1.15)


def compose_command(engine):
    environment = dict(os.environ, DOCKER_HOST=f"unix://{engine.socket}")
    for command in (["docker", "compose"], ["docker-compose"]):
        try:
            done = subprocess.run([*command, "version"], env=environment, capture_output=True, text=True, timeout=60)
        except OSError:
            continue
        if done.returncode == 0:
            version = re.search(r"\d+\.\d+\.\d+", done.stdout)
            return command, environment, version.group(0) if version else "?"
    return None, environment, None


def twenty(bench, count=20):
    """Twenty services at once, beside compose with the same twenty, and twenty raw starts in a row and all together."""
    command, environment, version = compose_command(bench.engine)
    agent_ms, row, together, compose = [], [], [], []
    rounds = max(3, bench.rounds // 2)
    with Agent(bench.engine, bench.dhow) as agent:
        for turn in range(rounds + 1):
            samples = {"row": _raw_in_a_row(bench, count), "together": _raw_together(bench, count)}
            if command:
                samples["compose"] = _compose(bench, command, environment, count)
            samples["agent"] = _agent(bench, agent, count)
            if turn > 0:
                row.append(samples["row"])
                together.append(samples["together"])
                agent_ms.append(samples["agent"])
                if command:
                    compose.append(samples["compose"])
    bench.report.add(f"{count} services at once", "ms", agent_ms, control=row, control_name=f"{count} raw starts in a row", goal=0.44)
    bench.report.add(f"{count} raw starts together", "ms", together, control=row, control_name=f"{count} raw starts in a row")
    if command:
        bench.report.add(f"{count} services at once", "ms", agent_ms, control=compose, control_name=f"compose {version} up -d", goal=1.0)
    else:
        bench.report.note("compose was not measured: there is neither a docker compose plugin nor a docker-compose command")


def _raw_in_a_row(bench, count):
    ids, began = set(), time.time_ns()
    for _ in range(count):
        container = create(bench.raw, bench.name("raw"))
        start(bench.raw, container)
        ids.add(container)
    ms = (bench.started(began, count, ids=ids) - began) / 1e6
    bench.clear()
    return ms


def _raw_together(bench, count):
    def both(name):
        client = bench.engine.client()
        container = create(client, name)
        start(client, container)
        client.close()
        return container
    names = [bench.name("raw") for _ in range(count)]
    began = time.time_ns()
    with ThreadPoolExecutor(count) as pool:
        ids = set(pool.map(both, names))
    ms = (bench.started(began, count, ids=ids) - began) / 1e6
    bench.clear()
    return ms


def _compose(bench, command, environment, count):
    project = bench.name("bench")
    with tempfile.TemporaryDirectory(prefix="dhow-bench-compose-") as folder:
        file = f"{folder}/compose.yml"
        services = "".join(f"  s{number}:\n    image: {IMAGE}\n    restart: unless-stopped\n    networks: [shared]\n" for number in range(count))
        with open(file, "w") as out:
            # `version` is for compose 1; the network is there already, as it is for the others.
            out.write(f'version: "2.4"\nservices:\n{services}networks:\n  shared:\n    external: true\n    name: {NETWORK}\n')
        began = time.time_ns()
        done = subprocess.run([*command, "-p", project, "-f", file, "up", "-d"], env=environment, capture_output=True, text=True, timeout=300)
        if done.returncode != 0:
            raise SystemExit(f"bench: compose failed:\n{done.stdout[-1000:]}{done.stderr[-1000:]}")
        ms = (bench.started(began, count, label=("com.docker.compose.project", {project})) - began) / 1e6
    bench.clear()
    return ms


def _agent(bench, agent, count):
    names = [bench.name("many") for _ in range(count)]
    # Written first, then renamed one right after the other.
    for name in names:
        with open(f"{agent.folder}/{name}.tmp", "w") as file:
            file.write(service_file(name))
    began = time.time_ns()
    for name in names:
        os.rename(f"{agent.folder}/{name}.tmp", f"{agent.services}/{name}.yaml")
    ms = (bench.started(began, count, label=("dev.dhow.service", set(names))) - began) / 1e6
    bench.clear(agent)
    return ms


def repair(bench):
    """A container killed or removed by hand until it runs again, beside the raw steps that this takes."""
    killed, raw_repair, removed, raw_create = [], [], [], []
    with Agent(bench.engine, bench.dhow) as agent:
        # A service is hurt once only: a second time would measure the agent's back-off.
        names = [bench.name("hurt") for _ in range(2 * (bench.rounds + 1))]
        began = time.time_ns()
        for name in names:
            agent.drop(service_file(name), name)
        bench.started(began, len(names), label=("dev.dhow.service", set(names)), timeout=180)
        ids = {container["Labels"]["dev.dhow.service"]: container["Id"] for container in bench.own_containers()}
        victim = create(bench.raw, bench.name("raw"))
        start(bench.raw, victim)
        time.sleep(3)
        for turn in range(bench.rounds + 1):
            samples = (_killed(bench, names[2 * turn], ids), _raw_repair(bench, victim),
                       _removed(bench, names[2 * turn + 1], ids), bench.raw_start())
            if turn > 0:
                for list_, sample in zip((killed, raw_repair, removed, raw_create), samples):
                    list_.append(sample)
        bench.clear(agent)
    bench.report.add("killed → running again", "ms", killed, control=raw_repair, control_name="raw kill + wait + start", goal=1.15)
    bench.report.add("removed → running again", "ms", removed, control=raw_create, control_name="raw create + start", goal=1.15)


def _killed(bench, name, ids):
    """From the kill: an agent has to see the end before it can start anything."""
    began = time.time_ns()
    bench.raw.call("POST", f"{API}/containers/{ids[name]}/kill")
    return (bench.started(began, 1, label=("dev.dhow.service", {name})) - began) / 1e6


def _removed(bench, name, ids):
    began = time.time_ns()
    bench.raw.call("DELETE", f"{API}/containers/{ids[name]}?force=1")
    gone = bench.events.await_times("destroy", lambda container, _: container == ids[name], 1, began)[ids[name]]
    return (bench.started(gone, 1, label=("dev.dhow.service", {name})) - gone) / 1e6


def _raw_repair(bench, container):
    """The same by hand: kill, wait for the end, start."""
    began = time.time_ns()
    bench.raw.call("POST", f"{API}/containers/{container}/kill")
    bench.raw.call("POST", f"{API}/containers/{container}/wait")
    start(bench.raw, container)
    return (bench.started(began, 1, ids={container}) - began) / 1e6


def noop(bench, passes=30):
    """A pass that changes nothing: GET /v1/plan observes and plans; wall time and CPU of the agent and of Docker."""
    with Agent(bench.engine, bench.dhow) as agent:
        running = 0
        for size in sorted(bench.sizes):
            began = time.time_ns()
            names = [bench.name("still") for _ in range(size - running)]
            for name in names:
                agent.drop(service_file(name), name)
            bench.started(began, len(names), label=("dev.dhow.service", set(names)), timeout=300)
            running = size
            _await_quiet(bench, agent, size)
            _noop_at(bench, agent, size, passes)
        bench.clear(agent)


def _await_quiet(bench, agent, size):
    """Until the plan is empty, and beyond the readiness delay and its checks."""
    client, deadline = agent.client(), time.monotonic() + 120
    while len(bench.own_containers()) != size or client.call("GET", "/v1/plan")["steps"]:
        if time.monotonic() > deadline:
            raise SystemExit(f"bench: the agent does not come to rest at {size} containers:\n{agent.tail()}")
        time.sleep(0.5)
    client.close()
    time.sleep(10)


def _noop_at(bench, agent, size, passes):
    client = agent.client()
    path = f"{API}/containers/json?all=1" + label_filter(f"dev.dhow.host={HOST}")
    # An agent runs for months: its first passes, which the JVM still compiles, are not what this is about.
    for _ in range(max(passes, 300)):
        client.call("GET", "/v1/plan")
    ours, raw, our_cpu, agent_cpu, raw_cpu = [], [], [], [], []
    for _ in range(max(3, bench.rounds // 2)):
        idle = _cpu_per_ms(bench, agent, 2)
        wall, agent_ms, docker_ms, total = _batch(bench, agent, passes, lambda: client.call("GET", "/v1/plan"))
        ours += wall
        our_cpu.append((agent_ms + docker_ms - idle * total) / passes)
        agent_cpu.append(agent_ms / passes)
        wall, agent_ms, docker_ms, total = _batch(bench, agent, passes, lambda: bench.raw.call("GET", path))
        raw += wall
        raw_cpu.append(max(0.0, (agent_ms + docker_ms - idle * total) / passes))
    bench.report.add(f"no-op pass at {size} containers", "ms", ours, control=raw, control_name="raw list by label",
                     limit=15 if size >= 100 else None)
    bench.report.add(f"no-op pass at {size} containers", "CPU ms", our_cpu, control=raw_cpu, control_name="raw list by label",
                     limit=12 if size >= 100 else None)
    bench.report.add("  of it the agent itself", "CPU ms", agent_cpu)
    bench.report.add(f"agent at {size} containers", "MB RSS", [agent.rss_mb()])
    client.close()


def _cpu_per_ms(bench, agent, seconds):
    before, began = agent.cpu.ms() + bench.engine.cpu.ms(), time.monotonic()
    time.sleep(seconds)
    return (agent.cpu.ms() + bench.engine.cpu.ms() - before) / ((time.monotonic() - began) * 1e3)


def _batch(bench, agent, passes, call):
    """Wall ms of each call, then CPU ms of the agent, CPU ms of Docker and wall ms of the whole batch."""
    wall = []
    agent_before, docker_before, began = agent.cpu.ms(), bench.engine.cpu.ms(), time.monotonic()
    for _ in range(passes):
        one_began = time.monotonic()
        call()
        wall.append((time.monotonic() - one_began) * 1e3)
    total = (time.monotonic() - began) * 1e3
    return wall, agent.cpu.ms() - agent_before, bench.engine.cpu.ms() - docker_before, total


def footprint(bench):
    """Start to /healthz, memory and CPU at rest, without services and with twenty."""
    starts = []
    for _ in range(max(5, bench.rounds // 2)):
        agent = Agent(bench.engine, bench.dhow)
        try:
            starts.append(agent.start())
        finally:
            agent.__exit__()
    bench.report.add("start → /healthz", "ms", starts)
    with Agent(bench.engine, bench.dhow) as agent:
        for size in (0, 20):
            began = time.time_ns()
            names = [bench.name("rest") for _ in range(size)]
            for name in names:
                agent.drop(service_file(name), name)
            if names:
                bench.started(began, size, label=("dev.dhow.service", set(names)), timeout=120)
            time.sleep(12)
            _at_rest(bench, agent, size)
        bench.clear(agent)


def _at_rest(bench, agent, size):
    own, docker, began = agent.cpu.ms(), bench.engine.cpu.ms(), time.monotonic()
    time.sleep(bench.idle_seconds)
    ms = (time.monotonic() - began) * 1e3
    bench.report.add(f"agent at rest, {size} containers", "% of a core", [(agent.cpu.ms() - own) / ms * 100])
    bench.report.add(f"Docker beside it, {size} containers", "% of a core", [(bench.engine.cpu.ms() - docker) / ms * 100])
    bench.report.add(f"agent at rest, {size} containers", "MB RSS", [agent.rss_mb()])


FIGURES = {"one": one, "twenty": twenty, "repair": repair, "noop": noop, "footprint": footprint}
