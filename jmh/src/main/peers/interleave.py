"""Times rpt4j's native engine and llama.cpp in turn, in several rounds, and prints the median of each figure.

Programs that run in turn meet the same machine: compare their medians with each other, not with those of another day.
Each program prints its figures as JSON. CPU seconds count waiting by spinning, too.

Usage: python3 interleave.py ROUNDS NAME=COMMAND NAME=COMMAND ...
"""

import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time


def figures(output):
    """Yields the name and the tokens per second of everything that a program measured."""
    start = output.find('{"title"')
    if start >= 0:  # benchmark --json of rpt4j
        report = json.loads(output[start:])
        print("#", report["title"], file=sys.stderr)
        for figure in report["figures"]:
            yield figure["name"], figure["tokensPerSecond"]
        return
    for line in output.splitlines():
        if not line.startswith("{"):
            continue
        row = json.loads(line)
        if "scoring" in row:  # score.cpp
            yield f"scoring, {row['scoring']}, candidates 0", row["tokens_per_second"]
        elif row["tg"] > 1:  # llama-batched-bench that decodes
            yield f"decode, {row['pl']} after {row['pp']}", row["speed_tg"]
        else:  # llama-batched-bench that reads a prompt
            yield f"prefill, {row['pp']}", row["speed_pp"]


def run(command):
    """Runs a command. Returns its output, the seconds that passed, and its CPU seconds."""
    with tempfile.TemporaryFile("w+") as out:
        start = time.monotonic()
        process = subprocess.Popen(shlex.split(command), stdout=out, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - start
        if status != 0:
            sys.exit(f"failed: {command}")
        out.seek(0)
        return out.read(), seconds, usage.ru_utime + usage.ru_stime


def main():
    if len(sys.argv) < 3 or not sys.argv[1].isdigit() or not all("=" in given for given in sys.argv[2:]):
        sys.exit(__doc__)
    commands = [given.split("=", 1) for given in sys.argv[2:]]
    found, cores = {}, {}
    for _ in range(int(sys.argv[1])):
        for name, command in commands:
            output, seconds, cpu = run(command)
            cores.setdefault(name, []).append(cpu / seconds)
            for figure, speed in figures(output):
                found.setdefault(figure, {}).setdefault(name, []).append(speed)
    names = list(dict.fromkeys(name for name, _ in commands))
    print("| tokens/s | " + " | ".join(names) + " |")
    print("|---" * (len(names) + 1) + "|")
    for figure, speeds in found.items():
        cells = [f"{statistics.median(speeds[name]):,.0f}" if name in speeds else "" for name in names]
        print(f"| {figure} | " + " | ".join(cells) + " |")
    print("| *busy cores* | " + " | ".join(f"{statistics.median(cores[name]):.2f}" for name in names) + " |")


main()
