#!/usr/bin/env python3
"""Write the content of the site that Hugo builds in the bench: `prepare.py CATALOGUE.jsonl SITE [--form files|adapter]`.

SITE gets the templates and settings beside this file, and the content: by default a Markdown file with JSON front matter
for each page, or, with `--form adapter`, shards of JSON that content adapters (`_content.gotmpl`) read.

Everything that is decided here is work that Hugo is spared and that policypress does in its measured time: slugs and
addresses, the order of servers and tools, which tools a page links to, the tools of each listing and its split by
letters, the rows of the table of parameters, and the text of the JSON Schema (Hugo would write the names in it in
lower case). What Hugo does: read the content, render the descriptions as Markdown, decide the rule and the documents,
write the questions and the structured data, and minify each page.
"""

import argparse
import json
import re
import shutil
import tomllib
from itertools import groupby
from pathlib import Path

HERE = Path(__file__).resolve().parent
TEXTS = HERE.parent.parent / "content"
RISKS = {"read": "low", "write": "medium", "execute": "high", "destructive": "critical", "financial": "critical"}
LINKED = 3  # tools of other servers in each list of a tool page, as policypress has
LONGEST_LISTING = 600  # lines of a listing before it is split by letters, as policypress has
DEEPEST_LISTING = 12  # letters by which it is split, as policypress has
SHARD = 1_000  # pages a folder, and pages a content adapter


def slug(name):
    return re.sub(r"[^a-z0-9.]+", "-", name.lower()).strip("-.") or "unnamed"


def unique_slugs(names):
    taken = set()
    for name in names:
        free = slug(name)
        while free in taken:
            free += "-2"
        taken.add(free)
        yield free


def first_sentence(text, most=160):
    line = " ".join(text.split())
    sentence = re.split(r"(?<=[.!?]) ", line, maxsplit=1)[0]
    return sentence if len(sentence) <= most else sentence[:most].rsplit(" ", 1)[0] + "…"


def ended(sentence):
    return sentence if not sentence or sentence[-1] in ".!?…" else f"{sentence}."


def texts(folder):
    """The front matter of the texts that policypress has of categories, levels and attacks."""
    of = {}
    for path in sorted((TEXTS / folder).glob("*.md")):
        front = tomllib.loads(path.read_text().split("+++")[1])
        of[path.stem] = {key: front[key] for key in ("title", "summary", "does", "why", "attacks") if key in front}
    return of


def read(catalogue):
    """The servers in the order of their addresses, and the tools of each in that of their names."""
    with open(catalogue) as lines:
        servers = [json.loads(line) for line in lines]
    for record, address in zip(servers, unique_slugs(record["server"]["name"] for record in servers)):
        record["address"] = f"/tools/{address}/"
        record["policy"] = f"/policies/{address}/"
        record["tools"].sort(key=lambda tool: tool["name"])
        for tool, end in zip(record["tools"], unique_slugs(tool["name"] for tool in record["tools"])):
            category = tool["classification"]["category"]
            tool["risk"] = tool["classification"].get("risk", RISKS[category])
            tool["link"] = {
                "href": f"/tools/{address}/{end}/", "name": tool["name"], "on": record["server"]["title"],
                "category": category, "risk": tool["risk"],
            }
    return sorted(servers, key=lambda record: record["address"])


def neighbours(servers):
    """For each address the next tools of the same category by name, and tools of the same name, of other servers."""
    links = [(tool["link"], number) for number, record in enumerate(servers) for tool in record["tools"]]
    links.sort(key=lambda link: (link[0]["name"].lower(), link[0]["href"]))
    like, namesakes = {}, {}
    for category in RISKS:
        same = [link for link in links if link[0]["category"] == category]
        for at, (link, server) in enumerate(same):
            near = (other for other, its in same[at + 1:at + 40] + same[:40] if its != server and other is not link)
            like[link["href"]] = [other for other, _ in zip(near, range(LINKED))]
    for _, group in groupby(links, key=lambda link: link[0]["name"]):
        group = [link for link, _ in group]
        for link in group if len(group) > 1 else ():
            namesakes[link["href"]] = [other for other in group[:LINKED + 1] if other is not link][:LINKED]
    return like, namesakes


def rows(schema):
    """The table of parameters."""
    required = schema.get("required", ())
    return [
        {"name": name, "type": its["type"], "required": name in required, "text": its.get("description", "")}
        for name, its in schema.get("properties", {}).items()
    ]


def tool_page(record, at, like, namesakes):
    tool, server, tools = record["tools"][at], record["server"], record["tools"]
    found, link = tool["classification"], tool["link"]
    description = tool.get("description", "")
    parameters = {
        "server": {"name": server["name"], "title": server["title"], "href": record["address"], "policy": record["policy"]},
        "category": found["category"], "risk": tool["risk"], "confidence": round(found["confidence"] * 100),
        "checked": record["checkedAt"], "sentence": ended(first_sentence(description)),
        "rationale": found.get("rationale"), "evidence": found.get("evidence"),
        "annotations": [{"name": name, "claim": claim} for name, claim in tool.get("annotations", {}).items()],
        "previous": tools[at - 1]["link"] if at else None,
        "next": tools[at + 1]["link"] if at + 1 < len(tools) else None,
        "like": like[link["href"]], "namesakes": namesakes.get(link["href"]),
    }
    if "inputSchema" in tool:
        parameters["parameters"] = rows(tool["inputSchema"])
        parameters["schema"] = json.dumps(tool["inputSchema"], indent=2, ensure_ascii=False)
    return {"title": tool["name"], "type": "tool", "url": link["href"], "params": parameters}, description


