"""Runs the programs that the lab needs."""
import shutil
import subprocess

from table import LabError

_PACKAGES = {
    "ldns-keygen": "ldnsutils",
    "ldns-signzone": "ldnsutils",
    "openssl": "openssl",
    "nsd": "nsd",
}


def find(program):
    """Returns the path of a program, or says what to install."""
    path = shutil.which(program, path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/bin")
    if path is None:
        raise LabError(f"{program} is missing: apt-get install {_PACKAGES[program]}")
    return path


def run(*words, **options):
    """Runs a program to its end and returns its standard output."""
    done = subprocess.run(words, capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise LabError(f"{' '.join(words)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout
