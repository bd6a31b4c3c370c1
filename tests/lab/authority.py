"""A certificate authority that keeps books: what its OCSP responder and its CRL say of a
certificate is what "openssl ca" has written into index.txt.

All that it is stands in its folder, so that any process may revoke what another issued.
"""
import os

import commands
from certificates import NEW_KEY

_CA_NAME = "Lab revocation authority"
_CONF = """\
[ca]
default_ca = lab
[lab]
database = {folder}/index.txt
new_certs_dir = {folder}
certificate = {folder}/ca.pem
private_key = {folder}/ca.key
crlnumber = {folder}/crlnumber
crl_extensions = crl
default_md = sha256
default_days = 30
default_crl_hours = 24
policy = any
rand_serial = yes
unique_subject = no
[any]
commonName = supplied
[crl]
authorityKeyIdentifier = keyid
issuingDistributionPoint = critical,@point
[point]
fullname = URI:{crl_url}
"""
_CA_EXTENSIONS = ("keyUsage=critical,keyCertSign,cRLSign", "subjectKeyIdentifier=hash")
_KEY_IDENTIFIERS = "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
_RESPONDER = ("basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\n"
              f"extendedKeyUsage=critical,OCSPSigning\nnoCheck=ignored\n{_KEY_IDENTIFIERS}")


class Authority:
    """ca.pem, responder.pem, ca.crl (DER), and NAME.pem and NAME.key of what it has issued."""

    def __init__(self, folder):
        self.folder = folder
        self._openssl = commands.find("openssl")

    def path(self, name):
        return os.path.join(self.folder, name)

    def _write(self, name, text):
        with open(self.path(name), "w", encoding="ascii") as file:
            file.write(text)
        return self.path(name)

    def _ca(self, *words):
        return commands.run(self._openssl, "ca", "-batch", "-config", self.path("ca.conf"), *words)

    def create(self, base_url):
        """Makes the authority. Its responder will be at base_url/ocsp, its CRL at
        base_url/ca.crl."""
        os.makedirs(self.folder)
        self._write("base_url", base_url)
        self._write("ca.conf", _CONF.format(folder=self.folder, crl_url=f"{base_url}/ca.crl"))
        self._write("index.txt", "")
        self._write("crlnumber", "01\n")
        extensions = [word for one in _CA_EXTENSIONS for word in ("-addext", one)]
        commands.run(self._openssl, "req", "-x509", *NEW_KEY, "-subj", f"/CN={_CA_NAME}",
                     *extensions, "-keyout", self.path("ca.key"), "-out", self.path("ca.pem"))
        self._issue("responder", "/CN=Lab OCSP responder", _RESPONDER)
        self.write_crl()

    def _issue(self, name, subject, extensions):
        commands.run(self._openssl, "req", "-new", *NEW_KEY[:-2], "-subj", subject, "-keyout",
                     self.path(f"{name}.key"), "-out", self.path(f"{name}.csr"))
        self._ca("-notext", "-extfile", self._write(f"{name}.ext", extensions), "-in",
                 self.path(f"{name}.csr"), "-out", self.path(f"{name}.pem"))

    def issue(self, name, host_names, ocsp=False, crl=False, must_staple=False):
        """NAME.pem for a host, NAME.key, and NAME.chain.pem: it and its issuer. It names the
        responder, the CRL, both or neither."""
        with open(self.path("base_url"), encoding="ascii") as file:
            base_url = file.read()
        alternatives = ",".join(f"DNS:{one}" for one in host_names)
        extensions = ("basicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n"
                      f"subjectAltName={alternatives}\n{_KEY_IDENTIFIERS}")
        if ocsp:
            extensions += f"authorityInfoAccess=OCSP;URI:{base_url}/ocsp\n"
        if crl:
            extensions += f"crlDistributionPoints=URI:{base_url}/ca.crl\n"
        if must_staple:
            extensions += "tlsfeature=status_request\n"
        self._issue(name, f"/CN={name}", extensions)
        chain = ""
        for one in (name, "ca"):
            with open(self.path(f"{one}.pem"), encoding="ascii") as file:
                chain += file.read()
        self._write(f"{name}.chain.pem", chain)

    def revoke(self, name, reason="keyCompromise"):
        """From now on the responder and the CRL say so."""
        self._ca("-revoke", self.path(f"{name}.pem"), "-crl_reason", reason)
        self.write_crl()

    def write_crl(self):
        """Makes a CRL of what is revoked now, in place of the one before."""
        pem = self._ca("-gencrl")
        new = self.path("ca.crl.new")
        commands.run(self._openssl, "crl", "-outform", "DER", "-out", new, input=pem)
        os.replace(new, self.path("ca.crl"))
