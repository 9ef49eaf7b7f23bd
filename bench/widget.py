"""First paint of the widget's panel and long tasks, in Chromium slowed four times.

    .venv/bin/python -m bench.widget [RUNS]

Starts a gateway of its own (the bot need not run), opens the demonstration page and presses the launcher, as a mouse
does: it comes over the button first. Measures from the press to the frame in which the panel is drawn, by the
browser's own clock, and every task over 50 ms from the press until half a second later.
"""

from __future__ import annotations

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile

import httpx
from playwright.sync_api import sync_playwright

from bench.system import ROOT

SLOWER = 4
WATCH = """() => {
  window.long = [];
  new PerformanceObserver((list) => long.push(...list.getEntries().map(({duration}) => duration)))
    .observe({type: "longtask"});
  const chat = document.querySelector("ldn-chat");
  chat.shadowRoot.querySelector(".launcher").addEventListener("click", ({timeStamp}) => {
    const look = () => {
      const panel = chat.shadowRoot.querySelector(".panel:not([hidden])");
      if (!panel) return requestAnimationFrame(look);
      // A message after the next frame's callbacks comes when that frame has been drawn.
      requestAnimationFrame(() => {
        const {port1, port2} = new MessageChannel();
        port1.onmessage = () => { window.painted = performance.now() - timeStamp; };
        port2.postMessage(null);
      });
    };
    look();
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
            for name, hover in (("mouse", True), ("finger (nothing loaded before)", False)):
                measured = [_run(browser, f"http://127.0.0.1:{port}/", hover) for _ in range(runs)]
                painted = [press_to_paint for press_to_paint, _ in measured]
                tasks = [duration for _, long in measured for duration in long]
                print(f"{name}: press to paint, ms: median {statistics.median(painted):.0f}, worst {max(painted):.0f} "
                      f"of {runs}; tasks over 50 ms: {len(tasks)}" + (f", longest {max(tasks):.0f}" if tasks else ""))
            browser.close()
        finally:
            gateway.terminate()
            gateway.wait()


def _run(browser, address: str, hover: bool) -> tuple[float, list[float]]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address)
    page.wait_for_load_state("networkidle")
    launcher = page.locator("ldn-chat .launcher")
    if hover:
        launcher.hover()
        page.wait_for_load_state("networkidle")
    page.evaluate(WATCH)
    if hover:
        launcher.click()
    else:
        launcher.dispatch_event("click")
    painted = page.wait_for_function("() => window.painted").json_value()
    page.wait_for_timeout(500)
    long = page.evaluate("long")
    context.close()
    return painted, long


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
