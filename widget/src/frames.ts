/** Resolves when the next frame has been drawn, or soon where none is, as in a tab in the background. */
export function drawn(): Promise<void> {
  return new Promise((go) => {
    setTimeout(go, 100);
    requestAnimationFrame(() => setTimeout(go));
  });
}
