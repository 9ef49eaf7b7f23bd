"""The encoder against a plain NumPy reading of the same weights, and the same numbers on both Pythons."""

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from plain_encoder import PlainEncoder

from language.build_encoder import WrongWeights, build
from language.encoder import Encoder, EncoderMissing, shared

ROOT = Path(__file__).resolve().parent.parent.parent
WEIGHTS = next((ROOT / "build" / "weights").rglob("model.safetensors"))
SENTENCES = json.loads((Path(__file__).parent / "sentences.json").read_text(encoding="utf-8"))


def test_the_int8_file_says_nearly_what_the_published_weights_say():
    encoder, plain = shared(), PlainEncoder(WEIGHTS)
    cosines = []
    for sentence in SENTENCES:
        ids = [encoder.tokens.cls, *encoder.tokens.ids(sentence), encoder.tokens.sep]
        cosines.append(float(encoder.encode(sentence) @ plain.encode(ids)))
    assert np.mean(cosines) > 0.98
    assert min(cosines) > 0.95


def test_both_environments_give_the_same_numbers():
    asked = ("import json, sys; from language.encoder import shared; "
             "print(json.dumps([shared().encode(line).tolist() for line in json.load(sys.stdin)]))")
    answers = [
        json.loads(subprocess.run([ROOT / env / "bin" / "python", "-c", asked], input=json.dumps(SENTENCES), cwd=ROOT,
                                  capture_output=True, text=True, check=True).stdout)
        for env in (".venv", ".venv-bot")
    ]
    assert answers[0] == answers[1]


def test_every_vector_has_length_one_and_no_length_of_text_raises():
    for text in ["", "?", "word " * 5000, "x" * 20_000, "\u0000", "😀"]:
        assert np.linalg.norm(shared().encode(text)) == pytest.approx(1, abs=1e-5)


def test_a_long_story_still_sounds_like_its_subject():
    story = "My thyroid has been bad for years and nothing helps. " * 60
    near, far = (shared().encode(text) for text in ("thyroid problems for years", "the price of a train ticket"))
    assert shared().encode(story) @ near > shared().encode(story) @ far + 0.2


def test_a_missing_file_says_what_to_do(tmp_path):
    with pytest.raises(EncoderMissing, match="make encoder"):
        Encoder(tmp_path)


def test_other_weights_are_refused(tmp_path):
    wrong = tmp_path / "model.safetensors"
    wrong.write_bytes(b"not the weights")
    with pytest.raises(WrongWeights, match=r"SHA-256 is .* expected 53aa5117"):
        build(wrong, wrong, tmp_path / "encoder")
    assert not (tmp_path / "encoder").exists()
