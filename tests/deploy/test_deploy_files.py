"""The files of deploy/ are as right as they can be shown to be without a container engine."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bench.system import ROOT

DEPLOY = ROOT / "deploy"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")


def test_the_containerfile_has_no_complaint_of_hadolint():
    done = subprocess.run([str(next((ROOT / ".venv" / "bin").glob("hadolint*"))), str(DEPLOY / "Containerfile")],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_compose_file_follows_its_schema():
    done = subprocess.run([sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec",
                           str(DEPLOY / "compose.yml")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_everything_that_the_images_copy_is_there():
    for line in re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINERFILE, re.MULTILINE):
        for source in line.split():
            assert (ROOT / source).exists(), source


def test_the_modules_that_the_images_run_are_there():
    for module in set(re.findall(r'(?:python -m |"-m", ")((?:bot|gateway|language|actions)[\w.]*)', CONTAINERFILE)):
        path = ROOT.joinpath(*module.split("."))
        assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), module


def test_the_images_hold_their_own_code_compiled():
    """Nobody may write there later: without it every start would compile all."""
    for image in re.split(r"^FROM ", CONTAINERFILE, flags=re.MULTILINE)[2:]:
        copied = {Path(source).parts[0] for source in re.findall(r"^COPY ([\w/.]+) \S+$", image, re.MULTILINE)}
        compiled = re.findall(r"python -m compileall -q ([\w ]+)", image)
        assert compiled, image
        assert set(compiled[-1].split()) == copied & {"actions", "bot", "gateway", "language"}


def test_whatever_make_train_learns_is_in_the_image_too():
    needed = subprocess.run(["make", "--dry-run", "--always-make", "train"], cwd=ROOT, capture_output=True, text=True,
                            check=True).stdout
    learned = set(re.findall(r"-m (\w+(?:\.\w+)*\.train\w*)", needed))
    assert learned > {"gateway.safety.train", "bot.screening.learned.train"}
    trained = set(re.findall(r"python -m (\S+)", CONTAINERFILE)) | {"run.training"}
    assert learned <= trained
    assert "python -m rasa train" in CONTAINERFILE


@pytest.mark.parametrize(("process", "module"), [("mailer", "gateway.handoff"), ("grouper", "gateway.console.grouper")])
def test_mailer_and_grouper_run_beside_the_gateway_on_the_same_journal_in_every_way_of_deploying(process, module):
    compose = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))["services"]
    units = {name: (DEPLOY / "systemd" / f"ldn-{name}.service").read_text(encoding="utf-8")
             for name in ("gateway", process)}
    folder = "Environment=LDN_DATA_FOLDER=/var/lib/ldn-assistant"
    assert compose[process]["command"] == ["python", "-m", module]
    assert compose[process]["volumes"] == compose["gateway"]["volumes"]
    assert f"-m {module}" in units[process]
    assert all(folder in unit for unit in units.values())
    assert f"[program:{process}]" in (ROOT / "run" / "supervisord.conf").read_text(encoding="utf-8")


def test_the_gateways_image_has_the_training_lines_that_the_console_reads():
    image = CONTAINERFILE.partition("FROM gateway-base AS gateway")[2]
    assert "COPY data data" in image


@pytest.mark.parametrize("unit", sorted(DEPLOY.glob("systemd/*.service")), ids=lambda path: path.stem)
def test_systemd_accepts_the_unit(unit, tmp_path):
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd-analyze is not installed (Debian: apt-get install systemd)")
    home = tmp_path / "home"
    home.symlink_to(ROOT)  # the checkout's own path may have spaces, which a unit would need quoted
    text = unit.read_text(encoding="utf-8").replace("/opt/ldn-assistant", str(home)).replace("User=ldn\n", "")
    copy = tmp_path / unit.name
    copy.write_text(text, encoding="utf-8")
    done = subprocess.run([verify, "verify", str(copy)], capture_output=True, text=True, check=False)
    assert unit.name not in done.stderr, done.stderr


def test_caddy_accepts_its_file():
    caddy = shutil.which("caddy")
    if caddy is None:
        pytest.skip("caddy is not installed (Debian: apt-get install caddy)")
    done = subprocess.run([caddy, "validate", "--config", str(DEPLOY / "Caddyfile"), "--adapter", "caddyfile"],
                          env={"SITE": "localhost:8443", "GATEWAY": "127.0.0.1:8000", "HOME": "/tmp"},
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
