"""`forebay demo --headless`: a whole company's day from nothing, and its own verdict on it."""

import asyncio
import os
import re
import sys
from pathlib import Path

from tests.e2e.house import ROOT


async def test_the_demo_runs_to_its_end_and_all_is_well(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FOREBAY_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli.main", "demo",
        "--headless", "--orders", "150", "--speed", "max", "--home", str(tmp_path / "demo"), "--port", "0",
        cwd=ROOT,
        env=environment | {"COLUMNS": "160"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    written, _ = await asyncio.wait_for(process.communicate(), 240)
    told = written.decode()
    assert process.returncode == 0, told
    for said in (
        "Real: every basket",
        "150/150 sent",
        "each exactly once, read back through the API",
        "Web shop, Shopify",
        "Marketplace, Signed JSON",
        "Live shop, Douyin",
        "Shops, West, Square",
        "Dealers, South, EDI X12",
        "alternatives each",
        "promises hold",
        "All went well.",
    ):
        assert said in told, told
    # what may be sold is what each platform confirmed and holds, of every listing
    proofs = re.findall(r"^  \w.* ([\d,]+) of ([\d,]+) *$", told, re.MULTILINE)
    assert len(proofs) == 4, told
    assert all(agree == listings != "0" for agree, listings in proofs), told
    assert not (tmp_path / "demo" / "up.json").exists()  # nothing is up any more
