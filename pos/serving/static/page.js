"use strict";

// The terminal itself is textual.js: it makes a socket, draws what comes and sends what is typed. This fits it to the
// window, keeps the keyboard on it, takes files and says why a till has gone.

const COLUMNS = 80;
const LINES = 24;
const LARGEST = 16;
const SMALLEST = 8;
const WIDTH = 0.61;
const HEIGHT = 1.35;

function typing() {
  return document.querySelector(".xterm-helper-textarea");
}

function keepKeyboard() {
  const closed = document.getElementById("closed");
  (closed.hidden ? typing() : document.getElementById("again"))?.focus({ preventScroll: true });
}

function show(code) {
  const closed = document.getElementById("closed");
  const told = closed.querySelector(`[data-code="${code}"]`) ?? closed.querySelector("[data-code='']");
  told.hidden = false;
  document.getElementById("opening").hidden = true;
  closed.hidden = false;
  keepKeyboard();
}

window.WebSocket = class extends WebSocket {
  constructor(url) {
    super(url);
    this.addEventListener("open", keepKeyboard);
    this.addEventListener("message", () => (document.getElementById("opening").hidden = true), { once: true });
    this.addEventListener("close", (event) => show(event.code));
  }

  send(data) {
    if (this.readyState === WebSocket.OPEN) super.send(data);
  }
};

// textual.js draws on plain canvases, but makes a WebGL renderer first, and gives up on both where there is no WebGL. It
// gets one that does nothing, so that a till looks the same on every machine.
const nothing = new Proxy(() => {}, {
  apply: () => nothing,
  get: (_, name) => (name === Symbol.toPrimitive ? () => 0 : nothing),
});
const context = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return kind === "webgl2" ? nothing : context.call(this, kind, ...rest);
};

// textual.js opens a window for a file, which browsers block, and for links, which a till has none of.
window.open = (url) => {
  const at = new URL(url, window.location.href);
  if (at.origin === window.location.origin && at.pathname.startsWith("/download/")) {
    const link = document.createElement("a");
    link.href = at.pathname;
    link.download = "";
    link.click();
  }
  return null;
};

const begin = window.onload;
window.onload = async (event) => {
  const across = Math.floor(window.innerWidth / COLUMNS / WIDTH);
  const down = Math.floor(window.innerHeight / LINES / HEIGHT);
  const size = Math.max(SMALLEST, Math.min(LARGEST, across, down));
  document.getElementById("terminal").dataset.fontSize = size;
  document.getElementById("again").addEventListener("click", () => window.location.reload());
  // A terminal measures its characters once: the fonts have to be there.
  const faces = ["", "bold ", "italic "].map((face) => document.fonts.load(`${face}16px "Roboto Mono"`));
  await Promise.allSettled(faces);
  begin(event);
  keepKeyboard();
};

window.addEventListener("focus", keepKeyboard);
window.addEventListener("click", keepKeyboard);
window.addEventListener(
  "keydown",
  (event) => {
    if (/^F\d+$/.test(event.key)) event.preventDefault();
    // Without this Ctrl+V would be a key of the till, and nothing be pasted.
    if (event.ctrlKey && !event.altKey && event.key === "v") event.stopPropagation();
    if (event.target !== typing() && document.getElementById("closed").hidden) keepKeyboard();
  },
  { capture: true },
);