def server_pages(record):
    server = record["server"]
    tools = [{**tool["link"], "sentence": first_sentence(tool.get("description", ""))} for tool in record["tools"]]
    parameters = {
        "name": server["name"], "version": server["version"], "checked": record["checkedAt"], "tools": tools,
        "policy": record["policy"], "address": record["address"], "repository": server["repository"]["url"],
        "packages": [{"type": its["registryType"], "name": its["identifier"]} for its in server.get("packages", ())],
        "remotes": [its["url"] for its in server.get("remotes", ())],
    }
    about = server.get("description", "")
    title = server["title"]
    yield {"title": title, "type": "server", "url": record["address"], "params": parameters}, about
    of_policy = {key: parameters[key] for key in ("name", "checked", "tools", "address")}
    of_policy["tools"] = [{"name": tool["name"], "category": tool["category"]} for tool in tools]
    outputs = ["html", "recommended", "strict", "permissive"]
    yield {"title": title, "type": "policy", "url": record["policy"], "outputs": outputs, "params": of_policy}, ""


def listings(servers, categories, risks):
    """The listings of servers, of each category and of each level; long ones split by the first letters."""
    tools = [tool["link"] for record in servers for tool in record["tools"]]
    all_servers = [{"href": record["address"], "name": record["server"]["title"]} for record in servers]
    yield from listing("Servers", "/servers/", all_servers)
    for kind, base, of in (("category", "categories", categories), ("risk", "risk", risks)):
        yield from listing(base.capitalize(), f"/{base}/", [{"href": f"/{base}/{name}/", "name": name} for name in of])
        for name in of:
            yield from listing(of[name]["title"], f"/{base}/{name}/", [link for link in tools if link[kind] == name])


def listing(title, address, items, depth=0):
    """A listing; one that is too long shows the beginnings of the names instead, each with a listing of its own."""
    def beginning(item):
        # No slug has an underscore, so a name that is shorter than the others shares an address with none.
        return slug(item["name"])[:depth].ljust(depth, "_")

    items = sorted(items, key=lambda item: (slug(item["name"]), item["href"]))
    own = f"{address}{beginning(items[0])}/" if depth else address
    groups = {}
    while len(items) > LONGEST_LISTING and len(groups) < 2 and depth < DEEPEST_LISTING:
        depth += 1
        groups = {start: list(group) for start, group in groupby(items, key=beginning)}
    if len(groups) > 1:
        for group in groups.values():
            yield from listing(title, address, group, depth)
        items = [{"href": f"{address}{start}/", "name": f"{start}: {len(group)}"} for start, group in groups.items()]
    yield {"title": title, "type": "listing", "url": own, "params": {"items": items}}, ""


def pages(catalogue, site):
    categories, risks = texts("categories"), texts("risk")
    (site / "data").mkdir()
    for name, data in (("categories", categories), ("risks", risks), ("attacks", texts("attacks"))):
        (site / "data" / f"{name}.json").write_text(json.dumps(data))
    servers = read(catalogue)
    like, namesakes = neighbours(servers)
    for record in servers:
        yield from server_pages(record)
        for at in range(len(record["tools"])):
            yield tool_page(record, at, like, namesakes)
    yield from listings(servers, categories, risks)


def write_file(folder, number, page, text):
    front = json.dumps(page, ensure_ascii=False)
    # The front matter ends at the first line that is a closing brace alone.
    (folder / f"{number}.md").write_text(f"{front[:-1]}\n}}\n\n{text}\n")


def write_adapter(site, folder, shard):
    name = f"{folder.name}.json"
    (site / "assets" / name).write_text(json.dumps(shard, ensure_ascii=False))
    read_it = '{{ range resources.Get "' + name + '" | transform.Unmarshal }}{{ $.AddPage . }}{{ end }}\n'
    (folder / "_content.gotmpl").write_text(read_it)


def prepare(catalogue, site, form="files"):
    """Answers how many pages there are."""
    shutil.copytree(HERE / "layouts", site / "layouts")
    shutil.copy(HERE / "hugo.toml", site)
    (site / "assets").mkdir()
    (site / "content").mkdir()
    number, shard, folder = 0, [], None
    for number, (page, text) in enumerate(pages(catalogue, site), 1):
        if number % SHARD == 1:
            if shard:
                write_adapter(site, folder, shard)
            shard, folder = [], site / "content" / f"s{number // SHARD}"
            folder.mkdir()
        if form == "files":
            write_file(folder, number, page, text)
        else:
            content = {"mediaType": "text/markdown", "value": text}
            shard.append({"path": f"p{number}", **page, "content": content})
    if shard:
        write_adapter(site, folder, shard)
    return number


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("site", type=Path)
    parser.add_argument("--form", choices=("files", "adapter"), default="files")
    arguments = parser.parse_args()
    arguments.site.mkdir()
    print(f"{prepare(arguments.catalogue, arguments.site, arguments.form):,} pages")


if __name__ == "__main__":
    main()
