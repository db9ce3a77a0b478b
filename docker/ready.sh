#!/bin/bash
# Whether an HTTP server in this container answers 200: ready.sh PORT [PATH]. Needs nothing but bash.
exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
printf 'GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' "${2:-/q/health/ready}" >&3
read -r -t 2 _ status _ <&3 && [ "$status" = 200 ]
