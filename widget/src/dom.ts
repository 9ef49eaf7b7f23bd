/** Making elements. Strings become text: nothing in the widget ever reads markup. */

type Attributes = Record<string, string | number | boolean | null | undefined>;
export type Child = Node | string | null | false;

/** `true` sets an empty attribute; `false`, `null` and `undefined` set none. Children that are null or false are left out. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.filter((child): child is Node | string => child !== null && child !== false));
  return made;
}

/** A button that does not send a form. */
export function button(style: string, title: Child, onClick: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const made = element("button", { type: "button", class: style, ...attributes }, title);
  made.addEventListener("click", onClick);
  return made;
}

/** A line drawing of 24 by 24 that takes the colour of the text beside it. */
export function icon(path: string, style = "icon"): SVGSVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("aria-hidden", "true");
  made.setAttribute("class", style);
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  made.append(line);
  return made;
}

/** Puts values into a text of the message file: `{name}` becomes `values.name`. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
