"""The certificates of the lab's mail hosts, and what TLSA records say of them."""
import hashlib
import os
import re
import ssl

import commands

AUTHORITIES = 12  # the first has issued the host's certificate; see large.test
NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30")


def _public_key_sha256(openssl, key):
    pem = commands.run(openssl, "pkey", "-in", key, "-pubout")
    pem = pem.replace("PUBLIC KEY", "CERTIFICATE")  # the same armour
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest()


def _host_names(zones):
    """The names that have an address, or are an alias: those that a client may verify."""
    names = set()
    for zone in zones.values():
        names.add(zone.name)
        for record in zone.records:
            owner = record.split()[0]
            if re.search(r"\s(A|AAAA|CNAME)\s", record) and not owner.startswith(("_", "@", "*")):
                names.add(f"{owner}.{zone.name}")
    return sorted(names)


def create(folder, zones, pool):
    """Makes ca1.pem to ca12.pem, host.pem with host.key, and returns the words for zones."""
    openssl = commands.find("openssl")
    os.makedirs(folder, exist_ok=True)
    path = lambda name: os.path.join(folder, name)

    def authority(number):
        commands.run(openssl, "req", "-x509", *NEW_KEY, "-subj", f"/CN=Lab authority {number}",
                     "-keyout", path(f"ca{number}.key"), "-out", path(f"ca{number}.pem"))
        with open(path(f"ca{number}.pem"), encoding="ascii") as file:
            return ssl.PEM_cert_to_DER_cert(file.read()).hex()

    certificates = list(pool.map(authority, range(1, AUTHORITIES + 1)))
    commands.run(openssl, "req", "-new", *NEW_KEY[:-2], "-subj", "/CN=mx1.provider.test",
                 "-keyout", path("host.key"), "-out", path("host.csr"))
    with open(path("host.ext"), "w", encoding="ascii") as file:
        file.write("basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=")
        file.write(",".join(f"DNS:{name}" for name in _host_names(zones)) + "\n")
    commands.run(openssl, "x509", "-req", "-in", path("host.csr"), "-days", "30",
                 "-extfile", path("host.ext"), "-CA", path("ca1.pem"), "-CAkey", path("ca1.key"),
                 "-set_serial", "2", "-out", path("host.pem"))
    words = {f"CA{number}": der for number, der in enumerate(certificates, 1)}
    words["EE"] = _public_key_sha256(openssl, path("host.key"))
    words["TA"] = _public_key_sha256(openssl, path("ca1.key"))
    words["NONE"] = "00" * 32
    return words
