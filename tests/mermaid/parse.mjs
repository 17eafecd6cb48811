// Reads a JSON list of diagrams from stdin and writes a JSON list of the same length:
// null for a diagram that Mermaid's own parser accepts, its words for one that it refuses.
import { JSDOM } from "jsdom";

// Mermaid cleans labels with DOMPurify, which wants a window at the time of import.
const { window } = new JSDOM("");
globalThis.window = window;
globalThis.document = window.document;
const { default: mermaid } = await import("mermaid");
mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });

let input = "";
process.stdin.setEncoding("utf8");
for await (const chunk of process.stdin) input += chunk;

const verdicts = [];
for (const source of JSON.parse(input)) {
  try {
    await mermaid.parse(source);
    verdicts.push(null);
  } catch (error) {
    verdicts.push(String(error?.message ?? error));
  }
}
process.stdout.write(JSON.stringify(verdicts));
