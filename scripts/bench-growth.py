"""Measures a site with a log of so many events, and prints a line of JSON.

    python3 scripts/bench-growth.py EVENTS FOLDER       founds FOLDER/EVENTS with `sharectl bench fill` unless it is there
    python3 scripts/bench-growth.py --table FILE        the newest line of each size as a table

Everything goes through the executables on the PATH, as users meet them. Every daemon runs on a free port of its own and is ended by its process id.
"""

import json
import os
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 3
APPENDED = int(os.environ.get("APPENDED", "10000"))
QUESTIONS = int(os.environ.get("QUESTIONS", "1000"))
CONNECTIONS = 32
PATIENCE_SECONDS = 3600


def sharectl(*words):
    """Runs the command, and returns its JSON and how long it took."""
    start = time.perf_counter()
    result = subprocess.run(["sharectl", *map(str, words), "--format", "json"], stdout=subprocess.PIPE, text=True)
    if result.returncode != 0:
        sys.exit(f"sharectl {words[0]} ended with {result.returncode}, so nothing was measured")
    return json.loads(result.stdout), time.perf_counter() - start


class Daemon:
    """A sharingd on a folder, from its start to its end."""

    running = []

    def __init__(self, site):
        self.log = site.parent / "sharingd.log"
        start = time.perf_counter()
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(["sharingd", "--data", site, "--listen", "127.0.0.1:0"], stderr=log)
        Daemon.running.append(self.process)
        self.port = self.wait()
        self.start_seconds = time.perf_counter() - start

    def wait(self):
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            for line in self.log.read_text().splitlines():
                if '"listening"' in line:
                    told = json.loads(line)
                    self.size = int(told["size"])
                    return int(told["address"].rsplit(":", 1)[1])
            if self.process.poll() is not None:
                break
            time.sleep(0.005)
        sys.exit("the daemon did not start: " + self.log.read_text()[-500:])

    def options(self, site):
        return ["--server", f"http://127.0.0.1:{self.port}", "--key", site.parent / "agency.jwk", "--as", "ods:BENCH"]

    def memory(self):
        lines = dict(line.split(":", 1) for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines())
        return {name: int(lines[key].split()[0]) * 1024 for name, key in (("resident", "VmRSS"), ("peak", "VmHWM"))}

    def end(self, with_signal=signal.SIGTERM):
        start = time.perf_counter()
        self.process.send_signal(with_signal)
        self.process.wait()
        Daemon.running.remove(self.process)
        return time.perf_counter() - start


def append(daemon, site):
    return sharectl("bench", "ingest", "--events", APPENDED, "--connections", CONNECTIONS, *daemon.options(site))[0]


def start_up(site):
    """How long a daemon takes until it listens, after its predecessor ended as it was told, and how many events it has."""
    seconds = []
    for _ in range(RUNS):
        daemon = Daemon(site)
        seconds.append(daemon.start_seconds)
        daemon.end()
    return statistics.median(seconds), daemon.size


def start_up_after_kill(site):
    """The same after its predecessor was killed right after it had answered the last of many events."""
    daemon = Daemon(site)
    append(daemon, site)
    daemon.end(signal.SIGKILL)
    daemon = Daemon(site)
    daemon.end()
    return daemon.start_seconds


def disk(site, events):
    files = {}
    for file in site.rglob("*"):
        if file.is_file() and ".sqlite" in file.name:
            name = file.name.split(".sqlite")[0] + ".sqlite"
            files[name] = files.get(name, 0) + file.stat().st_size
    return {"bytes": files, "bytesPerEvent": {name: size / events for name, size in files.items()}}


def measure(events, folder):
    folder.mkdir(parents=True, exist_ok=True)
    site = folder / "site"
    result = {"events": events, "taken": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "cores": os.cpu_count(),
              "load": os.getloadavg()[0]}

    def say(what):
        print(f"{events} events: {what}", file=sys.stderr)

    if not site.exists():
        say("filling")
        result["fill"], _ = sharectl("bench", "fill", "--events", events, "--data", site, "--agency-key", folder / "agency.jwk")
    say("starting")
    result["startSeconds"], size = start_up(site)
    result["disk"] = disk(site, size)
    say("appending")
    daemon = Daemon(site)
    appends = [append(daemon, site) for _ in range(RUNS)]
    result["append"] = {
        "eventsPerSecond": statistics.median(one["eventsPerSecond"] for one in appends),
        "p50": statistics.median(one["latencyMilliseconds"]["p50"] for one in appends),
        "p99": statistics.median(one["latencyMilliseconds"]["p99"] for one in appends),
        "ofBareEd25519": statistics.median(one["ratio"] for one in appends),
    }
    say("asking")
    result["reads"] = sharectl("bench", "read", "--events", events, "--questions", QUESTIONS, *daemon.options(site))[0]["kinds"]
    result["memory"] = daemon.memory()
    result["endSeconds"] = daemon.end()
    say("starting after a kill")
    result["startAfterKillSeconds"] = start_up_after_kill(site)
    say("replaying")
    replayed, seconds = sharectl("replay", "--data", site)
    result["replay"] = {"seconds": seconds, "eventsPerSecond": replayed["entries"] / seconds, "peak": replayed.get("residentBytesPeak")}
    say("verifying")
    verified, seconds = sharectl("log", "verify", "--data", site)
    result["verify"] = {"seconds": seconds, "eventsPerSecond": verified["bodies"] / seconds, "peak": verified.get("residentBytesPeak")}
    return result


def newest(path):
    """The newest line of each size, the smallest first."""
    lines = [json.loads(line) for line in Path(path).read_text().splitlines()]
    return [line for _, line in sorted({line["events"]: line for line in lines}.items())]


def rows(line):
    yield "append, events/s", f"{line['append']['eventsPerSecond']:.0f}"
    yield "append, of bare Ed25519 of a core", f"{line['append']['ofBareEd25519']:.2f}"
    yield "append, p50 / p99 ms", f"{line['append']['p50']:.1f} / {line['append']['p99']:.1f}"
    for name, figures in line["reads"].items():
        yield f"{name}, p50 / p99 ms", f"{figures['p50']:.2f} / {figures['p99']:.2f}"
    yield "start, s", f"{line['startSeconds']:.2f}"
    yield "start after a kill, s", f"{line['startAfterKillSeconds']:.2f}"
    yield "replay, events/s", f"{line['replay']['eventsPerSecond']:.0f}"
    yield "log verify, events/s", f"{line['verify']['eventsPerSecond']:.0f}"
    yield "memory under load, MB", f"{line['memory']['peak'] / 1e6:.0f}"
    for name, size in sorted(line["disk"]["bytesPerEvent"].items()):
        if size >= 1:
            yield f"{name}, bytes/event", f"{size:.0f}"


def table(path):
    lines = newest(path)
    columns = [dict(rows(line)) for line in lines]
    names = list(dict.fromkeys(name for column in columns for name in column))
    print("| | " + " | ".join(f"{line['events']:,}" for line in lines) + " |")
    print("| --- |" + " --- |" * len(lines))
    for name in names:
        print(f"| {name} | " + " | ".join(column.get(name, "") for column in columns) + " |")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: bench-growth.py EVENTS FOLDER | --table FILE")
    if sys.argv[1] == "--table":
        table(sys.argv[2])
    else:
        try:
            print(json.dumps(measure(int(sys.argv[1]), Path(sys.argv[2]) / sys.argv[1])))
        finally:
            for process in Daemon.running:
                process.terminate()
                process.wait()
