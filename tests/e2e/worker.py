"""Delivers mail as a worker does: smtp_worker, and what its log says."""
import re

import e2e

SMTP_WORKER = e2e.program("client/examples/smtp_worker/smtp_worker")
DELIVERED, DEFERRED = 0, 75


def fields(line):
    """The words NAME=VALUE of a line of the worker's log."""
    return {name: quoted or bare
            for name, quoted, bare in re.findall(r'([\w-]+)=(?:"([^"]*)"|(\S+))', line)}


def deliver(server, scenario, recipient, message, *arguments):
    """Delivers the file `message` by the policy of the server at this address. Status, and the
    log: a dict for the domain, and one for each connection."""
    mode = ["--mode", scenario.mode] if scenario.mode else []
    status, _, err = e2e.run(
        SMTP_WORKER, "--server", server, "--port", str(scenario.port), "--from",
        "sender@worker.test", "--to", recipient, *mode, *arguments, message)
    domain, *hosts = map(fields, err.splitlines())
    return status, domain, hosts
