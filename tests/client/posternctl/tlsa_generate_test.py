#!/usr/bin/env python3
"""posternctl tlsa generate agrees with pipelines of the openssl command."""
import base64
import hashlib
import json
import os
import subprocess
import sys
import unittest

POSTERNCTL = os.path.abspath("client/posternctl/posternctl")
FOLDER = os.environ["TEST_TMPDIR"]
NEW_KEYS = {
    "ec": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
    "rsa": ("-newkey", "rsa:2048"),
}


def openssl(*arguments, data=None):
    return subprocess.run(("openssl",) + arguments, input=data, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, check=True, cwd=FOLDER).stdout


def generate(*arguments):
    done = subprocess.run((POSTERNCTL, "tlsa", "generate") + arguments, capture_output=True,
                          text=True, check=False, cwd=FOLDER)
    return done.returncode, done.stdout, done.stderr


def association_data(pem, selector, matching_type):
    """What openssl says the record's data is."""
    if selector == 0:
        der = openssl("x509", "-in", pem, "-outform", "DER")
    else:
        key = openssl("x509", "-in", pem, "-noout", "-pubkey")
        der = openssl("pkey", "-pubin", "-outform", "DER", data=key)
    if matching_type == 0:
        return der.hex()
    digest = ("-sha256", "-sha512")[matching_type - 1]
    return openssl("dgst", digest, "-binary", data=der).hex()


def make_chain(kind):
    """Writes leaf, middle and root of one kind of key, and the chain of the three."""
    issuer = None
    for name in ("root", "middle", "leaf"):
        path = f"{kind}-{name}"
        openssl("req", "-new", *NEW_KEYS[kind], "-nodes", "-subj", f"/CN=The {name}",
                "-keyout", f"{path}.key", "-out", f"{path}.csr")
        with open(os.path.join(FOLDER, f"{path}.ext"), "w", encoding="ascii") as file:
            file.write("basicConstraints=CA:FALSE\nsubjectAltName=DNS:*.x.test,DNS:mx.test\n"
                       if name == "leaf" else "basicConstraints=critical,CA:TRUE\n")
        signer = (("-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key", "-set_serial", "2")
                  if issuer else ("-signkey", f"{path}.key"))
        openssl("x509", "-req", "-in", f"{path}.csr", "-days", "30", "-extfile", f"{path}.ext",
                *signer, "-out", f"{path}.pem")
        issuer = path
    with open(os.path.join(FOLDER, f"{kind}.pem"), "wb") as chain:
        for name in ("leaf", "middle", "root"):
            with open(os.path.join(FOLDER, f"{kind}-{name}.pem"), "rb") as file:
                chain.write(file.read())


class TlsaGenerateTest(unittest.TestCase):
    """Every combination, on both kinds of key."""

    @classmethod
    def setUpClass(cls):
        for kind in NEW_KEYS:
            make_chain(kind)

    def test_agrees_with_openssl_on_every_combination(self):
        certificates = ("leaf", "middle", "root")
        for kind in NEW_KEYS:
            for usage in range(4):
                for selector in range(2):
                    for matching_type in range(3):
                        for depth in ((None, 0, 1, 2) if usage in (0, 2) else (None, 0)):
                            with self.subTest(kind=kind, usage=usage, selector=selector,
                                              matching_type=matching_type, depth=depth):
                                default = 2 if usage in (0, 2) else 0
                                used = certificates[default if depth is None else depth]
                                data = association_data(f"{kind}-{used}.pem", selector,
                                                        matching_type)
                                status, out, err = generate(
                                    "--chain", f"{kind}.pem", "--usage", str(usage),
                                    "--selector", str(selector),
                                    "--matching-type", str(matching_type),
                                    *(() if depth is None else ("--depth", str(depth))))
                                self.assertEqual(
                                    (status, out),
                                    (0, f"_25._tcp.mx.test. IN TLSA {usage} {selector} "
                                        f"{matching_type} {data}\n"))
                                warned = usage < 2 or (usage == 2 and depth == 0)
                                self.assertEqual("warning" in err, warned, err)

    def test_json_holds_the_fields(self):
        status, out, _ = generate("--chain", "ec.pem", "--usage", "2", "--selector", "1",
                                  "--matching-type", "1", "--depth", "1", "--host", "mx9.test.",
                                  "--port", "587", "--output", "json")
        self.assertEqual(status, 0)
        data = association_data("ec-middle.pem", 1, 1)
        self.assertEqual(json.loads(out), {
            "owner": "_587._tcp.mx9.test", "certificateUsage": 2, "selector": 1, "matchingType": 1,
            "certificateAssociationData": base64.b64encode(bytes.fromhex(data)).decode(),
            "depth": 1, "subject": "CN=The middle",
            "record": f"_587._tcp.mx9.test. IN TLSA 2 1 1 {data}"})
        self.assertEqual(len(data), 2 * hashlib.sha256().digest_size)

    def test_an_error_is_one_line_that_names_the_argument(self):
        good = {"--chain": "ec.pem", "--usage": "3", "--selector": "1", "--matching-type": "1"}
        for changes, status, named in (
                ({"--chain": "missing.pem"}, 65, "--chain: missing.pem"),
                ({"--chain": "ec-leaf.key"}, 65, "holds no PEM certificate"),
                ({"--usage": "4"}, 64, "--usage"),
                ({"--selector": "2"}, 64, "--selector"),
                ({"--matching-type": "3"}, 64, "--matching-type"),
                ({"--port": "0"}, 64, "--port"),
                ({"--depth": "1"}, 64, "--depth: usage 3"),
                ({"--usage": "2", "--depth": "3"}, 64, "--depth: ec.pem holds 3 certificates"),
                ({"--usage": "2", "--chain": "ec-root.pem"}, 64, "--depth 0"),
                ({"--usage": "2", "--chain": "ec-root.pem", "--depth": "0"}, 64, "--host"),
                ({"--host": "*.test"}, 64, "--host"),
                ({"--host": "a test"}, 64, "--host")):
            with self.subTest(changes=changes):
                arguments = [part for pair in {**good, **changes}.items() for part in pair]
                code, out, err = generate(*arguments)
                self.assertEqual((code, out), (status, ""))
                self.assertIn(named, err)
                self.assertEqual(err.count("\n"), 1)
        for missing in good:
            arguments = [part for key in good if key != missing for part in (key, good[key])]
            code, _, err = generate(*arguments)
            self.assertEqual(code, 64)
            self.assertIn(missing, err)


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    unittest.main()
