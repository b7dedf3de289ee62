// A page in a real browser: axe finds no barrier in it, light, dark and narrow; nothing is loaded; nothing is cut off.
// node axe.mjs CHROMIUM PAGE.html [FOLDER for screenshots and the PDF]
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import puppeteer from "puppeteer-core";

const [chromium, page, folder] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox"] });
let wrong = 0;
for (const [name, scheme, width] of [["light", "light", 1000], ["dark", "dark", 1000], ["narrow", "light", 360]]) {
  const tab = await browser.newPage();
  tab.on("request", (request) => {
    if (request.url() !== `file://${page}`) { console.log(`${name}: loads ${request.url()}`); wrong++; }
  });
  await tab.setViewport({ width, height: 900 });
  await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await tab.setBypassCSP(true);
  await tab.goto(`file://${page}`);
  await tab.evaluate(axe);
  const { violations, passes } = await tab.evaluate("axe.run()");
  for (const { id, help, nodes } of violations) {
    console.log(`${name}: ${id}: ${help}: ${nodes[0].html.slice(0, 200)}`);
    wrong++;
  }
  const overflow = await tab.evaluate("document.documentElement.scrollWidth - innerWidth");
  if (overflow > 0) { console.log(`${name}: ${overflow} pixels wider than the window`); wrong++; }
  console.log(`${name}: ${passes.length} rules pass`);
  if (folder) {
    await tab.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
    if (name === "light") await tab.pdf({ path: `${folder}/page.pdf`, preferCSSPageSize: true });
  }
  await tab.close();
}
await browser.close();
process.exit(wrong ? 1 : 0);
