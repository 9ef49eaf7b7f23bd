/**
 * The chat API, as docs and openapi.yaml have it. What a visitor says goes into bodies only, never into an address.
 *
 * @typedef {{id: string, title: string, outcome: string | null, value: string | null, href: string | null}} Button
 * @typedef {{id: string, text: string, outcomes: string[], sources: {section: string, title: string}[],
 *   buttons: Button[], reference: string | null}} Reply
 * @typedef {{id: string, text?: string, choice?: string, title?: string}} Message `title` is a pressed button's
 * @typedef {{seq: number, id: string, role: "visitor" | "bot", text: string, replies: Reply[]}} Said
 * @typedef {{token: string, notice: string, greeting: Reply[]}} Session
 */

const BASE = "/api/v1";
// The server answers within 8 seconds, or says that it cannot; beyond this the connection is at fault.
const PATIENCE_MS = 20_000;

/** No answer came, or none that can be read. */
export class ConnectionFailed extends Error {}

/** The server said no; `replies` is a safety card that came along. */
export class Refused extends Error {
  /** @param {number} status @param {number} retryAfter seconds @param {Reply[]} replies */
  constructor(status, retryAfter, replies) {
    super(`refused with ${status}`);
    this.status = status;
    this.retryAfter = retryAfter;
    this.replies = replies;
  }
}

/** @param {boolean} save @returns {Promise<Session>} */
export function startSession(save) {
  return call("POST", "/sessions", null, { save, locale: "en-CA" });
}

/** @param {string} token @param {Message} message @returns {Promise<{replies: Reply[]}>} */
export function sendMessage(token, { id, text, choice }) {
  return call("POST", "/messages", token, choice ? { id, choice } : { id, text });
}

/**
 * Everything said after `after`, oldest first.
 * @param {string} token @param {number} after
 * @returns {Promise<{messages: Said[], seq: number}>}
 */
export async function readMessages(token, after) {
  const messages = [];
  let seq = after;
  for (;;) {
    const some = await call("GET", `/messages?after=${seq}`, token);
    if (!some.messages.length) return { messages, seq };
    messages.push(...some.messages);
    seq = some.seq;
  }
}

/** @param {string} token @param {string} replyId @param {boolean} helpful */
export function giveFeedback(token, replyId, helpful) {
  return call("POST", "/feedback", token, { reply_id: replyId, helpful, comment: null });
}

/** @param {string} token */
export function eraseSession(token) {
  return call("DELETE", "/sessions/current", token);
}

async function call(method, path, token, body) {
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  try {
    // Not `mode: "same-origin"`: with the page's no-referrer policy the browser would then send `Origin: null`,
    // and the server binds a session to the origin that started it.
    const response = await fetch(BASE + path, {
      method,
      headers,
      body: body ? JSON.stringify(body) : undefined,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!response.ok) throw await refusal(response);
    return response.status === 204 ? null : await response.json();
  } catch (wrong) {
    throw wrong instanceof Refused ? wrong : new ConnectionFailed();
  }
}

async function refusal(response) {
  const problem = await response.json().catch(() => ({}));
  const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  return new Refused(response.status, Number.isNaN(seconds) ? 5 : seconds, problem.replies ?? []);
}
