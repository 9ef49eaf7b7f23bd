/** What build.mjs puts in. */
declare const VERSION: string;

declare module "words:launcher" {
  type Launcher = typeof import("../words/en.json")["launcher"];
  const words: Record<string, Launcher> & { en: Launcher };
  export default words;
}

declare module "words:panel" {
  const words: typeof import("../words/en.json")["panel"];
  export default words;
}

declare module "style:*" {
  const text: string;
  export default text;
}
