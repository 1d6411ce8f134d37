#!/usr/bin/env python3
"""How many files of a published site one more tool changes, on a catalogue of one's own.

    cargo build --release && benches/added_tools.py CATALOGUE

CATALOGUE is a folder of records or a .jsonl file. Some tools, chosen by a fixed seed among servers with several, are each
left out, and the site is built without and with it. Printed are the files that differ, by kinds, on average; the manifest,
which need not be published, is not counted.
"""

import argparse
import collections
import json
import random
import re
import statistics
import subprocess
import tempfile
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent.parent / "target/release/policypress"
KINDS = {
    r"search/words/.*": "word files of the search index",
    r"search/tools/.*": "tool files of the search index",
    r"tools/[^/]+/[^/]+/index.html": "pages of tools",
    r"(categories|risk|servers|tools)/.*": "listings and pages of servers",
    r"policies/.*": "policies of a server",
    r"attacks/.*": "pages of attacks",
}


def read(catalogue):
    if catalogue.is_dir():
        return [json.loads(path.read_text()) for path in sorted(catalogue.glob("*.json"))]
    return [json.loads(line) for line in catalogue.read_text().splitlines() if line]


def stamps(folder):
    """What moves when a file is written."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != ".policypress-manifest")
    return {str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns) for path in files}


def kind(path):
    return next((name for pattern, name in KINDS.items() if re.fullmatch(pattern, path)), "others")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalogue", type=Path, metavar="CATALOGUE")
    parser.add_argument("--tools", type=int, default=60, help="how many tools are tried")
    parser.add_argument("--program", type=Path, default=PROGRAM, help="which policypress")
    arguments = parser.parse_args()
    if not arguments.catalogue.exists():
        parser.error(f"{arguments.catalogue} is not there")
    program = arguments.program.resolve()
    records = read(arguments.catalogue)
    places = [(server, tool) for server, record in enumerate(records) if len(record.get("tools", [])) > 1
              for tool in range(len(record["tools"]))]
    counts, kinds = [], collections.Counter()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        (work / "site.toml").write_text('title = "Bench"\nbase_url = "https://example.org/"\n')

        def build(records):
            (work / "catalogue.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
            subprocess.run([program, "build", "-q", "--catalogue", "catalogue.jsonl"], cwd=work, check=True)
            return stamps(work / "public")

        build(records)
        for server, tool in random.Random(7).sample(places, min(arguments.tools, len(places))):
            less = {**records[server], "tools": [other for at, other in enumerate(records[server]["tools"]) if at != tool]}
            before = build([*records[:server], less, *records[server + 1:]])
            after = build(records)
            changed = [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)]
            counts.append(len(changed))
            kinds.update(map(kind, changed))
    few = sum(count <= 20 for count in counts)
    print(f"{len(counts)} tools: median {statistics.median(counts):.0f} files, mean {statistics.mean(counts):.1f}, "
          f"most {max(counts)}; {few} of them at most 20")
    for name, total in kinds.most_common():
        print(f"{total / len(counts):5.1f} {name}")


main()
