/**
 * Keeps the page as tall as what is seen of it: iOS lays the on-screen keyboard over the page instead of making the
 * page shorter, which would hide the box that is typed in.
 */
export function followKeyboard() {
  const seen = window.visualViewport;
  if (!seen) return;
  const fit = () => {
    // Somebody who has zoomed in with two fingers sees less of the page, but the page is to stay as it is.
    if (Math.abs(seen.scale - 1) > 0.01) return;
    document.documentElement.style.setProperty("--visible-height", `${seen.height}px`);
  };
  seen.addEventListener("resize", fit);
  fit();
}
