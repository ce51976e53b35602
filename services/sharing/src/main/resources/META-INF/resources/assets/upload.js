// Uploads with progress, in pieces that go on after an interruption. Without it the form sends the files itself.
(() => {
  "use strict";
  const form = document.getElementById("upload");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const list = document.getElementById("progress");
  const told = document.getElementById("told");
  const count = document.getElementById("count");
  const again = document.getElementById("again");
  const PIECE = 8 * 1024 * 1024;
  const PAUSES = [1, 2, 5, 10, 20, 30];
  // The server may not know yet that the connection before this one has ended.
  const GOES_ON = ["file-busy", "wrong-offset"].map((word) => `urn:homecloud:problem:${word}`);
  const AWAY = { detail: "It did not arrive." };
  const UNITS = ["bytes", "KB", "MB", "GB", "TB"];
  const ON_THE_WAY = "Your files are on their way; leave this page open.";
  const ASKS_AGAIN =
    "This link asks again who you are. Open it in another tab of this browser, then try again here.";
  form.classList.add("ready");

  /** Once, as it is read out each time. */
  function say(words) {
    if (told.textContent !== words) told.textContent = words;
  }

  /** Until then, or until the device is in a network again. */
  const rest = (seconds) =>
    new Promise((done) => {
      setTimeout(done, seconds * 1000);
      addEventListener("online", done, { once: true });
    });

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
    state.textContent = `${readable(file.size)}, waiting`;
    return {
      item,
      at: (bytes) => {
        say(ON_THE_WAY);
        bar.value = bytes;
        state.textContent = `${readable(bytes)} of ${readable(file.size)}`;
      },
      interrupted: () => say((state.textContent = "Interrupted, goes on by itself…")),
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
      request.onerror = () => failed(AWAY);
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

  /** Answers why it is not here; nothing when it is. What is said of the link is true of all files. */
  async function bring(file, shown) {
    const url = form.dataset.files + encodeURIComponent(file.name);
    // The same when the file is chosen again after the page was closed, and another for another file of that name and size.
    const attempt = `${file.size}-${file.lastModified}`;
    let offset = 0;
    let tries = 0;
    let pauses = 0;
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
        if (answer.status === 201) return null;
        if (answer.status === 202) {
          // A small file has no pieces, and is sent again; of one of which all is here the last byte is, for that ends it.
          offset = whole ? 0 : Math.min(JSON.parse(answer.responseText).offset, file.size - 1);
          shown.at(offset);
          if (!asks) tries = pauses = 0;
          asks = false;
          continue;
        }
        const { type, detail } = problem(answer);
        if (answer.status === 401) return { detail: "It did not arrive.", ofLink: ASKS_AGAIN };
        if (answer.status === 404) return { detail: "It did not arrive.", ofLink: detail };
        if (answer.status < 500 && !GOES_ON.includes(type)) return { detail };
        throw { detail };
      } catch (why) {
        // Whoever does not answer a question is away, which no other file would change.
        const away = asks && why === AWAY;
        if (!away && tries++ >= PAUSES.length) return { detail: why.detail ?? AWAY.detail };
        shown.interrupted();
        await rest(PAUSES[Math.min(pauses++, PAUSES.length - 1)]);
        // The answer may be what was lost, and the file here.
        asks = true;
      }
    }
  }

  const coming = [];
  let failed = [];
  let arrived = 0;
  let running = false;

  const files = (number) => (number === 1 ? "1 file" : `${number} files`);
  const leaving = (event) => event.preventDefault();

  function counted() {
    count.textContent = `${arrived} of ${files(arrived + failed.length + coming.length)} here.`;
  }

  function take(chosen) {
    for (const file of chosen) coming.push([file, line(file)]);
    if (coming.length === 0) return;
    if (running) counted();
    else bringAll();
  }

  async function bringAll() {
    running = true;
    addEventListener("beforeunload", leaving);
    again.hidden = true;
    say(ON_THE_WAY);
    let ofLink = "";
    while (coming.length > 0) {
      counted();
      const [file, shown] = coming[0];
      const why = ofLink ? { detail: "It did not arrive." } : await bring(file, shown);
      coming.shift();
      shown.end(!why, why ? why.detail : "✓ arrived");
      if (why) failed.push([file, shown]);
      else arrived++;
      ofLink ||= why?.ofLink ?? "";
    }
    running = false;
    removeEventListener("beforeunload", leaving);
    count.textContent = "";
    again.hidden = failed.length === 0;
    if (failed.length > 0) say(`${arrived} of ${files(arrived + failed.length)} have arrived; what did not is first in the list. ${ofLink}`);
    else say(arrived === 1 ? "Your file has arrived." : `All ${arrived} files have arrived.`);
    list.prepend(...failed.map(([, shown]) => shown.item));
  }

  again.addEventListener("click", () => {
    const before = failed;
    failed = [];
    for (const [, shown] of before) shown.item.remove();
    take(before.map(([file]) => file));
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take(input.files);
    input.value = "";
  });
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    take(event.dataTransfer.files);
  });
})();
