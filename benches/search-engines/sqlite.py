#!/usr/bin/env python3
"""Measure SQLite FTS5: sqlite.py DOCUMENTS FILE PAGE_SIZE ranked|first [QUERY...]; prints one JSON object.

A contentless FTS5 table beside a plain table of what is shown. Each query runs in a new process with a cold cache under
strace, which counts the pages read from the file: what a browser would fetch with range requests, without read-ahead.
`ranked` takes the best 10 by bm25, which reads the length of every match; `first` takes the first 10 by row.
"""

import json
import os
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time

SELECT = """SELECT shown.name, shown.server FROM tool JOIN shown ON shown.id = tool.rowid
    WHERE tool MATCH ? ORDER BY {} LIMIT 10"""
ORDER = {"ranked": "tool.rank", "first": "tool.rowid"}


def build(documents, file, page_size):
    database = sqlite3.connect(file)
    database.executescript(f"""
        PRAGMA page_size = {page_size}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
        CREATE TABLE shown(id INTEGER PRIMARY KEY, name, server);
        CREATE VIRTUAL TABLE tool USING fts5(words, title, server, description, content = '', tokenize = 'unicode61');
    """)
    with open(documents, encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            d = json.loads(line)
            database.execute("INSERT INTO shown VALUES (?, ?, ?)", (number, d["name"], d["serverName"]))
            row = (number, d["words"], d["title"], d["server"], d["description"])
            database.execute("INSERT INTO tool(rowid, words, title, server, description) VALUES (?, ?, ?, ?, ?)", row)
    database.execute("INSERT INTO tool(tool) VALUES ('optimize')")
    database.commit()
    database.execute("VACUUM")
    database.close()


def query(file, order, text):
    """One query, in this process; its time and number of rows on standard output."""
    database = sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)
    database.execute("PRAGMA cache_size = -1000000")
    started = time.perf_counter()
    rows = database.execute(SELECT.format(ORDER[order]), [" ".join(f"{word}*" for word in text.split())]).fetchall()
    print(json.dumps({"ms": (time.perf_counter() - started) * 1000, "found": len(rows)}))


def traced(file, order, text):
    with tempfile.NamedTemporaryFile("r", suffix=".trace") as trace:
        command = [sys.executable, __file__, "query", file, order, text]
        strace = ["strace", "-f", "-y", "-s", "0", "-e", "trace=pread64", "-o", trace.name]
        output = subprocess.run(strace + command, check=True, stdout=subprocess.PIPE).stdout
        read = re.compile(rf"pread64\(\d+<{re.escape(os.path.realpath(file))}>.* = (\d+)$")
        sizes = [int(found[1]) for found in map(read.search, trace) if found]
    return {**json.loads(output), "bytes": sum(sizes), "reads": len(sizes)}


def main():
    documents, file, page_size, order, *queries = sys.argv[1:]
    result = {"files": 1}
    if not os.path.exists(file):
        started = time.perf_counter()
        build(documents, file + ".part", int(page_size))
        os.rename(file + ".part", file)
        result["seconds"] = time.perf_counter() - started
        result["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    result["size"] = os.path.getsize(file)
    result["queries"] = {text: traced(file, order, text) for text in queries}
    print(json.dumps(result))


if sys.argv[1:2] == ["query"]:
    query(*sys.argv[2:])
else:
    main()
