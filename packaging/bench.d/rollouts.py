"""The figures of rollouts: what a replacement costs beside the same steps by hand, and whether many in a row leave anything."""
import os
import time

from agent import Agent
from engine import API, IMAGE, ApiError, create, start

READINESS = 1.0
GRACE = 1


def version_file(name, number, order="start_first", readiness="1s"):
    """A file whose every number is another version. Its process leaves at TERM, within the grace."""
    return (f"version: 1\nservice: {name}\nimage: {IMAGE}\nretain: 0\nroles:\n  main:\n    readiness_delay: {readiness}\n"
            f"    stop_grace_period: {GRACE}s\n    environment: {{VERSION: '{number}'}}\n"
            f"    rollout: {{order: {order}, monitor: 100ms}}\n")


def status(client, name):
    """What the agent tells of the service; nothing while it does not know it yet."""
    try:
        return client.call("GET", f"/v1/services/{name}")
    except ApiError as error:
        if error.status != 404:
            raise
        return {}


def await_in_force(agent, client, name, before, timeout=60):
    """Until a newer rollout than `before` is over; returns how it ended."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        rollout = status(client, name).get("rollout") or {}
        if rollout.get("started_at") != before and rollout.get("outcome") not in (None, "progressing"):
            return rollout
        time.sleep(0.02)
    raise SystemExit(f"bench: {name} does not come to an end:\n{agent.tail()}")


def container_of(bench, name):
    """The container of the service that runs."""
    found = [c for c in bench.own_containers() if c["Labels"]["dev.dhow.service"] == name and c["State"] == "running"]
    if len(found) != 1:
        raise SystemExit(f"bench: {name} has {len(found)} running containers")
    return found[0]["Id"]


def ended(bench, container, since):
    return bench.events.await_times("die", lambda seen, _: seen == container, 1, since)[container]


def replace(bench):
    """A new version of a worker, start-first and stop-first, beside the same steps by hand with the waits that the file asks for."""
    for order, figure, by_hand in (("start_first", "replace a worker: file → old one ended", _raw_start_first),
                                   ("stop_first", "replace, stop-first: file → new one runs", _raw_stop_first)):
        ours, raw = [], []
        with Agent(bench.engine, bench.dhow) as agent:
            client, name = agent.client(), bench.name("new")
            agent.drop(version_file(name, 0, order), name)
            rollout = await_in_force(agent, client, name, None)
            for turn in range(bench.rounds + 1):
                raw_ms = by_hand(bench)
                old = container_of(bench, name)
                bench.events.forget()
                began = agent.drop(version_file(name, turn + 1, order), name)
                if order == "start_first":
                    done = ended(bench, old, began)
                else:
                    done = bench.started(began, 1, label=("dev.dhow.service", {name}))
                rollout = await_in_force(agent, client, name, rollout["started_at"])
                if rollout["outcome"] != "available":
                    raise SystemExit(f"bench: a rollout ended {rollout['outcome']}: {rollout['cause']}")
                if turn > 0:
                    raw.append(raw_ms)
                    ours.append((done - began) / 1e6)
            client.close()
            bench.clear(agent)
        bench.report.add(figure, "ms", ours, control=raw, control_name="the same steps by hand", goal=1.15)


def _raw_old(bench):
    old = create(bench.raw, bench.name("raw"))
    start(bench.raw, old)
    return old


def _raw_start_first(bench):
    old = _raw_old(bench)
    began = time.time_ns()
    new = create(bench.raw, bench.name("raw"))
    start(bench.raw, new)
    runs = bench.started(began, 1, ids={new})
    time.sleep(max(0.0, READINESS - (time.time_ns() - runs) / 1e9))
    bench.raw.call("POST", f"{API}/containers/{old}/stop?t={GRACE}")
    return (ended(bench, old, began) - began) / 1e6


def _raw_stop_first(bench):
    old = _raw_old(bench)
    began = time.time_ns()
    new = create(bench.raw, bench.name("raw"))
    bench.raw.call("POST", f"{API}/containers/{old}/stop?t={GRACE}")
    start(bench.raw, new)
    return (bench.started(began, 1, ids={new}) - began) / 1e6


def recovery(bench):
    """The agent is killed in the middle of a rollout: from its next start until the rollout is over, without what is watched."""
    samples = []
    with Agent(bench.engine, bench.dhow) as agent:
        client, name = agent.client(), bench.name("dies")
        agent.drop(version_file(name, 0), name)
        rollout = await_in_force(agent, client, name, None)
        client.close()
        for turn in range(max(3, bench.rounds // 2)):
            old = container_of(bench, name)
            bench.events.forget()
            began = agent.drop(version_file(name, turn + 1), name)
            bench.started(began, 1, label=("dev.dhow.service", {name}))
            agent.kill()
            began = time.time_ns()
            agent.start()
            samples.append((ended(bench, old, began) - began) / 1e6)
            client = agent.client()
            rollout = await_in_force(agent, client, name, rollout["started_at"])
            client.close()
            if rollout["outcome"] != "available":
                raise SystemExit(f"bench: a rollout ended {rollout['outcome']}: {rollout['cause']}")
        bench.clear(agent)
    bench.report.add("agent killed in a rollout: start → old one ended", "ms", samples)


def rollouts(bench, count=200):
    """Many rollouts in a row: none is lost, and nothing of the agent grows."""
    lost = 0
    with Agent(bench.engine, bench.dhow) as agent:
        client, name = agent.client(), bench.name("often")
        agent.drop(version_file(name, 0, readiness="50ms"), name)
        rollout = await_in_force(agent, client, name, None)
        for number in range(1, count + 1):
            agent.drop(version_file(name, number, readiness="50ms"), name)
            rollout = await_in_force(agent, client, name, rollout["started_at"])
            lost += rollout["outcome"] != "available"
            if number in (count // 4, count // 2, count):
                bench.report.add(f"after {number} rollouts", "MB RSS", [agent.rss_mb()])
                bench.report.add(f"after {number} rollouts", "open files", [len(os.listdir(f"/proc/{agent.process.pid}/fd"))])
        client.close()
        bench.clear(agent)
    bench.report.add(f"of {count} rollouts lost", "rollouts", [float(lost)])
