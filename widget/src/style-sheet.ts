/**
 * Gives a shadow root its style. A constructed sheet needs no `unsafe-inline` in the page's policy. Browsers without
 * them (Safari before 16.4) load the same style from the server instead, which the policy allows as well.
 */
export function adopt(root: ShadowRoot, style: string, href: string): void {
  if ("adoptedStyleSheets" in root && "replaceSync" in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(style);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    return;
  }
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = href;
  (root as ShadowRoot).append(link);
}
