#!/bin/sh
# One connection of HTTP/1.1 over stdin and stdout, for `nc -ll -e`: quick and slow answers, uploads, events, WebSockets.
cr=$(printf '\r')

answer() {
    printf 'HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s' "${#1}" "$1"
}

events() {
    printf 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n'
    for number in 1 2 3 4 5 6 7 8 9 10; do
        printf 'data: %d\n\n' "$number"
        sleep 0.2
    done
}

# RFC 6455 §4.2.2
accept() {
    printf '%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11' "$1" | sha1sum | head -c 40 | xxd -r -p | base64
}

while read -r _ path _; do
    length=0
    key=
    while IFS= read -r line && [ "$line" != "$cr" ]; do
        line=${line%"$cr"}
        case $line in
            [Cc]ontent-[Ll]ength:*) length=${line#*: } ;;
            [Ss]ec-[Ww]eb[Ss]ocket-[Kk]ey:*) key=${line#*: } ;;
        esac
    done
    case $path in
        /slow) sleep 2 && answer slow ;;
        /upload) answer "$(head -c "$length" | wc -c)" ;;
        /events) events && exit ;;
        /socket)
            printf 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
            printf 'Sec-WebSocket-Accept: %s\r\n\r\n' "$(accept "$key")"
            exec cat
            ;;
        *) answer ok ;;
    esac
done
