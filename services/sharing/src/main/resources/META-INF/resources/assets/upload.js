// Uploads with progress, in pieces that go on after an interruption. Without it the form sends the files itself.
(() => {
  "use strict";
  const form = document.getElementById("upload");
  if (!form || !window.fetch) return;
  const input = form.querySelector("input[type=file]");
  const list = document.getElementById("progress");
  const PIECE = 8 * 1024 * 1024;
  const PAUSES = [1, 2, 5, 10, 20, 30];
  const rest = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

  function line(file) {
    const item = document.createElement("li");
    const name = document.createElement("span");
    name.className = "name";
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = Math.max(1, file.size);
    bar.value = 0;
    const state = document.createElement("span");
    state.className = "size";
    item.append(name, state, bar);
    list.append(item);
    list.hidden = false;
    return { say: (text) => (state.textContent = text), at: (bytes) => (bar.value = bytes) };
  }

  // XMLHttpRequest, since fetch does not tell how much was sent.
  function put(url, body, range, progress) {
    return new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      request.open("PUT", url);
      if (range) request.setRequestHeader("Content-Range", range);
      request.upload.onprogress = (event) => progress(event.loaded);
      request.onload = () => done(request);
      request.onerror = failed;
      request.send(body);
    });
  }

  async function bring(file) {
    const shown = line(file);
    const url = form.dataset.files + encodeURIComponent(file.name);
    let offset = 0;
    for (let attempt = 0; ; ) {
      try {
        const end = Math.min(file.size, offset + PIECE);
        const range = file.size > PIECE ? `bytes ${offset}-${end - 1}/${file.size}` : null;
        const from = offset;
        const answer = await put(url, file.slice(offset, end), range, (sent) => shown.at(from + sent));
        if (answer.status === 201) {
          shown.at(file.size);
          shown.say("✓");
          return;
        }
        if (answer.status === 202) {
          offset = JSON.parse(answer.responseText).offset;
          attempt = 0;
          continue;
        }
        if (answer.status < 500) {
          shown.say(JSON.parse(answer.responseText).detail);
          return;
        }
        throw new Error(answer.status);
      } catch (interrupted) {
        if (attempt >= PAUSES.length) {
          shown.say("✗");
          return;
        }
        shown.say("…");
        await rest(PAUSES[attempt++]);
        if (file.size > PIECE) {
          try {
            const asked = await put(url, null, `bytes */${file.size}`, () => {});
            if (asked.status === 202) offset = JSON.parse(asked.responseText).offset;
          } catch (still) {
            // Asked again after the next pause.
          }
        }
      }
    }
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    for (const file of input.files) await bring(file);
    input.value = "";
    button.disabled = false;
  });
})();
