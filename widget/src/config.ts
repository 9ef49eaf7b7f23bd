/** What the one line in the clinic's page says: `<script src=".../widget.js" data-clinic="..." async>`. */

export interface Config {
  /** The folder that widget.js came from, with a slash at its end: the chat API and the panel are there too. */
  readonly server: string;
  /** The clinic's name; empty where the line names none. */
  readonly clinic: string;
  /** A language of words/, such as "en". */
  readonly language: string;
  /** Whether the chat opens by itself, which it does once for each visitor at most. */
  readonly opensOnce: boolean;
  readonly theme: "auto" | "light" | "dark";
}

/** Reads the attributes of the script's own element. `languages` are those that there are words for. */
export function readConfig(script: HTMLScriptElement, languages: readonly string[]): Config {
  const { clinic, lang, open, theme } = script.dataset;
  const wanted = (lang ?? document.documentElement.lang).slice(0, 2).toLowerCase();
  return {
    server: new URL(".", script.src).href,
    clinic: clinic?.trim() ?? "",
    language: languages.includes(wanted) ? wanted : "en",
    opensOnce: open === "once",
    theme: theme === "light" || theme === "dark" ? theme : "auto",
  };
}
