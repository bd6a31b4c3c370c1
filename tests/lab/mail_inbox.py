"""What arrived at the lab's mail servers: reads their Maildir."""
import dataclasses
import os
import re
import time

_SECONDS = 30


@dataclasses.dataclass
class Received:
    """A message as it arrived."""
    host: str  # that took it
    tls: str  # the version, such as "TLSv1.3"; empty in clear text
    recipient: str
    text: str


def _header(name, text):
    found = re.search(rf"^{name}:\s*(.*)$", text.split("\n\n")[0], re.M | re.I)
    return found[1] if found else ""


def _read(path):
    with open(path, encoding="utf-8", errors="replace", newline=None) as file:
        text = file.read()
    # The servers' own Received field comes first.
    received = re.search(r"^Received:.*\n(?:[ \t].*\n)*", text, re.M)[0]
    tls = re.search(r"using (TLS)v?([\d.]+)", received)
    recipient = _header("Delivered-To", text) or _header("Envelope-to", text)
    return Received(re.search(r"\bby (\S+)", received)[1],
                    f"{tls[1]}v{tls[2]}" if tls else "", recipient, text)


def messages(inbox, recipient=""):
    """All messages there, or those to a recipient."""
    folder = os.path.join(inbox, "new")
    if not os.path.isdir(folder):
        return []
    found = [_read(os.path.join(folder, name)) for name in sorted(os.listdir(folder))]
    return [message for message in found if recipient in ("", message.recipient)]


def wait_for(inbox, recipient):
    """The message to the recipient; the server has said that it takes it."""
    deadline = time.monotonic() + _SECONDS
    while not (found := messages(inbox, recipient)):
        if time.monotonic() > deadline:
            raise AssertionError(f"in {_SECONDS} s nothing for {recipient} came to {inbox}")
        time.sleep(0.01)
    return found[0]
