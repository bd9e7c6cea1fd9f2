"""What a hook costs an agent, beside other commands, for docs/performance.md:

    cargo build --release && python3 tests/benches/hooks.py target/release/backlog
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 60
PROGRAM = os.path.abspath(sys.argv[1])
EVENT = json.dumps({"session_id": "chat", "hook_event_name": "PostToolUse"}).encode()
COMMANDS = {
    "version": None,
    "task list --mine": None,
    "hook activity": EVENT,
    "hook session-start": EVENT,
}


def main():
    with tempfile.TemporaryDirectory() as home:
        run_dir = os.path.join(home, "run")
        os.mkdir(run_dir, mode=0o700)
        environment = {
            "HOME": home,
            "XDG_RUNTIME_DIR": run_dir,
            "PATH": os.environ["PATH"],
            "USER": "alice",
        }

        def run(*words, stdin=b""):
            command = [PROGRAM, *words]
            subprocess.run(command, cwd=home, env=environment, check=True, input=stdin, stdout=subprocess.DEVNULL)

        run("init")
        run("project", "add", "--alias", "app")
        for number in range(20):
            run("task", "add", "-t", f"Task {number}")
        run("task", "claim", "--session", "chat")
        times = {command: [] for command in COMMANDS}
        # In turn, so that whatever else the machine does meets all of them.
        for _ in range(ROUNDS):
            for command, stdin in COMMANDS.items():
                began = time.perf_counter()
                run(*command.split(), stdin=stdin or b"")
                times[command].append((time.perf_counter() - began) * 1000)
        run("daemon", "stop")
    floor = statistics.median(times["version"])
    for command, all_times in times.items():
        median = statistics.median(all_times)
        most = sorted(all_times)[int(len(all_times) * 0.95)]
        print(f"{command:20} {median:4.1f} ms, 95 of 100 within {most:4.1f} ms, {median / floor:.1f} of version")


main()
