/**
 * Keeps the panel as tall as what is seen of the page: iOS lays the on-screen keyboard over the page instead of making
 * the page shorter, which would hide the box that is typed in.
 */
export function followKeyboard(panel: HTMLElement): void {
  const seen = window.visualViewport;
  if (!seen) return;
  const fit = () => {
    // Somebody who has zoomed in with two fingers sees less of the page, but the panel is to stay as it is.
    if (Math.abs(seen.scale - 1) > 0.01) return;
    panel.style.setProperty("--seen-height", `${seen.height}px`);
    panel.style.setProperty("--seen-top", `${seen.offsetTop}px`);
  };
  seen.addEventListener("resize", fit);
  seen.addEventListener("scroll", fit);
  fit();
}
