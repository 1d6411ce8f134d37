#!/usr/bin/env python3
"""Turn a catalogue (JSON Lines on standard input) into what every engine indexes: one flat document a tool.

Names are also split into words, at punctuation and at a change of case, so that no engine gains by its tokenizer.
"""

import json
import re
import sys

EDGE = re.compile(r"[^\w]+|_+|(?<=[a-z0-9])(?=[A-Z])")

for line in sys.stdin:
    record = json.loads(line)
    server = record["server"]
    for tool in record["tools"]:
        document = {
            "name": tool["name"],
            "words": " ".join(filter(None, EDGE.split(tool["name"]))),
            "title": tool.get("title", ""),
            "serverName": server["name"],
            "server": f"{server['name']} {server.get('title', '')}",
            "description": tool.get("description", ""),
            "category": tool["classification"]["category"],
        }
        print(json.dumps(document, ensure_ascii=False))
