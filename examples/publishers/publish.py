#!/usr/bin/env python3
"""Publishes a task with nothing but the standard library: NATS_URL=nats://127.0.0.1:4222 ./publish.py NAME [PAYLOAD]"""
import json, os, socket, sys, urllib.parse, uuid

name, payload = sys.argv[1], json.loads(sys.argv[2] if len(sys.argv) > 2 else "{}")
url = urllib.parse.urlparse(os.environ.get("NATS_URL", "nats://127.0.0.1:4222"))
body = json.dumps({"name": name, "payload": payload}).encode()
# The same id again is the same task: choose one that your own record of the work has.
head = f"NATS/1.0\r\nNats-Msg-Id: {os.environ.get('MESSAGE_ID', uuid.uuid4())}\r\n\r\n".encode()
inbox = f"_INBOX.{uuid.uuid4().hex}"

nats = socket.create_connection((url.hostname, url.port or 4222))
lines = nats.makefile("rb")
nats.sendall(b'CONNECT {"verbose":false,"headers":true,"no_responders":true}\r\n' + f"SUB {inbox} 1\r\n".encode())
nats.sendall(f"HPUB troupe.submit.default {inbox} {len(head)} {len(head) + len(body)}\r\n".encode() + head + body + b"\r\n")
while words := lines.readline().decode().split():
    if words[0] == "PING": nats.sendall(b"PONG\r\n")
    if words[0] == "-ERR": sys.exit(" ".join(words))
    if words[0] == "HMSG": sys.exit("no stream keeps it: start troupe once, which makes the stream")
    if words[0] == "MSG":  # the stream's word that it is kept, or why not
        answer = lines.read(int(words[-1])).decode()
        print(answer)
        sys.exit(1 if "error" in json.loads(answer) else 0)
