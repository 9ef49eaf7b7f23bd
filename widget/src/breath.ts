/** Ends a task here: before the next one the browser draws and answers whoever presses something. */
export function breath(): Promise<void> {
  return new Promise((go) => setTimeout(go));
}
