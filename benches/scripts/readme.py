#!/usr/bin/env python3
"""Put the tables of results/ into the project's README, between its benchmark markers.

The README shows how each report opens and the first table of each database, the time ratios; the
other tables fold. A part that has not been measured is not shown.
"""

import pathlib
import sys

BEGIN, END = "<!-- benchmark -->", "<!-- /benchmark -->"
BENCHES = pathlib.Path(__file__).resolve().parent.parent
RESULTS = BENCHES / "results"
README = BENCHES.parent / "README.md"

# Those of the harness, with sections by database; then those that are one table.
REPORTS = ["sqlite.md", "postgresql.md"]
TABLES = {
    "dynamodb.md": "DynamoDB: requests, time and CPU time per operation, beside the SDK by hand",
    "instructions.md": "Instructions per operation, SQLite in memory (ratio to raw)",
    "instructions-postgresql.md": "Instructions of the client per operation, PostgreSQL (ratio to raw)",
    "compile-cost.md": "Compile cost",
}


def folded(title: str, text: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{text.strip()}\n\n</details>\n"


def database(section: str) -> str:
    """One database's part of the report: its first table open, the rest folded."""
    title, *tables = section.split("\n### ")
    first = tables[0].split("\n", 1)
    rest = "".join(f"\n**{table.strip().replace(chr(10), '**' + chr(10), 1)}\n" for table in tables[1:])
    name = title.strip()
    return f"**{name}: {first[0].lower()}**\n\n{first[1].strip()}\n\n" + folded(
        f"{name}: fastest round, spread, CPU time, allocations", rest
    )


def report(text: str) -> list[str]:
    opening, *databases = text.split("\n## ")
    return [opening.strip() + "\n"] + [database(section) for section in databases]


def tables() -> str:
    parts = []
    for file in REPORTS:
        path = RESULTS / file
        if path.exists():
            parts += report(path.read_text())
    for file, title in TABLES.items():
        path = RESULTS / file
        if path.exists():
            parts.append(f"**{title}**\n\n{path.read_text().strip()}\n")
    return "\n".join(parts)


def main() -> None:
    readme = README.read_text()
    if readme.count(BEGIN) != 1 or readme.count(END) != 1:
        sys.exit(f"README.md needs one {BEGIN} and one {END}, each on a line of its own")
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    README.write_text(f"{before}{BEGIN}\n{tables()}{END}{after}")


if __name__ == "__main__":
    main()
