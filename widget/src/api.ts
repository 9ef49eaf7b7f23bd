/** The chat API, as openapi.yaml has it. What a visitor says goes into bodies only, never into an address. */

export interface Button {
  readonly id: string;
  readonly title: string;
  readonly outcome: string | null;
  readonly value: string | null;
  readonly href: string | null;
}

export interface Source {
  readonly section: string;
  readonly title: string;
}

export interface Reply {
  readonly id: string;
  readonly text: string;
  readonly outcomes: readonly string[];
  readonly sources: readonly Source[];
  readonly buttons: readonly Button[];
  readonly screening: Readonly<Record<string, unknown>> | null;
  readonly reference: string | null;
}

export interface Said {
  readonly seq: number;
  readonly id: string;
  readonly role: "visitor" | "bot";
  readonly at: string;
  readonly text: string;
  readonly replies: readonly Reply[];
}

export interface Session {
  readonly token: string;
  readonly expires_at: string;
  readonly notice: string;
  readonly greeting: readonly Reply[];
}

export interface Answer {
  readonly seq: number | null;
  readonly replies: readonly Reply[];
}

// The server answers within 8 seconds, or says that it cannot; beyond this the connection is at fault.
const PATIENCE_MS = 20_000;
const SOON_SECONDS = 5;

/** No answer came, or none that can be read: the message may or may not have arrived. */
export class ConnectionFailed extends Error {}

/** The server said no. `replies` is a safety card that came along. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly retryAfterSeconds: number,
    readonly replies: readonly Reply[],
  ) {
    super(`refused with ${status}`);
  }

  /** The session has ended, or is not one. */
  get isOver(): boolean {
    return this.status === 401;
  }

  /** The same request may do later. */
  get isForLater(): boolean {
    return this.status === 429 || this.status === 503;
  }
}

/** Each call rejects with ConnectionFailed or Refused. */
export class Api {
  private readonly base: string;

  /** `server` is the gateway's address, with a slash at its end. */
  constructor(server: string) {
    this.base = `${server}api/v1`;
  }

  startSession(save: boolean, locale: string): Promise<Session> {
    return this.call("POST", "/sessions", null, { save, locale }) as Promise<Session>;
  }

  /** Sending the same id again gets the same answer and stores nothing twice. */
  sendMessage(token: string, message: { id: string; text?: string; choice?: string }): Promise<Answer> {
    const { id, text, choice } = message;
    return this.call("POST", "/messages", token, choice ? { id, choice } : { id, text }) as Promise<Answer>;
  }

  /** Everything said after `after`, oldest first. */
  async readMessages(token: string, after: number): Promise<{ messages: Said[]; seq: number }> {
    const messages: Said[] = [];
    let seq = after;
    for (;;) {
      const some = (await this.call("GET", `/messages?after=${seq}`, token)) as { messages: Said[]; seq: number };
      if (!some.messages.length) return { messages, seq };
      messages.push(...some.messages);
      seq = some.seq;
    }
  }

  async giveFeedback(token: string, replyId: string, helpful: boolean, comment: string | null): Promise<void> {
    await this.call("POST", "/feedback", token, { reply_id: replyId, helpful, comment });
  }

  async eraseSession(token: string): Promise<void> {
    await this.call("DELETE", "/sessions/current", token);
  }

  private async call(method: string, path: string, token: string | null, body?: object): Promise<unknown> {
    const headers: Record<string, string> = {};
    if (token) headers.Authorization = `Bearer ${token}`;
    if (body) headers["Content-Type"] = "application/json";
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
    try {
      const response = await fetch(this.base + path, {
        method,
        headers,
        body: body ? JSON.stringify(body) : null,
        cache: "no-store",
        credentials: "omit",
        redirect: "error",
        signal: patience.signal,
      });
      if (!response.ok) throw await refusal(response);
      return response.status === 204 ? null : await response.json();
    } catch (wrong) {
      throw wrong instanceof Refused ? wrong : new ConnectionFailed();
    } finally {
      clearTimeout(timer);
    }
  }
}

async function refusal(response: Response): Promise<Refused> {
  const problem = (await response.json().catch(() => ({}))) as { replies?: Reply[] };
  const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  return new Refused(response.status, Number.isNaN(seconds) ? SOON_SECONDS : seconds, problem.replies ?? []);
}
