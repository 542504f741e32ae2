"""The proxies beside ours, from Debian, each with two threads or workers, no access log, before one backend."""
import os
import shutil
import signal
import subprocess
import tempfile
import time

from engine import Accounting

PORTS = {"nginx": (8102, 8202), "haproxy": (8103, 8203), "caddy": (8104, 8204)}

NGINX = """worker_processes 2;
daemon off;
error_log {folder}/nginx.log;
pid {folder}/nginx.pid;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/temp; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    upstream app {{ server {backend}; keepalive 128; keepalive_requests 100000000; }}
    server {{
        listen 127.0.0.1:{plain};
        listen 127.0.0.1:{tls} ssl;
        keepalive_requests 100000000;
        ssl_certificate {certificate}; ssl_certificate_key {key};
        ssl_protocols TLSv1.2 TLSv1.3;
        location / {{ proxy_pass http://app; proxy_http_version 1.1; proxy_set_header Connection ""; }}
    }}
}}
"""

HAPROXY = """global
    nbthread 2
    maxconn 8192
defaults
    mode http
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    http-reuse always
frontend all
    bind 127.0.0.1:{plain}
    bind 127.0.0.1:{tls} ssl crt {pair} ssl-min-ver TLSv1.2
    default_backend app
backend app
    server one {backend} maxconn 4096
"""

CADDY = """{{
    admin off
    auto_https off
    servers {{
        protocols h1 h2
    }}
}}
http://127.0.0.1:{plain} {{
    reverse_proxy {backend}
}}
https://127.0.0.1:{tls}, https://localhost:{tls} {{
    tls {certificate} {key}
    reverse_proxy {backend}
}}
"""


class Peers:
    """`with Peers(engine, backend, pair) as peers:` has all of them listening in the Engine's network namespace."""

    def __init__(self, engine, backend, pair):
        self.engine = engine
        self.folder = tempfile.mkdtemp(prefix="dhow-bench-peers-")
        os.chmod(self.folder, 0o755)
        self.values = {"folder": self.folder, "backend": backend, **pair}
        self.processes = {}
        self.cpu = {}

    def __enter__(self):
        try:
            self._start("nginx", NGINX, lambda file: ["nginx", "-c", file, "-e", f"{self.folder}/nginx.log"])
            self._start("haproxy", HAPROXY, lambda file: ["haproxy", "-db", "-f", file])
            self._start("caddy", CADDY, lambda file: ["caddy", "run", "--adapter", "caddyfile", "--config", file])
            for plain, tls in PORTS.values():
                await_port(self.engine, plain)
                await_port(self.engine, tls)
        except BaseException:
            self.__exit__()
            raise
        return self

    def _start(self, name, text, command):
        plain, tls = PORTS[name]
        file = f"{self.folder}/{name}.conf"
        with open(file, "w") as written:
            written.write(text.format(plain=plain, tls=tls, **self.values))
        self.cpu[name] = Accounting(f"dhow-bench-{name}-{os.getpid()}")
        with open(f"{self.folder}/{name}.out", "wb") as log:
            environment = {**os.environ, "GOMAXPROCS": "2", "HOME": self.folder, "XDG_DATA_HOME": self.folder, "XDG_CONFIG_HOME": self.folder}
            self.processes[name] = subprocess.Popen(self.engine.inside(command(file)), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                                    env=environment, start_new_session=True, preexec_fn=self.cpu[name].enter)
        self.cpu[name].watch(self.processes[name].pid)

    def rss_mb(self, name):
        return rss_mb(self.processes[name].pid)

    def __exit__(self, *_):
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
        for cpu in self.cpu.values():
            cpu.remove()
        shutil.rmtree(self.folder, ignore_errors=True)


def pair(folder):
    """A certificate for localhost and its key (ECDSA P-256), and both in one file."""
    names = {"certificate": f"{folder}/cert.pem", "key": f"{folder}/key.pem", "pair": f"{folder}/pair.pem"}
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                    "-keyout", names["key"], "-out", names["certificate"]], check=True, stderr=subprocess.DEVNULL)
    with open(names["pair"], "w") as both:
        for part in (names["certificate"], names["key"]):
            with open(part) as file:
                both.write(file.read())
    return names


def await_port(engine, port, seconds=30):
    """Until somebody listens there."""
    deadline = time.monotonic() + seconds
    while subprocess.run(engine.inside(["bash", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{port}"]), stderr=subprocess.DEVNULL).returncode != 0:
        if time.monotonic() > deadline:
            raise SystemExit(f"bench: nobody listens on port {port}")
        time.sleep(0.1)


def rss_mb(root):
    """Of a process and its descendants, each page of a shared one once (PSS)."""
    children = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat") as file:
                    children.setdefault(int(file.read().rsplit(")", 1)[1].split()[1]), []).append(int(entry))
            except OSError:
                continue
    total, todo = 0, [root]
    while todo:
        pid = todo.pop()
        todo += children.get(pid, [])
        try:
            with open(f"/proc/{pid}/smaps_rollup") as file:
                total += next(int(line.split()[1]) for line in file if line.startswith("Pss:"))
        except OSError:
            continue
    return total / 1024
