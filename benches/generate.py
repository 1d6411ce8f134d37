#!/usr/bin/env python3
"""Write a synthetic catalogue of MCP tools, for benchmarks.

    benches/generate.py TOOLS [--seed N] > catalogue.jsonl

One server record a line, TOOLS tools in all, the same bytes for the same arguments. All of the text is invented; only
its shape follows real catalogues:

- tools a server: log-normal, median 8, p99 150; one server of 1,300 when TOOLS is 20,000 or more;
- names: verb_noun(_qualifier), mostly snake_case, some camelCase, kebab-case and dotted; about 93 % of 8,000 distinct;
- descriptions: log-normal, median about 63 characters, mean about 250, p99 about 2,500;
- input schemas of 0 to 8 properties (1 tool in 20 has none, so that its parameters are unknown);
- categories read 60 %, write 22 %, execute 9 %, destructive 7 %, financial 2 %, each with verbs of its own.

`stop_runtime_session` is a tool of every catalogue: something to search for.
"""

import argparse
import json
import random
import sys
from itertools import accumulate

KNOWN_NAME = "stop_runtime_session"
LARGEST_SERVER, LARGEST_SERVER_FROM = 1_300, 20_000

CATEGORIES = {"read": 60, "write": 22, "execute": 9, "destructive": 7, "financial": 2}
VERBS = {  # the most frequent first
    "read": """get list search find fetch read query describe check analyze lookup count show compare validate browse
        inspect view retrieve summarize explain preview export estimate track monitor detect calculate verify suggest""",
    "write": """create update add set upload edit write rename move save assign import publish insert register
        configure attach patch tag copy comment link enable append""",
    "execute": "run execute start stop send trigger deploy restart invoke launch call submit build scan cancel retry",
    "destructive": "delete remove drop purge revoke reset clear destroy archive disable terminate detach",
    "financial": "pay transfer refund charge swap withdraw invoice stake",
}
NOUNS = """user file issue project page message document task event record table report account list data status search
    query comment image team workspace order product metric invoice customer log repository branch commit release
    pipeline job run runtime container image cluster node service database schema column index view row backup snapshot
    bucket object folder key secret token role policy permission group member organization domain certificate zone
    network subnet firewall route gateway instance volume disk template form field survey response contact lead deal
    campaign audience segment email thread channel room call meeting calendar reminder note tag label category
    comment review rating article post feed video audio track playlist album song transcript caption frame scene asset
    texture material mesh layer font color icon theme layout component block widget chart dashboard panel alert incident
    monitor trace span probe threshold baseline anomaly forecast model dataset feature embedding prompt completion agent
    tool skill memory plan goal step action trigger webhook subscription queue topic partition consumer producer stream
    batch worker schedule timer budget expense receipt payment payout balance wallet transaction ledger quote price
    stock option bond portfolio position trade market exchange currency rate tax discount coupon cart shipment carrier
    parcel warehouse inventory supplier vendor contract signature clause license patent trademark case hearing statute
    court patient appointment prescription dosage symptom allergy trial protein gene variant sample assay molecule
    reaction experiment citation author journal abstract dataset course lesson quiz grade student teacher classroom
    recipe ingredient menu restaurant table booking flight airport hotel itinerary passenger seat train station route
    map place coordinate elevation weather temperature rainfall wind tide river forest soil crop harvest device sensor
    reading firmware camera lamp lock door thermostat vehicle battery charger engine tyre driver trip player match
    season league score tournament card deck character quest item level achievement sprint epic story milestone
    backlog risk control audit finding vulnerability package dependency module function class symbol test suite coverage
    build artifact environment variable setting preference flag experiment cohort funnel visit referrer keyword ranking
    backlink sitemap redirect cookie banner translation glossary locale phrase sentence paragraph heading bookmark
    annotation highlight attachment archive version revision draft approval request ticket queue escalation holiday
    shift timesheet payroll benefit candidate interview vacancy offer employee department office badge visitor parking
    printer scanner barcode voucher gift loyalty reward donation grant pledge petition ballot district parcel permit
    inspection violation meter tariff outage substation turbine panel inverter pump valve tank filter conveyor robot arm
    gripper waypoint mission drone antenna satellite orbit telescope star galaxy spectrum lens""".split()
QUALIFIERS = """by_id by_name batch details history status for_user all async v2 info from_url summary as_json by_date
    latest count to_file preview bulk with_filters metadata""".split()
SYLLABLES = """ba bel bri cal cen co dak del dor dra el en fa fen flo ga gli gor ha hel ix jo ka kel kri la lim lo lux ma
    mer mi mon na nev no nyx or ost pa pel pri qua ra rel rin ro sa sel sig so sta ta tel tor tri ul va ven vi vor wen
    xa yar ze zin zo""".split()
