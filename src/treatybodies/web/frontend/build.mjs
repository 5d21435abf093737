// Builds ../static/vendor (or the folder given): the editor, the map's geometry, the licences.
import { readFile, readdir, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { world } from "./world.mjs";

const here = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
const target = process.argv[2] ?? join(here, "..", "static", "vendor");

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: ["editor.js"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  loader: { ".svg": "dataurl" },
  legalComments: "none", // the licences are in a file of their own
  logLevel: "warning",
  outdir: target,
});
await writeFile(join(target, "world.json"), JSON.stringify(await world()));
await writeFile(join(target, "LICENSES.txt"), await licences());

// What the bundle holds: every package of the lock file that is not for building only.
async function licences() {
  const { packages } = JSON.parse(await readFile(join(here, "package-lock.json"), "utf8"));
  const bundled = Object.keys(packages).filter((path) => path && !packages[path].dev);
  const texts = await Promise.all([...bundled, "node_modules/world-atlas"].map(licence));
  return `Parts of the files in this folder come from these packages.\n\n${texts.join("\n\n")}\n`;
}

async function licence(path) {
  const folder = join(here, path);
  const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const author = about.author?.name ?? about.author ?? "";
  const file = (await readdir(folder)).find((name) => /^licen[cs]e/i.test(name));
  const text = file ? await readFile(join(folder, file), "utf8") : `Author: ${author}`;
  return `== ${about.name} ${about.version}, ${about.license}\n\n${text.trim()}`;
}
