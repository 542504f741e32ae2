# shellcheck shell=bash
# What the scripts here share: messages, the search for a JDK 25, becoming root, Debian packages, asking an Engine.
# Source it: . "$(dirname "$0")/lib.sh"

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck disable=SC2034 # used by the scripts
root=$(dirname "$here")
name=$(basename "$0")

say() { printf '%s: %s\n' "$name" "$*"; }
warn() { printf '%s: %s\n' "$name" "$*" >&2; }
die() {
    warn "$*"
    exit 1
}

# is_jdk25 DIR: DIR holds a JDK (with a compiler) of version 25. Reads its release file, so that nothing is started.
is_jdk25() {
    [ -x "$1/bin/javac" ] && grep -qs '^JAVA_VERSION="25[".]' "$1/release"
}

# find_jdk25: prints the home of a JDK 25. The order is bin/dhow's: DHOW_JAVA_HOME, JAVA_HOME if it is 25, the usual places.
find_jdk25() {
    local dir java
    for dir in "${DHOW_JAVA_HOME:-}" "${JAVA_HOME:-}" "${JAVA25_HOME:-}" /usr/lib/jvm/*25* /usr/local/lib/jvm/*25* \
        /opt/java/*25* /opt/jdk*25* "${HOME:-/nonexistent}"/.sdkman/candidates/java/*25* "${HOME:-/nonexistent}"/.jdks/*25*; do
        if [ -n "$dir" ] && is_jdk25 "$dir"; then
            printf '%s\n' "$dir"
            return 0
        fi
    done
    java=$(command -v java) && java=$(readlink -f "$java") && is_jdk25 "${java%/bin/java}" && printf '%s\n' "${java%/bin/java}"
}

# need_jdk25: sets jdk25, and tells Maven's toolchain search where it is; ends the script where there is none.
need_jdk25() {
    jdk25=$(find_jdk25) || die "needs a JDK 25: install temurin-25-jdk (https://adoptium.net) or your system's openjdk-25-jdk, or set JAVA_HOME to one"
    export JAVA25_HOME=$jdk25
}

need_maven() {
    command -v mvn >/dev/null || die "needs Maven: apt-get install maven"
}

# need_root_or_sudo WHY: sets the array as_root to the words that make a command root's; ends the script where there are none.
need_root_or_sudo() {
    as_root=()
    [ "$(id -u)" = 0 ] && return
    command -v sudo >/dev/null || die "$1 needs root, and there is no sudo: run it as root"
    as_root=(sudo)
}

# apt_install PACKAGE…: installs them, asking nothing. Call need_root_or_sudo before.
apt_install() {
    command -v apt-get >/dev/null || die "there is no apt-get here; install what Debian calls: $*"
    local log
    log=$(mktemp)
    if ! { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" ||
        { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update &&
            "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; }; } \
        >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        die "could not install: $*"
    fi
    rm -f "$log"
}

# ask_engine SOCKET METHOD PATH [FILE [TYPE]]: one request over a Unix socket, FILE as its body; prints the answer's body.
# 0 for 2xx, 1 for another answer, 2 where nothing answers, 3 where this user may not open the socket.
ask_engine() {
    perl "$here/unix-http" "$@"
}
