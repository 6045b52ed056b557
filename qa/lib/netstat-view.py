"""Traffic for a picture: processes that talk over loopback, each at rates of its
own that change with time. netstat-view.py SECONDS"""
import math
import os
import socket
import sys
import threading
import time

LIFE = float(sys.argv[1])
STEP = 0.02
start = time.monotonic()


def name(text):
    with open("/proc/self/comm", "w") as comm:
        comm.write(text)


def serve(port, share):
    """Reads all that comes, and sends back a share of it."""
    def talk(conn):
        owed = 0.0
        while data := conn.recv(1 << 20):
            owed += len(data) * share
            conn.sendall(bytes(int(owed)))
            owed -= int(owed)
        conn.close()

    listener = socket.create_server(("127.0.0.1", port), backlog=100)
    while True:
        conn, _ = listener.accept()
        threading.Thread(target=talk, args=(conn,), daemon=True).start()


def send(port, rate, once):
    """Sends rate(seconds since the start) bytes a second: through one
    connection, or through a new one at each step."""
    def drain(conn):
        while conn.recv(1 << 20):
            pass

    conn = None
    last = time.monotonic()
    while time.monotonic() - start < LIFE:
        time.sleep(STEP)
        now = time.monotonic()
        amount = int(rate(now - start) * (now - last))
        last = now
        if conn is None:
            conn = socket.create_connection(("127.0.0.1", port))
            if not once:
                threading.Thread(target=drain, args=(conn,), daemon=True).start()
        conn.sendall(bytes(amount))
        if once:
            conn.shutdown(socket.SHUT_WR)
            drain(conn)
            conn.close()
            conn = None


MB = 1e6
servers = [("database", 5001, 0.6), ("store", 5002, 0.02), ("website", 5003, 3.0)]
clients = [
    ("worker", 5001, lambda t: 6 * MB * (1 + 0.5 * math.sin(t / 6)), False),
    ("report", 5001, lambda t: 9 * MB if t % 24 > 16 else 0.1 * MB, False),
    ("backup", 5002, lambda t: 16 * MB if 22 < t < 48 else 0.0, False),
    ("browser", 5003, lambda t: 2 * MB * (1 + math.sin(t / 4)), True),
]

children = []
for what, arguments in [(serve, s) for s in servers] + [(send, c) for c in clients]:
    child = os.fork()
    if child == 0:
        name(arguments[0])
        if what is send:
            time.sleep(0.5)
        what(*arguments[1:])
        os._exit(0)
    children.append(child)
for child in children[len(servers):]:
    os.waitpid(child, 0)
for child in children[:len(servers)]:
    os.kill(child, 9)
