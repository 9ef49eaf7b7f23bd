/**
 * Makes an element. Children that are strings become text: nothing here ever reads markup.
 * @param {string} tag
 * @param {Record<string, string | boolean | null>} [attributes] true sets an empty one; false and null set none
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null) continue;
    made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/**
 * @param {string} id
 * @returns {any} the element of index.html with this id
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no #${id}`);
  return found;
}