FIRST = """{v} {a}.|{v} {a} in {p}|{v} the {a} of a {b}.|{v} {a} by {b} and {c}|{v} one or more {a} items for a {b}.
    |{v} a {a} with its {b}, {c} and {d}.|{v} {a} data from the {p} service.|{v} the current {a} for the given {b}.
    |{v} {a} entries, newest {b} first. Supports paging.|Use this to {w} a {a} when the {b} is known.
    |{v} the {a} that belongs to a {b}, together with its {c}.|{v} {a} ({p} {b})|Tool that can {w} {a} and {b} together."""
MORE = """The {a} must belong to the same {b} as the {c}.|Returns a {a} with its {b}, {c} and {d}.
    |Use it before you change the {a} of a {b}, so that the {c} stays valid.|If no {a} is given, the {b} of the {p} account is used.
    |At most {n} {a} items are returned at once; ask for the next page with the cursor.
    |Needs the {a} permission on the {b}.|Do not call it for a {a} that is already part of a {b}.
    |Example: a {a} named "{b}-{n}" with the {c} set to {n}.|Fails with an error when the {a} is locked by another {b}.
    |The {a} is given as text, for example "{p}/{a}/{n}".|See https://docs.{p}.example/{a}/{b} for every {c} it accepts.
    |Times are in UTC, and every {a} keeps the time at which its {b} was last seen.
    |This is slow for a large {a}: prefer a narrower {b}, or a {c} with a filter.
    |Best for: finding a {a} when only its {b} or {c} is known.|Not recommended for: a {a} without a {b}.
    |Args: {a}_id: the {a} to use. {b}: an optional {b}, {n} by default.|The answer is a list of {a} rows, sorted by {b}.
    |A {a} can hold up to {n} {b} values, each with a {c} and a {d}.|When several match, the {a} with the oldest {b} wins.
    |Rate limits apply: {n} calls a minute for each {a}.|It never touches the {a} of another {b}."""
PROPERTIES = """id name query limit cursor page filter format type status url path start_date end_date sort_by owner
    description content title language include_deleted dry_run fields timeout""".split()
PROPERTY_TEXT = """The {a} to use.|Name of the {a}|Identifier of the {a} in its {b}|How many {a} items to return (default: {n})
    |Only those of this {a}.|Optional {a} of the {b}, for example "{c}"|Whether the {a} is included.
    |The {a}, as a path below the {b}.|A {a} filter: the {b} must match exactly."""
TYPES = ["string", "string", "string", "string", "integer", "integer", "boolean", "number", "array"]


def templates(text):
    return [" ".join(t.split()) for t in text.split("|")]


class Words:
    """A vocabulary drawn by Zipf's law: the first words most often."""

    def __init__(self, rng, words, exponent):
        self.rng, self.words = rng, list(dict.fromkeys(words))
        self.weights = list(accumulate((rank + 1.0) ** -exponent for rank in range(len(self.words))))

    def draw(self, k):
        return self.rng.choices(self.words, cum_weights=self.weights, k=k)


