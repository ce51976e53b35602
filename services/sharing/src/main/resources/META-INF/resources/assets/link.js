// Hands on the address of a link that was just made. Without it the address is copied by hand.
(() => {
  "use strict";
  const form = document.getElementById("make");
  const secret = document.getElementById("secret");
  const copy = document.getElementById("copy");
  const share = document.getElementById("share-it");

  // Of two presses the second would be answered that the link is there, without its address.
  let sent = false;
  form?.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  addEventListener("pageshow", () => (sent = false));

  if (!secret) return;
  const url = secret.textContent;
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    getSelection().selectAllChildren(secret);
    try {
      await navigator.clipboard.writeText(url);
    } catch {
      // Over HTTP there is no such thing.
      document.execCommand("copy");
    }
    copy.textContent = "✓ Copied";
  });
  if (!navigator.share) return;
  share.hidden = false;
  share.addEventListener("click", () => navigator.share({ url }).catch(() => {}));
})();
