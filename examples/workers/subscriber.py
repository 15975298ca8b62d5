#!/usr/bin/env python3
"""The least a worker for Troupe can be, a plain queue subscriber: NATS_URL=nats://127.0.0.1:4222 ./subscriber.py"""
import json, os, socket, urllib.parse
def greet(job):  # what it returns is the step's output; what it raises fails the attempt, which is tried again
    return {"greeting": f"Hello {job['payload'].get('name', 'you')}, from a subscriber"}

url = urllib.parse.urlparse(os.environ.get("NATS_URL", "nats://127.0.0.1:4222"))
nats = socket.create_connection((url.hostname, url.port or 4222))
lines = nats.makefile("rb")
def say(job, **said):
    data = json.dumps({"token": job["token"], **said}).encode()
    nats.sendall(f"PUB {job['outcomeTo']} {len(data)}\r\n".encode() + data + b"\r\n")

nats.sendall(b'CONNECT {"verbose":false}\r\nSUB troupe.jobs.*.default.greet workers 1\r\nPING\r\n')
while words := lines.readline().decode().split():
    if words[0] == "-ERR": raise SystemExit(" ".join(words))
    if words[0] == "PING": nats.sendall(b"PONG\r\n")
    if words[0] == "PONG": print("serving greet", flush=True)
    if words[0] != "MSG": continue
    say(job := json.loads(lines.read(int(words[-1]) + 2)), status="heartbeat")  # again every 10 s of longer work
    try: say(job, status="complete", output=greet(job))
    except Exception as e: say(job, status="failed", error={"name": type(e).__name__, "message": str(e)})
