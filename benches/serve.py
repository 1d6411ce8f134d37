#!/usr/bin/env python3
"""How soon the preview shows pages and changes, on catalogues of several sizes.

    cargo build --release && benches/serve.py [--tools 10000,100000,515000]

For each size it generates a catalogue, starts `policypress serve`, and prints one line of a table:

- first page: from the start of the process to the last byte of the home page;
- next pages: 300 pages of the sitemap, one after the other; the median and the slowest;
- record, template: from the moment a file is saved to the last byte of the page that shows it, five times, the slowest;
- memory: the most that the process held; once after all that, once after the search index was made as well.

The catalogue is a folder with a file for each server, and for the last line one .jsonl file.
"""

import argparse
import http.client
import json
import os
import random
import re
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "target/release/policypress"


class Preview:
    def __init__(self, site, catalogue):
        self.begun = time.perf_counter()
        command = [PROGRAM, "serve", "--root", site, "--catalogue", catalogue, "--port", "0", "--format", "json", "-q"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        self.port = json.loads(self.process.stdout.readline())["result"]["port"]

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        assert answer.status == 200, (path, answer.status)
        return body

    def listen(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request("GET", "/__policypress/events?page=/")
        answer = connection.getresponse()
        heard(answer)
        return connection, answer

    def most_memory(self):
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def heard(answer):
    while not answer.fp.readline().startswith(b"data:"):
        pass


def timed(work):
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def edit(preview, path, text, page, word):
    """From the moment a file takes the place of another to the last byte of the page that shows it."""
    connection, answer = preview.listen()
    new = path.with_name(f".{path.name}")
    new.write_text(text)

    def until_shown():
        new.rename(path)
        heard(answer)
        assert word in preview.get(page), (page, word)

    seconds = timed(until_shown)
    connection.close()
    return seconds


def measure(tools, work, as_file):
    lines = (work / f"{tools}.jsonl").read_text().splitlines()
    at = len(lines) // 3
    record = json.loads(lines[at])
    site = work / "site"
    (site / "templates").mkdir(parents=True, exist_ok=True)
    (site / "site.toml").write_text('title = "Bench"\nbase_url = "https://example.org/"\n')
    (site / "templates/home.html").unlink(missing_ok=True)
    catalogue = work / f"{tools}.jsonl" if as_file else work / f"folder-{tools}"
    if not as_file:
        for number, line in enumerate(lines):
            path = catalogue / str(number // 1000) / f"{number}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(line)

    def edit_record(word):
        record["tools"][0]["description"] = f"Says {word}."
        lines[at] = json.dumps(record)
        if as_file:
            return edit(preview, catalogue, "\n".join(lines) + "\n", server, word)
        return edit(preview, catalogue / str(at // 1000) / f"{at}.json", lines[at], server, word)

    def edit_template(word):
        text = '{% extends "base.html" %}{% block content %}' + word + "{% endblock %}"
        return edit(preview, site / "templates/home.html", text, "/", word)

    os.sync()
    preview = Preview(site, catalogue)
    preview.get("/")
    first = time.perf_counter() - preview.begun
    addresses = re.findall("<loc>https://example.org([^<]*)</loc>", preview.get("/sitemaps/0.xml"))
    sample = random.Random(1).sample(addresses, 300)
    pages = sorted(timed(lambda: preview.get(address)) for address in sample)
    server = f"/tools/{re.sub('[^a-z0-9.]+', '-', record['server']['name'].lower())}/"
    records = [edit_record(f"word-{turn}") for turn in range(5)]
    templates = [edit_template(f"word-{turn}") for turn in range(5)]
    before = preview.most_memory()
    connection = http.client.HTTPConnection("127.0.0.1", preview.port)
    connection.request("GET", "/search/words.bin")
    index = timed(lambda: connection.getresponse().read())
    after = preview.most_memory()
    preview.process.terminate()
    preview.process.wait()
    kind = "one .jsonl file" if as_file else "a folder"
    print(
        f"| {tools:,} | {kind} | {first:.2f} s | {pages[150] * 1000:.1f} ms, {pages[-1] * 1000:.0f} ms | "
        f"{max(records) * 1000:.0f} ms | {max(templates) * 1000:.0f} ms | {before:.0f} MiB | {index:.1f} s, {after:.0f} MiB |",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", default="10000,100000,515000")
    sizes = [int(size) for size in parser.parse_args().tools.split(",")]
    print("| tools | catalogue | first page | next pages: median, slowest | record | template | memory | index |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for tools in sizes:
            with open(work / f"{tools}.jsonl", "w") as out:
                subprocess.run(["python3", ROOT / "benches/generate.py", str(tools)], stdout=out, check=True)
            measure(tools, work, as_file=False)
        measure(sizes[-1], work, as_file=True)


if __name__ == "__main__":
    main()
