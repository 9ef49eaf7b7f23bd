"""First paint of the widget's panel and long tasks, in Chromium slowed four times.

    .venv/bin/python -m bench.widget [RUNS]

Starts a gateway of its own (the bot need not run), opens the demonstration page and presses the launcher, as a mouse
does, which comes over the button first, and out of nowhere, with none of the panel's parts loaded. Measures from the
press to the frames in which the panel and its first card are drawn, by the browser's own clock; the longest task until
half a second after the card, by the time of the (slowed) processor; and every task over 50 ms by the clock.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import Any

import httpx
from playwright.sync_api import sync_playwright

from bench.system import ROOT

SLOWER = 4
WATCH = """() => {
  window.long = [];
  new PerformanceObserver((list) => long.push(...list.getEntries().map(({duration}) => duration)))
    .observe({type: "longtask"});
  const root = document.querySelector("ldn-chat").shadowRoot;
  // `what` is drawn when the message comes that was sent while the frame with it was made.
  const whenDrawn = (what, since, done) => requestAnimationFrame(() => {
    if (![...root.querySelectorAll(what)].some((one) => one.checkVisibility({visibilityProperty: true}))) {
      return whenDrawn(what, since, done);
    }
    const {port1, port2} = new MessageChannel();
    port1.onmessage = () => done(performance.now() - since);
    port2.postMessage(null);
  });
  root.querySelector(".launcher").addEventListener("click", ({timeStamp}) => {
    whenDrawn(".panel .head", timeStamp, (time) => { window.painted = time; });
    whenDrawn(".panel .welcome .main-button", timeStamp, (time) => { window.carded = time; });
  }, {capture: true});
}"""


def main(runs: int) -> None:
    """Prints the figures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        port, private = _free_port(), _free_port()
        settings = {"LDN_PUBLIC__PORT": str(port), "LDN_PRIVATE__PORT": str(private), "LDN_DATA_FOLDER": folder}
        gateway = subprocess.Popen(
            [sys.executable, "-m", "gateway"], cwd=ROOT, env={**os.environ, **settings},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        try:
            door = httpx.HTTPTransport(retries=8)
            httpx.Client(transport=door, timeout=120, trust_env=False).get(f"http://127.0.0.1:{port}/healthz")
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            for name, hover in (("mouse", True), ("nothing loaded before", False)):
                measured = [_run(browser, f"http://127.0.0.1:{port}/", hover) for _ in range(runs)]
                painted, carded, long, busy = zip(*measured, strict=True)
                print(f"{name}, {runs} openings, ms from the press: panel painted: {_spread(painted)}; first card "
                      f"painted: {_spread(carded)}; longest task by the processor's time: {_spread(busy)}; tasks over "
                      f"50 ms by the clock: {[round(one) for each in long for one in each]}")
            browser.close()
        finally:
            gateway.terminate()
            gateway.wait()


def _run(browser, address: str, hover: bool) -> tuple[float, float, list[float], float]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    chromium = context.new_cdp_session(page)
    chromium.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address)
    page.wait_for_load_state("networkidle")
    launcher = page.locator("ldn-chat .launcher")
    if hover:
        launcher.hover()
        page.wait_for_load_state("networkidle")
    # What Playwright itself puts into the page is there before anything is measured.
    launcher.dispatch_event("unrelated")
    page.wait_for_function("true")
    page.evaluate(WATCH)
    page.wait_for_timeout(500)
    page.evaluate("long.length = 0")
    traced = _trace(chromium)
    if hover:
        page.mouse.down()
        page.mouse.up()
    else:
        page.evaluate("document.querySelector('ldn-chat').shadowRoot.querySelector('.launcher').click()")
    page.wait_for_function("() => window.carded")
    page.wait_for_timeout(500)
    chromium.send("Tracing.end")
    while not traced["whole"]:
        page.wait_for_timeout(20)
    found = page.evaluate("[painted, carded, long]")
    context.close()
    return *found, _longest_task(traced["events"])


def _trace(chromium) -> dict[str, Any]:
    traced: dict[str, Any] = {"events": [], "whole": False}
    chromium.on("Tracing.dataCollected", lambda part: traced["events"].extend(part["value"]))
    chromium.on("Tracing.tracingComplete", lambda _: traced.update(whole=True))
    chromium.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": {
        "includedCategories": ["devtools.timeline", "disabled-by-default-devtools.timeline"],
    }})
    return traced


def _longest_task(events: list[dict[str, Any]]) -> float:
    """Of the page's main thread, in its processor's time: other processes of a busy machine do not count."""
    dispatched = [event for event in events if event["name"] == "EventDispatch"]
    click = next(event for event in dispatched if event["args"]["data"]["type"] == "click")
    thread = click["pid"], click["tid"]
    tasks = [event for event in events if event["name"] == "RunTask" and (event["pid"], event["tid"]) == thread]
    return max(task.get("tdur", 0) for task in tasks) / 1000


def _spread(times: Sequence[float]) -> str:
    return f"median {statistics.median(times):.0f}, worst {max(times):.0f}"


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
