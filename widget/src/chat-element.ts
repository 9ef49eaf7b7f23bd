/** The element in the clinic's page: a launcher that is a button, and the panel, whose parts come once it was asked for. */

import launcherStyle from "style:launcher";
import allWords from "words:launcher";
import { breath } from "./breath";
import { FactsBesideTheWidget } from "./clinic-facts";
import type { Config } from "./config";
import { button, icon } from "./dom";
import type { Panel } from "./panel";
import { Shell } from "./shell";
import { hasChat } from "./stored-chat";
import { adopt } from "./style-sheet";
import { followTheme } from "./theme";

const BUBBLE = "M5 4h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zM7.5 8.8h9M7.5 12.4h5.5";
const OPENED = "ldn-chat-opened";

export class ChatElement extends HTMLElement {
  private readonly root = this.attachShadow({ mode: "open" });
  private readonly label = document.createElement("span");
  private config!: Config;
  private launcher!: HTMLButtonElement;
  private shell: Shell | null = null;
  private panel: Panel | null = null;
  private loading: Promise<Panel> | null = null;
  private attempts = 0;

  /** Shows the launcher. */
  begin(config: Config): void {
    this.config = config;
    this.dir = document.dir || document.body.dir || "ltr";
    this.lang = config.language;
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", this.words.region);
    adopt(this.root, launcherStyle, `${config.server}widget/launcher.css`);
    followTheme(this, config.theme);
    this.launcher = button("launcher", icon(BUBBLE), () => void this.open(), { "aria-haspopup": "dialog" });
    this.launcher.append(this.label);
    this.say(hasChat() ? this.words.again : this.words.label);
    // Whoever reaches for the button is likely to press it: the panel is on its way by then.
    for (const reaching of ["pointerenter", "focus", "touchstart"]) {
      this.launcher.addEventListener(reaching, () => void this.load().catch(() => undefined), { once: true, passive: true });
    }
    this.root.append(this.launcher);
    // Laid out while nothing else is to do, so that a press only has to draw it.
    const idle = window.requestIdleCallback ?? setTimeout;
    idle(() => this.makeShell());
    if (config.opensOnce && firstTime()) void this.open(false);
  }

  /** Opens the chat. Only a visitor's own press moves the focus into it. */
  async open(focus = true): Promise<void> {
    const shell = this.makeShell();
    this.launcher.hidden = true;
    this.say(this.words.again);
    shell.show();
    if (this.panel) {
      this.panel.open(focus);
      return;
    }
    if (focus) shell.focus();
    // Only where it takes long enough to wonder.
    const slow = setTimeout(() => shell.say(this.words.opening), 400);
    try {
      // The frame with the shell comes first: asking for the rest is a task of its own.
      await breath();
      const panel = await this.load();
      if (shell.isOpen) panel.open(false);
    } catch {
      if (shell.isOpen) this.close();
      this.say(this.words.failed);
    } finally {
      clearTimeout(slow);
    }
  }

  /** Closes it and gives the focus back. */
  close(): void {
    this.shell?.hide();
    this.launcher.hidden = false;
    this.say(hasChat() ? this.words.again : this.words.label);
    this.launcher.focus({ preventScroll: true });
  }

  /** Called by the panel when an answer came while it was closed. */
  hasUnread(): void {
    this.say(this.words.unread);
    this.launcher.classList.add("unread");
  }

  private get words() {
    return allWords[this.config.language] ?? allWords.en;
  }

  private makeShell(): Shell {
    if (!this.shell) {
      this.shell = new Shell(this.words, this.config.clinic || this.words.theClinic, () => this.close());
      this.root.append(this.shell.element);
    }
    return this.shell;
  }

  private load(): Promise<Panel> {
    this.loading ??= this.import().catch((wrong: unknown) => {
      this.loading = null;
      throw wrong;
    });
    return this.loading;
  }

  private async import(): Promise<Panel> {
    const shell = this.makeShell();
    // Some browsers remember a module that did not load; another address asks again.
    const again = this.attempts++ ? `&again=${this.attempts}` : "";
    const { server, language } = this.config;
    const file = import(`${server}widget/panel.${language}.js?v=${VERSION}${again}`) as Promise<typeof import("./panel")>;
    const facts = new FactsBesideTheWidget(server);
    return (this.panel = await (await file).makePanel(this, this.root, shell, facts, this.config));
  }

  private say(text: string): void {
    this.label.textContent = text;
    this.launcher.classList.remove("unread");
  }
}

function firstTime(): boolean {
  try {
    if (localStorage.getItem(OPENED)) return false;
    localStorage.setItem(OPENED, "1");
    return true;
  } catch {
    // Where nothing can be remembered it would open on every page: better never.
    return false;
  }
}
