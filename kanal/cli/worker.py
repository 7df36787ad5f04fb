"""Do what was asked for later and what the clock starts: mail, notices, everything that is due."""

import os
from argparse import ArgumentParser, Namespace


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--concurrency", type=int, default=4, metavar="N", help="jobs done at once (default 4)")
    parser.add_argument(
        "--silence",
        type=float,
        default=30.0,
        metavar="SECONDS",
        help="a worker not heard of for so long is taken for dead and its jobs are done again (default 30)",
    )


def carry_out(options: Namespace) -> int:
    from kanal.jobs.worker import Worker

    print(f"worker {os.getpid()} is at work; Ctrl-C stops it when what it does is done", flush=True)
    Worker(concurrency=options.concurrency, silence=options.silence).run()
    print(f"worker {os.getpid()} has stopped", flush=True)
    return 0
