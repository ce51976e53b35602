// Uploads with progress, in pieces that go on after an interruption. Without it the form sends the files itself.
(() => {
  "use strict";
  const form = document.getElementById("upload");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const button = form.querySelector("button");
  const list = document.getElementById("progress");
  const PIECE = 8 * 1024 * 1024;
  const PAUSES = [1, 2, 5, 10, 20, 30];
  // The server may not know yet that the connection before this one has ended.
  const GOES_ON = ["file-busy", "wrong-offset"].map((word) => `urn:homecloud:problem:${word}`);
  const UNITS = ["bytes", "KB", "MB", "GB", "TB"];
  form.classList.add("ready");

  const rest = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

  function readable(bytes) {
    let unit = 0;
    for (; bytes >= 999.5 && unit < UNITS.length - 1; unit++) bytes /= 1000;
    return `${bytes.toFixed(unit === 0 || bytes >= 99.95 ? 0 : 1)} ${UNITS[unit]}`;
  }

  function line(file) {
    const item = document.createElement("li");
    const name = document.createElement("span");
    name.className = "name";
    name.textContent = file.name;
    const state = document.createElement("span");
    state.className = "state";
    const bar = document.createElement("progress");
    bar.max = Math.max(1, file.size);
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    item.append(name, state, bar);
    list.append(item);
    list.hidden = false;
    return {
      waits: () => (state.textContent = `${readable(file.size)}, waiting`),
      at: (bytes) => {
        bar.value = bytes;
        state.textContent = `${readable(bytes)} of ${readable(file.size)}`;
      },
      interrupted: () => (state.textContent = "Interrupted, goes on by itself…"),
      end: (ok, words) => {
        item.classList.add(ok ? "done" : "failed");
        state.textContent = words;
        if (ok) bar.value = bar.max;
        else bar.remove();
      },
    };
  }

  // XMLHttpRequest, since fetch does not tell how much was sent.
  function put(url, attempt, body, range, progress) {
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      request.open("PUT", url);
      request.setRequestHeader("Idempotency-Key", attempt);
      if (range) request.setRequestHeader("Content-Range", range);
      request.upload.onprogress = (event) => progress(event.loaded);
      request.onload = () => done(request);
      request.onerror = failed;
      request.send(body);
    });
  }

  function problem(answer) {
    try {
      return JSON.parse(answer.responseText);
    } catch {
      return { type: "", detail: "It was not taken." };
    }
  }

  async function bring(file, shown) {
    const url = form.dataset.files + encodeURIComponent(file.name);
    // The same when the file is chosen again after the page was closed, and another for another file of that name and size.
    const attempt = `${file.size}-${file.lastModified}`;
    let offset = 0;
    let tries = 0;
    // Of a file with pieces some may have come before.
    let asks = file.size > PIECE;
    for (;;) {
      try {
        const from = offset;
        const end = Math.min(file.size, offset + PIECE);
        const whole = file.size <= PIECE;
        const answer = asks
          ? await put(url, attempt, null, `bytes */${file.size}`, () => {})
          : await put(url, attempt, file.slice(from, end), whole ? null : `bytes ${from}-${end - 1}/${file.size}`, (sent) => shown.at(from + sent));
        if (answer.status === 201) {
          shown.end(true, "✓ arrived");
          return;
        }
        if (answer.status === 202) {
          // A small file has no pieces, and is sent again; of one of which all is here the last byte is, for that ends it.
          offset = whole ? 0 : Math.min(JSON.parse(answer.responseText).offset, file.size - 1);
          shown.at(offset);
          if (!asks) tries = 0;
          asks = false;
          continue;
        }
        const { type, detail } = problem(answer);
        if (answer.status < 500 && !GOES_ON.includes(type)) {
          shown.end(false, detail);
          return;
        }
        throw new Error(answer.status);
      } catch {
        if (tries >= PAUSES.length) {
          shown.end(false, "It did not arrive. Choose it again to go on.");
          return;
        }
        shown.interrupted();
        await rest(PAUSES[tries++]);
        // The answer may be what was lost, and the file here.
        asks = true;
      }
    }
  }

  async function bringAll(files) {
    button.disabled = true;
    const all = Array.from(files, (file) => [file, line(file)]);
    for (const [, shown] of all) shown.waits();
    for (const [file, shown] of all) await bring(file, shown);
    input.value = "";
    button.disabled = false;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    bringAll(input.files);
  });
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (!button.disabled) bringAll(event.dataTransfer.files);
  });
})();
