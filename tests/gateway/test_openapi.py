"""The description of the API is a right one, is the one that is served, and is what the code does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import contract
from processes import Gateway, Visitor


def test_the_served_description_is_the_one_in_the_repository(gateway: Gateway) -> None:
    assert gateway.http.get("/api/v1/openapi.json").json() == contract.DOCUMENT
    assert contract.DOCUMENT["openapi"].startswith("3.1")


@pytest.mark.parametrize("name", contract.DOCUMENT["components"]["schemas"])
def test_every_schema_of_the_description_is_a_json_schema(name: str) -> None:
    Draft202012Validator.check_schema(contract.DOCUMENT["components"]["schemas"][name])


@pytest.mark.parametrize(
    ("schema", "wrong"),
    [
        ("Answer", {"id": "3f0c1c5e-8f0a-4b43-9d53-0d1f4a2f7f10", "seq": 2, "replies": []}),
        ("Answer", {"id": "7", "seq": 2, "replies": [{}]}),
        ("Problem", {"type": "about:blank", "title": "x", "status": 400, "detail": "x"}),
    ],
    ids=["no replies", "an empty reply", "nothing to do next"],
)
def test_the_check_that_every_answer_goes_through_sees_a_wrong_one(schema: str, wrong: object) -> None:
    with pytest.raises(Exception, match=r".") as found:
        contract.validate(wrong, {"$ref": f"#/components/schemas/{schema}"})
    assert type(found.value).__name__ == "ValidationError"


def test_a_fuzzer_that_reads_the_description_finds_no_answer_that_it_does_not_promise(
    gateway: Gateway, visitor: Visitor, tmp_path: Path
) -> None:
    fuzzed = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", f"{gateway.url}/api/v1/openapi.json"),
            *("--header", f"Authorization: {visitor.headers['Authorization']}"),
            *("--phases", "coverage,fuzzing", "--max-examples", "10", "--seed", "1", "--no-color"),
            # Erasing its own conversation would leave it nothing to try but 401s.
            *("--exclude-path", "/api/v1/sessions/current"),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert fuzzed.returncode == 0, fuzzed.stdout[-4000:]
    assert "No issues found" in fuzzed.stdout
