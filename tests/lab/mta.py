"""Starts Postfix and Exim, as unpacked by tools/setup, on loopback.

Both believe that they are root and change users: uid_wrapper and nss_wrapper of
Debian let them, so that they run as whoever starts them, and no user has to be made
for them. They take mail for everyone and put it into a Maildir; mail_inbox.py reads it.
"""
import contextlib
import os
import signal
import socket
import time

from servers import Server
from table import LabError

_UNPACKED = "/var/cache/postern/mta"
_START_SECONDS = 20
_USER_ID = 64001  # of nobody on a Debian system
_ENVIRONMENT = ("LD_LIBRARY_PATH", "LD_PRELOAD", "NSS_WRAPPER_GROUP", "NSS_WRAPPER_PASSWD",
                "UID_WRAPPER", "UID_WRAPPER_ROOT")

# The queue is where it runs, not a path: names of sockets are at most 107 octets long.
_POSTFIX_QUEUES = ("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming",
                   "maildrop", "pid", "private", "public", "saved", "trace")
_POSTFIX_MAIN = """\
compatibility_level = 3.6
queue_directory = .
data_directory = {folder}/data
meta_directory = {folder}
daemon_directory = {program_folder}
command_directory = {program_folder}
shlib_directory = no
mail_owner = postfix
setgid_group = postdrop
default_privs = nobody
import_environment = MAIL_CONFIG MAIL_LOGTAG {environment}
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
inet_interfaces = loopback-only
inet_protocols = ipv4
myhostname = postfix.test
mydestination =
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
local_recipient_maps =
hash_queue_names = none
virtual_mailbox_domains = static:all
virtual_mailbox_maps = static:inbox/
virtual_mailbox_base = {folder}
virtual_minimum_uid = 1
virtual_uid_maps = static:{user}
virtual_gid_maps = static:{group}
smtp_dns_support_level = disabled
smtpd_peername_lookup = no
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_client_connection_count_limit = 0
smtpd_tls_received_header = yes
smtpd_tls_loglevel = 1
"""

_POSTFIX_MASTER = """\
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

_EXIM = """\
exim_path = {program}
exim_user = Debian-exim
exim_group = Debian-exim
never_users =
keep_environment = {environment}
primary_hostname = exim.test
spool_directory = {folder}/spool
log_file_path = {folder}/log-%s
pid_file_path = {folder}/exim.pid
local_interfaces = <; {interfaces}
host_lookup =
rfc1413_hosts =
deliver_drop_privilege = true
smtp_active_hostname = ${{lookup{{$received_ip_address}}lsearch{{{folder}/hosts}}}}
received_header_text = Received: from ${{if def:sender_helo_name{{$sender_helo_name}}{{unknown}}}} \\
  ([$sender_host_address])\\n\\t${{if def:tls_in_cipher{{(using $tls_in_ver with cipher $tls_in_cipher)\\n\\t}}}}\\
  by $smtp_active_hostname (Exim $version_number) with ${{uc:$received_protocol}} id $message_exim_id
tls_advertise_hosts = ${{if exists{{{chains}/$received_ip_address.pem}}{{*}}}}
tls_certificate = {chains}/$received_ip_address.pem
tls_ocsp_file = ${{if exists{{{staples}/$received_ip_address.ocsp}}{{{staples}/$received_ip_address.ocsp}}}}
acl_smtp_rcpt = accept
smtp_accept_max = 0
log_selector = +tls_sni

begin routers
all:
  driver = accept
  transport = inbox

begin transports
inbox:
  driver = appendfile
  maildir_format
  directory = {folder}/inbox
  create_directory
  delivery_date_add
  envelope_to_add
  return_path_add
  user = Debian-exim
