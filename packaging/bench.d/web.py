"""Images that answer HTTP, made of what is installed here: nginx as a fast backend, busybox as a slow starter."""
import os
import re
import shutil
import subprocess
import tempfile

from engine import import_folder

FAST = "dhow-bench-web:1"
SLOW = "dhow-bench-slow:1"

BACKEND = """worker_processes 1;
daemon off;
error_log stderr;
pid /tmp/nginx.pid;
events { worker_connections 8192; }
http {
    access_log off;
    keepalive_requests 100000000;
    keepalive_timeout 600s;
    open_file_cache max=100;
    sendfile on;
    server {
        listen 80;
        root /www;
        location = /up { return 200 "ok"; }
    }
}
"""


def import_fast(engine):
    """nginx with the libraries that it names, and bodies of 1 KB, 100 KB and 10 MB."""
    folder = tempfile.mkdtemp(prefix="dhow-bench-web-")
    try:
        nginx = shutil.which("nginx")
        libraries = subprocess.run(["ldd", nginx], check=True, stdout=subprocess.PIPE, text=True).stdout
        for file in [nginx, *re.findall(r"(/\S+) \(0x", libraries)]:
            place = f"{folder}{file}"
            os.makedirs(os.path.dirname(place), exist_ok=True)
            shutil.copy(os.path.realpath(file), place)
        for name in ("www", "tmp", "etc", "var/log/nginx", "var/lib/nginx"):
            os.makedirs(f"{folder}/{name}", exist_ok=True)
        for name, size in (("1k", 1_000), ("100k", 100_000), ("10m", 10_000_000)):
            with open(f"{folder}/www/{name}", "wb") as file:
                file.write(os.urandom(size))
        _write(f"{folder}/etc/nginx.conf", BACKEND)
        _write(f"{folder}/etc/passwd", "root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n")
        _write(f"{folder}/etc/group", "root:x:0:\nnogroup:x:65534:\n")
        import_folder(engine, folder, FAST, f'CMD ["{nginx}", "-c", "/etc/nginx.conf", "-g", "user nobody nogroup;"]', "EXPOSE 80")
    finally:
        shutil.rmtree(folder)


def import_slow(engine):
    """A server that can answer 400 ms after its start, with the number of its version."""
    folder = tempfile.mkdtemp(prefix="dhow-bench-slow-")
    try:
        for name in ("bin", "www"):
            os.makedirs(f"{folder}/{name}")
        shutil.copy(next(path for path in ("/bin/busybox", "/usr/bin/busybox") if os.path.exists(path)), f"{folder}/bin/busybox")
        for applet in ("sh", "sleep", "httpd", "echo"):
            os.symlink("busybox", f"{folder}/bin/{applet}")
        _write(f"{folder}/www/up", "ok\n")
        line = "echo $VERSION > /www/version; sleep 0.4; exec httpd -f -p 80 -h /www"
        import_folder(engine, folder, SLOW, f'CMD ["/bin/sh", "-c", "{line}"]', "EXPOSE 80", "ENV PATH=/bin")
    finally:
        shutil.rmtree(folder)


def _write(path, text):
    with open(path, "w") as file:
        file.write(text)
