"""lab up: makes the zones, serves them, and cleans up."""
import concurrent.futures
import contextlib
import json
import os
import shutil
import signal
import time

import certificates
import mail as mail_servers
import revocation as revocation_servers
import servers
import zones as zone_files
from table import LabError

# What the lab makes in its folder, and removes when it ends. The mark says that
# the folder is a lab's, and holds the lab's process id.
_MARK = ".lab"
_FILES = ("lab.env", "posternd.yaml", "trust-anchor.key", "faults.rules", "domains.json")
_FOLDERS = ("zones", "nsd", "tls", "mail", "revocation")
# A resolver judges a server by its answers for a zone, and here one server answers
# for all. What is under a stub zone of its own spoils nothing for the others.
_SPOILING_ACTIONS = ("silence", "garbage", "wrong-id", "close-tcp", "delay")


class _Stop(Exception):
    """A signal to end came."""


def _on_stop(*_):
    raise _Stop


def _write(path, text):
    """Writes a file at once: who waits for it sees all of it or nothing."""
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(path + ".new", path)


def _claim(folder):
    """Makes the folder a lab's: it must be new, or have been one, and hold none that runs."""
    os.makedirs(folder, exist_ok=True)
    mark = os.path.join(folder, _MARK)
    if os.path.exists(mark):
        with open(mark, encoding="ascii") as file:
            other = file.read().strip()
        if other and os.path.exists(f"/proc/{other}"):
            raise LabError(f"{folder} is in use by the lab with process id {other}")
        _remove_files(folder)
        os.makedirs(folder, exist_ok=True)
    taken = [name for name in _FILES + _FOLDERS if os.path.exists(os.path.join(folder, name))]
    if taken:
        raise LabError(f"{folder} holds {', '.join(taken)}, not made by a lab: name another folder")
    _write(mark, f"{os.getpid()}\n")


def _release(folder):
    """After the end with --keep: no lab runs here."""
    _write(os.path.join(folder, _MARK), "")


def _remove_files(folder):
    for name in (*_FILES, _MARK):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(folder, name))
    for name in _FOLDERS:
        shutil.rmtree(os.path.join(folder, name), ignore_errors=True)
    with contextlib.suppress(OSError):  # not empty: not ours
        os.rmdir(folder)


def _posternd_yaml(folder, port, zones):
    lines = ["resolver:", f"  trust_anchor_files: [{json.dumps(folder + '/trust-anchor.key')}]",
             "  use_root_anchors: false", "  stub_zones:"]
    stubs = [".", "test"] + [zone.name for zone in zones.values()
                     if any(rule.split()[2] in _SPOILING_ACTIONS for rule in zone.faults)]
    lines += [f'    - {{zone: "{stub}", addresses: ["127.0.0.1@{port}"]}}' for stub in stubs]
    return "\n".join(lines) + "\n"


def _serve(options, folder, zones, domains, stack):
    path = lambda name: os.path.join(folder, name)
    if options.bench_domains:
        zones[zone_files.BENCH_ZONE] = zone_files.bench_zone(options.bench_domains)
    mail = revocation = None
    if options.revocation or options.mail is not None:
        revocation = revocation_servers.Revocation(path("revocation"))
        stack.callback(revocation.stop)
    if options.mail is not None:
        mail = mail_servers.Mail(path("mail"), options.mail)
        stack.callback(mail.stop)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        words = certificates.create(path("tls"), zones, pool)
        if revocation:
            revocation.create([host.name for host in mail.hosts] if mail else ())
        if mail:
            words |= mail.prepare(zones, pool, revocation.authority)
        files, root_key = zone_files.write_all(path("zones"), zones, words, pool)
    shutil.copyfile(root_key + ".key", path("trust-anchor.key"))
    rules = [rule for zone in zones.values() for rule in zone.faults]
    _write(path("faults.rules"), "\n".join(rules) + "\n")

    nsd, nsd_port = servers.start_nsd(path("nsd"), files)
    stack.callback(nsd.stop)
    front, port = servers.start_front(options.faulty_nameserver, path("nsd"), nsd_port,
                                      path("faults.rules"), options.delay,
                                      zone_files.SYNTHETIC_ZONE)
    stack.callback(front.stop)
    running = [nsd, front, *(mail.start() if mail else ()),
               *([revocation.server] if revocation else ())]
    _write(path("domains.json"), json.dumps([domain.as_dict() for domain in domains], indent=1))
    _write(path("posternd.yaml"), _posternd_yaml(folder, port, zones))
    _write(path("lab.env"), f"""\
LAB_DNS=127.0.0.1@{port}
LAB_NSD=127.0.0.1@{nsd_port}
LAB_TRUST_ANCHOR={path("trust-anchor.key")}
LAB_CONFIG={path("posternd.yaml")}
LAB_DOMAINS={path("domains.json")}
LAB_RULES={path("faults.rules")}
LAB_PID={os.getpid()}
LAB_TLS={path("tls")}
{f"LAB_REVOCATION={path('revocation')}" if revocation else ""}
{f"LAB_MAIL={path('mail')}/scenarios.json" if mail else ""}
""".rstrip() + "\n")
    return running, front, port


def run(options, zones, domains):
    """Serves until a signal to end, or the end of the parent. Returns the exit status."""
    parent = os.getppid()
    started = time.monotonic()
    folder = os.path.abspath(options.dir)
    options.faulty_nameserver = os.path.abspath(options.faulty_nameserver)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _on_stop)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with contextlib.ExitStack() as stack:
        try:
            _claim(folder)
            stack.callback(_release if options.keep else _remove_files, folder)
            running, front, port = _serve(options, folder, zones, domains, stack)
            signal.signal(signal.SIGHUP, lambda *_: front.child.send_signal(signal.SIGHUP))
            print(f"lab ready: DNS 127.0.0.1@{port}, {len(zones) + 1} zones, files in {folder}, "
                  f"{time.monotonic() - started:.1f} s", flush=True)
            while os.getppid() == parent:
                for server in running:
                    if not server.alive():
                        raise LabError(f"{server.name} has ended:\n{server.last_words()}")
                time.sleep(0.2)
        except _Stop:
            pass
        finally:
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)  # clean up undisturbed
    return 0