"""


def _unpacked(path):
    path = os.path.join(_UNPACKED, path)
    if not os.access(path, os.X_OK):
        raise LabError(f"{path} is missing: run tools/setup")
    return path


def _write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def _user_and_group():
    """What a server becomes: who starts it, as the owner of files really is looked at; but
    root must not be its user."""
    return (os.getuid(), os.getgid()) if os.getuid() != 0 else (_USER_ID, _USER_ID)


def _check_that_root_is_root(folder):
    """Exim, started by root, gives its files to its user, who must exist in the user namespace."""
    if os.getuid() == 0:
        try:
            os.chown(folder, *_user_and_group())
        except OSError:
            raise LabError("Exim wants to be started by an ordinary user, or by a root that may "
                           "chown: give the test the tag no-sandbox") from None


def _wrapped(folder, user, **more):
    """The whole environment of a server with a user of that name, who is made here."""
    users = {"root": (0, 0), "nobody": (65534, 65534), user: _user_and_group(),
             "postdrop": (_USER_ID + 1, _USER_ID + 1)}
    _write(os.path.join(folder, "passwd"), "".join(
        f"{name}:x:{number}:{group}::/:/bin/false\n" for name, (number, group) in users.items()))
    _write(os.path.join(folder, "group"), "".join(
        f"{name}:x:{group}:\n" for name, (_, group) in users.items()))
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LD_PRELOAD": "libuid_wrapper.so libnss_wrapper.so",
            "UID_WRAPPER": "1", "UID_WRAPPER_ROOT": "1",
            "NSS_WRAPPER_PASSWD": os.path.join(folder, "passwd"),
            "NSS_WRAPPER_GROUP": os.path.join(folder, "group"), **more}


def processes_of(folder):
    """The processes of a server with this folder: its children have the same environment."""
    mark = f"NSS_WRAPPER_PASSWD={folder}/passwd".encode()
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/environ", "rb") as file:
                if mark in file.read().split(b"\0"):
                    found.append(int(pid))
        except OSError:  # gone, or of another user
            pass
    return found


class MailServer(Server):
    """A mail server that runs, with all that it has started."""

    def __init__(self, words, folder, name, log, environment, cwd):
        self.folder = folder
        super().__init__(words, log, env=environment, cwd=cwd)
        self.name = name
        self.inbox = os.path.join(folder, "inbox")

    def wait_until_it_greets(self, address):
        """Raises LabError if no banner comes."""
        deadline = time.monotonic() + _START_SECONDS
        while self.alive() and time.monotonic() < deadline:
            try:
                with socket.create_connection(address, 1) as connection:
                    connection.settimeout(_START_SECONDS)
                    if connection.recv(4) == b"220 ":
                        connection.sendall(b"QUIT\r\n")
                        return
            except OSError:  # not listening yet
                time.sleep(0.01)
        raise LabError(f"{self.name} does not answer:\n{self.last_words()}")

    def stop(self):
        super().stop()
        while left := processes_of(self.folder):  # what began a process group of its own
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def _start(server, address):
    try:
        server.wait_until_it_greets(address)
    except BaseException:
        server.stop()
        raise
    return server


def start_postfix(folder, port, hosts, chains):
    """Starts Postfix for hosts, (address, host name) pairs; it offers STARTTLS at those
    addresses that have a key and certificates in the folder chains, as ADDRESS.pem."""
    master = _unpacked("postfix/usr/lib/postfix/sbin/master")
    program_folder = os.path.dirname(master)
    queue = os.path.join(folder, "queue")
    for name in (*_POSTFIX_QUEUES, "../data", "../inbox/new", "../inbox/cur", "../inbox/tmp"):
        os.makedirs(os.path.join(queue, name))
    user, group = _user_and_group()
    _write(os.path.join(folder, "main.cf"), _POSTFIX_MAIN.format(
        folder=folder, program_folder=program_folder, user=user, group=group,
        environment=" ".join(_ENVIRONMENT)))
    lines = []
    for address, name in hosts:
        chain = os.path.join(chains, f"{address}.pem")
        tls = f"-o smtpd_tls_security_level=may -o smtpd_tls_chain_files={chain}" \
            if os.path.exists(chain) else "-o smtpd_tls_security_level=none"
        lines.append(f"{address}:{port} inet n - n - - smtpd -o myhostname={name} {tls}\n")
    _write(os.path.join(folder, "master.cf"), "".join(lines) + _POSTFIX_MASTER)
    environment = _wrapped(folder, "postfix", LD_LIBRARY_PATH=os.path.dirname(program_folder))
    server = MailServer([master, "-c", folder], folder, "postfix", os.path.join(folder, "log"),
                        environment, cwd=queue)
    return _start(server, (hosts[0][0], port))


def start_exim(folder, port, hosts, chains):
    """Starts Exim, as start_postfix does Postfix. Where the folder `staples` in its own has
    ADDRESS.ocsp it is stapled."""
    exim = _unpacked("exim/usr/sbin/exim4")
    staples = os.path.join(folder, "staples")
    os.makedirs(staples)
    _check_that_root_is_root(folder)
    _write(os.path.join(folder, "hosts"), "".join(f"{one}: {name}\n" for one, name in hosts))
    _write(os.path.join(folder, "exim.conf"), _EXIM.format(
        program=exim, folder=folder, chains=chains, staples=staples, environment=" : ".join(_ENVIRONMENT),
        interfaces=" ; ".join(f"{address}.{port}" for address, _ in hosts)))
    environment = _wrapped(folder, "Debian-exim")
    if os.getuid() != 0:  # as root it takes only a configuration that root owns
        environment["UID_WRAPPER"] = "0"
    server = MailServer([exim, "-C", os.path.join(folder, "exim.conf"), "-bdf"], folder, "exim",
                        os.path.join(folder, "log"), environment, cwd=folder)
    return _start(server, (hosts[0][0], port))
