// Builds the widget into dist/: `node build.mjs`. With --check it builds beside it and compares.
// Fails where a size is over its gate, or where a language lacks a text that English has.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, rmSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const HERE = dirname(fileURLToPath(import.meta.url));
const DIST = join(HERE, "dist");
const KB = 1024;
const LAUNCHER_GATE = 6 * KB;
const ALL_GATE = 25 * KB;
// Safari 14 and browsers of its age: phones that are eight years old.
const COMMON = { bundle: true, minify: true, target: "es2020", charset: "utf8", legalComments: "none", write: false };

const words = readWords();
const files = await buildAll();
const problems = [...sizeProblems(files), ...(process.argv.includes("--check") ? differences(files) : [])];
if (problems.length) {
  console.error(problems.join("\n"));
  process.exit(1);
}
if (!process.argv.includes("--check")) write(files);

async function buildAll() {
  const made = {};
  const styles = {};
  for (const name of ["launcher", "panel"]) {
    const source = readFileSync(join(HERE, "src", `${name}.css`), "utf8");
    styles[name] = (await transform(source, { loader: "css", minify: true, target: "safari14" })).code.trim();
    made[`${name}.css`] = styles[name];
  }
  for (const [language, texts] of Object.entries(words)) {
    made[`panel.${language}.js`] = await bundle("panel.ts", "esm", { panel: texts.panel }, styles);
  }
  const version = createHash("sha256").update(JSON.stringify(made)).digest("hex").slice(0, 12);
  const launcher = Object.fromEntries(Object.entries(words).map(([language, texts]) => [language, texts.launcher]));
  made["widget.js"] = await bundle("loader.ts", "iife", { launcher }, styles, { VERSION: JSON.stringify(version) });
  return made;
}

async function bundle(entry, format, data, styles, define = {}) {
  const built = await build({
    ...COMMON, format, define, entryPoints: [join(HERE, "src", entry)], plugins: [ours(data, styles)],
  });
  return built.outputFiles[0].text;
}

// `words:NAME` is a part of words/*.json; `style:NAME` is src/NAME.css, minified, as a text.
function ours(data, styles) {
  return {
    name: "ours",
    setup(on) {
      on.onResolve({ filter: /^(words|style):/ }, ({ path }) => ({ path, namespace: "ours" }));
      on.onLoad({ filter: /.*/, namespace: "ours" }, ({ path }) => {
        const [kind, name] = path.split(":");
        return kind === "words"
          ? { contents: JSON.stringify(data[name]), loader: "json" }
          : { contents: styles[name], loader: "text" };
      });
    },
  };
}

function readWords() {
  const folder = join(HERE, "words");
  const all = Object.fromEntries(
    readdirSync(folder).filter((file) => file.endsWith(".json")).sort()
      .map((file) => [file.replace(".json", ""), JSON.parse(readFileSync(join(folder, file), "utf8"))]),
  );
  const wanted = namesIn(all.en);
  for (const [language, texts] of Object.entries(all)) {
    const found = new Set(namesIn(texts));
    const missing = wanted.filter((name) => !found.has(name));
    const unknown = [...found].filter((name) => !wanted.includes(name));
    if (missing.length || unknown.length) {
      console.error(`words/${language}.json: missing: ${missing.join(", ") || "none"}; not in en.json: ${unknown.join(", ") || "none"}`);
      process.exit(1);
    }
  }
  return all;
}

function namesIn(part, before = "") {
  return Object.entries(part).flatMap(([name, value]) =>
    typeof value === "string" ? [before + name] : namesIn(value, `${before}${name}.`));
}

function gzipped(text) {
  return gzipSync(text, { level: 9 }).length;
}

// A visitor loads the launcher and one language's panel; the .css files are for browsers without constructed style sheets.
function sizeProblems(made) {
  const launcher = gzipped(made["widget.js"]);
  const panels = Object.keys(made).filter((name) => /^panel\..+\.js$/.test(name)).map((name) => gzipped(made[name]));
  const all = launcher + Math.max(...panels);
  console.log(`launcher ${launcher} of ${LAUNCHER_GATE} bytes gzip, everything ${all} of ${ALL_GATE}`);
  return [
    ...(launcher > LAUNCHER_GATE ? [`widget.js is ${launcher - LAUNCHER_GATE} bytes over its gate: make it smaller.`] : []),
    ...(all > ALL_GATE ? [`The widget is ${all - ALL_GATE} bytes over its gate: make it smaller.`] : []),
  ];
}

function differences(made) {
  const there = Object.fromEntries(readdirSync(DIST).map((file) => [file, readFileSync(join(DIST, file), "utf8")]));
  const names = new Set([...Object.keys(made), ...Object.keys(there)]);
  return [...names].filter((name) => made[name] !== there[name])
    .map((name) => `widget/dist/${name} is not what src/ makes. Run \`make -C widget\` and commit it.`);
}

function write(made) {
  rmSync(DIST, { recursive: true, force: true });
  mkdirSync(DIST);
  for (const [name, text] of Object.entries(made)) writeFileSync(join(DIST, name), text);
}
