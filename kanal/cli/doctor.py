"""Look at everything that has to be right, and say what to do about what is not; --new-key: new secrets."""

import json
import sys
from argparse import ArgumentParser, Namespace

from kanal.cli import start_django

DJANGO = False  # --new-key is asked before there are any settings


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs: a list of findings")
    parser.add_argument("--new-key", action="store_true", help="print a new KANAL_SECRET_KEY and KANAL_SIGNING_KEY")


def carry_out(options: Namespace) -> int:
    if options.new_key:
        from kanal.kit.secret_keys import new_keys

        print("\n".join(f"{name}={value}" for name, value in new_keys().items()))
        return 0
    start_django()
    from kanal.cli._database import database_running
    from kanal.cli._findings import examine

    with database_running():
        findings = list(examine())
    good = all(finding.good for finding in findings)
    if options.json:
        facts = [{"name": f.name, "ok": f.good, "says": f.says, "do": f.do} for f in findings]
        json.dump({"ok": good, "findings": facts}, sys.stdout, ensure_ascii=False, indent=2)
        print()
        return 0 if good else 1
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        print(f"{'ok       ' if finding.good else 'ATTENTION'}  {finding.name:<{width}}  {finding.says}")
        if not finding.good:
            print(f"{'':9}  {'':<{width}}  → {finding.do}")
    return 0 if good else 1
