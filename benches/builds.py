#!/usr/bin/env python3
"""How long builds take: cold, with nothing changed, with one record changed, and a bare writer of the same files.

    cargo build --release && benches/builds.py [--tools 10000,100000] [--work FOLDER]

Each run writes to a fresh folder, and all are removed at the end: on ext4, creating files soon after a large removal
is slow. The bare writer (benches/bare_writer.rs) writes files of the same paths and sizes from two threads, as the
build does, with nothing to think about. The ratio is that of the cold build to it, taken in the same run.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "target/release/policypress"


def measured(command):
    """Wall seconds, processor seconds, the most memory in MiB, and what was said."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, said
    return time.perf_counter() - begun, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", default="10000,100000")
    parser.add_argument("--work", default=tempfile.gettempdir())
    arguments = parser.parse_args()
    subprocess.run(["cargo", "bench", "-q", "--bench", "bare_writer", "--no-run"], cwd=ROOT, check=True)
    work = Path(tempfile.mkdtemp(dir=arguments.work))
    print("| tools | files, MB | cold | processor | memory | bare writer | ratio | nothing changed | one record changed |")
    print("|---|---|---|---|---|---|---|---|---|")
    try:
        for tools in arguments.tools.split(","):
            catalogue = work / f"{tools}.jsonl"
            with open(catalogue, "w") as out:
                subprocess.run(["python3", ROOT / "benches/generate.py", tools], stdout=out, check=True)
            site, built = work / f"site-{tools}", work / f"built-{tools}"
            site.mkdir()
            (site / "site.toml").write_text('title = "Bench"\nbase_url = "https://example.org/"\n')
            build = [PROGRAM, "build", "--jobs", "2", "--root", site, "--catalogue", catalogue, "--out", built]
            wall, processor, memory, said = measured(build)
            files, size = re.search(r"pages, ([\d,]+) files, ([\d.]+ \w+)", said).groups()
            bare = ["cargo", "bench", "-q", "--bench", "bare_writer", "--", built, work / f"bare-{tools}", "2"]
            bare_wall = float(re.search(r"([\d.]+) s", measured(bare)[3])[1])
            unchanged = measured(build)[0]
            lines = catalogue.read_text().splitlines()
            record = json.loads(lines[len(lines) // 3])
            record["tools"][0]["description"] = "Changed."
            lines[len(lines) // 3] = json.dumps(record)
            catalogue.write_text("\n".join(lines) + "\n")
            changed, _, _, said = measured(build)
            count = re.search(r"([\d,]+) changed", said)[1]
            print(
                f"| {int(tools):,} | {files}, {size} | {wall:.1f} s | {processor:.1f} s | {memory:.0f} MiB | "
                f"{bare_wall:.1f} s | {wall / bare_wall:.1f} | {unchanged:.1f} s | {changed:.1f} s, {count} files |",
                flush=True,
            )
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
