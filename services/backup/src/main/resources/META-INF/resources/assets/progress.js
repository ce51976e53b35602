// Shows how far jobs are, once a second as long as somebody looks. Without it the page is loaded anew now and then.
(() => {
  "use strict";
  const UNITS = ["bytes", "KB", "MB", "GB", "TB"];
  const number = new Intl.NumberFormat("en");

  function readable(bytes) {
    let unit = 0;
    for (; bytes >= 999.5 && unit < UNITS.length - 1; unit++) bytes /= 1000;
    return `${bytes.toFixed(unit === 0 || bytes >= 99.95 ? 0 : 1)} ${UNITS[unit]}`;
  }

  function many(count, one) {
    return count === 1 ? `1 ${one}` : `${number.format(count)} ${one}s`;
  }

  function left(seconds) {
    if (seconds === undefined) return "";
    const minutes = Math.round(seconds / 60);
    if (minutes < 1) return "; less than a minute left";
    if (minutes < 100) return `; about ${many(minutes, "minute")} left`;
    return `; about ${many(Math.round(minutes / 60), "hour")} left`;
  }

  function show(job, progress) {
    if (!progress) return;
    const bar = job.querySelector("progress");
    const all = progress.filesTotal ?? progress.filesKnown;
    if (all > 0) {
      bar.max = all;
      bar.value = progress.filesChecked;
    }
    job.querySelector("[data-words]").textContent =
      `${number.format(progress.filesChecked)} of ${many(all, "file")} looked at, ` +
      `${readable(progress.bytesCopied)} copied, ${readable(progress.bytesPerSecond)} a second${left(progress.secondsLeft)}`;
  }

  function wait(job, conditions) {
    const ready = (conditions || []).find((condition) => condition.type === "Ready");
    if (ready && ready.message) job.querySelector("[data-words]").textContent = ready.message;
  }

  let renewing;

  // A token is good for a quarter of an hour; the next one is asked for once, however many jobs there are.
  function isSignedOut() {
    renewing ??= fetch("/api/sharing/v1/sign-in/refresh", { method: "POST" })
      .then((answer) => !answer.ok && answer.status < 500)
      .finally(() => (renewing = undefined));
    return renewing;
  }

  async function look(job) {
    const answer = await fetch(job.dataset.live, { headers: { Accept: "application/json" } });
    if (answer.status === 401) return isSignedOut();
    // The server is there and what it needs is not: that comes back.
    if (answer.status >= 500) return false;
    // Gone: the page says what.
    if (!answer.ok) return true;
    const body = await answer.json();
    // A task has no status, and of a proof the page says all that there is to say.
    const status = body.state ? body : body.status;
    if (job.querySelector("progress")) {
      if (status && status.state === "Pending") wait(job, status.conditions);
      else show(job, status && status.progress);
    }
    return Boolean(status) && !["Pending", "Running"].includes(status.state);
  }

  // Who hears the page instead of seeing it is told that alone, and not each number.
  async function told(job) {
    const line = job.querySelector("[role=status]");
    if (!line) return;
    line.textContent = "It has ended.";
    await new Promise((done) => setTimeout(done, 1000));
  }

  async function follow(job) {
    for (;;) {
      await new Promise((done) => setTimeout(done, 1000));
      if (document.hidden) continue;
      try {
        if (await look(job)) {
          await told(job);
          location.reload();
          return;
        }
      } catch {
        // The server is away just now.
      }
    }
  }

  document.querySelectorAll("[data-live]").forEach(follow);
})();
