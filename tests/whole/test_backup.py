"""A backup taken while the system runs gives the conversation back."""

import os
import shutil
import subprocess
import sys

from bench.client import Visitor
from bench.system import ROOT, running_system


def test_a_restored_backup_has_the_conversation(system, tmp_path):
    visitor = Visitor(system.chat)
    visitor.say("does it help lupus")
    done = subprocess.run([sys.executable, "-m", "run.backup", str(tmp_path / "backup")], cwd=ROOT, capture_output=True,
                          text=True, env={**os.environ, "LDN_DATA_FOLDER": str(system.data)}, check=False)
    assert done.returncode == 0, done.stderr
    restored = tmp_path / "restored"
    shutil.copytree(tmp_path / "backup", restored)
    with running_system({"LDN_DATA_FOLDER": str(restored)}) as again:
        visitor.move_to(again.chat)
        assert "does it help lupus" in [message["text"] for message in visitor.transcript()]
        assert visitor.say("and for MS?")[0]["condition"] == "multiple sclerosis"


def test_a_backup_of_nothing_says_so(tmp_path):
    done = subprocess.run([sys.executable, "-m", "run.backup", str(tmp_path / "backup")], cwd=ROOT, capture_output=True,
                          text=True, env={**os.environ, "LDN_DATA_FOLDER": str(tmp_path)}, check=False)
    assert done.returncode == 1
    assert "there is no journal" in done.stderr
