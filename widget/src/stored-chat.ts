/** Where a chat is kept in the browser. The launcher needs only this much of it. */

export const CHAT_KEY = "ldn-chat";

/** A saved chat lasts in all tabs; an unsaved one goes with its tab. */
export function stores(): Storage[] {
  try {
    return [sessionStorage, localStorage];
  } catch {
    return [];
  }
}

/** Whether this browser has a chat to go back to. */
export function hasChat(): boolean {
  return stores().some((store) => store.getItem(CHAT_KEY) !== null);
}