class Generator:
    def __init__(self, seed):
        self.rng = rng = random.Random(seed)
        invented = [self.invent() for _ in range(1_500)]
        self.nouns = Words(rng, NOUNS + invented, 0.8)
        self.verbs = {category: Words(rng, words.split(), 0.9) for category, words in VERBS.items()}
        self.qualifiers = Words(rng, QUALIFIERS, 0.7)
        self.first, self.more, self.property_text = map(templates, (FIRST, MORE, PROPERTY_TEXT))
        self.categories = list(CATEGORIES), list(accumulate(CATEGORIES.values()))
        self.servers = set()

    def invent(self):
        return "".join(self.rng.choices(SYLLABLES, k=self.rng.choice((2, 2, 3, 3, 3, 4))))

    def fill(self, template, product, **more):
        a, b, c, d = self.nouns.draw(4)
        n = self.rng.choice((5, 10, 20, 50, 100, 500))
        return template.format_map({"a": a, "b": b, "c": c, "d": d, "p": product, "n": n, **more})

    def description(self, verb, noun, product):
        rng = self.rng
        wanted = min(rng.lognormvariate(4.05, 1.64), 8_000) - 25
        text = self.fill(rng.choice(self.first), product, v=verb.capitalize(), w=verb, a=noun)
        while len(text) < wanted:
            text += (" " if rng.random() < 0.8 else "\n") + self.fill(rng.choice(self.more), product)
        return text

    def schema(self, product):
        rng, properties = self.rng, {}
        for _ in range(rng.choices(range(9), (14, 24, 20, 14, 10, 7, 5, 3, 3))[0]):
            name = rng.choice(PROPERTIES) if rng.random() < 0.6 else self.nouns.draw(1)[0] + "_id"
            kind = rng.choice(TYPES)
            properties[name] = {"type": kind, "description": self.fill(rng.choice(self.property_text), product)}
            if kind == "array":
                properties[name]["items"] = {"type": "string"}
        required = [name for name in properties if rng.random() < 0.4]
        return {"type": "object", "properties": properties, **({"required": required} if required else {})}

    def name(self, verb, noun, style, prefix):
        rng = self.rng
        words = [*prefix, verb, noun]
        if rng.random() < 0.32:
            words += self.nouns.draw(1)
        if rng.random() < 0.16:
            words += self.qualifiers.draw(1)[0].split("_")
        if style == "camel":
            return words[0] + "".join(word.capitalize() for word in words[1:])
        if style == "dotted":
            return ".".join([*prefix, noun, "_".join([verb, *words[len(prefix) + 2:]])])
        return ("-" if style == "kebab" else "_").join(words)

    def tool(self, name, category, verb, noun, product):
        rng = self.rng
        tool = {"name": name}
        if rng.random() < 0.25:
            tool["title"] = f"{verb.capitalize()} {noun}"
        if rng.random() < 0.98:
            tool["description"] = self.description(verb, noun, product)
        if rng.random() < 0.95:
            tool["inputSchema"] = self.schema(product)
        if rng.random() < 0.3:
            tool["annotations"] = {"readOnlyHint": category == "read", "destructiveHint": category == "destructive"}
        tool["classification"] = {"category": category, "confidence": rng.choice((0.6, 0.7, 0.8, 0.9, 0.95))}
        return tool

    def server(self, count, known):
        rng = self.rng
        owner, product = self.invent(), self.invent()
        topics = self.nouns.draw(2 + count // 3)
        about = "Work with the {a}, {b} and {c} data of {p} from an assistant."
        space = rng.choice(("io.github.", "io.github.", "io.github.", "com.", "ai."))
        identifier = f"{space}{owner}/{product}-mcp"
        while identifier in self.servers:
            identifier += f"-{len(self.servers)}"
        self.servers.add(identifier)
        server = {
            "name": identifier,
            "title": f"{product.capitalize()} {topics[0].capitalize()} MCP",
            "description": self.fill(about, product, a=topics[0]),
            "version": f"{rng.randrange(4)}.{rng.randrange(20)}.{rng.randrange(10)}",
            "repository": {"url": f"https://github.example/{owner}/{product}-mcp", "source": "github"},
        }
        transport = rng.random()
        if transport < 0.45:
            package = {"registryType": "npm", "identifier": f"@{owner}/{product}-mcp"}
        elif transport < 0.7:
            package = {"registryType": "pypi", "identifier": f"{product}-mcp"}
        else:
            package = None
        if package:
            server["packages"] = [{**package, "version": server["version"]}]
        else:
            server["remotes"] = [{"type": "streamable-http", "url": f"https://mcp.{product}.example/mcp"}]

        style = rng.choices(("snake", "camel", "kebab", "dotted"), (84, 8, 5, 3))[0]
        prefix = [product] if rng.random() < 0.15 else []
        tools = {}
        if known:
            tools[KNOWN_NAME] = self.tool(KNOWN_NAME, "execute", "stop", "runtime", product)
        while len(tools) < count:
            category = rng.choices(self.categories[0], cum_weights=self.categories[1])[0]
            verb, noun = self.verbs[category].draw(1)[0], rng.choice(topics)
            name = self.name(verb, noun, style, prefix)
            if name not in tools:
                tools[name] = self.tool(name, category, verb, noun, product)
        checked = f"2026-0{rng.randint(1, 6)}-{rng.randint(10, 28)}"
        return {"server": server, "tools": list(tools.values()), "checkedAt": checked}

    def catalogue(self, tools):
        left, largest, known = tools, tools >= LARGEST_SERVER_FROM, True
        while left:
            count = max(1, min(round(self.rng.lognormvariate(2.08, 1.26)), 600))
            if largest and left < tools * 0.7:
                count, largest = LARGEST_SERVER, False
            count = min(count, left)
            yield self.server(count, known)
            left, known = left - count, False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tools", type=int, metavar="TOOLS")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for record in Generator(arguments.seed).catalogue(arguments.tools):
        sys.stdout.write(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
