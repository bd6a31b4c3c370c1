#!/usr/bin/env python3
"""Does the lab leave nothing behind?"""
import os
import signal
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from harness import LAB, TIMEOUT, Lab, new_folder  # pylint: disable=wrong-import-position


class EndTest(unittest.TestCase):
    """The lab leaves nothing behind."""

    def assert_gone(self, lab):
        while lab.children():  # Bazel's time limit ends this, if nothing else does
            pass
        self.assertFalse(os.path.exists(lab.dir))

    def test_sigterm_and_sigint_end_it_clean(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            lab = Lab()
            self.assertGreaterEqual(len(lab.children()), 2)
            lab.process.send_signal(number)
            self.assertEqual(lab.process.wait(TIMEOUT), 0)
            self.assertEqual(lab.children(), [])
            self.assert_gone(lab)
            lab.close()

    def test_the_end_of_the_lab_by_force_ends_its_servers(self):
        lab = Lab()
        lab.process.kill()
        lab.close()
        while lab.children():
            pass

    def test_the_end_of_a_server_ends_the_lab(self):
        lab = Lab()
        front = [pid for pid in lab.children()
                 if os.readlink(f"/proc/{pid}/exe").endswith("faulty_nameserver")]
        self.assertEqual(len(front), 1)
        os.kill(front[0], signal.SIGKILL)
        self.assertEqual(lab.process.wait(TIMEOUT), 1)
        self.assert_gone(lab)
        lab.close()

    def test_the_end_of_the_parent_ends_the_lab(self):
        folder = new_folder()
        lab_dir = os.path.join(folder, "lab")
        script = "import subprocess, sys; p = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE);" \
                 "print(p.stdout.readline().decode(), flush=True)"
        done = subprocess.run([sys.executable, "-c", script, *LAB, "up", "--dir", lab_dir],
                              capture_output=True, text=True, timeout=TIMEOUT, check=True)
        self.assertIn("lab ready", done.stdout)
        while os.path.exists(lab_dir):
            pass

    def test_a_missing_binary_is_named(self):
        folder = new_folder()
        done = subprocess.run([*LAB, "up", "--dir", os.path.join(folder, "lab"),
                               "--faulty-nameserver", "/nonexistent"],
                              capture_output=True, text=True, timeout=TIMEOUT, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("bazel build //tests/lab:faulty_nameserver", done.stderr)
    def test_it_takes_no_folder_that_holds_what_is_not_its_own(self):
        folder = new_folder()
        kept = os.path.join(folder, "tls")
        os.mkdir(kept)
        done = subprocess.run([*LAB, "up", "--dir", folder], capture_output=True, text=True,
                              timeout=TIMEOUT, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("tls", done.stderr)
        self.assertTrue(os.path.isdir(kept))

    def test_a_folder_serves_one_lab_at_a_time_and_another_after_it(self):
        lab = Lab("--keep")
        command = [*LAB, "up", "--dir", lab.dir]
        second = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT,
                                check=False)
        self.assertEqual(second.returncode, 1)
        self.assertIn(str(lab.process.pid), second.stderr)
        self.assertIsNone(lab.process.poll())
        self.assertEqual(lab.close(), 0)
        self.assertTrue(os.path.exists(lab.env["LAB_TRUST_ANCHOR"]))
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as third:
            self.assertIn("lab ready", third.stdout.readline())
            third.terminate()
        self.assertFalse(os.path.exists(lab.dir))


if __name__ == "__main__":
    unittest.main()
