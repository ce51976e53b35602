package io.homecloud.sharing.link;

import io.homecloud.testkit.BrowserPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** A day at a lake: pictures and a film that the browser itself makes, and what nobody may open. */
record Lake(BrowserPage page) {
  void fill(Path lake) throws IOException {
    if (Files.exists(lake)) {
      return;
    }
    Files.createDirectories(lake.resolve("More from Tuesday"));
    Files.write(lake.resolve("evening.png"), drawn("image/png"));
    Files.write(lake.resolve("morning.jpg"), drawn("image/jpeg"));
    Files.write(lake.resolve("swimming.webm"), filmed());
    Files.writeString(lake.resolve("Grüße.txt"), "Schöne Grüße vom See <b>!</b>\n\nBis bald.");
    Files.writeString(
        lake.resolve("evil.html"),
        "<script>document.title='taken over'; fetch('/taken-over')</script><h1>evil</h1>");
    Files.writeString(
        lake.resolve("evil.svg"),
        "<svg xmlns='http://www.w3.org/2000/svg'><script>fetch('/taken-over')</script></svg>");
    Files.writeString(
        lake.resolve("A very long name of a film that nobody reads to its end.mov"), "x");
  }

  /** What the browser itself makes of a canvas. */
  private byte[] drawn(String type) {
    page.open("about:blank");
    String url =
        page.value(
                """
                (() => {
                  const c = Object.assign(document.createElement("canvas"), {width: 960, height: 640});
                  const d = c.getContext("2d");
                  const sky = d.createLinearGradient(0, 0, 0, 640);
                  sky.addColorStop(0, "#7aa7e8"); sky.addColorStop(.5, "#f3c9a5"); sky.addColorStop(1, "#2c7a6b");
                  d.fillStyle = sky; d.fillRect(0, 0, 960, 640);
                  d.fillStyle = "#fff4d6"; d.beginPath(); d.arc(640, 260, 60, 0, 7); d.fill();
                  d.fillStyle = "#1f4d45"; d.beginPath(); d.moveTo(0, 360); d.lineTo(260, 250); d.lineTo(520, 360); d.fill();
                  return c.toDataURL("%s");
                })()\
                """
                    .formatted(type))
            .asText();
    return Base64.getDecoder().decode(url.substring(url.indexOf(',') + 1));
  }

  /** A second of film. */
  private byte[] filmed() {
    page.open("about:blank");
    return Base64.getDecoder()
        .decode(
            page.value(
                    """
                    (async () => {
                      const c = Object.assign(document.createElement("canvas"), {width: 640, height: 360});
                      const d = c.getContext("2d");
                      const recorder = new MediaRecorder(c.captureStream(20), {mimeType: "video/webm"});
                      const parts = [];
                      recorder.ondataavailable = (event) => parts.push(event.data);
                      const ended = new Promise((done) => (recorder.onstop = done));
                      recorder.start();
                      for (let i = 0; i < 20; i++) {
                        d.fillStyle = `hsl(${i * 9 + 150} 50% 45%)`;
                        d.fillRect(0, 0, 640, 360);
                        d.fillStyle = "#fff";
                        d.fillRect(30 * i, 160, 40, 40);
                        await new Promise((done) => setTimeout(done, 50));
                      }
                      recorder.stop();
                      await ended;
                      const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
                      return btoa(Array.from(bytes, (b) => String.fromCharCode(b)).join(""));
                    })()\
                    """)
                .asText());
  }
}
