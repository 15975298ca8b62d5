#!/usr/bin/env python3
"""A worker for Troupe with nothing but the standard library: NATS_URL=nats://127.0.0.1:4222 ./worker.py"""
import base64, hashlib, json, os, socket, threading, urllib.parse, uuid
def greet(job):  # what it returns is the step's output; what it raises fails the attempt, which is tried again
    return {"greeting": f"Hello {job['payload'].get('name', 'you')}, from Python"}

HANDLER, RUN, INBOX = "greet", greet, f"_INBOX.{uuid.uuid4()}"
CONSUMER = f"+=default={HANDLER}"  # of the agent "default"; shared by all who serve the handler
url = urllib.parse.urlparse(os.environ.get("NATS_URL", "nats://127.0.0.1:4222"))
nats = socket.create_connection((url.hostname, url.port or 4222))
lines, lock = nats.makefile("rb"), threading.Lock()

def publish(subject, body, reply=""):
    data = json.dumps(body).encode() if isinstance(body, dict) else body
    with lock: nats.sendall(f"PUB {subject} {reply} {len(data)}\r\n".encode() + data + b"\r\n")
def ask(subject, body):  # the answer, and where to acknowledge it
    publish(subject, body, INBOX)
    while words := lines.readline().decode().split():
        if words[0] == "-ERR": raise SystemExit(" ".join(words))
        if words[0] == "PING": nats.sendall(b"PONG\r\n")
        if words[0] == "MSG": return json.loads(lines.read(int(words[-1]) + 2).strip() or "null"), words[3]
    raise SystemExit("NATS closed the connection")
def fetch(job, inputs, data=b""):  # what is too large for a message is asked for in parts
    while len(data) < inputs["bytes"]:
        part, _ = ask(inputs["from"], {"token": job["token"], "offset": len(data)})
        data += base64.b64decode(part["data"])
    if hashlib.sha256(data).hexdigest() != inputs["sha256"]: raise ValueError("the inputs are not what the job says")
    job.update(json.loads(data))
def beat(job, ack, done):  # at once and every 10 s: silent for longer, this worker would be taken for dead
    publish(job["outcomeTo"], {"token": job["token"], "status": "heartbeat"}), publish(ack, b"+WPI")
    if not done.wait(10): beat(job, ack, done)

nats.sendall(f'CONNECT {{"verbose":false}}\r\nSUB {INBOX} 1\r\n'.encode())
rules = {"durable_name": CONSUMER, "filter_subject": f"troupe.jobs.*.default.{HANDLER}", "ack_policy": "explicit",
         "ack_wait": 25 * 10**9, "max_deliver": -1, "max_ack_pending": -1}
made, _ = ask(f"$JS.API.CONSUMER.DURABLE.CREATE.TROUPE_JOBS.{CONSUMER}", {"stream_name": "TROUPE_JOBS", "config": rules})
if "error" in made: raise SystemExit(made["error"]["description"])
print(f"serving {HANDLER}", flush=True)
while True:
    job, ack = ask(f"$JS.API.CONSUMER.MSG.NEXT.TROUPE_JOBS.{CONSUMER}", {"batch": 1, "expires": 20 * 10**9})
    if job is None: continue  # none came within 20 s
    threading.Thread(target=beat, args=(job, ack, done := threading.Event()), daemon=True).start()
    try:
        if "inputs" in job: fetch(job, job["inputs"])
        said = {"status": "complete", "output": RUN(job)}
    except Exception as e: said = {"status": "failed", "error": {"name": type(e).__name__, "message": str(e)}}
    done.set(), ask(job["outcomeTo"], {"token": job["token"], **said}), publish(ack, b"+ACK")  # kept first, then done
