"""The certificates of the mail hosts; mail.toml says what each is for."""
import hashlib
import os
import shutil
import ssl

import commands
from certificates import NEW_KEY

REVOCABLE = ("ocsp", "must_staple", "crl")  # of revocation.toml
_CA_USAGE = "keyUsage=critical,keyCertSign,cRLSign"
_KEY_IDENTIFIERS = "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
_CA_EXTENSIONS = f"basicConstraints=critical,CA:TRUE\n{_CA_USAGE}\n{_KEY_IDENTIFIERS}"
# Only "openssl ca" takes a date of the past.
_CA_CONF = """\
[ca]
default_ca = lab
[lab]
database = {folder}/index.txt
new_certs_dir = {folder}
default_md = sha256
policy = any
rand_serial = yes
[any]
commonName = supplied
"""


class _Maker:
    """Makes them in a folder, as NAME.pem and NAME.key."""

    def __init__(self, folder):
        self.folder = folder
        self.openssl = commands.find("openssl")
        os.makedirs(folder, exist_ok=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="ascii") as file:
            file.write(text)
        return self.path(name)

    def self_issued(self, name, *extensions):
        words = [word for extension in extensions for word in ("-addext", extension)]
        commands.run(self.openssl, "req", "-x509", *NEW_KEY, "-subj", f"/CN=Lab {name}", *words,
                     "-keyout", self.path(f"{name}.key"), "-out", self.path(f"{name}.pem"))

    def issued(self, name, issuer, extensions, dates=()):
        """A certificate by an issuer that exists; with dates, first and last, if not of now."""
        commands.run(self.openssl, "req", "-new", *NEW_KEY[:-2], "-subj", f"/CN=Lab {name}",
                     "-keyout", self.path(f"{name}.key"), "-out", self.path(f"{name}.csr"))
        extension_file = self.write(f"{name}.ext", extensions)
        issuer_pem, issuer_key = self.path(f"{issuer}.pem"), self.path(f"{issuer}.key")
        if dates:
            self.write("index.txt", "")
            config = self.write("ca.conf", _CA_CONF.format(folder=self.folder))
            commands.run(self.openssl, "ca", "-batch", "-notext", "-config", config,
                         "-startdate", dates[0], "-enddate", dates[1], "-extfile", extension_file,
                         "-cert", issuer_pem, "-keyfile", issuer_key,
                         "-in", self.path(f"{name}.csr"), "-out", self.path(f"{name}.pem"))
            return
        commands.run(self.openssl, "x509", "-req", "-in", self.path(f"{name}.csr"), "-days", "30",
                     "-extfile", extension_file, "-CA", issuer_pem, "-CAkey", issuer_key,
                     "-out", self.path(f"{name}.pem"))

    def words(self, name):
        """What TLSA records say of it (RFC 6698, section 2.1)."""
        with open(self.path(f"{name}.pem"), encoding="ascii") as file:
            pem = file.read()
        key = commands.run(self.openssl, "x509", "-in", self.path(f"{name}.pem"), "-noout",
                           "-pubkey").replace("PUBLIC KEY", "CERTIFICATE")  # the same armour
        words = {}
        for part, armoured in (("certificate", pem), ("key", key)):
            der = ssl.PEM_cert_to_DER_cert(armoured)
            words[f"{name}_{part}"] = der.hex()
            words[f"{name}_{part}_sha256"] = hashlib.sha256(der).hexdigest()
        return words


def create(folder, host_names, names, authority, pool):
    """Makes the certificates `names`, or takes them over from the authority, and returns the
    words for zones."""
    maker = _Maker(folder)
    for theirs, name in (("ca", "revocation_ca"), *((one, one) for one in REVOCABLE)):
        for kind in ("pem", "key"):
            shutil.copyfile(authority.path(f"{theirs}.{kind}"), maker.path(f"{name}.{kind}"))

    def leaf(subject_names):
        alternatives = ",".join(f"DNS:{name}" for name in subject_names)
        return ("basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n"
                f"subjectAltName={alternatives}\n{_KEY_IDENTIFIERS}")

    authorities = [pool.submit(maker.self_issued, name, _CA_USAGE)
                   for name in ("root", "other_root")]
    self_signed = pool.submit(maker.self_issued, "self_signed", *leaf(host_names).splitlines()[1:3])
    for authority in authorities:
        authority.result()
    maker.issued("intermediate", "root", _CA_EXTENSIONS)
    leaves = [
        pool.submit(maker.issued, "good", "intermediate", leaf(host_names)),
        pool.submit(maker.issued, "expired", "intermediate", leaf(host_names),
                    ("20200101000000Z", "20200201000000Z")),
        pool.submit(maker.issued, "other_name", "intermediate", leaf(["other.test"])),
        pool.submit(maker.issued, "swapped", "other_root", leaf(host_names)),
    ]
    for certificate in (*leaves, self_signed):
        certificate.result()
    words = {"nothing_sha256": "00" * 32}
    for one in pool.map(maker.words, names):
        words |= one
    return words


def write_chain(folder, path, chain):
    """Writes the key of the first certificate, and all of them, as one file for a server."""
    texts = []
    for name in (f"{chain[0]}.key", *(f"{name}.pem" for name in chain)):
        with open(os.path.join(folder, name), encoding="ascii") as file:
            texts.append(file.read())
    with open(os.path.join(folder, path), "w", encoding="ascii") as file:
        file.write("".join(texts))
